"""Serves the register of institutions: the list, each page, and the acts on them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.ended_posts import ended_lately
from accounts.limits import INSTITUTIONS_CHANGED, held_back, take
from accounts.models import Organisation
from accounts.permissions import (
    STEWARDS,
    Role,
    holds_role,
    may_register_at,
    organisations_visible_to,
)
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.queries import institution_with, line_above, organisations_matching
from accounts.services import BeyondTheCeiling, Obstacle, RegisterRefusal, add_organisation
from roster.institution_forms import GroundForm, NewInstitutionForm, RegisterFilter
from roster.register import (
    former_names,
    history_of,
    newest_headcounts,
    people_at,
    sought_institutions,
)
from roster.register_acts import REGISTER_ACTS, RegisterAct
from roster.register_words import merged_words, refusal_of
from roster.tasks import settle
from roster.unplaced import unplaced_people

ON_A_PAGE = 50


@for_roles(*STEWARDS)
@never_cache
@require_safe
def institutions(request: PersonRequest) -> HttpResponse:
    """List the institutions of the scope that a filter means."""
    form = RegisterFilter(request.GET)
    sought = form.cleaned_data if form.is_valid() else {}
    page = Paginator(sought_institutions(request.user, sought), ON_A_PAGE).get_page(
        request.GET.get("pagina")
    )
    count = people_at(page.object_list)
    filters = {name: value for name, value in sought.items() if value}
    context = {
        "form": form,
        "page": page,
        "rows": [(row, count.get(row.pk, 0)) for row in page.object_list],
        "filters": urlencode(filters),
        "is_operator": holds_role(request.user, Role.OPERATOR),
        "unplaced": unplaced_people(request.user).count(),
    }
    return render(request, "roster/institutions.html", context)


@for_roles(*STEWARDS)
@never_cache
@require_safe
def institution(request: PersonRequest, uuid: str) -> HttpResponse:
    """Show what the register says of an institution, and what it said before."""
    organisation = existing_institution(request, uuid)
    entry = organisation.told
    is_open = entry.closed_on is None
    acts = {
        name
        for name, act in REGISTER_ACTS.items()
        if may_do(request, act, organisation) and is_open != act.is_of_closed
    }
    if "datos" in acts:
        acts.discard("contacto")
    if entry.merged_into_id:
        acts.clear()
    context = {
        "organisation": organisation,
        "entry": entry,
        "above": line_above(organisation),
        "below": Organisation.objects.open().filter(entry__parent=organisation)[:ON_A_PAGE],
        "people": people_at([organisation]).get(organisation.pk, 0),
        "has_ended_posts": ended_lately(organisation, timezone.now()).exists(),
        "headcounts": newest_headcounts(organisation),
        "former": former_names(organisation),
        "history": history_of(organisation),
        "acts": [(name, act) for name, act in REGISTER_ACTS.items() if name in acts],
    }
    return render(request, "roster/institution.html", context)


@for_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def add_institution(request: PersonRequest) -> HttpResponse:
    """Add an institution that is not in the register yet."""
    name = request.GET.get("nombre", "")[:200]
    form = NewInstitutionForm(request.POST or None, initial={"name": name})
    limit = None
    if request.method == "POST" and form.is_valid():
        if not take(INSTITUTIONS_CHANGED, request.user.pk, now=timezone.now()):
            limit = tell_of_limit(form)
        else:
            try:
                organisation = add_organisation(form.facts(), form.ground(request.user))
            except BeyondTheCeiling:
                form.add_error(
                    "district",
                    _("Ese tipo, en esa región, está fuera de tu ámbito. Pídelo en «Ayuda»."),
                )
            except RegisterRefusal as error:
                form.begin_another()
                form.add_error(None, refusal_of(error))
            else:
                messages.success(request, _("Agregamos la entidad."))
                return after_adding(request, organisation)
    return held_back(render(request, "roster/add_institution.html", {"form": form}), limit)


def after_adding(request: PersonRequest, organisation: Organisation) -> HttpResponse:
    """Lead to the new institution, or back to the person for whom it was added."""
    waiting = unplaced_people(request.user).filter(username=request.GET.get("para", "")).first()
    if waiting is None:
        return redirect("roster:institution", organisation.uuid)
    where = urlencode({"buscar": organisation.name})
    return redirect(f"{reverse('roster:place', args=[waiting.username])}?{where}")


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def institution_act(request: PersonRequest, uuid: str, act: str) -> HttpResponse:
    """Change one thing of an institution."""
    chosen, organisation = REGISTER_ACTS.get(act), existing_institution(request, uuid)
    if chosen is None or not may_do(request, chosen, organisation):
        raise Http404
    if request.method != "POST" and (words := merged_words(organisation)):
        messages.info(request, words)
        return redirect("roster:institution", organisation.uuid)
    form = chosen.form(
        request.POST or None, organisation=organisation, initial=chosen.initial(organisation)
    )
    limit = None
    if request.method == "POST" and form.is_valid():
        if not take(INSTITUTIONS_CHANGED, request.user.pk, now=timezone.now()):
            limit = tell_of_limit(form)
        elif answer := done(request, form, chosen, organisation):
            return answer
    context = {"form": form, "organisation": organisation, "act": chosen}
    if act == "unir":
        text = request.GET.get("buscar", "").strip()[:100]
        found, has_more = organisations_matching(text)
        own = str(organisation.uuid)
        context |= {
            "text": text,
            "found": [one for one in found if one.uuid != own],
            "has_more": has_more,
            "marked": form["into"].value(),
            "people": people_at([organisation]).get(organisation.pk, 0),
        }
    return held_back(render(request, "roster/institution_act.html", context), limit)


def done(
    request: PersonRequest, form: GroundForm, chosen: RegisterAct, organisation: Organisation
) -> HttpResponse | None:
    """Do an act and return where it leads; None when the form says why it was not done."""
    try:
        chosen.do(organisation, form.facts(), form.ground(request.user))
    except BeyondTheCeiling:
        form.add_error(None, _("Eso está fuera de tu ámbito: no cambiamos nada."))
    except RegisterRefusal as error:
        if words := merged_words(institution_with(str(organisation.uuid))):
            form.add_error(None, words)
        elif error.why == Obstacle.CHANGED:
            form.look_again()
        else:
            form.add_error(None, refusal_of(error))
    else:
        settle.enqueue()
        messages.success(request, chosen.done)
        return redirect("roster:institution", organisation.uuid)
    return None


def tell_of_limit(form: GroundForm):
    """Say that there were many changes, and return the limit."""
    form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
    return INSTITUTIONS_CHANGED


def may_do(request: PersonRequest, act: RegisterAct, organisation: Organisation) -> bool:
    """Say whether somebody may do an act on an institution that they see."""
    if act.roles == STEWARDS:
        return True
    return may_register_at(request.user, organisation.kind, organisation.district)


def existing_institution(
    request: PersonRequest, uuid: str, roles: tuple[str, ...] = STEWARDS
) -> Organisation:
    """Return an institution of the scope in which a person holds one of `roles`, or answer 404."""
    rows = organisations_visible_to(request.user, roles).select_related(
        "district__province",
        "district__area",
        "entry__parent__district__province",
        "entry__merged_into__district",
    )
    organisation = rows.filter(uuid=uuid).first()
    if organisation is None:
        raise Http404
    return organisation
