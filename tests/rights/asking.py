"""Asks every address of the site, and says in one word what came back."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
ENTRANCE = "/cuenta/ingresar/"
EDITOR = "gestion/"


def routes(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern that the resolver knows, Wagtail's own included, as it is written."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from routes(pattern.url_patterns, route)


def known_routes() -> list[str]:
    """Return every pattern of the resolver once."""
    return list(dict.fromkeys(route for route, _pattern in routes()))


def browser(person, *, enforce_csrf_checks: bool = False) -> Client:
    """Return a browser in which a person is signed in; faults are answered, not raised."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    if person:
        client.force_login(person)
    return client


def address_of(route: str, sample: dict[str, object]) -> str:
    """Return the address of a pattern with a sample in each place; KeyError when the sample lacks
    one.
    """
    plain = re.sub(r"[\^$]", "", re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route))
    plain = plain.replace(
        r"(\d+)/revisions/compare/(live|earliest|\d+)\.\.\.(live|latest|\d+)",
        "<page_id>/revisions/compare/earliest...live",
    )
    plain = (
        plain.replace(r"(\d+)/(.*)", "<document_id>/<document_name>")
        .replace(".*/", "no-existe/")
        .replace(r"((?:[\w\-]+/)*)", "no-existe/")
    )
    plain = plain.replace(r"\.\.\.", "...")
    return "/" + ARGUMENT.sub(lambda found: quote(str(sample[found[1]]), safe=""), plain)


def ask(
    client: Client, method: str, address: str, data: dict | None = None, *, look=None, **headers
) -> HttpResponse:
    """Send one request and undo whatever it wrote, in the database and in the cookies.

    What it wrote is the answer's `written`; `look` is called before it is undone, and what that
    returns is its `seen`.
    """
    kept = client.cookies.copy()
    written = Written()
    with transaction.atomic(), connection.execute_wrapper(written):
        try:
            answer = getattr(client, method.lower())(address, data, **headers)
            answer = read_whole(answer) if answer.streaming else answer
            answer.written = list(written.statements)
            answer.seen = look and look()
            return answer
        finally:
            transaction.set_rollback(True)
            client.cookies = kept


def read_whole(answer: HttpResponse) -> HttpResponse:
    """Return a file that was sent in pieces as one answer, and close it."""
    return HttpResponse(
        b"".join(answer.streaming_content), status=answer.status_code, headers=answer.headers
    )


class Written:
    """Collects the statements that change a table, but for the session of whoever asks."""

    VERBS = ("INSERT", "UPDATE", "DELETE")

    def __init__(self):
        self.statements: list[str] = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(self.VERBS) and '"accounts_session"' not in sql:
            self.statements.append(f"{sql[:200]} {str(params)[:2000]}")
        return execute(sql, params, many, context)


def is_editor(route: str) -> bool:
    """True for Wagtail's screens; the question bank among them is ours."""
    return route.startswith(EDITOR) and not route.startswith(f"{EDITOR}preguntas/")


def outcome(answer: HttpResponse, *, of_editor: bool) -> str:
    """Return what an answer means: yes, led on, sign in, 404, 405, no (the editor's own refusal),
    or the number of a fault.

    Wagtail's screens fail on a form with nothing in it: who brought one that far was let in, and
    that is what is asked here.
    """
    code, target = answer.status_code, answer.get("Location", "")
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "yes" if of_editor else str(code)
    if code in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}:
        return str(code)
    if target.startswith((f"{ENTRANCE}?next=", "/gestion/login/")):
        return "sign in"
    if code == HTTPStatus.FORBIDDEN or (of_editor and target == "/gestion/"):
        return "no"
    return "led on" if target and not of_editor else "yes"
