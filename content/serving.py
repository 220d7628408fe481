"""Leads from the old address of a plain page to where it is now."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from content.queries import page_once_at

View = Callable[..., HttpResponse]


def leads_to_new_addresses(view: View) -> View:
    """Ask for the old address of a page only when nothing is there now."""

    @wraps(view)
    def led(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            page = page_once_at(request.path)
            url = page.get_url(request) if page and page.live else None
            if url is None or url == request.path:
                raise
            return redirect(url)

    return led
