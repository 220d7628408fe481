"""Checks that passwords are hashed in turn, each for its own person, and that hashes made before still open the door."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password, identify_hasher, make_password
from django.core.exceptions import ValidationError

from accounts.passwords import CommonPasswordValidator, PatientScryptHasher

WORDS = "una frase de varias palabras"


@pytest.fixture(autouse=True)
def production_hasher(settings):
    settings.PASSWORD_HASHERS = ["accounts.passwords.PatientScryptHasher"]


@pytest.mark.parametrize(
    "typed",
    ["contraseña", "Contraseña1", "CONTRASENA2026", "municipalidad", "Municipalidad2026!", "migraciones", "peru123456", "Perú2026...",
     "123456peru", "extranjeria", "bienvenido1", "administrador"],
)  # fmt: skip
def test_what_everybody_here_would_try_is_refused(typed):
    with pytest.raises(ValidationError, match="muy conocida"):
        CommonPasswordValidator().validate(typed)


@pytest.mark.parametrize("typed", ["migraciones de aves", "peru lindo y querido", "mi contraseña favorita", "municipalidaddeácora"])
def test_a_phrase_with_such_a_word_is_taken(typed):
    CommonPasswordValidator().validate(typed)


def test_a_hash_made_before_still_fits():
    earlier = ScryptPasswordHasher().encode(WORDS, "sal-de-prueba")
    assert isinstance(identify_hasher(earlier), PatientScryptHasher)
    assert check_password(WORDS, earlier)
    assert not check_password("otra frase", earlier)


def test_of_many_at_once_each_gets_the_right_answer():
    stored = make_password(WORDS)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda word: check_password(word, stored), [WORDS, "no", WORDS, "no", WORDS, WORDS]))
    assert answers == [True, False, True, False, True, True]


def test_a_fault_gives_the_turn_back():
    for _fault in range(3):
        with pytest.raises(ValueError, match="salt"):
            PatientScryptHasher().encode(WORDS, "")
    assert check_password(WORDS, make_password(WORDS))
