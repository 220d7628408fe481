"""Serves the privacy notice to who confirmed an older one: once, after signing in."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.policies import FORM_METHODS, PersonRequest, signed_in
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.views.going_on import go_on, show_notice
from lib.targets import safe_next


@signed_in
@never_cache
@require_http_methods(FORM_METHODS)
def confirm_notice(request: PersonRequest) -> HttpResponse:
    """Confirm the notice that the page showed, and go on to where the person was going.

    A page that was open while the notice changed confirms nothing: it shows the new one.
    """
    target = safe_next(request)
    if request.user.privacy_notice_version == PRIVACY_NOTICE_VERSION:
        return go_on(request, target)
    if request.POST.get("version") != PRIVACY_NOTICE_VERSION:
        return show_notice(request, target)
    services.confirm_privacy_notice(
        user=request.user, version=PRIVACY_NOTICE_VERSION, now=timezone.now()
    )
    return go_on(request, target)
