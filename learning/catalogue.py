"""Finds courses by words and topics without minding accents; plain values, no database."""

import difflib
from collections.abc import Iterable

from courses.outline import Outline
from lib.folding import compared, folded, search_words, sorting_key


def matching_courses(outlines: Iterable[Outline], query: str, topic: str) -> list[Outline]:
    """Return the courses whose texts contain every word of the query and that carry the topic (both
    may be empty).
    """
    words = [compared(word) for word in search_words(query)]
    return [
        outline
        for outline in outlines
        if (not topic or topic in outline.topics)
        and all(word in _searchable(outline) for word in words)
    ]


def topics_of(outlines: Iterable[Outline]) -> list[str]:
    """Return every topic once, in alphabetical order."""
    return sorted({topic for outline in outlines for topic in outline.topics}, key=sorting_key)


def suggestion_for(outlines: Iterable[Outline], query: str) -> str:
    """Return the known words nearest to a query that found nothing, when they find a course
    together; or an empty text.
    """
    outlines = list(outlines)
    vocabulary = {folded(word): word for outline in outlines for word in _words(outline)}
    nearest = [
        difflib.get_close_matches(word, vocabulary, n=1, cutoff=0.75)
        for word in search_words(query)
    ]
    suggestion = " ".join(vocabulary[match[0]] for match in nearest if match)
    return (
        suggestion
        if folded(suggestion) != folded(query) and matching_courses(outlines, suggestion, "")
        else ""
    )


def _texts(outline: Outline) -> Iterable[str]:
    yield from (outline.title, outline.summary, outline.outcome, outline.audience, *outline.topics)
    for module in outline.modules:
        yield from (module.title, *(activity.title for activity in module.activities))


def _searchable(outline: Outline) -> str:
    return compared(" ".join(_texts(outline)))


def _words(outline: Outline) -> Iterable[str]:
    return (
        word.strip(".,:;¿?¡!«»()").lower()
        for text in _texts(outline)
        for word in text.split()
        if len(word) > 3
    )
