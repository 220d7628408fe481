"""Serves the lists of people to call: on the screen, on paper, and as a file."""

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import COMPANIONS, STEWARDS, holds_role
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from lib.identifiers import read_small_number
from lib.spreadsheets import csv_text
from roster.calls import (
    LISTS,
    MOST_IN_FILE,
    MOST_LISTED,
    Call,
    CallList,
    calls_in,
    note_contact,
)
from roster.forms import ContactForm
from roster.queries import person_in_sight
from roster.services import record_list

LAST_PAGE = MOST_IN_FILE // MOST_LISTED


@for_roles(*COMPANIONS)
@never_cache
@require_safe
def call_list(request: PersonRequest, name: str) -> HttpResponse:
    """Show whom to call. A list of people leaves its line in the trail."""
    chosen = existing_list(name)
    now = timezone.now()
    page = min(read_small_number(request.GET.get("pagina", "")) or 1, LAST_PAGE)
    calls, has_more = calls_in(chosen, request.user, now, page=page, most=MOST_LISTED)
    record_list(by=request.user, count=len(calls), now=now, name=chosen.name)
    before = (page - 1) * MOST_LISTED
    context = {
        "lists": LISTS.values(),
        "chosen": chosen,
        "calls": calls,
        "before": before,
        "first": before + 1,
        "last": before + len(calls),
        "page_before": page - 1,
        "page_after": page + 1 if has_more and page < LAST_PAGE else 0,
        "is_steward": holds_role(request.user, *STEWARDS),
        "now": now,
    }
    return render(request, "roster/calls.html", context)


@for_roles(*COMPANIONS)
@never_cache
@require_safe
def call_list_file(request: PersonRequest, name: str) -> HttpResponse:
    """Give a list as CSV: names and contacts, no document."""
    chosen = existing_list(name)
    now = timezone.now()
    calls, has_more = calls_in(chosen, request.user, now, most=MOST_IN_FILE)
    record_list(by=request.user, count=len(calls), now=now, name=chosen.name)
    head = [
        _("Apellidos"),
        _("Nombres"),
        _("Entidad"),
        _("Distrito"),
        _("Cargo"),
        _("Correo"),
        _("Curso"),
        str(chosen.since),
        _("Contactada"),
        _("Nota"),
    ]
    rows = [head, *(row_of(call) for call in calls)]
    if has_more:
        told = _("Hay más: aquí están las primeras %(most)d personas, quienes esperan más.")
        rows.append([told % {"most": MOST_IN_FILE}])
    text = csv_text(rows)
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    name = f"{chosen.name}-{timezone.localdate(now):%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def row_of(call: Call) -> list[str]:
    """Return one person as a row of the file."""
    post = call.post
    contact = call.contact
    return [
        call.person.last_name,
        call.person.first_name,
        post.organisation.name if post else "",
        post.organisation.district.name if post else "",
        post.post if post else "",
        call.person.email,
        call.course,
        call.since.strftime("%d/%m/%Y"),
        timezone.localdate(contact.at).strftime("%d/%m/%Y") if contact else "",
        contact.note if contact else "",
    ]


@for_roles(*COMPANIONS)
@never_cache
@require_http_methods(FORM_METHODS)
def contacted(request: PersonRequest, name: str, username: str) -> HttpResponse:
    """Note that a person in sight was called, and what came of it."""
    chosen = existing_list(name)
    person = person_in_sight(request.user, username)
    if person is None:
        raise Http404
    form = ContactForm(request.POST or None, initial={"uuid": uuid4()})
    if request.method == "POST" and form.is_valid():
        note_contact(
            person=person,
            note=form.cleaned_data["note"],
            uuid=form.cleaned_data["uuid"],
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(request, _("Anotamos que la contactaste."))
        return redirect(reverse("roster:calls", args=[chosen.name]))
    context = {"form": form, "person": person, "chosen": chosen}
    return render(request, "roster/contacted.html", context)


def existing_list(name: str) -> CallList:
    """Return a list by its name in addresses, or answer 404."""
    if name not in LISTS:
        raise Http404
    return LISTS[name]
