"""Stores answers to open attempts; an answer may be sent twice, and come late."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from learning.services import ConflictingRepeat, Provenance, digest_of
from lib.write_limit import write_transaction
from quizzes.models import Attempt, ResponseEvent
from quizzes.papers import ReadAnswer, read_response
from quizzes.queries import event_sent_as, is_current_among, is_overtaken, lock_to_answer
from quizzes.timing import Arrival, arrival, seconds_late


class AttemptClosed(Exception):
    """The attempt was submitted or abandoned: what came now is not counted."""


@dataclass(frozen=True)
class Order:
    """Where a device puts an answer among its own.

    What waited on it says in `seen` up to which order its page knew the answers, and in `tried`
    what else that page may have sent.
    """

    sequence: int
    seen: int | None = None
    tried: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class StoredAnswer:
    """A stored response.

    `is_current` is False when a later answer to the same item had come from another device.
    """

    event: ResponseEvent
    is_current: bool = True

    @property
    def counts(self) -> bool:
        """False when it came after the closing hour and its grace: it is kept, and changes
        nothing.
        """
        return self.event.counts

    @property
    def seconds_late(self) -> int:
        """How long after the closing hour it came; 0 when it came in time."""
        return seconds_late(self.event.received_at, self.event.attempt.deadline_at)


def save_response(
    *,
    attempt_uuid: UUID,
    learner: UUID,
    uuid: UUID,
    slot: int,
    order: Order,
    answer: ReadAnswer,
    is_marked: bool,
    provenance: Provenance,
) -> StoredAnswer:
    """Append one response event; `answer` reads what was sent for the kind of the item, because
    only the paper says which that is.

    After the closing hour and its grace it is kept but does not count.

    What waited on a device does not take the place of what another one stored meanwhile: nobody can
    tell which was chosen later, and that one was called saved.

    The same identifier again gives the same answer. Raises ConflictingRepeat when it comes with
    other content, AttemptClosed after a submission that was not made by time, Attempt.DoesNotExist
    for another learner's attempt, and ValueError for an item or an answer that the paper does not
    have.
    """
    event = ResponseEvent(uuid=uuid, slot=slot, sequence=order.sequence, is_marked=is_marked)
    event.occurred_at, event.received_at = provenance.occurred_at, provenance.received_at
    try:
        with write_transaction():
            attempt, latest = lock_to_answer(attempt_uuid, learner, slot)
            event.response = read_response(attempt.paper, slot, answer)
            event.request_digest = digest_of(
                {"slot": slot, "response": event.response, "is_marked": is_marked}
            )
            if not attempt.is_open and not attempt.was_closed_by_time:
                return _as_the_first_time(attempt_uuid, uuid, event.request_digest)
            event.attempt = attempt
            came = arrival(provenance.received_at, attempt.deadline_at)
            event.counts = attempt.is_open and came != Arrival.TOO_LATE
            if order.seen is not None and latest is not None and latest > order.seen:
                event.sequence = _order_behind(attempt, slot, order, order.seen)
            event.save(force_insert=True)
    except IntegrityError:
        return _as_the_first_time(attempt_uuid, uuid, event.request_digest)
    is_newest = latest is None or event.sequence >= latest
    return StoredAnswer(event, is_current=is_newest or not event.counts)


def _order_behind(attempt: Attempt, slot: int, order: Order, seen: int) -> int:
    """Return the order of an answer that waited while its page did not know what is stored: that
    one stays, unless the page had sent it.
    """
    if is_current_among(attempt, slot, order.tried):
        return order.sequence
    return min(order.sequence, seen)


def _as_the_first_time(attempt_uuid: UUID, uuid: UUID, request_digest: str) -> StoredAnswer:
    """Return the event that already carries an identifier, when it said the same; a closed attempt
    takes no new one.
    """
    event = event_sent_as(attempt_uuid, uuid)
    if event is None:
        raise AttemptClosed
    if event.request_digest != request_digest:
        raise ConflictingRepeat
    return StoredAnswer(event, is_current=not event.counts or not is_overtaken(event))
