"""Checks that what is no identifier is none, without an error."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.emails import email_refusal
from lib.identifiers import plain_email, read_key, read_uuid


def test_identifier_is_read():
    uuid = uuid4()
    assert read_uuid(str(uuid)) == uuid


@pytest.mark.parametrize("text", [None, "", "7", "g" * 32, "\0", "\ud800", "a" * 100_000])
def test_what_is_no_identifier(text):
    assert read_uuid(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(text):
    assert isinstance(read_uuid(text), UUID | None)


@pytest.mark.parametrize(
    "typed",
    [
        "ana@x.pe", " Ana@X.pe ", "\u200bana@x.pe\u200e", "<ana@x.pe>", "mailto:ana@x.pe",
        "Ana Ruiz <ana@x.pe>", "(ana@x.pe),", "«ana@x.pe».",
        "ａｎａ@x.pe", "ana@x.pe\u2060", "Correo: ana@x.pe", "Ana Ruiz\nana@x.pe",
        "ana@x.pe (personal)", "ana@x.pe - Ana", "Ana, ana@x.pe; gracias", "ana@x.pe ana@x.pe",
    ],
)  # fmt: skip
def test_email_is_read_out_of_what_was_pasted(typed):
    assert plain_email(typed) == "ana@x.pe"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ana ruiz@x.pe", "Un correo no lleva espacios. Si es anaruiz@x.pe, escríbelo así."),
        ("ana. ruiz@x.pe", "Un correo no lleva espacios. Si es ana.ruiz@x.pe, escríbelo así."),
        ("ana_ ruiz@x.pe", "Un correo no lleva espacios. Si es ana_ruiz@x.pe, escríbelo así."),
        ("ana@x.co m", "Un correo no lleva espacios. Si es ana@x.com, escríbelo así."),
        ("ana@x.com .pe", "Un correo no lleva espacios. Si es ana@x.com.pe, escríbelo así."),
        ("ana @x.pe", "Un correo no lleva espacios. Si es ana@x.pe, escríbelo así."),
        ("mi correo es ana@x.pe", "Un correo no lleva espacios. Escribe el correo solo"),
        ("Correo: ana ruiz@x.pe", "Un correo no lleva espacios. Escribe el correo solo"),
        ("Ana <ana ruiz@x.pe>", "Un correo no lleva espacios. "),
    ],
)
def test_an_email_that_a_space_parts_is_nobody_elses(typed, told):
    assert plain_email(typed) == typed.lower()
    assert email_refusal(plain_email(typed)).startswith(told)


@pytest.mark.parametrize("host", ["localhost", "[127.0.0.1]", "127.0.0.1", "municipio"])
def test_an_email_of_a_machine_is_nobodys(host):
    assert email_refusal(f"root@{host}") == "Escribe el correo completo: nombre@ejemplo.pe."


@given(st.text(max_size=40))
def test_reading_an_email_twice_changes_nothing(text):
    assert plain_email(plain_email(text)) == plain_email(text)


def test_a_text_of_any_length_is_read_in_one_walk():
    """Half a million letters would take the square of that, twenty minutes, were each tried as a
    beginning.
    """
    assert plain_email("á" * 500_000) == "á" * 500_000
    assert plain_email("a@b " * 100_000) == "a@b"
    assert plain_email("a " * 200_000 + "b@c") == "a " * 200_000 + "b@c"


@pytest.mark.parametrize("typed", ["a@x.pe; c@x.pe", "Ana <a@x.pe>, c@x.pe", "a@x.pe/c@x.pe"])
def test_of_several_emails_none_is_chosen_for_who_typed_them(typed):
    assert plain_email(typed) == typed.lower()
    assert email_refusal(plain_email(typed)) == "Escribe un solo correo."


@pytest.mark.parametrize("text", ["", "x", "-1", "²", "9" * 19, "9" * 5000])
def test_what_is_no_key_of_a_row(text):
    assert read_key(text) is None


def test_a_key_of_a_row():
    assert read_key("0120") == 120
