"""Serves operators the tasks that failed, to be done again or put aside."""

from uuid import UUID

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
from operations.failed_tasks import put_aside, repeat, shown_jobs, shown_tasks


def to_tasks(request: HttpRequest, **kwargs) -> str:
    """Return where an operator goes on."""
    return reverse("operations:tasks")


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def tasks(request: PersonRequest) -> HttpResponse:
    """List the tasks that failed, and the jobs of each minute that fail now."""
    context = {"tasks": shown_tasks(), "jobs": shown_jobs()}
    return render(request, "operations/tasks.html", context)


@for_site_roles(Role.OPERATOR)
@act_of(to_tasks)
def repeat_task(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Have a task done once more."""
    if repeat(uuid=uuid, operator=request.user, now=timezone.now()):
        messages.success(request, _("La tarea espera su turno otra vez."))
    else:
        messages.info(request, _("Esa tarea ya no espera, o no puede repetirse."))
    return redirect("operations:tasks")


@for_site_roles(Role.OPERATOR)
@act_of(to_tasks)
def drop_task(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Put a task aside that need not be done any more."""
    if put_aside(uuid=uuid, operator=request.user, now=timezone.now()):
        messages.success(request, _("Quitamos la tarea de la lista."))
    else:
        messages.info(request, _("Esa tarea ya no está en la lista."))
    return redirect("operations:tasks")
