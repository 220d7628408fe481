"""Says what this room holds about a person: the rows of lists that named them, and what they asked
for.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy.data_map import Holding, RetentionRule, facts_of
from roster.models import Contact, Request, RosterRow, email_index
from roster.requests import forget_requests, forget_requests_of

LABELS = {
    "file.name": _("Lista"),
    "file.uploaded_at": _("Subida"),
    "outcome": _("Resultado"),
    "done_at": _("Importada"),
}
REQUEST = {
    "kind": _("Pedido"),
    "asked_at": _("Cuándo"),
    "words": _("Qué pediste y por qué"),
    "state": _("Estado"),
    "reason": _("Respuesta"),
    "decided_at": _("Respondido"),
}


def forget_rows(before: datetime) -> int:
    """Delete the rows of lists that were uploaded before a moment; return how many."""
    return RosterRow.objects.filter(file__uploaded_at__lt=before).delete()[0]


def forget_person(learner_key: UUID) -> None:
    """Delete the rows that named a person, also of lists that were never carried out."""
    person = User.objects.filter(learner_key=learner_key).first()
    (rows_naming(person) if person else RosterRow.objects.filter(learner=learner_key)).delete()


def rows_naming(user: User) -> QuerySet[RosterRow]:
    """Return the rows of lists that name a person, by what became of them, their document or their
    e-mail.
    """
    named = Q(learner=user.learner_key)
    if user.document_index:
        named |= Q(document_index=user.document_index)
    if user.email:
        named |= Q(email_index=email_index(user.email))
    return RosterRow.objects.filter(named)


def rows_about(user: User) -> list[dict]:
    """Return the rows of lists that name a person."""
    return facts_of(rows_naming(user).select_related("file").order_by("pk"), LABELS)


CALL_LABELS = {"at": _("Cuándo"), "note": _("Nota")}


def forget_calls(before: datetime) -> int:
    """Delete what was noted of calls before a moment; return how many."""
    return Contact.objects.filter(at__lt=before).delete()[0]


def forget_calls_to(learner_key: UUID) -> None:
    """Delete what was noted of calls to a person."""
    Contact.objects.filter(learner=learner_key).delete()


CALLS = RetentionRule(
    name="calls",
    place=96,
    what=_("Las llamadas que te hizo quien coordina, y su nota"),
    term=_("1 año"),
    why=_("Para no llamarte dos veces por lo mismo."),
    days=365,
    forget=forget_calls,
)
ROWS_OF_LISTS = RetentionRule(
    name="roster_rows",
    place=95,
    what=_("La fila de la lista con la que tu entidad te inscribió"),
    term=_("30 días"),
    why=_("Para corregir o deshacer una lista equivocada."),
    days=30,
    forget=forget_rows,
)
REQUESTS = RetentionRule(
    name="requests",
    place=62,
    what=_("Lo que pides a quien te atiende, y la respuesta"),
    term=_("1 año desde la respuesta"),
    why=_("Para que puedas leerla, y para revisar cómo se decidió."),
    days=365,
    forget=forget_requests,
)
HOLDINGS = (
    Holding(
        name="roster_rows",
        title=_("Listas de tu entidad en las que estás"),
        tables=("roster.RosterFile", "roster.RosterRow"),
        retention=(ROWS_OF_LISTS,),
        labels=LABELS,
        rows=rows_about,
        after_erasure=_("Se borran."),
        of_person=(_("Listas de su entidad en las que está"), _("Se borran.")),
        erase=forget_person,
    ),
    Holding(
        name="requests",
        title=_("Tus pedidos"),
        tables=("roster.Request",),
        retention=(REQUESTS,),
        labels=REQUEST,
        rows=lambda user: facts_of(
            Request.objects.filter(learner=user.learner_key).order_by("pk"), REQUEST
        ),
        after_erasure=_("Se borran."),
        of_person=(_("Sus pedidos"), _("Se borran.")),
        erase=forget_requests_of,
    ),
    Holding(
        name="calls",
        title=_("Llamadas de quien coordina"),
        tables=("roster.Contact",),
        retention=(CALLS,),
        labels=CALL_LABELS,
        rows=lambda user: facts_of(
            Contact.objects.filter(learner=user.learner_key).order_by("pk"), CALL_LABELS
        ),
        after_erasure=_("Se borran."),
        of_person=(_("Llamadas de quien coordina"), _("Se borran.")),
        erase=forget_calls_to,
    ),
)
