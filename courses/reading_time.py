"""Computes the minutes that a lesson takes from what it says; plain values, no database.

The measures are those of the research behind the course: adults who read to decide manage 140 words
a minute, stop 1.5 minutes at a case and half a minute at a checklist. Hours on a certificate are
the sum of such minutes, so nobody types them.
"""

import math
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

WORDS_A_MINUTE = 140
MINUTES_A_CASE = 1.5
MINUTES_A_CHECKLIST = 0.5
# Looked up, not read.
UNREAD_BLOCKS = {"sources", "norms"}
UNREAD_VALUES = {"kind", "norm", "locator", "url", "image", "document"}


def lesson_minutes(blocks: Iterable[dict[str, Any]]) -> int:
    """Return the whole minutes of a lesson, at least 1; `blocks` are `{type, value}` as a stream
    field stores them.
    """
    items = list(blocks)
    kinds = [block["type"] for block in items]
    minutes = words_in(items) / WORDS_A_MINUTE
    minutes += MINUTES_A_CASE * kinds.count("case") + MINUTES_A_CHECKLIST * kinds.count("checklist")
    return max(1, math.floor(minutes + 0.5))


def words_in(blocks: Iterable[dict[str, Any]]) -> int:
    """Return how many words stored blocks say: headings, cells and captions count, tags, addresses
    and codes do not.
    """
    texts = [
        text
        for block in blocks
        if block["type"] not in UNREAD_BLOCKS
        for text in _texts(block["value"])
    ]
    # A paragraph ends a word; «<strong>uno</strong>,» is one.
    plain = (re.sub(r"<[^>]+>", "", re.sub(r"</(?:p|li|h\d)>|<br/?>", " ", text)) for text in texts)
    return sum(len(unescape(text).split()) for text in plain)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            # A list block wraps each of its items: `{type, id, value}`.
            yield from _texts(item["value"] if isinstance(item, dict) and "value" in item else item)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in UNREAD_VALUES:
                yield from _texts(part)
