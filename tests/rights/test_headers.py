"""Every answer outside the editor carries the strict policy, whatever its status; the editor's is
looser and stays inside (docs/decisions).
"""

import re

import pytest
from django.urls import reverse

from tests.rights.asking import EDITOR, address_of, ask, browser, known_routes
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of
from web.security import directives

pytestmark = OPEN_FILES
TABLE = read_table()
LOCKED = "default-src 'none'"
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\son\w+=|\sstyle=|<style|javascript:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", ["Visitor", "Lina", "Max", "Ada"])
def test_every_address_sends_the_strict_policy(world, name):
    client, lacking = browser(world.people[name]), []
    for route in known_routes():
        if route.startswith(EDITOR):
            continue
        for of in dict.fromkeys(row.of for row in rows_of(route, TABLE)):
            answer = ask(client, "GET", address_of(route, world.samples[of]))
            policy = answer.get("Content-Security-Policy", "")
            is_strict = policy == LOCKED or (
                directives(policy)["script-src"] == ["'self'"]
                and directives(policy)["style-src"] == ["'self'"]
                and directives(policy)["default-src"]
                == directives(policy)["base-uri"]
                == ["'none'"]
                and "unsafe" not in policy
            )
            if not is_strict or answer.get("X-Content-Type-Options") != "nosniff":
                lacking.append((route, policy))
    assert lacking == []


@pytest.mark.parametrize("name", ["Visitor", "Lina", "Max"])
def test_no_page_needs_what_the_policy_forbids(world, name):
    client, needing = browser(world.people[name]), []
    for route in known_routes():
        if route.startswith(EDITOR):
            continue
        for of in dict.fromkeys(row.of for row in rows_of(route, TABLE)):
            answer = ask(client, "GET", address_of(route, world.samples[of]))
            if "html" in answer.get("Content-Type", "") and (
                found := INLINE.search(answer.content.decode())
            ):
                needing.append((route, found[0]))
    assert needing == []


def test_the_editor_stays_with_its_own_host(world):
    answer = browser(world.people["Ada"]).get(reverse("wagtailadmin_home"))
    policy = directives(answer["Content-Security-Policy"])
    assert {value for values in policy.values() for value in values} <= {
        "'self'",
        "'unsafe-inline'",
        "data:",
        "blob:",
    }
    assert policy["frame-ancestors"] == policy["form-action"] == ["'self'"]


@pytest.mark.parametrize(
    "address", ["/no-existe/", "/cuenta/datos/../../x", "/gestion-no/", "/cursos/nada/"]
)
def test_answers_about_nothing_send_it_too(world, client, address):
    assert "unsafe" not in client.get(address)["Content-Security-Policy"]
