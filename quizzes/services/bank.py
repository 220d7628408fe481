"""Keeps questions: other content makes the next version, and no old one is touched."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import record_act
from quizzes.models import Bank, Question, QuestionVersion
from quizzes.question_rules import Choice, InvalidQuestion, QuestionContent, problems_of, tidied


class StaleVersion(Exception):
    """Somebody else stored a newer version of the question in the meantime."""


def save_question(
    *,
    bank: Bank,
    content: QuestionContent,
    topic: str,
    now: datetime,
    key: UUID | None = None,
    state: str = Question.State.ACTIVE,
    author_key: UUID | None = None,
    expected: int | None = None,
) -> tuple[Question, bool]:
    """Store a question; other content makes the next version and never touches an old one. The same content writes nothing.

    Returns the question and whether anything changed. `expected` is the number of the version that the author had
    before their eyes. Raises InvalidQuestion with every problem, and StaleVersion when a newer version was stored.
    """
    content = tidied(content)
    problems = problems_of(content)
    if problems:
        raise InvalidQuestion(problems)
    try:
        with transaction.atomic():
            return _save_question(bank, content, topic, now, key, state, author_key, expected)
    except IntegrityError:
        raise StaleVersion from None


def _save_question(
    bank: Bank,
    content: QuestionContent,
    topic: str,
    now: datetime,
    key: UUID | None,
    state: str,
    author_key: UUID | None,
    expected: int | None,
) -> tuple[Question, bool]:
    question = Question.objects.select_for_update(of=("self",)).select_related("current").filter(key=key).first() if key else None
    if question is None:
        question = Question.objects.create(bank=bank, topic=topic, **({"key": key} if key else {}))
    current = question.current
    is_new = current is None or content_of(current) != content
    if not is_new and (question.topic, question.state, question.bank_id) == (topic, state, bank.pk):
        return question, False
    if expected is not None and current and current.number != expected:
        raise StaleVersion
    if is_new:
        question.current = QuestionVersion.objects.create(
            question=question,
            number=current.number + 1 if current else 1,
            kind=content.kind,
            stem=content.stem,
            choices=content.stored_choices(),
            feedback=content.feedback,
            norm_id=content.norm or None,
            locator=content.locator,
            source=content.source,
            lesson_key=content.lesson or None,
            created_at=now,
            author_key=author_key,
        )
    question.topic, question.state, question.bank = topic, state, bank
    question.save(update_fields=["current", "topic", "state", "bank"])
    _record("question_saved", question, author_key, now)
    return question, True


def content_of(version: QuestionVersion) -> QuestionContent:
    """Return what a stored version says."""
    choices = tuple(Choice(choice["text"], choice["is_correct"]) for choice in version.choices)
    names = ("kind", "stem", "feedback", "locator", "source")
    facts = {name: getattr(version, name) for name in names}
    return QuestionContent(choices=choices, norm=version.norm_id or "", lesson=str(version.lesson_key or ""), **facts)


def set_question_state(*, question: Question, state: str, author_key: UUID, now: datetime) -> None:
    """Retire a question, or bring it back; its versions and the attempts that pinned them stay as they are."""
    with transaction.atomic():
        question.state = state
        question.save(update_fields=["state"])
        _record("question_state_set", question, author_key, now)


def _record(action: str, question: Question, author_key: UUID | None, now: datetime) -> None:
    record_act(
        actor_key=author_key,
        action=action,
        object_type="question",
        object_key=str(question.key),
        now=now,
        details={"version": question.current.number if question.current else 0, "state": question.state},
    )
