"""Carries a confirmed list out, and takes one back, in pieces: whoever is killed goes on where it
stopped, and others write in between.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import DataError, IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import documents
from accounts.models import Membership, Organisation, User
from accounts.permissions import STEWARDS, organisations_visible_to, people_in_reach
from accounts.services import (
    InvalidEmail,
    InvalidName,
    PersonExists,
    create_person,
    hold_person,
    move_person,
    record_act_on,
)
from audit.services import record_act
from learning.models import Enrolment
from learning.queries import begun_and_left
from lib.write_limit import let_others_write
from roster.files.checks import Candidate
from roster.files.enrolling import enrol_rows, waiting_in_courses, withdraw_rows
from roster.files.known_people import (
    KnownPeople,
    Outcome,
    known_people,
    outcome_of,
    slip_of,
)
from roster.files.register_changes import carry_out_register
from roster.files.staging import opened
from roster.models import RosterFile, RosterRow

# Rows in one transaction: a learner's answer waits for no more than these. Each course of a list
# takes as long as its row, so a piece has fewer of them.
PIECE = 50
LEAST = 8
State = RosterFile.State


logger = logging.getLogger(__name__)


class NothingToImport(Exception):
    """No row of the list can be carried out."""


@dataclass(frozen=True)
class Piece:
    """What holds while some rows are carried out: who acts, where they may, who is there, and the
    keys of those of them whom other rows of the list named.
    """

    actor: User | None
    places: dict[int, Organisation]
    known: KnownPeople
    taken: set[UUID | None]
    now: datetime


@dataclass(frozen=True)
class Progress:
    """How far a list is: rows that wait, and how many had each outcome."""

    waiting: int
    counts: dict[str, int]


def confirm_file(*, file: RosterFile, actor: User, now: datetime) -> bool:
    """Let a list be carried out; False when it was confirmed before. Raises NothingToImport."""
    with transaction.atomic():
        if not file.rows.exclude(outcome=Outcome.WRONG).exists():
            raise NothingToImport
        waiting = RosterFile.objects.filter(pk=file.pk, state=State.STAGED)
        if not waiting.update(state=State.CONFIRMED, confirmed_at=now):
            return False
        file.refresh_from_db(fields=["courses"])
        facts = {"courses": file.courses} if file.courses else {}
        _record(file, "roster_confirmed", actor, now, {"rows": file.row_count, **facts})
    return True


def piece_of(file: RosterFile) -> int:
    """Return how many rows of a list are carried out in one transaction."""
    return max(min(PIECE, LEAST), PIECE // (1 + len(file.courses)))


def undo_file(*, file: RosterFile, actor: User, now: datetime) -> bool:
    """Let the people go whom a list brought and who never came in; False when it is no finished
    list any more. Whoever stayed the first time is asked again: what kept them, as another list,
    may have been taken back since.
    """
    with transaction.atomic():
        lists = RosterFile.objects.filter(pk=file.pk, subject=RosterFile.Subject.PEOPLE)
        if not lists.filter(state=State.FINISHED).update(state=State.UNDOING):
            stayed = file.rows.filter(outcome=Outcome.STAYS)
            if not stayed.exists() or not lists.filter(state=State.UNDONE).update(
                state=State.UNDOING
            ):
                return False
            stayed.update(outcome=Outcome.NEW)
        _record(file, "roster_undone", actor, now, {"rows": file.row_count})
    return True


def go_on_with(file: RosterFile, now: datetime) -> None:
    """Carry a list out, or take it back, to its end. It may run twice at once."""
    while True:
        state = RosterFile.objects.values_list("state", flat=True).get(pk=file.pk)
        step = STEPS.get(state)
        count = step(file, now) if step else 0
        if not count:
            return
        if count == piece_of(file):
            let_others_write()


def go_on_with_all(now: datetime) -> None:
    """Go on with every list that was confirmed, or is to be undone. Raises ExceptionGroup, once all
    had their turn, for those that failed.
    """
    faults = []
    for file in RosterFile.objects.filter(state__in=(State.CONFIRMED, State.UNDOING)):
        try:
            go_on_with(file, now)
        except Exception as fault:
            fault.add_note(f"list {file.uuid}")
            faults.append(fault)
    if faults:
        raise ExceptionGroup("lists that could not go on", faults)


def carry_out_next(file: RosterFile, now: datetime) -> int:
    """Carry out the next rows; return how many. Where the database refuses what one of them holds,
    that one stays out and the others come in.
    """
    try:
        return carry_out_piece(file, now)
    except (DataError, IntegrityError):
        return sum(carry_out_alone(file, now) for _row in range(piece_of(file)))


def carry_out_piece(file: RosterFile, now: datetime) -> int:
    """Carry out the next rows in one transaction; return how many."""
    with transaction.atomic():
        rows = list(_held(waiting_rows(file))[: piece_of(file)])
        if rows:
            carry_out_rows(file, rows, now)
        else:
            _finish(file, now)
    return len(rows)


def carry_out_alone(file: RosterFile, now: datetime) -> int:
    """Carry out the next row in a transaction of its own, or say in it that it cannot be stored;
    return 0 when none is left.
    """
    with transaction.atomic():
        row = _held(waiting_rows(file)).first()
        if row is None:
            return 0
        try:
            with transaction.atomic():
                carry_out_rows(file, [row], now)
        except (DataError, IntegrityError) as fault:
            # Its message would quote the row.
            why = type(fault).__name__
            logger.error("Row %s of list %s is not stored: %s", row.number, file.uuid, why)
            row.refresh_from_db()
            slip = _(
                "Fila %(row)d: no se pudo guardar lo que dice. Escribe sus datos otra vez, a mano, "
                "y sube esa fila."
            )
            refuse(row, opened(row), slip % {"row": row.number}, now)
            row.save(update_fields=["outcome", "sealed", "done_at"])
    return 1


def waiting_rows(file: RosterFile) -> QuerySet[RosterRow]:
    """Return the rows of a list that are still to be carried out."""
    return file.rows.filter(done_at=None).exclude(outcome=Outcome.WRONG)


def carry_out_rows(file: RosterFile, rows: Sequence[RosterRow], now: datetime) -> None:
    """Carry rows out and store what became of them, in the transaction of the caller. Who brings
    the list confirms where its people serve.
    """
    actor = User.objects.filter(learner_key=file.by_key).first()
    held = {row.pk: opened(row) for row in rows}
    if file.subject == RosterFile.Subject.INSTITUTIONS:
        carry_out_register(file, rows, held, actor, now)
        RosterRow.objects.bulk_update(rows, ["outcome", "sealed", "done_at"])
        return
    candidates = [facts["candidate"] for facts in held.values()]
    wanted = {candidate.organisation for candidate in candidates}
    known = known_people(candidates, actor or AnonymousUser())
    there = {person.learner_key for person in known.by_document.values()}
    piece = Piece(
        actor=actor,
        places=organisations_visible_to(actor or AnonymousUser(), STEWARDS)
        .filter(entry__closed_on=None)
        .in_bulk(wanted),
        known=known,
        taken=set(file.rows.filter(learner__in=there).values_list("learner", flat=True)),
        now=now,
    )
    for row in rows:
        carry_out_row(row, held[row.pk], piece)
    served = Membership.objects.filter(user__learner_key__in=[row.learner for row in rows])
    served.filter(ended_on=None, confirmed_at=None).update(confirmed_at=now)
    if file.courses:
        enrol_rows(file, rows, actor, now)
    RosterRow.objects.bulk_update(rows, ["outcome", "learner", "sealed", "courses", "done_at"])


def carry_out_row(row: RosterRow, facts: dict[str, Any], piece: Piece) -> None:
    """Carry one row out by what holds at this moment, and say in it what became of it."""
    candidate: Candidate = facts["candidate"]
    place = piece.places.get(candidate.organisation)
    slip = ""
    if place is None:
        slip = _(
            "Fila %(row)d: esa entidad ya no está en el ámbito de quien subió la lista. No se "
            "cambió nada."
        ) % {"row": row.number}
    else:
        slip = slip_of(candidate, piece.known) or slip_of_repeated(candidate, piece)
        row.outcome = outcome_of(candidate, piece.known)
    if not slip and place is not None:
        try:
            row.learner = carried_out(row.outcome, candidate, place, piece).learner_key
        except (PersonExists, InvalidName, InvalidEmail, documents.InvalidDocument) as refusal:
            slip = _("Fila %(row)d: %(why)s") % {
                "row": row.number,
                "why": str(refusal) or _("otra cuenta tiene ya ese documento o ese correo."),
            }
        else:
            piece.taken.add(row.learner)
    if slip:
        refuse(row, facts, slip, piece.now)
    row.done_at = piece.now


def slip_of_repeated(candidate: Candidate, piece: Piece) -> str:
    """Return that another row named the person of a row, whose accounts became one since the list
    was looked at; an empty text when none did.
    """
    person = piece.known.named_by(candidate)
    if person is None or person.learner_key not in piece.taken:
        return ""
    return _(
        "Fila %(row)d: otra fila de tu lista es la misma persona, con otro documento. No cambiamos "
        "nada con esta."
    ) % {"row": candidate.row}


def refuse(row: RosterRow, facts: dict[str, Any], slip: str, now: datetime) -> None:
    """Say in a row why it is not carried out; the caller stores it."""
    row.outcome = Outcome.WRONG
    told = {**facts, "candidate": None, "slips": [*facts["slips"], slip]}
    row.sealed = documents.encrypt(json.dumps(told, ensure_ascii=False))
    row.done_at = now


def carried_out(outcome: str, candidate: Candidate, place: Organisation, piece: Piece) -> User:
    """Add or move the person of a row, and return them. What is written of somebody who is there
    already stays as it is.
    """
    now, actor = piece.now, piece.actor
    known = piece.known.named_by(candidate)
    if known is None:
        person = create_person(
            first_name=candidate.first_name,
            last_name=candidate.last_name,
            email=candidate.email,
            document_type=candidate.document_type,
            document_number=candidate.number,
            organisation=place,
            post=candidate.post,
            now=now,
        )
        record_act_on(person, "person_added", now, {}, actor=actor)
    else:
        person = User.objects.get(pk=known.pk)
        hold_person(person)
        if outcome != Outcome.KNOWN:
            move_person(
                user=person, organisation=place, post=candidate.post, now=now, moved_by=actor
            )
    return person


def undo_piece(file: RosterFile, now: datetime) -> int:
    """Let the next people go whom a list brought, and take out of its courses who did nothing in
    them; return how many rows were looked at.

    Who signed in, serves elsewhere by now, holds a role or was enrolled by others stays; so does
    whoever is out of the reach of who takes the list back.
    """
    with transaction.atomic():
        waits = Q(outcome=Outcome.NEW, learner__isnull=False) | waiting_in_courses(file)
        rows = list(_held(file.rows.filter(waits))[: piece_of(file)])
        if not rows:
            if RosterFile.objects.filter(pk=file.pk, state=State.UNDOING).update(
                state=State.UNDONE, undone_at=now
            ):
                actor = User.objects.filter(learner_key=file.by_key).first()
                _record(file, "roster_taken_back", actor, now, counts_of(file))
            return 0
        who = User.objects.filter(learner_key=file.by_key).first() or AnonymousUser()
        withdraw_rows(rows, who, now)
        brought = [row.learner for row in rows if row.outcome == Outcome.NEW and row.learner]
        gone = people_to_let_go(brought, who)
        for row in rows:
            person = gone.get(row.learner)
            if person is not None:
                record_act_on(person, "person_deleted", now, {}, actor=None)
                row.outcome = Outcome.UNDONE
            elif row.outcome == Outcome.NEW:
                row.outcome = Outcome.STAYS
        # Together: what hangs on people is looked for once, and not once for each.
        User.objects.filter(pk__in=[person.pk for person in gone.values()]).delete()
        RosterRow.objects.bulk_update(rows, ["outcome", "courses"])
    return len(rows)


def people_to_let_go(keys: list, actor: User | AnonymousUser) -> dict:
    """Return, by key, those of some people who never came in, were never moved and have nothing
    yet but enrolments that were taken from them before they did anything; held until the
    transaction ends.
    """
    own = Enrolment.objects.filter(learner__in=keys)
    enrolled = own.exclude(state=Enrolment.State.WITHDRAWN).values("learner")
    began = begun_and_left(own).values("learner")
    moved = Membership.objects.filter(user__learner_key__in=keys, ended_on__isnull=False)
    return {
        person.learner_key: person
        for person in people_in_reach(actor)
        .select_for_update(of=("self",))
        .filter(learner_key__in=keys, last_login=None, first_entry_at=None, grants=None)
        .exclude(learner_key__in=enrolled)
        .exclude(learner_key__in=began)
        .exclude(pk__in=moved.values("user"))
        .exclude(merged_accounts__isnull=False)
    }


STEPS: dict[str, Callable[[RosterFile, datetime], int]] = {
    State.CONFIRMED: carry_out_next,
    State.UNDOING: undo_piece,
}


def progress_of(file: RosterFile) -> Progress:
    """Return how far a list is. Two statements."""
    return Progress(waiting_rows(file).count(), counts_of(file))


def counts_of(file: RosterFile) -> dict[str, int]:
    """Return how many rows of a list have each outcome. One statement."""
    rows = file.rows.order_by().values_list("outcome").annotate(count=Count("pk"))
    return dict(rows)


def _held(rows: QuerySet[RosterRow]) -> QuerySet[RosterRow]:
    """Hold rows until the transaction ends: who comes second finds them done."""
    return rows.select_for_update().order_by("number")


def _finish(file: RosterFile, now: datetime) -> None:
    confirmed = RosterFile.objects.filter(pk=file.pk, state=State.CONFIRMED)
    if confirmed.update(state=State.FINISHED, finished_at=now):
        actor = User.objects.filter(learner_key=file.by_key).first()
        _record(file, "roster_imported", actor, now, counts_of(file))


def _record(
    file: RosterFile, action: str, actor: User | None, now: datetime, details: dict
) -> None:
    record_act(
        actor_key=actor.learner_key if actor else None,
        action=action,
        object_type="roster_file",
        object_key=str(file.uuid),
        now=now,
        details=details,
    )
