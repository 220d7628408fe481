"""Answers questions: in the notices of who has an account, by letter to the e-mail that was left,
and else on the page of their number.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.coordinators import coordinators_of
from accounts.letters import LetterFacts, LetterMessage
from accounts.models import User
from accounts.services import record_act_on
from audit.services import record_act
from lib.letters import leads_out
from provider.queries import letter_signature, the_provider
from support.forms import first_email, has_telephone
from support.help_requests import Asked, receipt_of
from support.models import HelpRequest
from support.permissions import help_requests_visible_to


class AlreadyAnswered(Exception):
    """Somebody else answered meanwhile, or it was deleted."""


class NobodyCoordinates(Exception):
    """Nobody coordinates where the person serves, or nobody knows who asked."""


@dataclass(frozen=True)
class Way:
    """How an answer arrives: the address of a direct letter, or of one that somebody must write
    because none leaves this machine; whether it stands in the notices, also by letter; and the
    telephone that was left.
    """

    email: str
    email_by_hand: str
    has_notices: bool
    by_notice_letter: bool
    telephone: str


def way_to(asked: Asked) -> Way:
    """Return how whoever asked can be reached."""
    contact, person = asked.request.contact, asked.person
    email = first_email(contact)
    account = person.email if person and person.is_active else ""
    is_apart = email.casefold() != account.casefold()
    return Way(
        email=email if is_apart and leads_out() else "",
        email_by_hand="" if leads_out() else email or account,
        has_notices=person is not None,
        by_notice_letter=bool(account) and leads_out(),
        telephone=contact if has_telephone(contact) and not email else "",
    )


def answer(*, asked: Asked, text: str, actor: User, now: datetime) -> Way:
    """Store an answer and let it go its way; the same again changes nothing.

    Raises AlreadyAnswered, and HelpRequest.DoesNotExist for who may not see it any more.
    """
    way = way_to(asked)
    with transaction.atomic():
        visible = help_requests_visible_to(actor).filter(pk=asked.request.pk)
        held = HelpRequest.objects.select_for_update().get(pk__in=visible.values("pk"))
        if held.answered_at:
            if (held.answer, held.answered_by_key) == (text, actor.learner_key):
                return way
            raise AlreadyAnswered
        held.answer, held.answered_at, held.answered_by_key = text, now, actor.learner_key
        held.save(update_fields=["answer", "answered_at", "answered_by_key"])
        if way.email:
            letter_of(held, way.email).send()
        _record("help_answered", asked, actor, now)
    return way


def hand_on(*, asked: Asked, actor: User, now: datetime) -> None:
    """Let whoever coordinates where the person serves answer too; again it changes nothing.

    Raises NobodyCoordinates and AlreadyAnswered.
    """
    if asked.person is None or not coordinators_of(asked.person):
        raise NobodyCoordinates
    with transaction.atomic():
        held = HelpRequest.objects.select_for_update().filter(pk=asked.request.pk).first()
        if held is None or held.answered_at:
            raise AlreadyAnswered
        if held.handed_at:
            return
        held.handed_at = now
        held.save(update_fields=["handed_at"])
        _record("help_handed_on", asked, actor, now)


def letter_of(request: HelpRequest, email: str) -> LetterMessage:
    """Return the letter with an answer, for the address that was left with the question."""
    facts = {"number": request.number, "answer": request.answer}
    words = _("Preguntaste en la Ayuda de Puriq (%(number)s). Esta es la respuesta:")
    context = {
        "title": _("Respuesta a tu pedido %(number)s") % facts,
        "text": f"{words % facts}\n\n{request.answer}",
        "address": settings.BASE_URL + reverse("support:help_received", args=[receipt_of(request)]),
        "button": _("Lee la respuesta en Puriq"),
        "signature": letter_signature(the_provider()),
        "unsubscribe": "",
    }
    message = LetterMessage(
        context["title"],
        render_to_string("notices/letter.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email],
    )
    message.attach_alternative(render_to_string("support/answer_letter.html", context), "text/html")
    message.facts = LetterFacts(kind="help_answer", learner=request.learner, may_wait=True)
    return message


def _record(action: str, asked: Asked, actor: User, now: datetime) -> None:
    """Leave a line on the record of who asked, or on the question of somebody unknown."""
    details = {"help": asked.request.pk}
    if asked.person:
        record_act_on(asked.person, action, now, details, actor=actor)
        return
    record_act(
        actor_key=actor.learner_key,
        action=action,
        object_type="help_request",
        object_key=str(asked.request.pk),
        now=now,
        details=details,
    )
