"""Checks that composing letters costs what the text is long, and changes nothing that people
write.
"""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.composing import MOST_MARKS, SHORT, composed

FORMS = ["NFC", "NFKC", "NFKD"]


@pytest.mark.parametrize("form", FORMS)
@given(text=st.text())
def test_a_text_is_brought_into_its_form(form, text):
    assert composed(text, form) == normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
def test_a_long_text_keeps_the_marks_that_people_write(form):
    text = "n\u0303 Nguyê\u0303n Thi\u0323\u0302 Hồng דָּוִד हिन्दी " * SHORT
    assert composed(text, form) == normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", ["\u0301\u0323", "\uff9e\u0301", "\u0f73\u0f75\u0301"])
def test_of_a_heap_of_marks_a_few_stay(form, marks):
    """Marks of different places are sorted by comparing each with each: a million would take
    hours.
    """
    heap = composed("a" + marks * 1_000_000 + "b", form)
    assert heap.endswith("b")
    assert len(heap) <= 2 * MOST_MARKS + 2
