"""Checks that only the length of a text waits until it is published."""

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from lib.drafts import DraftLine, DraftText, LineBlock, too_long


@pytest.mark.parametrize("kind", [DraftText, DraftLine])
@pytest.mark.parametrize(("text", "is_draft", "is_taken"), [
    ("ñ" * 5, False, True), ("ñ" * 6, False, False), ("ñ" * 6, True, True), ("a" * 6 + "\0", True,
    False), ("", True, False),
])  # fmt: skip
def test_a_form_takes_what_a_draft_may_hold(kind, text, is_draft, is_taken):
    field = kind(max_length=5).formfield()
    field.is_deferred_validation = is_draft
    if is_taken:
        assert field.clean(text) == text
    else:
        with pytest.raises(ValidationError):
            field.clean(text)


def test_a_block_keeps_a_long_line_in_a_draft():
    block = LineBlock(max_length=5)
    assert block.clean_deferred("a" * 6) == "a" * 6
    with pytest.raises(ValidationError):
        block.clean("a" * 6)


@pytest.mark.parametrize(("text", "told"), [("ñ" * 5, 0), ("ñ" * 6, 1)])
def test_a_text_beyond_its_limit_is_told_in_one_sentence(text, told):
    assert len(too_long(DraftText(max_length=5), text)) == told
    assert too_long(models.TextField(), text) == []
