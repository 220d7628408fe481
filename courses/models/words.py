"""Says what of a stored revision is read: every text as it stands, by the kind of its field."""

import json
import re
from typing import Any

from django.db import models
from wagtail.blocks import BaseStreamBlock, Block, ListBlock, RichTextBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Revision

# What Wagtail's editor gives each paragraph anew, inside its tag: nobody reads it. A text that says
# the same words has them escaped.
KEY_OF_PARAGRAPH = re.compile(r'(<[a-z][a-z0-9]*) data-block-key="[^"<>]*"')
# Identifiers of the rows that belong to a page: they change when it is saved, its words do not.
IDENTIFIERS = {"pk", "sort_order"}
# Of what every page holds: what is read, and when.
READ_OF_ANY_PAGE = {
    "title", "slug", "seo_title", "search_description", "go_live_at", "expire_at",
}  # fmt: skip


def text_of(revision: Revision) -> dict[str, Any]:
    """Return what a revision lets learners read, and when: without comments and what Wagtail keeps
    for itself.
    """
    of_any_page = {field.name for field in Page._meta.concrete_fields} | {
        "pk",
        "wagtail_admin_comments",
    }
    left_out = of_any_page - READ_OF_ANY_PAGE
    model = revision.content_type.model_class()
    fields = {field.name: field for field in model._meta.get_fields()} if model else {}
    return {
        name: _words_of_field(fields.get(name), value)
        for name, value in revision.content.items()
        if name not in left_out
    }


def _words_of_field(field: Any, value: Any) -> Any:
    if isinstance(field, StreamField) and isinstance(value, str):
        try:
            return _words_of_block(field.stream_block, json.loads(value))
        except ValueError:
            return value
    if isinstance(field, RichTextField):
        return _prose(value)
    if isinstance(field, models.ManyToOneRel) and isinstance(value, list):
        return [_words_of_row(row) for row in value]
    return value


def _words_of_row(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {name: value for name, value in row.items() if name not in IDENTIFIERS}


def _words_of_block(block: Block | None, value: Any) -> Any:
    """Return the value of a block without the identifiers of its parts; one of no known kind as it
    stands.
    """
    if isinstance(block, BaseStreamBlock) and isinstance(value, list):
        return [_words_of_part(block.child_blocks, part) for part in value]
    if isinstance(block, ListBlock) and isinstance(value, list):
        return [_words_of_part({"item": block.child_block}, part) for part in value]
    if isinstance(block, StructBlock) and isinstance(value, dict):
        kinds = block.child_blocks
        return {name: _words_of_block(kinds.get(name), part) for name, part in value.items()}
    return _prose(value) if isinstance(block, RichTextBlock) else value


def _words_of_part(kinds: dict[str, Block], part: Any) -> Any:
    if not isinstance(part, dict) or part.get("type") not in kinds:
        return part
    value = _words_of_block(kinds[part["type"]], part.get("value"))
    return {**part, "value": value, "id": None}


def _prose(value: Any) -> Any:
    return KEY_OF_PARAGRAPH.sub(r"\1", value) if isinstance(value, str) else value
