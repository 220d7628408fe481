"""Checks the register of certificates."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, F, Max, Min

from accounts.models import User
from audit.models import AuditEntry
from certificates.codes import is_well_formed
from certificates.models import Certificate, CertifiedCompletion
from certificates.queries import completions_without_certificate
from certificates.rendering import WRITTEN_FIELDS, is_printable
from lib.findings import Finding
from quizzes.passing import completions_without_pass

NOT_VALID = (Certificate.State.REVOKED, Certificate.State.REPLACED)


def check() -> Iterator[Finding]:
    """Yield I8 (a completion has its certificate and the other way round) and the state of numbers
    and codes.
    """
    without = len(completions_without_certificate())
    strays = Certificate.objects.filter(
        enrolment__isnull=False, enrolment__completed_at=None
    ).count()
    yield Finding(
        "I8 every completion has its certificate, and every certificate its completion",
        without + strays,
    )
    without_pass = (
        Certificate.objects.filter(enrolment__in=completions_without_pass())
        .exclude(state__in=NOT_VALID)
        .order_by("pk")
    )
    lines = tuple(
        f"{row.code} (number {row.number or 'none yet'}): revoke_certificate"
        for row in without_pass.only("code", "number")
    )
    yield Finding(
        "Every valid certificate has a passed attempt at every required quiz of its edition",
        len(lines),
        lines,
    )
    numbers = Certificate.objects.aggregate(
        first=Min("number"), last=Max("number"), count=Count("number")
    )
    holes = abs((numbers["last"] or 0) - numbers["count"]) + (numbers["first"] not in {None, 1})
    yield Finding("Numbers of certificates run from 1 without holes", holes)
    valid = Certificate.objects.exclude(state__in=NOT_VALID)
    unprintable = sum(
        not is_printable(row)
        for row in valid.only(*WRITTEN_FIELDS, "syllabus").iterator(chunk_size=2000)
    )
    yield Finding("Certificates print every text as it was written", unprintable)
    codes = Certificate.objects.values_list("code", flat=True).iterator(chunk_size=5000)
    yield Finding(
        "Codes of certificates carry their check", sum(not is_well_formed(code) for code in codes)
    )
    nameless = Certificate.objects.exclude(enrolment=None).exclude(
        learner__in=User.objects.values("learner_key")
    )
    yield Finding(
        "No certificate leads from the name of an erased person to their record", nameless.count()
    )
    of_completions = Certificate.objects.filter(enrolment__completed_at__isnull=False)
    of_others = of_completions.exclude(
        learner=F("enrolment__learner"), edition=F("enrolment__completed_edition")
    )
    yield Finding("Every certificate is of the person and the edition completed", of_others.count())
    yield Finding(
        "Certificates of erased people are as many as their certified completions",
        certificates_of_nobody(),
    )
    # Erasure gives a certificate another identifier: who erased knows no more than that it was
    # revoked.
    rows = Certificate.objects.filter(state=Certificate.State.REVOKED, enrolment__isnull=False)
    revocations = {str(key) for key in rows.values_list("uuid", flat=True)}
    in_trail = set(
        AuditEntry.objects.filter(action="certificate_revoked").values_list("object_key", flat=True)
    )
    yield Finding("Every revocation is in the trail", len(revocations - in_trail))


def certificates_of_nobody() -> int:
    """Count the certificates without enrolment that no completion of an erased person stands for,
    and such completions without a certificate, edition by edition: which belongs to which can no
    longer be told.
    """
    rows = Certificate.objects.filter(enrolment=None).exclude(state=Certificate.State.REPLACED)
    certificates = Counter(rows.values_list("edition", flat=True))
    completions = Counter(
        CertifiedCompletion.objects.values_list("enrolment__completed_edition", flat=True)
    )
    return ((certificates - completions) + (completions - certificates)).total()
