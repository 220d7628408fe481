"""Serves the page that adds one person; it leads to their slip."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.models import User
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.services import PersonExists
from roster.adding import add_person, note_refusal, person_with, places_matching
from roster.person_form import PersonForm


@for_roles(*STEWARDS)
@never_cache
@sensitive_post_parameters()
@require_http_methods(FORM_METHODS)
def add(request: PersonRequest) -> HttpResponse:
    """Add a person without e-mail. The search of an institution is a button of the same form: what
    was typed stays.
    """
    typed = request.POST if request.method == "POST" else None
    text = (request.POST.get("buscar") or "").strip()[:100]
    is_search = "busca" in request.POST
    choices, has_more = places_matching(request.user, text)
    options = {"choices": choices, "actor": request.user}
    if typed is not None and is_search:
        form = PersonForm(initial=request.POST.dict(), **options)
    else:
        form = PersonForm(typed, **options)
        if typed is not None and form.is_valid() and (answer := added(request, form)):
            return answer
    context = {
        "form": form,
        "choices": choices,
        "has_more": has_more,
        "text": text,
        "is_search": is_search,
        "has_search": form.is_searching,
        "marked": form["entidad"].value() or "",
    }
    return held_back(render(request, "roster/add.html", context), form.limit)


def added(request: PersonRequest, form: PersonForm) -> HttpResponse | None:
    """Add the person and lead to their slip; None when the form says why nobody was added."""
    now = timezone.now()
    if not take(PEOPLE_CORRECTED, request.user.pk, now=now):
        form.limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
        return None
    try:
        person = add_person(actor=request.user, now=now, **form.facts())
    except PersonExists:
        facts = form.facts()
        known = person_with(facts["document_type"], facts["number"], request.user)
        form.add_error("number", refusal_of_known(known))
        note_refusal(actor=request.user, now=now)
        return None
    messages.success(
        request, _("Registramos a %(name)s. Ahora imprime su papeleta.") % {"name": person}
    )
    return redirect(f"{reverse('roster:slips')}?persona={person.username}")


def refusal_of_known(known: User | None) -> str:
    """Return that an account has the document already; who is out of reach is named to nobody."""
    if known:
        return _("%(name)s ya tiene cuenta con ese documento: búscala en «Personas».") % {
            "name": known
        }
    return _(
        "Ese documento ya está en otra cuenta. Compara el número con el documento a la vista. Si "
        "es el suyo, quizá trabajó en otra entidad: escribe en «Ayuda»."
    )
