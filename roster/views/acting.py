"""Serves the acts on another person's account: each asks for a reason, and sent twice is done
once.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.corrections import (
    ChangedMeanwhile,
    HeldByAnother,
    Why,
    note_refusal,
    was_done,
)
from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import Membership, User
from accounts.permissions import STEWARDS, holds_role, may_act_on
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.queries import current_membership, organisations_matching
from accounts.services import BeyondTheCeiling, InvalidEmail, PersonExists, record_look
from lib.identifiers import read_uuid
from roster.acts import ACTS, FIELDS_TAKEN, MOVE, REFUSALS, Act, refusal_of, refusal_of_taken
from roster.forms import ReasonForm, digest_of
from roster.queries import person_in_reach
from roster.views.card import existing_person

# What a link names, by the field that it marks.
ABOUT = {"quiz": "cuestionario", "course": "curso", "certificate": "certificado"}


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def act(request: PersonRequest, username: str, act: str) -> HttpResponse:
    """Change one thing of a person's account."""
    chosen = ACTS.get(act)
    if chosen is None or not holds_role(request.user, *chosen.roles):
        raise Http404
    if answer := answer_to_repeat(request, username, chosen.done):
        return answer
    person = person_to_act_on(request.user, username)
    # A link on the card is about one thing; forms about something else have no such field.
    about = {field: request.GET.get(name, "") for field, name in ABOUT.items()}
    initial = {**about, **chosen.initial(person)}
    form = chosen.form(request.POST or None, person=person, initial=initial)
    if request.method == "POST" and form.is_valid() and (answer := tried(request, form, chosen)):
        return answer
    return shown(request, "roster/act.html", {"form": form, "person": person, "act": chosen})


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def move(request: PersonRequest, username: str) -> HttpResponse:
    """Let a person serve in another institution, or in another post, from today on."""
    if answer := answer_to_repeat(request, username, MOVE.done):
        return answer
    person = person_to_act_on(request.user, username)
    membership = current_membership(person)
    asked = request.POST or request.GET
    text = asked.get("buscar", "").strip()[:100]
    matches, has_more = organisations_matching(text)
    choices = institution_choices(membership, matches)
    initial = {"cargo": membership.post if membership else ""}
    if "busca" in request.POST:  # the search alone: what was typed stays, and nothing is asked yet
        form = MOVE.form(None, person=person, initial=initial | request.POST.dict())
    else:
        form = MOVE.form(request.POST or None, person=person, initial=initial)
        if request.method == "POST" and form.is_valid() and (answer := tried(request, form, MOVE)):
            return answer
    context = {
        "form": form,
        "person": person,
        "act": MOVE,
        "choices": choices,
        "text": text,
        "found": matches,
        "has_more": has_more,
        "marked": form["entidad"].value() or (choices[0]["uuid"] if membership else ""),
    }
    return shown(request, "roster/move.html", context)


def shown(request: PersonRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show the form of an act on a person, filled in or not: who reads it reads of the person, so
    it leaves its line (P17).
    """
    record_look(
        person=context["person"],
        looked_by=request.user,
        action="person_opened",
        now=timezone.now(),
    )
    return held_back(render(request, template, context), context["form"].limit)


def institution_choices(
    membership: Membership | None, matches: Sequence[Any]
) -> list[dict[str, str]]:
    """Return the institutions to choose from: where the person is now, and what a search found."""
    own = str(membership.organisation.uuid) if membership else ""
    first = (
        [{"uuid": own, "name": membership.organisation.name, "place": _("Donde está ahora")}]
        if membership
        else []
    )
    others = [
        {"uuid": each.uuid, "name": each.name, "place": each.place}
        for each in matches
        if each.uuid != own
    ]
    return first + others


def person_to_act_on(user: User, username: str) -> User:
    """Return the person whose account somebody may change, or answer 404."""
    person = existing_person(user, username)
    if not may_act_on(user, person):
        raise Http404
    return person


def answer_to_repeat(request: PersonRequest, username: str, done: str) -> HttpResponse | None:
    """Return the answer to an act that was sent before and done: the same as then."""
    uuid = read_uuid(request.POST.get("uuid")) if request.method == "POST" else None
    if uuid is None:
        return None
    digest = digest_of(request.POST, username)
    if not was_done(Why(request.user, "", uuid, digest=digest)):
        return None
    return back_to_card(request, username, done)


def back_to_card(request: PersonRequest, username: str, done: str) -> HttpResponse:
    """Tell what was done where the person can be seen; who left the reach has no card any more."""
    messages.success(request, done)
    if person_in_reach(request.user, username) is None:
        messages.info(
            request,
            _("Ya no está en tu ámbito: la atienden donde trabaja ahora, o quien opera el sitio."),
        )
        return redirect("roster:search")
    return redirect("roster:card", username)


def tried(request: PersonRequest, form: ReasonForm, chosen: Act) -> HttpResponse | None:
    """Do an act and return where it leads; None when the form says why it was not done."""
    now, person = timezone.now(), form.person
    if not take(PEOPLE_CORRECTED, request.user.pk, now=now):
        form.limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
        return None
    try:
        chosen.do(person=person, why=form.why(request.user), now=now, **form.facts())
    except BeyondTheCeiling:
        messages.error(request, _("No cambiamos nada: ya no puedes cambiar esa cuenta."))
        return redirect("roster:search")
    except ChangedMeanwhile:
        form.look_again()
    except HeldByAnother as error:
        form.ask_about(error.holder)
    except PersonExists:
        form.add_error(chosen.taken, refusal_of_taken(chosen.taken))
        note_refusal(person=person, field=FIELDS_TAKEN[chosen.taken], actor=request.user, now=now)
    except (InvalidEmail, *REFUSALS) as error:
        form.add_error(None, refusal_of(error))
    else:
        return back_to_card(request, person.username, chosen.done)
    return None
