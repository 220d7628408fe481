"""A request that another site makes a browser send changes nothing (ACC-09)."""

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import RequestFactory

from tests.rights.asking import address_of, ask, browser, known_routes, outcome
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of

pytestmark = OPEN_FILES
TABLE = read_table()
# A program of mail sends it with no page before (RFC 8058): its signed address is the token.
SIGNED = {"avisos/sin-recordatorios/<str:token>/"}


def addresses(world):
    """Yield every route with an address for each object that the table names."""
    for route in known_routes():
        for of in dict.fromkeys(row.of for row in rows_of(route, TABLE)):
            yield route, address_of(route, world.samples[of])


@pytest.mark.parametrize("name", ["Visitor", "Lina", "Óscar"])
def test_nothing_is_done_without_a_token_or_for_another_site(world, name):
    client = browser(world.people[name], enforce_csrf_checks=True)
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    forged = (
        {},
        {"HTTP_ORIGIN": "https://otro.example", "HTTP_X_CSRFTOKEN": token},
        {"HTTP_ORIGIN": "null", "HTTP_X_CSRFTOKEN": token},
    )
    done = []
    for route, address in addresses(world):
        if route in SIGNED:
            continue
        for headers in forged:
            answer = ask(client, "POST", address, world.forms.get(route), **headers)
            got = outcome(answer, of_editor=True)
            # The editor's own interface asks who it is before it asks for the token, and takes
            # nothing at all.
            refused = got == "no" or (
                route.startswith("gestion/api/") and got in {"sign in", "404", "405"}
            )
            if not refused or answer.written:
                done.append((route, headers, got, answer.written))
    assert done == []
