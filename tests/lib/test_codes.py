"""Checks that letters and digits are read out of whatever came with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.codes import ALPHABET, as_meant, plain_characters, runs_of_characters


@pytest.mark.parametrize(
    "typed",
    [
        "7k2m-9qxa",
        " 7K2M 9QXA ",
        "«7K2M–9QXA»",
        "(7K2M-9QXA),",
        "7K\u200b2M\u200e-\u20609QXA",
        "７Ｋ２Ｍ－９ＱＸＡ",
        "7K2M\u20099QXA.",
    ],
)
def test_what_comes_with_a_code_is_left_out(typed):
    assert plain_characters(typed) == "7K2M9QXA"


def test_runs_are_told_apart_by_what_is_seen():
    assert runs_of_characters("Código: 7K2M-9Q\u200bXA_1") == ["CÓDIGO", "7K2M", "9QXA", "1"]


def test_what_is_mistaken_for_another_character():
    assert as_meant("OIL7") == "0117"
    assert not set("ILOU") & set(ALPHABET)


@given(st.text(max_size=60))
def test_nothing_but_letters_and_digits_is_left(text):
    characters = plain_characters(text)
    assert all(character.isalnum() for character in characters)
    assert plain_characters(characters) == characters
