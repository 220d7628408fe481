"""Serves the privacy notice with how long everything is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.policies import public
from content.queries import plain_page
from privacy.retention import retention_rules


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the notice that editors wrote, and the terms that the site carries out."""
    return render(
        request,
        "web/privacy.html",
        {**plain_page("privacidad").get_context(request), "retention": retention_rules()},
    )
