"""Checks that whatever our fields accept is drawn, and that what cannot be drawn never costs a
certificate.
"""

import io
import re
import sys
import unicodedata

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from certificates.rendering import SOURCE, WRITTEN_FIELDS, facts, is_printable, render_pdf
from lib import texts
from lib.pdf import draw
from tests.certificates.test_rendering import a_certificate, words

ACCEPTED = {
    "LATIN": "DIACRITICS",
    "GREEK": "DIACRITICS",
    "CYRILLIC": "DIACRITICS",
    "HEBREW": "HEBREW_POINTS",
    "ARABIC": "ARABIC_POINTS",
    "DEVANAGARI": "DEVANAGARI_SIGNS",
    "OTHER_LETTERS": None,
    "SIGNS": None,
}
# One of each class of characters: seen and not seen, drawn and not drawn.
CLASSES = {
    "control": "A\u0007na",
    "null": "A\u0000na",
    "format": "A\u200bna",
    "turned round": "Ana \u202eairaM",
    "filler": "\u3164",
    "private": "A\ue000na",
    "unassigned": "A\u0378na",
    "half of a pair": "A\ud800na",
    "picture": "Ana 🌻",
    "ideograph": "明",
    "syllable": "김",
    "thai": "สมชาย",
    "full width": "Ａｎａ",
    "one letter for a sentence": "\ufdfd",
    "mathematical": "𝓐na",
    "marks without end": "a" + "\u0316" * 60,
    "nothing": "",
}


def characters(group: str) -> list[str]:
    """Return every assigned character of a group of lib/texts.py."""
    found = re.findall(f"[{getattr(texts, group)}]", "".join(map(chr, range(0x20, 0x20000))))
    return [character for character in found if not texts.is_unseen(character)]


def drawn(certificate) -> str:
    return words(PdfReader(io.BytesIO(render_pdf(certificate))))


@pytest.mark.parametrize("group", ACCEPTED)
def test_every_accepted_character_is_drawn(group):
    """In each of the styles in which a text stands: bold, regular and small."""
    accepted = characters(group)
    assert len(accepted) > 15
    for start in range(0, len(accepted), 100):
        text = " ".join(accepted[start : start + 100])
        draw(
            facts(
                a_certificate(
                    holder_name=text,
                    course_title=text,
                    provider=text,
                    syllabus=[{"module": text, "minutes": 1}],
                )
            ),
            SOURCE,
        )


@pytest.mark.parametrize("group", [group for group, points in ACCEPTED.items() if points])
def test_points_are_drawn_on_their_letters(group):
    letters = [letter for letter in characters(group) if texts.as_written(letter) == letter]
    for point in characters(ACCEPTED[group]):
        pairs = " ".join(unicodedata.normalize("NFC", letter + point) for letter in letters)
        assert texts.printing_problem(pairs) is None
        draw(facts(a_certificate(holder_name=pairs, syllabus=[])), SOURCE)


@pytest.mark.parametrize(
    "name",
    [
        "Ñusta Q'orianka D’Angelo-Huamán",
        "María-José-Fernanda D’Angelo-Huamán " * 3,
    ],
)
def test_no_line_ends_at_the_hyphen_of_a_name(name):
    """Who copies the name would get it without: readers take it for the end of a syllable."""
    document = render_pdf(a_certificate(holder_name=name.strip(), syllabus=[]))
    printed = PdfReader(io.BytesIO(document)).pages[0].extract_text()
    assert "-\n" not in printed
    assert name.split()[0][:40] in printed.replace("\u200b", "").replace("\n", "")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z"]), max_size=40))
def test_what_is_accepted_is_drawn_and_what_is_drawn_is_whole(text):
    written = texts.as_written(text)
    certificate = a_certificate(holder_name=written, course_title=written)
    if is_printable(certificate):
        draw(facts(certificate), SOURCE)
    assert render_pdf(certificate).startswith(b"%PDF")


@pytest.mark.parametrize("text", CLASSES.values(), ids=CLASSES)
@pytest.mark.parametrize("field", [*WRITTEN_FIELDS, "module"])
def test_every_text_of_the_document_in_every_class_of_characters(field, text):
    """Whatever was frozen once is drawn, and what had to be replaced is said."""
    frozen = {"syllabus": [{"module": text, "minutes": 5}]} if field == "module" else {field: text}
    certificate = a_certificate(**frozen)
    printed = drawn(certificate)
    assert "7K2M-9QXA-4TBC-81DE-NF3H" in printed
    assert (
        ("no se puede imprimir" in printed)
        == (texts.printing_problem(text) is not None)
        == (not is_printable(certificate))
    )


def test_every_text_of_the_row_is_walked():
    """A text that a later row prints must be on the list."""
    codes = {
        "code",
        "kind",
        "state",
        "document_type",
        "document_cipher",
        "document_last",
        "revocation_reason",
    }
    fields = {
        field.name
        for field in a_certificate()._meta.fields
        if field.get_internal_type() in {"CharField", "TextField"}
    }
    assert fields - codes == set(WRITTEN_FIELDS)


def test_an_engine_that_draws_less_costs_no_certificate(monkeypatch, caplog):
    """Another version may bring other fonts: the text is reduced to letters that every font has."""
    monkeypatch.setattr(texts, "_GLYPHS", re.compile(".*", re.DOTALL))
    with pytest.raises(typst.TypstError):
        draw(facts(a_certificate(holder_name="Ana 明")), SOURCE)
    caplog.clear()
    printed = drawn(a_certificate(holder_name="Ana 明"))
    assert "Ana ?" in printed
    assert "no se puede imprimir" in printed
    assert "drawn with substitutes" in caplog.text


def test_nothing_of_unicode_is_accepted_unseen():
    whole = "".join(map(chr, range(sys.maxunicode + 1)))
    accepted = {
        character
        for group in ACCEPTED
        for character in re.findall(f"[{getattr(texts, group)}]", whole)
    }
    assert not [c for c in accepted if texts.is_unseen(c) and texts.printing_problem(c) is None]
