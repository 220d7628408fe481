"""Keeps questions: other content makes the next version, and no old one is touched."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.services import record_act
from questions.models import Bank, Question, QuestionReview, QuestionVersion
from questions.question_rules import InvalidQuestion, QuestionContent, problems_of, tidied


class StaleVersion(Exception):
    """Somebody else changed the question in the meantime: its version, its state or its topic."""


class BankExists(Exception):
    """A bank of this short name is stored already."""


@dataclass(frozen=True)
class Opened:
    """What an author had before their eyes when they began: the number of the version, and what a
    question says besides it.
    """

    number: int
    state: str
    topic: str


class OwnQuestion(Exception):
    """Who wrote a part of a change does not approve it."""


def add_bank(bank: Bank, *, author_key: UUID, now: datetime) -> None:
    """Store a new bank. Raises BankExists when another act made it at the same moment."""
    try:
        with transaction.atomic():
            bank.save(force_insert=True)
            _record_bank("bank_added", bank, author_key, now)
    except IntegrityError:
        raise BankExists from None


def rename_bank(bank: Bank, *, author_key: UUID, now: datetime) -> None:
    """Store the title of a bank; its address and what draws from it stay as they are."""
    with transaction.atomic():
        bank.save(update_fields=["title"])
        _record_bank("bank_renamed", bank, author_key, now)


def _record_bank(action: str, bank: Bank, author_key: UUID, now: datetime) -> None:
    record_act(
        actor_key=author_key,
        action=action,
        object_type="bank",
        object_key=str(bank.pk),
        now=now,
    )


def save_question(
    *,
    bank: Bank,
    content: QuestionContent,
    topic: str,
    now: datetime,
    key: UUID | None = None,
    state: str = Question.State.ACTIVE,
    author_key: UUID | None = None,
    opened: Opened | None = None,
) -> tuple[Question, bool]:
    """Store a question; other content makes the next version and never touches an old one.

    The same content writes nothing.

    Returns the question and whether anything changed. `opened` is what the author had before their
    eyes. Raises InvalidQuestion with every problem, and StaleVersion when the question is no more
    as it was opened.
    """
    content = tidied(content)
    problems = problems_of(content)
    if problems:
        raise InvalidQuestion(problems)
    try:
        with transaction.atomic():
            return _save_question(bank, content, topic, now, key, state, author_key, opened)
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
    opened: Opened | None,
) -> tuple[Question, bool]:
    question = (
        Question.objects.select_for_update(of=("self",))
        .select_related("current")
        .filter(key=key)
        .first()
        if key
        else None
    )
    if question is None:
        question = Question.objects.create(bank=bank, topic=topic, **({"key": key} if key else {}))
    current = question.current
    is_new = current is None or content_of(current) != content
    if not is_new and (question.topic, question.state, question.bank_id) == (topic, state, bank.pk):
        return question, False
    if opened and current and opened != opened_now(question):
        raise StaleVersion
    if is_new:
        question.current = _next_version(question, content, author_key, now)
    if author_key is None:  # what the system loads was reviewed where it was written
        question.approved = question.current
    question.topic, question.state, question.bank = topic, state, bank
    question.save(update_fields=["current", "approved", "topic", "state", "bank"])
    _record("question_saved", question, author_key, now)
    return question, True


def _next_version(
    question: Question, content: QuestionContent, author_key: UUID | None, now: datetime
) -> QuestionVersion:
    return QuestionVersion.objects.create(
        question=question,
        number=question.current.number + 1 if question.current else 1,
        kind=content.kind,
        stem=content.stem,
        content=content.content,
        feedback=content.feedback,
        norm_id=content.norm or None,
        locator=content.locator,
        source=content.source,
        lesson_key=content.lesson or None,
        created_at=now,
        author_key=author_key,
    )


def opened_now(question: Question) -> Opened:
    """Return what an author who opens a question now has before their eyes."""
    number = question.current.number if question.current else 0
    return Opened(number=number, state=question.state, topic=question.topic)


def content_of(version: QuestionVersion) -> QuestionContent:
    """Return what a stored version says."""
    names = ("kind", "stem", "content", "feedback", "locator", "source")
    facts = {name: getattr(version, name) for name in names}
    return QuestionContent(
        norm=version.norm_id or "", lesson=str(version.lesson_key or ""), **facts
    )


def set_question_state(
    *, question: Question, state: str, opened: str, author_key: UUID, now: datetime
) -> None:
    """Retire a question, or bring it back; its versions and the attempts that pinned them stay as
    they are.

    The same act sent twice is one. `opened` is the state that the author had before their eyes.
    Raises StaleVersion when somebody gave it another one since.
    """
    with transaction.atomic():
        locked_row = (
            Question.objects.select_for_update(of=("self",))
            .select_related("current")
            .get(pk=question.pk)
        )
        if locked_row.state == state:
            return
        if locked_row.state != opened:
            raise StaleVersion
        locked_row.state = state
        locked_row.save(update_fields=["state"])
        _record("question_state_set", locked_row, author_key, now)


def send_question_again(
    *, question: Question, number: int, author_key: UUID, now: datetime
) -> None:
    """Let a returned question wait for a reviewer again as it is, in a next version of the same
    words; the comment stays with the one that was returned.

    The same act sent twice is one. `number` is the version the author had before their eyes. Raises
    StaleVersion when another one was stored since, or it did not come back.
    """
    with transaction.atomic():
        locked_row = (
            Question.objects.select_for_update(of=("self",))
            .select_related("current")
            .get(pk=question.pk)
        )
        current = locked_row.current
        if current and current.number == number + 1 and current.author_key == author_key:
            earlier = locked_row.versions.get(number=number)
            if content_of(earlier) == content_of(current):
                return
        if (
            current is None
            or current.number != number
            or not locked_row.waits_for_review
            or not current.reviews.filter(is_approved=False).exists()
        ):
            raise StaleVersion
        locked_row.current = _next_version(locked_row, content_of(current), author_key, now)
        locked_row.save(update_fields=["current"])
        _record("question_sent_again", locked_row, author_key, now)


def review_question(
    *,
    question: Question,
    number: int,
    reviewer_key: UUID,
    is_approved: bool,
    comment: str,
    now: datetime,
    is_alone: bool = False,
) -> QuestionReview:
    """Approve the newest version, which new papers ask from now on, or send it back with a comment.

    Open attempts keep the version they got. The same decision sent twice is one. `is_alone` is an
    operator on a day when nobody reviews. `number` is the version the reviewer had before their
    eyes. Raises StaleVersion when a newer one was stored or nothing waits, and OwnQuestion for who
    wrote a part of the change.
    """
    with transaction.atomic():
        locked_row = (
            Question.objects.select_for_update(of=("self",))
            .select_related("current", "approved")
            .get(pk=question.pk)
        )
        earlier = decision_made(
            locked_row,
            number=number,
            reviewer_key=reviewer_key,
            is_approved=is_approved,
            comment=comment,
        )
        if earlier:
            return earlier
        if (
            not locked_row.waits_for_review
            or locked_row.current is None
            or locked_row.current.number != number
        ):
            raise StaleVersion
        if reviewer_key in writers_of(locked_row) and not is_alone:
            raise OwnQuestion
        facts = {
            "reviewer_key": reviewer_key,
            "is_approved": is_approved,
            "comment": comment,
            "decided_at": now,
        }
        review = QuestionReview.objects.create(version=locked_row.current, **facts)
        if is_approved:
            locked_row.approved = locked_row.current
            locked_row.save(update_fields=["approved"])
        _record(
            "question_approved" if is_approved else "question_returned",
            locked_row,
            reviewer_key,
            now,
        )
    return review


def decision_made(
    question: Question, *, number: int, reviewer_key: UUID, is_approved: bool, comment: str
) -> QuestionReview | None:
    """Return what this person decided in the same words as the last thing about the newest version:
    it was sent twice.
    """
    last = (
        question.current.reviews.last()
        if question.current and question.current.number == number
        else None
    )
    if last and (last.reviewer_key, last.is_approved, last.comment) == (
        reviewer_key,
        is_approved,
        comment,
    ):
        return last
    return None


def writers_of(question: Question) -> set[UUID]:
    """Return the opaque identifiers of who wrote the versions since the approved one."""
    since = question.approved.number if question.approved else 0
    keys = question.versions.filter(number__gt=since).values_list("author_key", flat=True)
    return {key for key in keys if key}


def _record(action: str, question: Question, author_key: UUID | None, now: datetime) -> None:
    record_act(
        actor_key=author_key,
        action=action,
        object_type="question",
        object_key=str(question.key),
        now=now,
        details={
            "version": question.current.number if question.current else 0,
            "state": question.state,
        },
    )
