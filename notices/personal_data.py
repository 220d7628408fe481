"""Says what this room holds about a person: the letters that were written to them."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import documents
from accounts.models import User
from notices.kinds import kinds
from notices.models import Letter, MutedKind, Notice, ShortMessage, ShortMessageConsent
from notices.queries import LETTER_STATES
from notices.services import (
    forget_letter_texts,
    forget_letters_of,
    forget_notices,
    forget_notices_of,
)
from privacy.data_map import Holding, RetentionRule, Row

LETTER = {
    "created": _("Cuándo"),
    "to": _("A qué correo"),
    "subject": _("Asunto"),
    "state": _("Estado"),
    "text": _("Texto"),
}


def letters_to(user: User) -> Iterator[Row]:
    """Yield the letters of a person; the text of one that holds a link is told to nobody."""
    of_person = Q(learner=user.learner_key)
    if user.email:
        of_person |= Q(learner=None, email__to=user.email)
    for letter in Letter.objects.filter(of_person).select_related("email").order_by("pk"):
        email = letter.email
        yield {
            "created": email.created,
            "to": ", ".join(email.to),
            "subject": email.subject,
            "state": LETTER_STATES[email.status],
            "text": "" if letter.holds_secret else email.message,
        }


LETTER_TEXTS = RetentionRule(
    name="letter_texts",
    place=105,
    what=_("Los correos que te escribimos"),
    term=_("90 días"),
    why=_("Para saber qué te dijimos y si salió. Los enlaces de un solo uso se borran al salir."),
    days=90,
    forget=forget_letter_texts,
)


def forget_person(learner_key: UUID) -> None:
    """Delete the letters of a person, by key and by address."""
    person = User.objects.filter(learner_key=learner_key).first()
    forget_letters_of(learner_key, person.email if person else "")


NOTICE = {"happened_at": _("Cuándo"), "title": _("Aviso"), "read_at": _("Leído")}
CHOICE = {"label": _("Sin correo de")}


def notices_to(user: User) -> Iterator[Row]:
    """Yield what a person was told."""
    for notice in Notice.objects.filter(learner=user.learner_key).order_by("pk"):
        kind = kinds().get(notice.kind)
        yield {
            "happened_at": notice.happened_at,
            "title": kind.title_of(notice) if kind else notice.kind,
            "read_at": notice.read_at,
        }


def choices_of(user: User) -> Iterator[Row]:
    """Yield the kinds of which a person wants no letters."""
    for muted in MutedKind.objects.filter(learner=user.learner_key).order_by("kind"):
        kind = kinds().get(muted.kind)
        yield {"label": kind.label if kind else muted.kind}


TELEPHONE = {"telephone": _("Celular"), "agreed_at": _("Aceptado")}
SHORT_MESSAGE = {"label": _("Recordatorio o código"), "sent_at": _("Cuándo")}


def telephone_of(user: User) -> Iterator[Row]:
    """Yield where a person wants short messages."""
    for consent in ShortMessageConsent.objects.filter(learner=user.learner_key):
        yield {
            "telephone": documents.decrypt(consent.telephone),
            "agreed_at": consent.agreed_at,
        }


def short_messages_to(user: User) -> Iterator[Row]:
    """Yield which short messages left."""
    for sent in ShortMessage.objects.filter(learner=user.learner_key).order_by("pk"):
        kind = kinds().get(sent.kind)
        yield {"label": kind.label if kind else sent.kind, "sent_at": sent.sent_at}


NOTICES = RetentionRule(
    name="notices",
    place=65,
    what=_("Los avisos que te dimos, y qué correos y mensajes quieres"),
    term=_("1 año"),
    why=_("Para que los encuentres. Lo que elegiste queda mientras tengas tu cuenta."),
    days=365,
    forget=forget_notices,
)

HOLDINGS = (
    Holding(
        name="letters",
        title=_("Los correos que te escribimos"),
        tables=("notices.Letter", "post_office.Email", "post_office.Log"),
        retention=(LETTER_TEXTS,),
        labels=LETTER,
        rows=letters_to,
        after_erasure=_("Se borran."),
        of_person=(_("Los correos que se le escribieron"), _("Se borran.")),
        erase=forget_person,
    ),
    Holding(
        name="notices",
        title=_("Los avisos que te dimos"),
        tables=("notices.Notice",),
        retention=(NOTICES,),
        labels=NOTICE,
        rows=notices_to,
        after_erasure=_("Se borran."),
        of_person=(_("Los avisos que se le dieron"), _("Se borran.")),
        erase=forget_notices_of,
    ),
    Holding(
        name="letter_choices",
        title=_("Qué correos no quieres"),
        tables=("notices.MutedKind",),
        retention=(NOTICES,),
        labels=CHOICE,
        rows=choices_of,
        after_erasure=_("Se borra."),
        of_person=(_("Qué correos no quiere"), _("Se borra.")),
        erase=forget_notices_of,
    ),
    Holding(
        name="telephone",
        title=_("El celular en que aceptaste mensajes"),
        tables=("notices.ShortMessageConsent",),
        retention=(NOTICES,),
        labels=TELEPHONE,
        rows=telephone_of,
        after_erasure=_("Se borra."),
        of_person=(_("El celular en que aceptó mensajes"), _("Se borra.")),
        erase=forget_notices_of,
    ),
    Holding(
        name="short_messages",
        title=_("Los mensajes que salieron a tu celular"),
        tables=("notices.ShortMessage",),
        retention=(NOTICES,),
        labels=SHORT_MESSAGE,
        rows=short_messages_to,
        after_erasure=_("Se borran."),
        of_person=(_("Los mensajes que salieron a su celular"), _("Se borran.")),
        erase=forget_notices_of,
    ),
)
