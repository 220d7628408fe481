"""Serves operators what everybody is told of a time in which the site will not serve."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, act_of, for_site_roles
from operations.forms import NoticeForm
from provider.models import SiteNotice
from provider.services import announce, withdraw_notice


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def notice(request: PersonRequest) -> HttpResponse:
    """Show what is told now, and take other words and another time."""
    now = timezone.now()
    told = SiteNotice.objects.filter(until__gt=now).first()
    values = {name: getattr(told, name) for name in ("text", "since", "until")} if told else None
    form = NoticeForm(request.POST or None, initial=values)
    if request.method == "POST" and form.is_valid():
        announce(**form.facts(), actor_key=request.user.learner_key, now=now)
        messages.success(request, _("Pusimos el aviso. Todos lo leen arriba, hasta que termine."))
        return redirect("operations:notice")
    return render(request, "operations/notice.html", {"form": form, "told": told})


def to_notice(request: HttpRequest, **kwargs) -> str:
    """Return where an operator goes on."""
    return reverse("operations:notice")


@for_site_roles(Role.OPERATOR)
@act_of(to_notice)
def remove_notice(request: PersonRequest) -> HttpResponse:
    """Tell nobody any more."""
    withdraw_notice(actor_key=request.user.learner_key, now=timezone.now())
    messages.success(request, _("Quitamos el aviso."))
    return redirect("operations:notice")
