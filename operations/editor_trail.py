"""Notes in the trail whom somebody looked at in the editor and which files they took out of it, and
makes those files safe to open.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from accounts.models import User
from accounts.policies import PersonRequest
from accounts.services import record_look
from audit.services import record_act
from lib.spreadsheets import csv_text

View = Callable[..., HttpResponseBase]
PEOPLE = "wagtailusers_users"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?\+00:00")


def with_trail(view: View) -> View:
    """Leave a line for each person, list of people and file that a screen of the editor gave away
    (P17).

    The line is written before the answer leaves: when the trail cannot take it, nothing is shown.
    """

    @wraps(view)
    def traced(request: PersonRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != HTTPStatus.OK:
            return response
        note_people(request, request.resolver_match)
        if request.method != "GET" or not is_file(response):
            return response
        note_act(request, "editor_exported", "report", request.resolver_match.view_name)
        return without_formulas(response)

    return traced


def note_people(request: PersonRequest, match: ResolverMatch) -> None:
    """Note the person whose screen was opened, or that people were listed; one's own screen is no
    look.
    """
    if PEOPLE in match.namespaces and "pk" in match.kwargs:
        person = User.objects.filter(pk=match.kwargs["pk"]).exclude(pk=request.user.pk).first()
        if person:
            record_look(
                person=person, looked_by=request.user, action="person_opened", now=timezone.now()
            )
    elif is_list_of_people(match):
        note_act(request, "people_listed", "people", "")


def is_list_of_people(match: ResolverMatch) -> bool:
    """True for Wagtail's list of people, and where those picked there are asked about before a bulk
    action.
    """
    is_list = PEOPLE in match.namespaces and str(match.url_name).startswith("index")
    return is_list or match.kwargs.get("app_label") == User._meta.app_label


def note_act(request: PersonRequest, action: str, object_type: str, object_key: str) -> None:
    """Write one line with whoever asks as actor."""
    actor = request.user.learner_key
    record_act(
        actor_key=actor,
        action=action,
        object_type=object_type,
        object_key=object_key,
        now=timezone.now(),
    )


def is_file(response: HttpResponseBase) -> bool:
    """True for what the browser saves instead of showing it."""
    return response.get("Content-Disposition", "").startswith("attachment")


def in_lima(cell: str) -> str:
    """Return a moment as the screen beside it shows it; Wagtail writes its files in UTC.

    Anything else stays.
    """
    if not MOMENT.fullmatch(cell):
        return cell
    return timezone.localtime(datetime.fromisoformat(cell)).strftime("%Y-%m-%d %H:%M:%S")


def without_formulas(response: HttpResponseBase) -> HttpResponseBase:
    """Return a CSV file with an apostrophe before every cell that a spreadsheet could run (R13).

    Wagtail guards its XLSX files alone.
    """
    if not (
        isinstance(response, StreamingHttpResponse)
        and response["Content-Type"].startswith("text/csv")
    ):
        return response
    text = b"".join(response.streaming_content).decode()
    rows = (row for row in csv.reader(io.StringIO(text, newline="")) if any(row))
    safe = csv_text([in_lima(cell) for cell in row] for row in rows)
    file = HttpResponse(safe.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = response["Content-Disposition"]
    return file
