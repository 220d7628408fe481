"""Reads the bank: questions found by their words, those that wait for somebody, and versions by
identifier.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from lib.folding import compared, search_words
from questions.kinds import kind_of
from questions.models import Question, QuestionQuerySet, QuestionVersion

# A version takes about 2 KB: every question of a large site fits into each process.
KEPT_VERSIONS = 5000
_versions: dict[int, QuestionVersion] = {}


def found_questions(rows: QuestionQuerySet, query: str, state: str) -> list[Question]:
    """Return the questions in a state (any for an unknown one) whose texts hold every word, without
    minding accents.
    """
    rows = rows.with_shown_state()
    rows = rows.filter(shown_state=state) if state in Question.ShownState.values else rows
    words = [compared(word) for word in search_words(query)]
    return [row for row in rows.order_by("id") if all(word in _searchable(row) for word in words)]


def _searchable(question: Question) -> str:
    current = question.current
    if current is None:
        return question.topic
    return compared(
        " ".join(
            [
                current.stem,
                question.topic,
                current.norm_id or "",
                *kind_of(current.kind).texts(current.content),
            ]
        )
    )


def waiting_for(reviewer_key: UUID, *, is_alone: bool) -> QuerySet[Question]:
    """Return the questions whose newest version waits for this person; an operator alone decides
    about their own too.
    """
    rows = Question.objects.in_review().select_related("bank", "current")
    return (
        rows
        if is_alone
        else rows.exclude(pk__in=Question.objects.written_by(reviewer_key).values("pk"))
    )


def returned_to(author_key: UUID) -> QuerySet[Question]:
    """Return the questions that came back to this person with a comment."""
    return Question.objects.returned().written_by(author_key).select_related("bank", "current")


def versions_of(ids: Iterable[int]) -> dict[int, QuestionVersion]:
    """Return question versions by identifier, in one statement for those this process has not read
    yet. They never change.
    """
    keys = set(ids)
    # Another thread may empty it meanwhile.
    versions = {key: version for key in keys if (version := _versions.get(key))}
    if len(versions) < len(keys):
        rows = QuestionVersion.objects.in_bulk(keys - versions.keys())
        if len(_versions) + len(rows) > KEPT_VERSIONS:
            _versions.clear()
        _versions.update(rows)
        versions |= rows
    return versions


def forget_versions() -> None:
    """Empty what this process keeps: only tests need it, where identifiers are used again."""
    _versions.clear()


def mended_versions(question: Question) -> list[QuestionVersion]:
    """Return the earlier versions of a question that had another key than its newest one.

    One statement.
    """
    current = question.current
    if current is None:
        return []
    earlier = question.versions.exclude(pk=current.pk).order_by("number")
    return [version for version in earlier if is_key_mended(version, current)]


def is_key_mended(older: QuestionVersion, newer: QuestionVersion) -> bool:
    """Say whether two versions of a question hold another key for what both ask."""
    return kind_of(newer.kind).is_mended(older.content, newer.content)
