"""Answers every page with a notice while the operator works on the site."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

FILE = "maintenance"
PROBES = "/salud/"
SECONDS_WHEN_UNKNOWN = 300
HOUR = re.compile(r"[0-9]{1,2}:[0-9]{2}", re.ASCII)


class MaintenanceMiddleware:
    """Looks for the file `maintenance` under `var/`; it may hold when the site comes back, as
    2026-11-30T06:00, 06:00 or 6:00, Lima time.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_closed() and not request.path.startswith(PROBES):
            return closed_page(request)
        return self.get_response(request)


def is_closed() -> bool:
    """True while the file is there."""
    return Path(settings.VAR_DIR, FILE).exists()


def returns_at(now: datetime) -> datetime | None:
    """Return when the site comes back; None when the file does not say it or the moment has
    passed.
    """
    try:
        said = Path(settings.VAR_DIR, FILE).read_text().strip()
        is_hour = HOUR.fullmatch(said)
        if is_hour:
            said = f"{timezone.localtime(now):%Y-%m-%d}T{said.zfill(len('06:00'))}"
        moment = timezone.make_aware(datetime.fromisoformat(said))
    except (OSError, ValueError):
        return None
    if is_hour and now - moment > timedelta(hours=12):
        moment += timedelta(days=1)  # "06:00", written in the evening
    return moment if moment > now else None


def closed_page(request: HttpRequest) -> HttpResponse:
    """Say when the site comes back, to people and to machines."""
    now = timezone.now()
    moment = returns_at(now)
    is_today = moment and timezone.localdate(moment) == timezone.localdate(now)
    context = {"returns_at": moment, "is_today": is_today}
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = str(
        max(60, int((moment - now).total_seconds())) if moment else SECONDS_WHEN_UNKNOWN
    )
    response["Cache-Control"] = "no-store"
    return response
