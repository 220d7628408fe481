"""Sends the content security policy: strict for public and learner pages, looser for Wagtail's editor."""

from csp.middleware import CSPMiddleware
from django.conf import settings

EDITOR_PREFIX = "/gestion/"


class ContentSecurityMiddleware(CSPMiddleware):
    """Chooses the policy by address; the editor's own inline scripts are the only reason for the second one."""

    def process_response(self, request, response):
        if request.path.startswith(EDITOR_PREFIX) and not hasattr(response, "_csp_config"):
            response._csp_config = settings.EDITOR_CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return super().process_response(request, response)
