"""Answers probes, and says what to do when something went wrong."""

import logging
import secrets

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.policies import for_machines, public
from courses.models import CourseHead
from operations.expired_forms import expired_form

logger = logging.getLogger(__name__)


@for_machines
@never_cache
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("vivo", content_type="text/plain; charset=utf-8")


@for_machines
@never_cache
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """The parts it needs answer, and no publication was left half done."""
    failing = [
        name for name, check in (("database", database_answers), ("cache", cache_answers), ("editions", editions_are_clean)) if not check()
    ]
    return JsonResponse({"failing": failing}, status=503 if failing else 200)


def database_answers() -> bool:
    """True when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except Exception:
        return False


def cache_answers() -> bool:
    """True when the cache keeps a value."""
    token = secrets.token_hex(4)
    try:
        cache.set("ready", token, 10)
        return cache.get("ready") is not None
    except Exception:
        return False


def editions_are_clean() -> bool:
    """True when no course waits to be frozen after a publication."""
    try:
        return not CourseHead.objects.filter(is_dirty=True).exists()
    except Exception:
        return False


@public
@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token expired with the same form and a fresh token; nothing was stored."""
    return render(request, "operations/expired_form.html", {"expired": expired_form(request)}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what does not exist and what is outside the person's scope alike."""
    return render(request, "404.html", status=404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault with a reference that the log carries too."""
    reference = f"E-{secrets.token_hex(2).upper()}"
    logger.error("Fault %s at %s", reference, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)
