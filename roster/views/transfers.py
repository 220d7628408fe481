"""Serves the transfers that others asked for to the sides that they touch, and their rejection."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.corrections import ChangedMeanwhile, Why, was_done
from accounts.limits import PEOPLE_CORRECTED, held_back, take
from accounts.permissions import STEWARDS
from accounts.policies import FORM_METHODS, PersonRequest, for_roles
from accounts.services import BeyondTheCeiling, record_look
from accounts.transfers import TransferStands, may_reject_of, reject_transfer
from lib.identifiers import read_uuid
from roster.forms import ReasonForm, digest_of
from roster.services import record_list
from roster.transfers import Asked, refusal_of, told_transfers, with_askers

ON_A_PAGE = 50


@for_roles(*STEWARDS)
@never_cache
@require_safe
def transfers(request: PersonRequest) -> HttpResponse:
    """List the transfers of thirty days that others asked for, the newest first."""
    now = timezone.now()
    rows = told_transfers(request.user, now)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("pagina"))
    told = with_askers(page.object_list, request.user, now)
    record_list(by=request.user, count=len(told), now=now, name="traslados")
    return render(request, "roster/transfers.html", {"page": page, "rows": told, "filters": ""})


@for_roles(*STEWARDS)
@never_cache
@require_http_methods(FORM_METHODS)
def reject(request: PersonRequest, uuid: str) -> HttpResponse:
    """Reject a transfer, with a reason: the person serves again where they did."""
    now = timezone.now()
    row = told_transfers(request.user, now).filter(uuid=uuid).first()
    if row is None:
        raise Http404
    (asked,) = with_askers([row], request.user, now)
    person = row.user
    if request.method == "POST" and is_repeated(request, person.username):
        return rejected(request)
    may = may_reject_of(row, request.user, person)
    form = ReasonForm(request.POST or None, person=person)
    if request.method == "POST" and may and form.is_valid() and tried(request, form, asked):
        return rejected(request)
    record_look(person=person, looked_by=request.user, action="person_opened", now=now)
    context = {"asked": asked, "person": person, "form": form, "may": may}
    return held_back(render(request, "roster/reject_transfer.html", context), form.limit)


def is_repeated(request: PersonRequest, username: str) -> bool:
    """Say whether the same form was sent before, and done."""
    uuid = read_uuid(request.POST.get("uuid"))
    if uuid is None:
        return False
    return was_done(Why(request.user, "", uuid, digest=digest_of(request.POST, username)))


def rejected(request: PersonRequest) -> HttpResponse:
    """Tell that a transfer was rejected, where the others are."""
    messages.success(
        request, _("Rechazaste el traslado: está otra vez en la entidad de antes. Le avisamos.")
    )
    return redirect("roster:transfers")


def tried(request: PersonRequest, form: ReasonForm, asked: Asked) -> bool:
    """Reject a transfer; False when the form says why it was not done."""
    now = timezone.now()
    if not take(PEOPLE_CORRECTED, request.user.pk, now=now):
        form.limit = PEOPLE_CORRECTED
        form.add_error(None, _("Hiciste muchos cambios seguidos. Espera una hora."))
        return False
    try:
        reject_transfer(transfer=asked.transfer, why=form.why(request.user), now=now)
    except BeyondTheCeiling:
        form.add_error(None, _("No cambiamos nada: ya no puedes cambiar esa cuenta."))
    except ChangedMeanwhile:
        form.look_again()
    except TransferStands as error:
        form.add_error(None, refusal_of(error))
    else:
        return True
    return False
