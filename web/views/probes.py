"""Answers probes."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import for_machines
from web.readiness import WORDS, failing_parts, parts_to_mend


@for_machines
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("vivo", content_type="text/plain; charset=utf-8")


@for_machines
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The parts it needs answer and take what is written; what an operator must mend is told
    without closing the site.
    """
    now = timezone.now()
    failing = failing_parts(now)
    to_mend = parts_to_mend(now) if not failing else []
    facts: dict[str, object] = {"failing": failing}
    if to_mend:
        facts["to_mend"] = to_mend
    if failing or to_mend:
        facts["words"] = [str(WORDS[name]) for name in (*failing, *to_mend)]
    return JsonResponse(
        facts, status=503 if failing else 200, json_dumps_params={"ensure_ascii": False}
    )
