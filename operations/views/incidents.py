"""Serves operators of the nation the record of incidents: open one, note what is done, close it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, for_site_roles
from operations.incident_forms import CloseForm, NoteForm, OpenForm
from operations.incidents import (
    STEPS,
    AlreadyClosed,
    close,
    countdown,
    done_steps,
    incidents_visible_to,
    missing_steps,
    note,
    open_incident,
    open_incidents,
)
from operations.models import Incident, IncidentEntry

MOST_SHOWN = 50


def visible_or_404(request: PersonRequest, uuid: str) -> Incident:
    """Return an incident that somebody may read."""
    incident = incidents_visible_to(request.user).filter(uuid=uuid).first()
    if incident is None:
        raise Http404
    return incident


@for_site_roles(Role.OPERATOR)
@never_cache
@require_safe
def incidents(request: PersonRequest) -> HttpResponse:
    """List the incidents that are open with the hours left, and those that were closed."""
    closed = incidents_visible_to(request.user).exclude(closed_at=None)
    context = {
        "open": open_incidents(request.user, timezone.now()),
        "closed": closed.order_by("-closed_at", "-pk")[:MOST_SHOWN],
    }
    return render(request, "operations/incidents.html", context)


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def new_incident(request: PersonRequest) -> HttpResponse:
    """Open an incident with what is known of it."""
    now = timezone.now()
    form = OpenForm(request.POST or None, initial={"detected_at": now})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        incident = open_incident(
            by=request.user,
            title=data["title"],
            what=data["what"],
            scope=form.scope_told(),
            detected_at=data["detected_at"],
            uuid=data["act"],
            now=now,
        )
        messages.success(request, _("Abrimos el incidente. Sigue la lista de abajo."))
        return redirect("operations:incident", incident.uuid)
    return render(request, "operations/new_incident.html", {"form": form})


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def incident(request: PersonRequest, uuid: str) -> HttpResponse:
    """Show an incident with its countdown, its steps and all that was noted, and take a note."""
    shown = visible_or_404(request, uuid)
    form = NoteForm(
        request.POST or None,
        is_closed=shown.closed_at is not None,
        detected_at=shown.detected_at,
    )
    if request.method == "POST" and form.is_valid():
        act, now = form.cleaned_data["act"], timezone.now()
        try:
            note(incident=shown, told=form.told(), by=request.user, uuid=act, now=now)
        except AlreadyClosed:
            # Somebody closed it while this was written: the form says so, and keeps the text.
            shown.refresh_from_db()
            form = NoteForm(request.POST, is_closed=True, detected_at=shown.detected_at)
        else:
            messages.success(request, _("Lo anotamos."))
            return redirect("operations:incident", shown.uuid)
    return page_of(request, shown, form)


def page_of(request: PersonRequest, shown: Incident, form: NoteForm) -> HttpResponse:
    """Show an incident, with a form for a note."""
    entries = list(shown.entries.all())
    context = {
        "incident": shown,
        "form": form,
        "entries": with_names(entries),
        "countdown": countdown(shown, entries, timezone.now()),
        "steps": steps_of(entries),
        "people": next((row.people for row in reversed(entries) if row.people is not None), None),
    }
    return render(request, "operations/incident.html", context)


def with_names(entries: list[IncidentEntry]) -> list[tuple[IncidentEntry, User | None]]:
    """Return entries with who wrote them, the newest first. One statement."""
    keys = {entry.by_key for entry in entries}
    people = {row.learner_key: row for row in User.objects.filter(learner_key__in=keys)}
    return [(entry, people.get(entry.by_key)) for entry in reversed(entries)]


def steps_of(entries: list[IncidentEntry]) -> list[tuple[str, IncidentEntry | None]]:
    """Return every step in words, with the entry that tells it."""
    done = done_steps(entries)
    steps = (*STEPS, IncidentEntry.Kind.CLOSED)
    return [(str(IncidentEntry.Kind(step).label), done.get(step)) for step in steps]


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def close_incident(request: PersonRequest, uuid: str) -> HttpResponse:
    """Ask for what was told to whom and when, where it is not noted yet, and close."""
    shown = visible_or_404(request, uuid)
    if shown.closed_at and request.method != "POST":
        messages.info(request, _("Ese incidente ya está cerrado."))
        return redirect("operations:incident", shown.uuid)
    entries = list(shown.entries.all())
    form = CloseForm(request.POST or None, missing=asked_steps(request, entries))
    if request.method == "POST" and form.is_valid():
        words, now = form.cleaned_data["words"], timezone.now()
        try:
            close(incident=shown, steps=form.steps(), words=words, by=request.user, now=now)
        except AlreadyClosed:
            return closed_meanwhile(request, shown, form)
        messages.success(request, _("Cerramos el incidente. Queda en la lista."))
        return redirect("operations:incident", shown.uuid)
    if shown.closed_at:
        return closed_meanwhile(request, shown, form)
    done = [(step, entry) for step, entry in steps_of(entries) if entry]
    context = {"incident": shown, "form": form, "done": done}
    return render(request, "operations/close_incident.html", context)


def asked_steps(request: PersonRequest, entries: list[IncidentEntry]) -> list[str]:
    """Return the steps that the form asks for: those that are missing, and those that somebody else
    wrote down while this one was written.
    """
    missing = missing_steps(entries)
    return [step for step in STEPS if step in missing or request.POST.get(f"{step}_words")]


def closed_meanwhile(request: PersonRequest, shown: Incident, form: CloseForm) -> HttpResponse:
    """Say who closed it first, and offer what was written as a note."""
    shown.refresh_from_db()
    last = shown.entries.filter(kind=IncidentEntry.Kind.CLOSED)
    (_entry, who), *_rest = with_names(list(last))
    text = _(
        "%(name)s cerró el incidente mientras escribías. Tu texto está abajo, como anotación: "
        "revísalo y guárdalo para que no se pierda."
    )
    messages.warning(request, text % {"name": who or _("Otra persona")})
    return page_of(
        request,
        shown,
        NoteForm(
            is_closed=True,
            detected_at=shown.detected_at,
            initial={"words": form.as_note()},
        ),
    )
