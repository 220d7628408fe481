"""Gives a page to the refusals for which Django has none."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string

NUL_IN_QUERY = "%00"
NAMES_NOTHING = "%EF%BF%BD"


class RefusedMethodMiddleware:
    """Says in words that an address takes no such request: the browser would show a page of its
    own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and not response.streaming
            and not response.content
        ):
            response.content = render_to_string("405.html", request=None)
            response["Content-Length"] = str(len(response.content))  # that of nothing was said
        return response


class UnreadableMiddleware:
    """Reads what was sent before its token is asked for: what cannot be read is told so, and is no
    form of unknown origin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with suppress(
            UnreadablePostError
        ):  # who went away meanwhile: whoever asks for it later says so
            _ = request.POST
        return self.get_response(request)


class NulMiddleware:
    """Lets no NUL come to the database in an address, a query or a cookie: PostgreSQL takes it in
    no text, so nothing has such a name. In a query it becomes a character that names nothing
    either: what was asked for is not there, and is not as if nothing had been asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        query = request.META.get("QUERY_STRING", "")
        if NUL_IN_QUERY in query:
            request.META["QUERY_STRING"] = query.replace(NUL_IN_QUERY, NAMES_NOTHING)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
    ) -> None:
        """Answer as for any address that is not there."""
        if "\0" in request.path_info:
            raise Http404
