"""Checks that passwords are hashed in turn, each for its own person, and that hashes made before
still open the door.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.exceptions import HashingError
from django.contrib.auth.hashers import (
    ScryptPasswordHasher,
    check_password,
    identify_hasher,
    make_password,
)
from django.core.exceptions import ValidationError

from accounts.passwords import (
    CommonPasswordValidator,
    PatientArgon2Hasher,
    PatientScryptHasher,
    refuse_own_words,
)

WORDS = "una frase de varias palabras"


@pytest.fixture(autouse=True)
def production_hasher(settings):
    settings.PASSWORD_HASHERS = [
        "accounts.passwords.PatientArgon2Hasher",
        "accounts.passwords.PatientScryptHasher",
    ]


@pytest.mark.parametrize(
    "typed",
    ["contraseña", "Contraseña1", "CONTRASENA2026", "municipalidad", "Municipalidad2026!",
    "migraciones", "peru123456", "Perú2026...",
     "123456peru", "extranjeria", "bienvenido1", "administrador"],
)  # fmt: skip
def test_what_everybody_here_would_try_is_refused(typed):
    with pytest.raises(ValidationError, match="muy conocida"):
        CommonPasswordValidator().validate(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "migraciones de aves",
        "peru lindo y querido",
        "mi contraseña favorita",
        "municipalidaddeácora",
    ],
)
def test_a_phrase_with_such_a_word_is_taken(typed):
    CommonPasswordValidator().validate(typed)


OWN = ("４0 123-678", "maria.quispe@example.pe", "María", "Quispe D’Angelo")


@pytest.mark.parametrize(
    "typed",
    ["40123678ab", "dni 40123678", "40.123.678", "maria.quispe@example.pe", "Maria Quispe 2026",
     "quispe-d'angelo", "mariaquispe1"],
)  # fmt: skip
def test_what_others_know_of_a_person_is_refused(typed):
    with pytest.raises(ValidationError, match="tu documento, tu correo o tu nombre"):
        refuse_own_words(typed, OWN)


@pytest.mark.parametrize(
    "typed", ["maria camina por la orilla", "una llama gris", "40123679 soles menos", "1234567890"]
)
def test_a_phrase_that_is_more_than_that_is_taken(typed):
    refuse_own_words(typed, OWN)
    refuse_own_words(typed, ("", " ", "A"))


def test_a_new_hash_is_argon2id_with_the_least_that_is_recommended():
    assert make_password(WORDS).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_made_before_still_fits():
    earlier = ScryptPasswordHasher().encode(WORDS, "sal-de-prueba")
    assert isinstance(identify_hasher(earlier), PatientScryptHasher)
    assert check_password(WORDS, earlier)
    assert not check_password("otra frase", earlier)


@pytest.mark.django_db
def test_signing_in_makes_a_hash_of_before_anew_once(lina, client):
    lina.password = ScryptPasswordHasher().encode(WORDS, "sal-de-prueba")
    lina.save(update_fields=["password"])
    sent = {"username": lina.email, "password": WORDS}
    assert client.post("/cuenta/ingresar/", sent).status_code == 302
    lina.refresh_from_db()
    anew = lina.password
    assert anew.startswith("argon2$argon2id$")
    client.post("/cuenta/salir/")
    assert client.post("/cuenta/ingresar/", sent).status_code == 302
    lina.refresh_from_db()
    assert lina.password == anew


def test_of_many_at_once_each_gets_the_right_answer():
    stored = make_password(WORDS)
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(
                lambda word: check_password(word, stored), [WORDS, "no", WORDS, "no", WORDS, WORDS]
            )
        )
    assert answers == [True, False, True, False, True, True]


@pytest.mark.parametrize("hasher", [PatientArgon2Hasher, PatientScryptHasher])
def test_a_fault_gives_the_turn_back(hasher):
    for _fault in range(3):
        with pytest.raises((ValueError, HashingError), match=r"(?i)salt"):
            hasher().encode(WORDS, "")
    assert check_password(WORDS, make_password(WORDS))
