"""Checks that what is no identifier is none, without an error."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.identifiers import read_uuid


def test_identifier_is_read():
    uuid = uuid4()
    assert read_uuid(str(uuid)) == uuid


@pytest.mark.parametrize("text", [None, "", "7", "g" * 32, "\0", "\ud800", "a" * 100_000])
def test_what_is_no_identifier(text):
    assert read_uuid(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_error(text):
    assert isinstance(read_uuid(text), UUID | None)
