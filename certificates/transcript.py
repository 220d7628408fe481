"""Draws what one person learned as a document for a personnel file: every course with its dates,
its duration and the code that proves it; never a grade, never a whole document number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from certificates.codes import grouped
from certificates.durations import academic_duration, minutes_in_words
from certificates.models import Certificate
from certificates.permissions import certificates_of
from certificates.rendering import (
    SOURCE,
    document_ending,
    in_words,
    logger,
    verification_url,
)
from courses.editions import outline_of
from learning.models import Enrolment
from learning.queries import Study, studies_of
from lib.pdf import as_printed, draw, in_basic_letters
from provider.queries import the_provider

TRANSCRIPT = SOURCE.with_name("transcript.typ")


@dataclass(frozen=True)
class FinishedCourse:
    """A course that was completed, as its certificate says it; without one, as its edition does."""

    title: str
    started_on: date
    completed_on: date
    minutes: int
    certificate: Certificate | None
    is_again: bool = False

    @property
    def counts(self) -> bool:
        """True unless its certificate was revoked, or the course is told twice: who had two
        accounts may have completed it with both.
        """
        is_valid = self.certificate is None or self.certificate.is_valid
        return is_valid and not self.is_again


@dataclass(frozen=True)
class Transcript:
    """What one person learned until a moment: completed courses in the order of completion, and
    those that are being studied.
    """

    person: User
    finished: list[FinishedCourse]
    studies: list[Study]

    @property
    def minutes(self) -> int:
        """The minutes of what was completed and is not revoked."""
        return sum(course.minutes for course in self.finished if course.counts)


def transcript_of(person: User) -> Transcript:
    """Return what a person learned. Two statements, besides editions the process has not seen."""
    studies = studies_of(person)
    certificates = [
        row for row in certificates_of(person) if row.state != Certificate.State.REPLACED
    ]
    certified = {row.edition_id for row in certificates}
    in_force = {study.enrolment.pk for study in studies}
    finished = [
        certified_course(row, is_again=row.enrolment_id not in in_force) for row in certificates
    ]
    for study in studies:
        edition = study.enrolment.completed_edition_id
        if edition and edition not in certified:
            certified.add(edition)
            finished.append(uncertified_course(study.enrolment))
    return Transcript(
        person=person,
        finished=sorted(
            finished, key=lambda course: (course.completed_on, course.title, course.is_again)
        ),
        studies=[study for study in studies if study.enrolment.state == Enrolment.State.ACTIVE],
    )


def certified_course(certificate: Certificate, *, is_again: bool) -> FinishedCourse:
    """Return a completed course as its certificate says it."""
    return FinishedCourse(
        title=certificate.course_title,
        started_on=certificate.started_on,
        completed_on=certificate.completed_on,
        minutes=certificate.minutes,
        certificate=certificate,
        is_again=is_again,
    )


def uncertified_course(enrolment: Enrolment) -> FinishedCourse:
    """Return a completed course without a certificate, as the edition of its completion says it."""
    outline = outline_of(enrolment.completed_edition_id)
    return FinishedCourse(
        title=outline.title,
        started_on=timezone.localdate(enrolment.enrolled_at),
        completed_on=timezone.localdate(enrolment.completed_at),
        minutes=outline.minutes,
        certificate=None,
    )


def render_transcript(transcript: Transcript, now: datetime) -> bytes:
    """Return a transcript as PDF/UA-1, dated with the day of `now` in Lima."""
    try:
        return draw(transcript_facts(transcript, now), TRANSCRIPT)
    except typst.TypstError:
        # Another version of the engine, or of its fonts: the person gets a document all the same.
        logger.exception("A transcript was drawn with substitutes")
        return draw(transcript_facts(transcript, now, substituted=in_basic_letters), TRANSCRIPT)


def transcript_facts(
    transcript: Transcript, now: datetime, substituted: Callable[[str], str] = as_printed
) -> dict[str, Any]:
    """Return what the document says, as plain values."""
    today, provider, person = timezone.localdate(now), the_provider(), transcript.person
    name = substituted(person.get_full_name())
    return {
        "title": f"Constancia de aprendizaje de {name}",
        "description": f"Cursos que {name} terminó hasta el {in_words(today)}",
        "issuer": substituted(provider.certifies or provider.on_certificates),
        "holder": name,
        "document": document_ending(person.document_number[-3:]),
        "day": in_words(today),
        "created": {"year": today.year, "month": today.month, "day": today.day},
        "place": settings.BASE_URL.partition("://")[2] + "/verificar/",
        "finished": [finished_facts(course, substituted) for course in transcript.finished],
        "total": academic_duration(transcript.minutes) if transcript.minutes else "",
        "studies": [study_facts(study, substituted) for study in transcript.studies],
    }


def finished_facts(course: FinishedCourse, substituted: Callable[[str], str]) -> dict[str, str]:
    """Return what the document says of a completed course."""
    certificate = course.certificate
    return {
        "course": substituted(course.title),
        "started": numeric(course.started_on),
        "completed": numeric(course.completed_on),
        "duration": minutes_in_words(course.minutes),
        "code": grouped(certificate.code) if certificate else "",
        "address": verification_url(certificate.code) if certificate else "",
        "state": state_of(course),
    }


def state_of(course: FinishedCourse) -> str:
    """Return what a reader has to know of a course besides its code; mostly nothing."""
    certificate = course.certificate
    if certificate is None:
        return "Sin certificado"
    if certificate.state == Certificate.State.REVOKED:
        day = numeric(timezone.localdate(certificate.revoked_at))
        return f"Revocado el {day}: no cuenta en el total"
    return "Terminado dos veces: cuenta una en el total" if course.is_again else ""


def study_facts(study: Study, substituted: Callable[[str], str]) -> dict[str, str]:
    """Return what the document says of a course that is being studied."""
    return {
        "course": substituted(study.outline.title),
        "started": numeric(timezone.localdate(study.enrolment.enrolled_at)),
        "done": f"{study.done_count} de {len(study.conditions)} actividades obligatorias",
    }


def numeric(day: date) -> str:
    """Return a day as a column shows it: 03/10/2026."""
    return day.strftime("%d/%m/%Y")
