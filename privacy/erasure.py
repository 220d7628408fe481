"""Takes requests for erasure, carries them out, and repeats them after an older copy was
restored.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from accounts import documents
from accounts.limits import NOTICES_OF_PERSON, take
from accounts.merging import MergeRefused
from accounts.models import User
from accounts.permissions import works_here
from accounts.queries import accounts_of
from audit.services import record_act
from privacy.data_map import holdings
from privacy.erasure_list import add_to_list, listed_keys, numbered_keys
from privacy.models import ErasureRequest
from privacy.queries import waits_for_erasure
from privacy.tasks import send_erased_letter

State = ErasureRequest.State


class StillHoldsRole(Exception):
    """People who work here end their roles first: erasing the last operator would lock everybody
    out.
    """


class AlreadyDecided(Exception):
    """The request was withdrawn or decided in the meantime."""


class ErasureWaits(MergeRefused):
    """One of two accounts asked to be erased: that is decided first."""


def refuse_waiting_erasure(*learners: UUID) -> None:
    """Raise ErasureWaits while one of some people waits for an erasure."""
    if waits_for_erasure(*learners):
        raise ErasureWaits


def ask_for_erasure(*, user: User, now: datetime) -> ErasureRequest:
    """Store that a person asks to be erased; a second time returns the request that waits.

    Raises StillHoldsRole.
    """
    if works_here(user):
        raise StillHoldsRole
    with transaction.atomic():
        request, is_new = ErasureRequest.objects.get_or_create(
            learner=user.learner_key, state=State.PENDING, defaults={"asked_at": now}
        )
        if is_new:
            _record(request, "erasure_asked", user.learner_key, now)
    return request


def withdraw_request(*, user: User, now: datetime) -> bool:
    """Let a person think better of it, while nobody has carried it out; say whether nothing is
    asked any more because they took it back.

    Sent twice at once, it is done once.
    """
    for request in ErasureRequest.objects.filter(learner=user.learner_key, state=State.PENDING):
        with suppress(AlreadyDecided):
            _decide(request, State.WITHDRAWN, by=user, now=now)
    last = ErasureRequest.objects.filter(learner=user.learner_key).order_by("-pk").first()
    return last is not None and last.state == State.WITHDRAWN


def decline_request(*, request: ErasureRequest, operator: User, reason: str, now: datetime) -> None:
    """Store why a request is not carried out; the person reads the reason.

    Raises AlreadyDecided, ValueError without reason.
    """
    if not reason.strip():
        raise ValueError("declining needs a reason")
    _decide(request, State.DECLINED, by=operator, now=now, reason=reason.strip())


def carry_out(*, request: ErasureRequest, operator: User, now: datetime) -> None:
    """Erase the person who asked.

    Raises AlreadyDecided, and StillHoldsRole when a role was given in the meantime.
    """
    with transaction.atomic():
        person = User.objects.filter(learner_key=request.learner).first()
        if person and works_here(person):
            raise StillHoldsRole
        _decide(request, State.DONE, by=operator, now=now)
        if person:
            tell_of_erasure(user=person, now=now)
        # Who had two accounts is erased in both, also from a copy of before they were one.
        merged = accounts_of(person)[1:] if person else []
        for account in merged:
            erase_person(account.learner_key)
            _note_done(account.learner_key, operator, now)
        erase_person(request.learner)
        # Last, and before the commit: what is on the list is erased again, so a crash in between
        # loses nothing.
        for key in [*(account.learner_key for account in merged), request.learner]:
            add_to_list(key, now)


def erase_person(learner_key: UUID) -> None:
    """Take away what identifies a person, in every app, from the top down: the person's own row
    goes last.
    """
    overwrite_what_is_deleted()
    with transaction.atomic():
        for holding in reversed(holdings()):
            if holding.erase:
                holding.erase(learner_key)


def overwrite_what_is_deleted() -> None:
    """Let SQLite fill deleted rows with zeros: some builds leave them readable in the file.

    PostgreSQL's vacuum reuses their place.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def tell_of_erasure(*, user: User, now: datetime) -> None:
    """Queue the last letter.

    Nothing in it leads to the person, or the erasure would take it; counted beside other notices.
    """
    if user.email and take(NOTICES_OF_PERSON, user.learner_key, now=now):
        send_erased_letter.enqueue(documents.encrypt(user.email), now.isoformat())


def people_who_came_back() -> set[UUID]:
    """Return the keys of erased people who have an account: an older database brought them back.

    Lines of the list that cannot be read are left out.
    """
    listed = {key for _number, key in numbered_keys() if key}
    return people_with(listed | keys_in_database())


def keys_in_database() -> set[UUID]:
    """Return the keys of whoever was erased, as the database knows them."""
    done = ErasureRequest.objects.filter(state=State.DONE)
    return set(done.values_list("learner", flat=True))


def people_with(keys: set[UUID]) -> set[UUID]:
    """Return those of the keys that are somebody's."""
    rows = User.objects.filter(learner_key__in=keys)
    return set(rows.values_list("learner_key", flat=True))


def reapply_erasures(*, now: datetime) -> int:
    """Erase again whoever is on the list, in the file or in the database, and mend either from the
    other. Return how many came back.

    To be run after a restore, before anybody signs in. Idempotent.
    """
    keys, in_database = listed_keys(), keys_in_database()
    for key in in_database - keys:
        add_to_list(key, now)
    back = people_with(keys | in_database)
    for key in keys | in_database:
        with transaction.atomic():
            erase_person(key)
            if key not in in_database:
                _note_done(key, None, now)
            elif key in back:
                record_act(
                    actor_key=None,
                    action="erasure_reapplied",
                    object_type="person",
                    object_key=str(key),
                    now=now,
                )
    return len(back)


def _note_done(learner_key: UUID, by: User | None, now: datetime) -> None:
    request = ErasureRequest.objects.filter(learner=learner_key, state=State.PENDING).first()
    request = request or ErasureRequest.objects.create(learner=learner_key, asked_at=now)
    _decide(request, State.DONE, by=by, now=now)


def _decide(
    request: ErasureRequest, state: str, *, by: User | None, now: datetime, reason: str = ""
) -> None:
    key = by.learner_key if by else None
    with transaction.atomic():
        fields = {"state": state, "decided_at": now, "decided_by_key": key, "reason": reason}
        if not ErasureRequest.objects.filter(pk=request.pk, state=State.PENDING).update(**fields):
            raise AlreadyDecided
        _record(request, f"erasure_{state}", key, now)


def _record(request: ErasureRequest, action: str, actor_key: UUID | None, now: datetime) -> None:
    record_act(
        actor_key=actor_key,
        action=action,
        object_type="person",
        object_key=str(request.learner),
        now=now,
    )
