"""Serves the home of operators: what waits for them, and how the site is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import Role
from accounts.policies import PersonRequest, act_of, for_site_roles
from audit.queries import chain_check
from operations.first_steps import has_second_operator, missing_of_provider
from operations.incidents import open_incidents
from operations.lights import measure_lights, shown_lights
from operations.pending import pending_work


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Show what waits with its count and age, and eight lights with the step to take."""
    now = timezone.now()
    lights = shown_lights(now)
    pending = pending_work(request.user, now)
    context = {
        "pending": pending,
        "late": sum(work.late for work in pending),
        "incidents": open_incidents(request.user, now),
        "lights": lights,
        "to_mend": sum(not light.is_good for light in lights),
        "check": chain_check(),
        "is_unfinished": not has_second_operator(now) or bool(missing_of_provider()),
    }
    return render(request, "operations/home.html", context)


def to_home(request: HttpRequest, **kwargs) -> str:
    """Return where an operator goes on."""
    return reverse("operations:home")


@for_site_roles(Role.OPERATOR)
@act_of(to_home)
def measure(request: PersonRequest) -> HttpResponse:
    """Measure the lights now."""
    measure_lights(timezone.now())
    messages.success(request, _("Medimos las ocho luces ahora."))
    return redirect("operations:home")
