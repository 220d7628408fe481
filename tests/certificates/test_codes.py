"""Checks that codes are random, forgiving to read, and notice every slip of the fingers."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from certificates.codes import (
    LENGTH,
    RANDOM_LENGTH,
    check_characters,
    grouped,
    is_well_formed,
    new_code,
    normalise,
)
from certificates.queries import certificate_with_code
from lib.codes import ALPHABET

random_parts = st.text(ALPHABET, min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH)
codes = random_parts.map(lambda part: part + check_characters(part))


@pytest.mark.parametrize(
    "label",
    [
        "Código ",
        "código: ",
        "CODIGO:",
        "Cód. ",
        "cod: ",
        "Código N.º ",
        "Código del certificado: ",
        "el código es ",
    ],
)
@pytest.mark.parametrize("length", [4, 19, 20])
def test_a_label_before_it_is_not_counted(label, length):
    code = ("0123456789ABCDEFGHJKM")[:length]
    assert normalise(label + "-".join(code[at : at + 4] for at in range(0, length, 4))) == code


def test_alphabet_leaves_out_what_is_mistaken():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_new_codes_are_well_formed_and_differ():
    made = {new_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(code) == LENGTH and is_well_formed(code) for code in made)
    assert {character for code in made for character in code[:RANDOM_LENGTH]} == set(ALPHABET)


@pytest.mark.parametrize(
    ("tail", "check"),
    [
        ("000", "00"),
        ("001", "01"),
        ("00Z", "0Z"),
        ("010", "10"),
        ("0ZW", "ZW"),  # 31 × 32 + 28 = 1020, the largest rest
        ("0ZX", "00"),  # 1021
        ("0ZZ", "02"),  # 1023
        ("100", "03"),  # 1024
    ],
)
def test_check_characters_by_hand(tail, check):
    assert check_characters(tail.rjust(RANDOM_LENGTH, "0")) == check


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_noticed(code, place, character):
    assume(code[place] != character)
    assert not is_well_formed(code[:place] + character + code[place + 1 :])


@given(codes, st.integers(0, LENGTH - 2))
def test_any_swap_of_neighbours_is_noticed(code, place):
    assume(code[place] != code[place + 1])
    assert not is_well_formed(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def test_every_slip_in_one_code_is_noticed():
    code = new_code()
    wrong = {
        code[:place] + other + code[place + 1 :]
        for place in range(LENGTH)
        for other in ALPHABET
        if other != code[place]
    }
    swapped = {
        code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        for place in range(LENGTH - 1)
    } - {code}
    assert len(wrong) == LENGTH * 31
    assert not any(is_well_formed(near) for near in wrong | swapped)


@given(codes)
def test_code_is_read_however_it_is_typed(code):
    assert normalise(grouped(code)) == code
    assert normalise(f"  {grouped(code).lower().replace('-', ' ')} ") == code
    assert normalise(code.replace("0", "o").replace("1", "l")) == code
    assert normalise(code.replace("0", "O").replace("1", "I")) == code
    assert normalise(grouped(code).replace("-", " – ")) == code


@given(st.text(max_size=60))
def test_any_text_is_normalised_without_error(text):
    assert is_well_formed(normalise(text)) in {True, False}


@pytest.mark.parametrize(
    "code", ["", "0", "0" * 19, "0" * 21, "U" + "0" * 19, "ñ" * 20, "٠" * 20, "0" * 18 + "ZZ"]
)
def test_what_is_no_code(code):
    assert not is_well_formed(code)


def test_grouped_in_five_groups_of_four():
    assert grouped("7K2M9QXA4TBC81DENF3H") == "7K2M-9QXA-4TBC-81DE-NF3H"


@pytest.mark.django_db
def test_a_hundred_thousand_random_and_near_codes_find_nothing(certificate):
    """CER-03. What is not well formed never reaches the database; the few that are find nothing."""
    source = random.Random(20261124)  # a repeatable attack
    code, asked = certificate.code, 0
    for number in range(100_000):
        if number % 2:
            tried = "".join(source.choices(ALPHABET, k=LENGTH))
        else:
            letters = list(code)
            for place in source.sample(range(LENGTH), source.randint(1, 3)):
                letters[place] = source.choice(ALPHABET)
            tried = "".join(letters)
        if tried != code and is_well_formed(tried):
            asked += 1
            assert certificate_with_code(tried) is None
    assert asked < 400
