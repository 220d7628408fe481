"""Serves Help with a way to ask, and the questions to those who answer."""

from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.coordinators import coordinators_of
from accounts.limits import HELP_REQUESTS, held_back, network_of, take
from accounts.models import User
from accounts.permissions import STEWARDS, Role, looks_after_everybody, people_in_reach
from accounts.policies import (
    FORM_METHODS,
    PersonRequest,
    act_of,
    for_roles,
    for_site_roles,
    public,
    signed_in,
)
from accounts.services import record_look
from content.queries import plain_page
from lib.identifiers import read_uuid
from support.answers import AlreadyAnswered, NobodyCoordinates, Way, answer, hand_on, way_to
from support.forms import AnswerForm, HelpForm
from support.help_requests import (
    Asked,
    ask_for_help,
    asked_by,
    own_help_requests,
    receipt_of,
    term_of_help,
    with_people,
)
from support.models import HelpRequest
from support.permissions import help_requests_visible_to

MOST_SHOWN = 100


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the answers that editors wrote, and take a question, from anybody."""
    form = HelpForm(request.POST or None)
    limit = None
    if request.method == "POST" and form.is_valid():
        if take(HELP_REQUESTS, network_of(request), now=timezone.now()):
            # Who signed in after a visitor opened the page may be somebody else.
            is_theirs = request.user.is_authenticated and "of_visitor" not in request.POST
            learner = request.user.learner_key if is_theirs else None
            facts = {name: form.cleaned_data[name] for name in ("text", "contact")}
            help_request = ask_for_help(
                learner=learner,
                now=timezone.now(),
                uuid=read_uuid(request.POST.get("uuid")),
                **facts,
            )
            return redirect("support:help_received", receipt_of(help_request))
        form.add_error(
            None, _("Recibimos muchos pedidos desde tu red. Espera una hora y envía otra vez.")
        )
        limit = HELP_REQUESTS
    return held_back(
        render(
            request,
            "support/help.html",
            {
                **plain_page("ayuda").get_context(request),
                "form": form,
                "act": uuid4(),
                "coordinators": (
                    coordinators_of(request.user, who_may_act=True)
                    if request.user.is_authenticated
                    else []
                ),
            },
        ),
        limit,
    )


@public
@never_cache
@require_safe
def help_received(request: HttpRequest, receipt: str) -> HttpResponse:
    """Give the number of a question, and say what happens next and when.

    Only who asked has this address.
    """
    help_request = asked_by(receipt)
    if help_request is None:
        raise Http404
    person = with_people([help_request])[0].person
    context = {
        "asked": help_request,
        "person": person,
        "is_theirs": person == request.user,
        "coordinators": coordinators_of(person) if person and not help_request.answer else [],
        "days": settings.HELP_ANSWER_DAYS,
    }
    return render(request, "support/help_received.html", context)


@signed_in
@never_cache
@require_safe
def own_help(request: PersonRequest) -> HttpResponse:
    """Show a person what they asked, and what was answered."""
    return render(request, "support/own_help.html", {"asked": own_help_requests(request.user)})


@for_roles(*STEWARDS)
@never_cache
@require_safe
def help_requests(request: PersonRequest) -> HttpResponse:
    """List the questions that wait, the oldest first, or those that were answered.

    Whose they are is a look at a person: it leaves its line.
    """
    visible = help_requests_visible_to(request.user)
    is_past = request.GET.get("estado") == "respondidos"
    if is_past:
        rows = visible.exclude(answered_at=None).order_by("-answered_at", "-pk")
    else:
        rows = visible.filter(answered_at=None).order_by("asked_at", "pk")
    shown = with_people(rows[: MOST_SHOWN + 1])
    note_looks(request, shown[:MOST_SHOWN])
    now = timezone.now()
    context = {
        "asked": [(row, term_of_help(row.request, now)) for row in shown[:MOST_SHOWN]],
        "days": settings.HELP_ANSWER_DAYS,
        "has_more": len(shown) > MOST_SHOWN,
        "most": MOST_SHOWN,
        "is_past": is_past,
        "is_operator": looks_after_everybody(request.user),
    }
    return render(request, "support/help_requests.html", context)


def note_looks(request: PersonRequest, asked: list[Asked]) -> None:
    """Leave a line for each person whose question somebody reads."""
    now = timezone.now()
    for person in {row.person for row in asked if row.person}:
        record_look(person=person, looked_by=request.user, action="help_request_seen", now=now)


def visible_or_404(request: PersonRequest, number: int) -> Asked:
    """Return a question that somebody may answer."""
    found = with_people(help_requests_visible_to(request.user).filter(pk=number))
    if not found:
        raise Http404
    return found[0]


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def help_request(request: PersonRequest, number: int) -> HttpResponse:
    """Show a question with how its answer arrives, and take the answer."""
    asked = visible_or_404(request, number)
    form = AnswerForm(request.POST or None)
    unsent = ""
    if request.method == "POST" and form.is_valid():
        unsent = form.cleaned_data["text"]
        if response := answered(request, asked, unsent):
            return response
        asked = visible_or_404(request, number)
    note_looks(request, [asked])
    is_operator = looks_after_everybody(request.user)
    may_hand_on = is_operator and asked.request.answered_at is None and not asked.request.handed_at
    context = {
        "asked": asked.request,
        "term": term_of_help(asked.request, timezone.now()),
        "person": asked.person,
        "may_open_card": asked.person and is_in_reach(request.user, asked.person),
        "form": form,
        "unsent": unsent,
        "way": way_to(asked),
        "coordinators": coordinators_of(asked.person) if may_hand_on and asked.person else [],
    }
    return render(request, "support/help_request.html", context)


def is_in_reach(user: User, person: User) -> bool:
    """Say whether somebody may open the card of a person."""
    return people_in_reach(user).filter(pk=person.pk).exists()


def answered(request: PersonRequest, asked: Asked, text: str) -> HttpResponse | None:
    """Store an answer, say how it arrives and lead back to the list; None where somebody else had
    answered: then what was written is shown beside it.
    """
    try:
        way = answer(asked=asked, text=text, actor=request.user, now=timezone.now())
    except HelpRequest.DoesNotExist as error:
        raise Http404 from error
    except AlreadyAnswered:
        messages.info(request, _("Ese pedido ya estaba respondido. No cambiamos nada."))
        return None
    messages.success(request, told_of(way))
    return redirect("support:help_requests")


def told_of(way: Way) -> str:
    """Say how an answer arrives, or what is left to do."""
    if way.email:
        return _("Guardamos tu respuesta. Le llega por carta.")
    if way.email_by_hand:
        return _("Guardamos lo que respondiste. Si no le escribiste, escríbele ahora.")
    if way.by_notice_letter:
        return _("Guardamos tu respuesta. Le llega un aviso, y una carta.")
    if way.telephone:
        return _("Guardamos lo que respondiste. Si no llamaste, llama ahora.")
    if way.has_notices:
        return _("Guardamos tu respuesta. La lee en sus avisos al ingresar.")
    return _("Guardamos tu respuesta. La lee en la página de su número.")


@for_site_roles(Role.OPERATOR)
@act_of(lambda request, number: reverse("support:help_requests"))
def hand_on_request(request: PersonRequest, number: int) -> HttpResponse:
    """Pass a question on to whoever coordinates where the person serves."""
    asked = visible_or_404(request, number)
    try:
        hand_on(asked=asked, actor=request.user, now=timezone.now())
    except NobodyCoordinates:
        messages.error(request, _("Nadie coordina donde trabaja esa persona: respóndele tú."))
        return redirect("support:help_request", number)
    except AlreadyAnswered:
        messages.info(request, _("Ese pedido ya estaba respondido. No cambiamos nada."))
        return redirect("support:help_request", number)
    messages.success(request, _("Se lo pasaste a quien coordina donde trabaja."))
    return redirect("support:help_requests")
