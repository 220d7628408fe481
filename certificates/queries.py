"""Reads what a certificate is made of, and finds the one behind a code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, QuerySet, Subquery

from accounts.models import User
from certificates.codes import grouped, is_well_formed, normalise
from certificates.models import Certificate
from courses.editions import outline_of
from courses.outline import Outline
from learning.models import ActivityProgress, Enrolment

HIDDEN = ("document_cipher", "score_scaled")


@dataclass(frozen=True)
class Holder:
    """Who a completion certifies: the person, the best score (scaled) in the last graded activity,
    and whether a certificate is there already.
    """

    person: User
    final_score: float | None
    has_certificate: bool


def holder_of(enrolment: Enrolment) -> Holder | None:
    """Return who a completed enrolment certifies, or None when their data were erased.

    One statement.
    """
    quiz_key = last_graded(outline_of(enrolment.completed_edition_id))
    progress = ActivityProgress.objects.filter(enrolment=enrolment.pk)
    scores = progress.filter(activity_key=quiz_key) if quiz_key else progress.none()
    person = (
        User.objects.filter(learner_key=enrolment.learner)
        .annotate(
            final_score=Subquery(scores.values("score")[:1]),
            has_certificate=Exists(certificates_for(enrolment)),
        )
        .first()
    )
    if person is None:
        return None
    return Holder(person, person.final_score, person.has_certificate)


def certificates_for(enrolment: Enrolment) -> QuerySet[Certificate]:
    """Return what already proves this completion; the database keeps it unique."""
    same = Certificate.objects.filter(enrolment=enrolment.pk, kind=Certificate.Kind.COMPLETION)
    return same.exclude(state=Certificate.State.REPLACED)


def last_graded(outline: Outline) -> UUID | None:
    """Return the key of the last required activity that is graded, or None: its best score is the
    final one.
    """
    keys = [activity.key for activity in outline.required if "pass_mark" in activity.facts]
    return keys[-1] if keys else None


def certificate_with_code(code: str) -> Certificate | None:
    """Return the certificate with a stored code, or None.

    One statement; none for what cannot be a code.

    The cipher of the document and the score are not read: what is not there cannot be shown by
    mistake.
    """
    if not is_well_formed(code):
        return None
    return Certificate.objects.defer(*HIDDEN).filter(code=code).first()


def key_of_code(typed: str) -> UUID | None:
    """Return the identifier of the certificate whose code stands in what was typed, or None."""
    code = normalise(typed)
    if not is_well_formed(code):
        return None
    return Certificate.objects.filter(code=code).values_list("uuid", flat=True).first()


def codes_by_key(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of certificates, as they are printed. One statement; none for no keys."""
    wanted = list(keys)
    rows = Certificate.objects.filter(uuid__in=wanted).exclude(code=None) if wanted else ()
    return {row.uuid: grouped(row.code) for row in rows}


def holders_of(keys: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return whose certificates these are, by their keys. One statement; none for no keys."""
    wanted = list(keys)
    rows = Certificate.objects.filter(uuid__in=wanted) if wanted else Certificate.objects.none()
    return dict(rows.values_list("uuid", "learner"))


@dataclass(frozen=True)
class Successor:
    """What became of a certificate that was replaced: the last of those that took its place one
    after the other.
    """

    last: Certificate
    has_other_data: bool


def successor_of(certificate: Certificate, known: Mapping[int, Certificate]) -> Successor | None:
    """Return what took the place of a certificate, or None; rows that are `known` already are not
    read again.

    The data are those that everybody sees: the name, and the end and the kind of the document.
    """
    last = certificate
    while last.replaced_by_id:
        last = known.get(last.replaced_by_id) or Certificate.objects.defer(*HIDDEN).get(
            pk=last.replaced_by_id
        )
    if last is certificate:
        return None
    names = ("holder_name", "document_type", "document_last")
    return Successor(
        last, any(getattr(last, field) != getattr(certificate, field) for field in names)
    )


def completions_without_certificate() -> list[int]:
    """Return the identifiers of the completed enrolments that have no certificate, in order."""
    proofs = (
        Certificate.objects.exclude(state=Certificate.State.REPLACED)
        .exclude(enrolment=None)
        .values("enrolment")
    )
    missing = Enrolment.objects.filter(state=Enrolment.State.COMPLETED, certified=None).exclude(
        pk__in=proofs
    )
    return list(missing.order_by("pk").values_list("pk", flat=True))
