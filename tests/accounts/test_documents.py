"""Document numbers: cleaned, encrypted, found by keyed hash, and nowhere in clear (R12)."""

import json
import logging
import stat
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import documents
from accounts.documents import InvalidDocument, clean_number
from accounts.email_typos import suggested_email
from accounts.models import User
from accounts.services import create_person
from accounts.signing_in import check_identifier, resolve_username


@pytest.mark.parametrize(
    ("kind", "typed", "number"),
    [
        ("dni", "40123678", "40123678"),
        ("dni", " 01.234-567 ", "01234567"),
        ("dni", "01.234.567", "01234567"),
        ("dni", "4012 3678\t", "40123678"),
        ("ce", "001-234-567", "001234567"),
        ("ce", "n1234567890", "N1234567890"),
        ("ce", "12345678", None),
        ("ce", "40000003-7", "400000037"),
        ("dni", "400000037", None),
        ("dni", "40000003-77", None),
        ("dni", "١٢٣٤٥٦٧٨", None),
        ("dni", "", None),
    ],
)
def test_numbers_are_cleaned_or_refused(kind, typed, number):
    if number:
        assert clean_number(kind, typed) == number
        return
    with pytest.raises(InvalidDocument):
        clean_number(kind, typed)


NAMES_OF_A_CARNE = ["CE ", "CE-", "ce: ", "C.E. ", "C. E. ", "C E ", "C.E.: ", "CE N° ", "CE N.º ",
    "CE Nro. ", "c.e. no. ",
    "Carné ", "carne: ", "Carnet ", "Carné de extranjería ", "Carne de extranjeria ",
    "CARNET DE EXTRANJERÍA ", "carnet de extranjeria-",
    "Carnet extranjería N° ", "Carné de extranjería N.º: ", "CARNÉDEEXTRANJERÍA",
    "Carnet de extranjería número ", "carné de ext. ", "«Carné» № "]  # fmt: skip


@pytest.mark.parametrize("number", ["002234567", "00XBC1234", "N1234567890", "CE1234567"])
@pytest.mark.parametrize("name", NAMES_OF_A_CARNE)
def test_the_name_of_a_carne_is_no_part_of_it(name, number):
    assert clean_number("ce", name + number) == number
    assert documents.likely_type(name + number) == "ce"


@pytest.mark.parametrize("typed", ["40000003-7", "40000003 - 7", "40000003–7", "40000003"])
@pytest.mark.parametrize(
    "name",
    [
        "",
        "DNI ",
        "DNI: ",
        "dni-",
        "D.N.I. N° ",
        "D. N. I. ",
        "D N I ",
        "DNI N",
        "DNI Nro. ",
        "N.º ",
        "Documento de identidad: ",
    ],
)
def test_a_dni_is_read_with_its_name_and_its_check_digit(name, typed):
    assert clean_number("dni", name + typed) == "40000003"
    assert documents.likely_type(name + typed) == "dni"


@pytest.mark.parametrize(
    "number",
    [
        "CE1234567",
        "CE00XBC1234",
        "CEA12345678",
        "N1234567890",
        "NO12345678",
        "CE123ABC456",
        "CARN12345",
    ],
)
def test_letters_of_a_number_stay(number):
    assert clean_number("ce", number) == number
    assert clean_number("ce", f"{number[:4]}-{number[4:]}") == number


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "stored", "typed"),
    [
        ("ce", "CE-00XBC1234", "00xbc1234"),
        ("ce", "00XBC1234", "carnet de extranjería 00XBC-1234"),
        ("ce", "Carnet de extranjería 002234567", "C. E. 002234567"),
        ("ce", "00123456-7", "00123456-7"),
        ("ce", "00123456-7", "001234567"),
        ("dni", "40000003-7", "40000003"),
        ("dni", "40000003", "DNI N.º 40000003 - 7"),
    ],
)
def test_however_it_was_stored_its_person_is_found(kind, stored, typed):
    person = create_person(
        first_name="Ñ", document_type=kind, document_number=stored, now=timezone.now()
    )
    check_identifier(typed)
    assert resolve_username(typed) == person.username


def test_index_depends_on_key_and_kind_and_shows_nothing():
    one, other = documents.index("dni", "40123678"), documents.index("ce", "40123678")
    assert one != other
    assert "40123678" not in one
    assert documents.index("dni", "40123678") == one


def test_same_number_is_encrypted_differently_each_time():
    assert documents.encrypt("40123678") != documents.encrypt("40123678")
    assert documents.decrypt(documents.encrypt("40123678")) == "40123678"


