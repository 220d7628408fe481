"""Keeps an uploaded list, checked row by row against who or what is there already; nothing is
changed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import documents
from accounts.models import User
from accounts.permissions import STEWARDS, organisations_visible_to
from audit.services import record_act
from lib.identifiers import identifier_for
from lib.write_limit import let_others_write
from roster.files.checks import Candidate, CheckedRow, Ubigeos, check_rows, rows_below
from roster.files.columns import (
    PEOPLE,
    Columns,
    Shape,
    chosen_columns,
    match_columns,
    plain_heading,
)
from roster.files.institutions import Institution, Institutions, Place
from roster.files.known_people import judged_people
from roster.files.register_changes import outcome_of_institution
from roster.files.register_rows import check_register
from roster.files.registered import INSTITUTIONS, InstitutionCandidate
from roster.files.sheets import Sheet, UnreadableSheet, read_sheet
from roster.models import LONGEST_TITLE, RosterFile, RosterRow, email_index
from territory.models import District

# Rows stored in one transaction: a learner's answer waits for no more than these.
STORED_AT_ONCE = 2500
Outcome = RosterRow.Outcome
Subject = RosterFile.Subject
SHAPES: dict[str, Shape] = {Subject.PEOPLE: PEOPLE, Subject.INSTITUTIONS: INSTITUTIONS}


def stage_file(
    *,
    data: bytes,
    name: str,
    system: str,
    uuid: UUID,
    actor: User,
    now: datetime,
    subject: str = Subject.PEOPLE,
) -> RosterFile:
    """Keep a file that somebody uploaded, checked; the same upload sent twice is one, and another
    file from the same page another list.

    Raises UnreadableSheet and TooManyRows, each with the text for the person.
    """
    digest = documents.stand_in(sha256(data).hexdigest())
    sent = {"by_key": actor.learner_key, "digest": digest, "system": system, "subject": subject}
    if again := RosterFile.objects.filter(uuid=uuid).first():
        if is_upload(again, sent):
            return again
        uuid = identifier_for(uuid, *sent.values())
        if again := RosterFile.objects.filter(uuid=uuid).first():
            return again
    sheet = read_sheet(data)
    columns = match_columns(sheet.rows, remembered_fields(actor, subject), SHAPES[subject])
    if sheet.rows and not any(number > columns.header_row for number, _cells in sheet.rows):
        raise UnreadableSheet(
            _("El archivo no tiene filas. Revisa que los datos estén en la primera hoja que se ve.")
        )
    file = RosterFile(
        subject=subject,
        uuid=uuid4(),  # nobody opens it before its rows are there
        by_key=actor.learner_key,
        name=documents.without_numbers(" ".join(name.split()))[-120:],
        digest=digest,
        encoding=sheet.encoding,
        sheet=documents.without_numbers(sheet.title)[:LONGEST_TITLE],
        hidden_rows=sorted(number for number in sheet.hidden if number > columns.header_row),
        system=system,
        header_row=columns.header_row,
        headings=columns.headings,
        chosen=columns.chosen,
        fields=fields_of(columns),
        uploaded_at=now,
    )
    # Judged and sealed before it is stored: others wait to write while that lasts.
    rows = judged(file, checked(sheet, columns, actor, system), actor, now)
    file.save()
    store(rows)
    return shown_as(file, uuid, len(rows), actor, now)


def is_upload(file: RosterFile, sent: Mapping[str, object]) -> bool:
    """Say whether a list is what was sent."""
    return all(getattr(file, name) == fact for name, fact in sent.items())


def store(rows: Sequence[RosterRow]) -> None:
    """Store the rows of a list that nobody sees yet, some at once."""
    for begin in range(0, len(rows), STORED_AT_ONCE):
        if begin:
            let_others_write()
        RosterRow.objects.bulk_create(rows[begin : begin + STORED_AT_ONCE])


def shown_as(
    file: RosterFile, uuid: UUID, row_count: int, actor: User, now: datetime
) -> RosterFile:
    """Let a list be opened by the identifier of its upload, once its rows are there; where the same
    upload came in meanwhile, return that one.
    """
    sent = {name: getattr(file, name) for name in ("by_key", "digest", "system", "subject")}
    try:
        with transaction.atomic():
            file.uuid, file.row_count = uuid, row_count
            file.save(update_fields=["uuid", "row_count"])
            record_act(
                actor_key=actor.learner_key,
                action="roster_uploaded",
                object_type="roster_file",
                object_key=str(file.uuid),
                now=now,
                details={"rows": row_count},
            )
    except IntegrityError:
        other = RosterFile.objects.get(uuid=uuid)
        if not is_upload(other, sent):
            return shown_as(file, identifier_for(uuid, *sent.values()), row_count, actor, now)
        RosterFile.objects.filter(pk=file.pk).delete()
        return other
    return file


def choose_columns(
    *, file: RosterFile, choice: Mapping[int, str], actor: User, now: datetime
) -> None:
    """Read a list that waits once more, with the field of each column as somebody chose it. Raises
    TooManyRows, with the text for the person.
    """
    headings = file.headings
    empty = Columns(file.header_row, {}, headings, SHAPES[file.subject])
    columns = chosen_columns(empty, choice)
    kept = {row.number: opened(row) for row in file.rows.order_by("number")}
    sheet = sheet_of(kept)
    rows = judged(file, checked(sheet, columns, actor, file.system), actor, now)
    with transaction.atomic():
        locked = RosterFile.objects.select_for_update().get(pk=file.pk)
        if locked.state != RosterFile.State.STAGED:
            return
        locked.rows.all().delete()
        locked.chosen = columns.chosen
        locked.fields = fields_of(columns)
        locked.row_count = len(rows)
        locked.save(update_fields=["chosen", "fields", "row_count"])
        RosterRow.objects.bulk_create(rows)


def sheet_of(kept: Mapping[int, Mapping[str, Any]]) -> Sheet:
    """Return the rows of a list as they were uploaded, from what is kept of each by its number."""

    def places(name: str) -> frozenset[tuple[int, int]]:
        # Lists that waited while these came to be kept have none.
        return frozenset(
            (number, place) for number, row in kept.items() for place in row.get(name, ())
        )

    rows = [(number, row["cells"]) for number, row in kept.items()]
    return Sheet(rows, formulas=places("formulas"), merged=places("merged"))


def fields_of(columns: Columns) -> dict[str, str]:
    """Return the field of each heading that has any words; of those that read alike, the first
    that was chosen for anything.
    """
    fields: dict[str, str] = {}
    for text, name in zip(columns.headings, columns.chosen, strict=True):
        heading = plain_heading(text)
        if text and not fields.get(heading):
            fields[heading] = name
    return fields


def columns_of(file: RosterFile) -> Columns:
    """Return the columns of a list as they were matched or chosen."""
    empty = Columns(file.header_row, {}, file.headings, SHAPES[file.subject])
    return chosen_columns(empty, dict(enumerate(file.chosen)))


def remembered_fields(actor: User, subject: str) -> dict[str, str]:
    """Return what somebody said of headings in the last list of a subject that they confirmed."""
    confirmed = RosterFile.objects.filter(subject=subject, confirmed_at__isnull=False)
    last = (
        confirmed.filter(by_key=actor.learner_key)
        .order_by("-pk")
        .values_list("fields", flat=True)
        .first()
    )
    return last or {}


def checked(sheet: Sheet, columns: Columns, actor: User, system: str) -> list[CheckedRow]:
    """Return the rows of a list, checked; those of a list without a column that it needs are as
    they came.
    """
    if columns.missing:
        return rows_below(sheet, columns)
    ubigeos = ubigeos_of(system)
    if columns.shape is INSTITUTIONS:
        return check_register(sheet, columns, ubigeos, actor)
    return check_rows(sheet, columns, institutions_of(actor), ubigeos)


def institutions_of(actor: User) -> Institutions:
    """Return the institutions whose people somebody may bring in. One statement."""
    rows = (
        organisations_visible_to(actor, STEWARDS)
        .filter(entry__closed_on=None)
        .values_list("pk", "name", "district_id", "district__reniec_code", "district__name")
    )
    return Institutions(
        Institution(pk, name, Place(inei, reniec, district))
        for pk, name, inei, reniec, district in rows
    )


def ubigeos_of(system: str) -> Ubigeos:
    """Return the codes of districts in force in one system. One statement."""
    column = "code" if system == RosterFile.System.INEI else "reniec_code"
    pairs = District.objects.in_force().exclude(**{column: ""}).values_list(column, "code")
    return Ubigeos(dict(pairs), str(RosterFile.System(system).label))


def judged(
    file: RosterFile, rows: Sequence[CheckedRow], actor: User, now: datetime
) -> list[RosterRow]:
    """Return checked rows to be stored, each with what it would do to whom it names today. Raises
    TooManyRows.
    """
    is_of_people = file.subject == Subject.PEOPLE
    outcome = judged_people(rows, actor, now) if is_of_people else outcome_of_institution
    return [
        RosterRow(
            file=file,
            number=row.number,
            sealed=seal(row),
            hint_count=len(row.hints),
            outcome=outcome(row.candidate) if row.candidate else Outcome.WRONG,
            document_index=documents.index(*row.document) if row.document[1] else "",
            email_index=email_index(row.email),
        )
        for row in rows
    ]


def seal(row: CheckedRow) -> str:
    """Return what a row holds, sealed with the keys of personal data."""
    facts = asdict(row)
    for name in ("number", "document", "email"):
        facts.pop(name)
    return documents.encrypt(json.dumps(facts, ensure_ascii=False))


def opened(row: RosterRow) -> dict:
    """Return what a row holds: `cells`, `candidate`, `slips`, `hints`, `formulas`, `merged`."""
    facts = json.loads(documents.decrypt(row.sealed))
    if facts["candidate"]:
        is_of_people = row.file.subject == Subject.PEOPLE
        kind = Candidate if is_of_people else InstitutionCandidate
        facts["candidate"] = kind(**facts["candidate"])
    return facts  # type: ignore[no-any-return]
