"""Serves operators of the nation what an account did and saw, as one signed file."""

import tempfile
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.permissions import Role
from accounts.policies import FORM_METHODS, PersonRequest, for_site_roles
from lib.identifiers import read_uuid
from operations.evidence.writing import Asked, count_acts, write_bundle
from operations.forms import EvidenceForm
from operations.trail import Search

# Some seconds of work; what is longer belongs on a terminal, which tells how far it is.
MOST_ACTS = 30_000
USUAL_DAYS = timedelta(days=2)


@for_site_roles(Role.OPERATOR)
@never_cache
@require_http_methods(FORM_METHODS)
def evidence(request: PersonRequest) -> HttpResponseBase:
    """Ask of which days and why, and hand the file over; nothing of it stays on the site but its
    line in the trail.
    """
    account = read_uuid(request.GET.get("persona"))
    if account is None:
        return redirect("operations:trail")
    today = timezone.localdate()
    form = EvidenceForm(request.POST or None, initial={"since": today - USUAL_DAYS, "until": today})
    context: dict[str, Any] = {"form": form, "too_many": 0}
    if request.method == "POST" and form.is_valid():
        days, why = form.cleaned_data, form.cleaned_data["why"]
        asked = Asked(account, days["since"], days["until"], why, days["reason"])
        count = count_acts(asked)
        if count <= MOST_ACTS:
            return file_of(asked, request.user)
        form.add_error(None, _("Son %(count)d actos: demasiados para esta pantalla.") % {
            "count": count
        })  # fmt: skip
        context |= {"too_many": count, "asked": asked}
    person = User.objects.filter(learner_key=account).first()
    context |= {"account": account, "person": person, "trail": Search(person=account).address}
    return render(request, "operations/evidence.html", context)


def file_of(asked: Asked, operator: User) -> FileResponse:
    """Return the bundle as a file; the name says the days alone."""
    with ExitStack() as failed:
        target = failed.enter_context(tempfile.TemporaryFile(dir=settings.VAR_DIR))
        write_bundle(target, asked, by=operator, now=timezone.now())
        failed.pop_all()  # the answer closes it
    target.seek(0)
    name = f"evidencia-{asked.since}-{asked.until}.zip"
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")