@pytest.fixture
def fresh_keys(db, tmp_path, settings):
    settings.PERSONAL_DATA_KEYS = str(tmp_path / "new" / "keys.json")
    documents.keys.cache_clear()
    yield Path(settings.PERSONAL_DATA_KEYS)
    documents.keys.cache_clear()


def test_keys_are_made_once_for_their_owner_alone(fresh_keys):
    cipher = documents.encrypt("40123678")
    assert stat.S_IMODE(fresh_keys.stat().st_mode) == 0o600
    assert list(fresh_keys.parent.iterdir()) == [fresh_keys]
    documents.keys.cache_clear()
    assert documents.decrypt(cipher) == "40123678"


def test_keys_are_versioned_and_do_not_come_from_the_secret_key(fresh_keys, settings):
    documents.keys()
    kept = json.loads(fresh_keys.read_text())
    assert set(kept) == {"encryption", "index"}
    assert kept["index"]["version"] == "1"
    assert settings.SECRET_KEY not in fresh_keys.read_text()


def test_older_key_still_reads(fresh_keys):
    cipher = documents.encrypt("40123678")
    kept = json.loads(fresh_keys.read_text())
    kept["encryption"].insert(0, "A" * 43 + "=")
    fresh_keys.write_text(json.dumps(kept))
    documents.keys.cache_clear()
    assert documents.decrypt(cipher) == "40123678"


def test_no_second_keys_are_made_while_documents_need_the_first(fresh_keys, person):
    lina = person("Lina")
    lina.set_document("dni", "40123678")
    lina.save()
    kept = fresh_keys.read_bytes()
    fresh_keys.unlink()
    documents.keys.cache_clear()
    with pytest.raises(documents.KeysAreLost, match="Recupéralas de tu copia"):
        resolve_username("40123678")
    assert list(fresh_keys.parent.iterdir()) == []
    fresh_keys.write_bytes(kept)
    assert resolve_username("40123678") == lina.username


def everything_stored() -> str:
    """Every value of every table, as text."""
    stored = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            # Names from the database itself.
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            stored += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(stored)


@pytest.mark.django_db
def test_number_is_nowhere_in_clear(client, organisations, caplog, waiting_tasks):
    """Register, fail, enter, look at one's account, recover, change the e-mail: no table and no log
    line holds the number.
    """
    caplog.set_level(logging.DEBUG)
    numbers = ["47391846", "009482716"]
    for kind, number in zip(("dni", "ce"), numbers, strict=True):
        told = {
            "first_name": "Ñ",
            "last_name": "Ñ",
            "document_type": kind,
            "document_number": number,
            "email": f"{kind}@example.org",
        }
        address = f"/cuenta/registro/datos/?entidad={organisations['tumbes'].uuid}"
        client.post(address, {**told, "password": "tres palabras juntas", "accepts": "on"})
        client.post(address, {**told, "password": "tres palabras juntas", "accepts": "on"})
        client.post("/cuenta/ingresar/", {"username": number, "password": "otra"})
        client.post("/cuenta/recuperar/", {"username": number})
        client.post("/cuenta/ingresar/", {"username": number, "password": "tres palabras juntas"})
        assert client.get("/cuenta/").status_code == 200
        client.post(
            "/cuenta/correo/",
            {"email": f"otro-{kind}@example.org", "password": "tres palabras juntas"},
        )
        client.post("/cuenta/salir/")
    assert User.objects.count() == 2
    waiting = str(list(DBTaskResult.objects.values_list("args_kwargs", flat=True)))
    assert DBTaskResult.objects.count() == 4
    assert "example.org" not in waiting
    stored = everything_stored()
    for number in numbers:
        assert number not in stored
        assert number not in caplog.text
        assert number not in str(client.cookies)


@pytest.mark.django_db
def test_number_has_no_copy_in_the_session(client):
    create_person(
        first_name="Ñ",
        document_type="dni",
        document_number="47391846",
        password="tres palabras juntas",
        now=timezone.now(),
    )
    client.post("/cuenta/ingresar/", {"username": "47391846", "password": "tres palabras juntas"})
    assert "47391846" not in str(dict(client.session.items()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("maria@gmial.com", "maria@gmail.com"),
        ("maria@gmal.com", "maria@gmail.com"),
        ("maria@gmaill.com", "maria@gmail.com"),
        ("maria@gmail.con", "maria@gmail.com"),
        ("maria@hotmial.com", "maria@hotmail.com"),
        ("maria@munitumbes.gov.pe", "maria@munitumbes.gob.pe"),
        ("maria@gmail.com", ""),
        ("maria@mail.com", ""),
        ("maria@munitumbes.gob.pe", ""),
        ("maria@example.org", ""),
        ("maria", ""),
    ],
)
def test_slips_in_the_mail_host_are_guessed(typed, meant):
    assert suggested_email(typed) == meant
