"""Lays out what the people of an institution completed in a year, for its personnel office and its
Plan de Desarrollo de las Personas (PDP).

The columns are the six facts that D.S. 040-2014-PCM, art. 21.1, makes every personnel office
register of a training (name, type, subject, duration, provider and cost), as certificates copy
them; before and after them who, when and with which result. The official layout of the matrix of
the PDP (directive of R.P.E. 141-2016-SERVIR-PE, perhaps replaced since) was not read: no column
claims to be of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, RegisterEntry, User
from certificates.durations import ACADEMIC_HOUR, academic_duration
from certificates.models import Certificate
from courses.editions import outline_of
from courses.outline import Outline
from learning.models import Enrolment
from lib.folding import sorting_key


@dataclass(frozen=True)
class Completion:
    """That somebody who served at an institution completed a course there."""

    person: User
    post: str
    enrolment: Enrolment
    certificate: Certificate | None

    @property
    def name_of_course(self) -> str:
        """The name of the training, as its certificate says it."""
        return self.certificate.course_title if self.certificate else self._outline.title

    @property
    def subject(self) -> str:
        """The topics that its authors gave it."""
        return ", ".join(self._outline.topics)

    @property
    def minutes(self) -> int:
        """What its certificate, or its edition, says that it takes."""
        return self.certificate.minutes if self.certificate else self._outline.minutes

    @property
    def result(self) -> str:
        """What came of it, in words: never a grade, which is for the person alone."""
        if self.certificate and self.certificate.state == Certificate.State.REVOKED:
            return _("Certificado revocado: no vale")
        return _("Aprobó") if self._outline.is_graded else _("Terminó")

    @property
    def _outline(self) -> Outline:
        return outline_of(self.enrolment.completed_edition_id)


def year_of(moment: datetime) -> int:
    """Return the year of a moment in Lima."""
    return timezone.localdate(moment).year


def years_with_completions(organisation: Organisation, now: datetime) -> list[int]:
    """Return the years from the first completion at an institution until this one, the newest
    first. One statement.
    """
    first = _completed_at(organisation).aggregate(first=Min("completed_at"))["first"]
    return list(range(year_of(now), year_of(first or now) - 1, -1))


def _completed_at(organisation: Organisation) -> QuerySet[Enrolment]:
    """Return what was completed at an institution: where it was completed it stays."""
    return Enrolment.objects.filter(organisation=organisation, state=Enrolment.State.COMPLETED)


def completions_in(organisation: Organisation, year: int) -> list[Completion]:
    """Return what people whose post was at an institution on the day completed in a year of Lima,
    by their names. Four statements, besides editions the process has not seen.

    Who erased their data is not there any more.
    """
    zone = timezone.get_default_timezone()
    begins, ends = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    posts = Membership.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("day")),
        organisation=organisation,
        user__learner_key=OuterRef("learner"),
        started_on__lte=OuterRef("day"),
    )
    rows = list(
        _completed_at(organisation)
        .filter(completed_at__gte=begins, completed_at__lt=ends)
        .annotate(day=TruncDate("completed_at", tzinfo=zone))
        .filter(Exists(posts))
    )
    people = {
        person.learner_key: person
        for person in User.objects.filter(learner_key__in={row.learner for row in rows})
    }
    served = _posts_of(people.values(), organisation)
    proofs = {
        each.enrolment_id: each
        for each in Certificate.objects.filter(enrolment__in=[row.pk for row in rows])
        .exclude(state=Certificate.State.REPLACED)
        .defer("document_cipher", "score_scaled", "syllabus")
    }
    completions = [
        Completion(person, _post_on(row.day, served[person.pk]), row, proofs.get(row.pk))
        for row in rows
        if (person := people.get(row.learner))
    ]
    return sorted(completions, key=_by_name_and_day)


def _posts_of(people: Iterable[User], organisation: Organisation) -> dict[int, list[Membership]]:
    """Return the posts of people at an institution, the newest first."""
    posts: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(user__in=list(people), organisation=organisation)
    for row in rows.order_by("-pk"):
        posts[row.user_id].append(row)
    return posts


def _post_on(day: date, posts: Iterable[Membership]) -> str:
    """Return the words of the post that somebody had on a day."""
    return next(
        row.post
        for row in posts
        if row.started_on <= day and (row.ended_on is None or row.ended_on >= day)
    )


def _by_name_and_day(each: Completion) -> tuple[str, str, int, datetime]:
    person = each.person
    names = sorting_key(person.last_name), sorting_key(person.first_name), person.pk
    return (*names, each.enrolment.completed_at)  # type: ignore[return-value] # it was completed


def headings() -> list[str]:
    """Return the headings of the table."""
    return [
        _("Apellidos"),
        _("Nombres"),
        _("Documento"),
        _("Últimas cifras"),
        _("Cargo"),
        _("Nombre de la capacitación"),
        _("Tipo"),
        _("Materia"),
        _("Duración"),
        _("Horas académicas (de %(minutes)d minutos)") % {"minutes": ACADEMIC_HOUR},
        _("Minutos"),
        _("Proveedor"),
        _("Costo"),
        _("Inicio"),
        _("Fin"),
        _("Resultado"),
        _("Código del certificado"),
    ]


def row_of(each: Completion) -> list[object]:
    """Return one completion as a row of the table; what nobody knows is left empty."""
    person, proof = each.person, each.certificate
    return [
        person.last_name,
        person.first_name,
        person.get_document_type_display() if person.document_type else "",
        person.document_number[-3:],
        each.post,
        each.name_of_course,
        proof.training_type if proof else "",
        each.subject,
        academic_duration(each.minutes),
        round(each.minutes / ACADEMIC_HOUR, 2),
        each.minutes,
        proof.provider if proof else "",
        proof.cost if proof else "",
        _day(timezone.localdate(each.enrolment.enrolled_at)),
        _day(timezone.localdate(each.enrolment.completed_at)),
        each.result,
        proof.code if proof else "",
    ]


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def told_of_merges(organisation: Organisation) -> list[str]:
    """Return, of each institution that became part of this one, that what was completed there
    before is in its own file. One statement.
    """
    merged = RegisterEntry.objects.filter(merged_into=organisation)
    rows = merged.order_by("closed_on", "pk").values_list("organisation__name", "closed_on")
    return [
        _(
            "«%(place)s» se unió a esta entidad el %(day)s. Lo que su gente terminó ahí está en el "
            "archivo de «%(place)s»: si no lo ves, pídelo en «Ayuda»."
        )
        % {"place": name, "day": _day(day)}
        for name, day in rows
    ]


def notes(organisation: Organisation, year: int, count: int, now: datetime) -> list[str]:
    """Return what the file is about, where its columns come from, and what it does not know."""
    facts = {
        "place": organisation.name,
        "year": year,
        "count": count,
        "day": _day(timezone.localdate(now)),
    }
    return [
        _("%(place)s. Capacitación terminada en %(year)d: %(count)d. Datos al %(day)s.") % facts,
        _(
            "Nombre, tipo, materia, duración, proveedor y costo son los seis datos que pide el "
            "artículo 21.1 del D.S. 040-2014-PCM. El formato del PDP que usa tu entidad puede "
            "pedir otros: copia en él los que coincidan."
        ),
        _(
            "El costo es el del certificado; lo que gastó tu entidad, como horas o viáticos, no se "
            "conoce aquí. Una celda vacía es un dato que no se conoce."
        ),
        _(
            "Están quienes tenían su cargo en esta entidad el día en que terminaron. Del documento "
            "van las tres últimas cifras, como dice el aviso de privacidad."
        ),
        *told_of_merges(organisation),
    ]


def table(completions: Sequence[Completion]) -> list[list[object]]:
    """Return the headings and the rows."""
    return [list(headings()), *(row_of(each) for each in completions)]
