"""Serves Help with a way to ask, and the questions that wait to those who answer."""

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

from accounts.limits import HELP_REQUESTS, held_back, network_of, take
from accounts.permissions import Role
from accounts.policies import PersonRequest, act_of, for_roles, public
from accounts.services import record_look
from content.queries import plain_page
from lib.identifiers import read_uuid
from support.forms import HelpForm
from support.help_requests import (
    ask_for_help,
    asked_by,
    can_be_answered,
    is_answered,
    mark_answered,
    receipt_of,
    unanswered,
)


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
            {**plain_page("ayuda").get_context(request), "form": form, "act": uuid4()},
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
    context = {
        "asked": help_request,
        "can_be_answered": can_be_answered(help_request),
        "days": settings.HELP_ANSWER_DAYS,
    }
    return render(request, "support/help_received.html", context)


@for_roles(Role.OPERATOR)
@never_cache
@require_safe
def help_requests(request: PersonRequest) -> HttpResponse:
    """List the questions that wait, the oldest first.

    Whose they are is a look at a person: it leaves its line.
    """
    waiting, now = unanswered(), timezone.now()
    for person in {row.person for row in waiting if row.person}:
        record_look(person=person, looked_by=request.user, action="help_request_seen", now=now)
    return render(request, "support/help_requests.html", {"asked": waiting})


@for_roles(Role.OPERATOR)
@act_of(lambda request, number: reverse("support:help_requests"))
def answered(request: PersonRequest, number: int) -> HttpResponse:
    """Note that a question was answered."""
    if mark_answered(number=number, operator=request.user, now=timezone.now()):
        messages.success(request, _("Anotamos que respondiste."))
    elif is_answered(number):
        messages.info(request, _("Ese pedido ya estaba respondido."))
    else:
        raise Http404
    return redirect("support:help_requests")
