"""Checks that words are found and sorted however they were typed, and the one rule for ñ."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.folding import compared, folded, search_words, sorting_key


@given(st.text(max_size=20))
def test_folding_again_changes_nothing_and_both_ways_of_typing_an_accent_are_one(text):
    assert folded(folded(text)) == folded(text)
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Migración", "MIGRACION", True),
        ("pingüino", "Pinguino", True),
        ("año", "ano", False),
        ("Ñahui", "ñahui", True),
        ("a\0o", "año", False),
        ("D’Angelo", "d’ángelo", True),
    ],
)
def test_accents_do_not_count_and_ene_is_a_letter(one, other, is_same):
    assert (folded(one) == folded(other)) == is_same


def test_a_search_finds_ene_typed_as_n():
    assert compared("Niñez MIGRANTE") == compared("ninez migrante") == "ninez migrante"


def test_names_are_sorted_with_ene_after_every_n():
    names = ["Oyón", "Ñahuimpuquio", "Nuñoa", "Nazca", "Ámbar", "Zaña", "Acora"]
    expected = ["Acora", "Ámbar", "Nazca", "Nuñoa", "Ñahuimpuquio", "Oyón", "Zaña"]
    assert sorted(names, key=sorting_key) == expected


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("«migración».", ["migracion"]),
        ("migracion-y-territorio", ["migracion", "y", "territorio"]),
        ("\u200bD’Angelo\u202e, J.J.", ["d’angelo", "j.j"]),
        ("ｐｕｎｏ puno", ["puno"]),
        (" - % ", []),
    ],
)
def test_signs_and_what_nobody_sees_are_no_part_of_a_search(typed, words):
    assert search_words(typed) == words
