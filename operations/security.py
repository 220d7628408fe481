"""Sends the content security policy: strict for public and learner pages, looser for Wagtail's editor."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

EDITOR_PREFIX = "/gestion/"


class ContentSecurityMiddleware:
    """Chooses the policy by address; the editor's own inline scripts are the only reason for the second one.

    Both are written once when the server starts: no page changes them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.policy = build_policy(config=settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
        self.editor_policy = build_policy(config=settings.EDITOR_CONTENT_SECURITY_POLICY["DIRECTIVES"])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.editor_policy if request.path.startswith(EDITOR_PREFIX) else self.policy)
        return response
