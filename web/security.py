"""Sends the content security policy: strict for public and learner pages, looser for Wagtail's
editor.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

EDITOR_PREFIX = "/gestion/"
HEADER = "Content-Security-Policy"


def directives(policy: str) -> dict[str, list[str]]:
    """Return the sources of a policy by directive."""
    parts = (part.split() for part in policy.split(";"))
    return {name: sources for name, *sources in (part for part in parts if part)}


class ContentSecurityMiddleware:
    """Chooses the policy by address; the editor's own inline scripts are the only reason for the
    second one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_editor = request.path.startswith(EDITOR_PREFIX)
        policy = (
            settings.EDITOR_CONTENT_SECURITY_POLICY
            if is_editor
            else settings.CONTENT_SECURITY_POLICY
        )
        response.headers.setdefault(HEADER, policy)
        return response
