"""What may be tried so often and no more, and what sends letters to others."""

import ast
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import caches

from accounts.limits import (
    EMAIL_CHANGES_OF_PERSON,
    EMAIL_CHANGES_TO_ADDRESS,
    SIGN_INS,
    Limit,
    forget,
    give_back,
    network_of,
    take,
)
from tests.architecture.sources import modules

START = datetime(2026, 11, 24, 15, 0, 20, tzinfo=UTC)
PASSWORD = "tres palabras juntas"
THREE = Limit("three", 3, 60)
NETWORKS = ("2::7", "2::8", "3::7")


def taken(seconds: int, times: int = 1, who: str = "192.0.2.7") -> list[bool]:
    """Return what so many tries at that moment get."""
    return [take(THREE, who, now=START + timedelta(seconds=seconds)) for _time in range(times)]


def test_so_many_and_no_more():
    assert taken(0, 5) == [True, True, True, False, False]
    assert taken(0, 1, "192.0.2.8") == [True]


def test_the_turn_of_the_window_gives_no_second_set():
    assert taken(35, 3) == [True] * 3
    assert taken(41, 3) == [False] * 3
    assert taken(41 + 60, 3) == [True] * 3


def test_waiting_as_long_as_the_limit_looks_back_always_helps():
    for second in range(0, 60, 7):
        caches["limits"].clear()
        taken(second, 4)
        assert taken(second + 120) == [True]


def test_only_wrong_tries_count_and_one_may_begin_again():
    for _time in range(9):
        assert taken(0) == [True]
        give_back(THREE, "192.0.2.7", now=START)
    taken(0, 4)
    forget(THREE, "192.0.2.7", now=START)
    assert taken(0, 3) == [True] * 3


@pytest.mark.parametrize(
    ("told", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2:ffff:0:0:9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::7%eth0", "fe80::/64"),
        ("", ""),
        ("nobody", ""),
    ],
)
def test_a_network_is_one_address_of_four_bytes_or_half_of_sixteen(rf, told, network):
    """Whoever has a line with IPv6 has 2⁶⁴ addresses of their own: to count each alone counts
    nothing.
    """
    assert network_of(rf.get("/", REMOTE_ADDR=told)) == network


def test_other_addresses_of_a_network_wait_with_it(client, db, allow):
    allow(SIGN_INS, 1)
    told = [
        client.post("/cuenta/ingresar/", {}, REMOTE_ADDR=f"2001:db8:1:{line}").status_code
        for line in NETWORKS
    ]
    assert told == [200, 429, 200]


def ask(client, email: str):
    """Ask for a new e-mail."""
    return client.post("/cuenta/correo/", {"email": email, "password": PASSWORD})


@pytest.fixture
def known(lina, omar, max_):
    """Three people who know their password."""
    for person in (lina, omar, max_):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return lina, omar, max_


@pytest.mark.django_db
def test_letters_to_an_address_nobody_proved_are_few(client, known):
    client.force_login(known[0])
    told = [ask(client, f"otra{number}@example.org").status_code for number in range(7)]
    assert told == [302] * EMAIL_CHANGES_OF_PERSON.amount + [429] * 2
    page = ask(client, "una.mas@example.org")
    assert "Espera 15 minutos" in page.content.decode()
    assert page["Retry-After"] == "900"
    assert page.context["form"]["email"].value() == "una.mas@example.org"
    assert len(mail.outbox) == EMAIL_CHANGES_OF_PERSON.amount


@pytest.mark.django_db
def test_one_address_gets_few_letters_whoever_asks(client, known):
    told = []
    for person in known:
        client.force_login(person)
        told += [ask(client, "victima@example.org").status_code for _time in range(3)]
    assert told.count(302) == EMAIL_CHANGES_TO_ADDRESS.amount
    assert len(mail.outbox) == EMAIL_CHANGES_TO_ADDRESS.amount


def test_every_act_that_sends_a_letter_takes_from_a_limit():
    """A function that queues a letter asks for a limit itself, or calls what does."""
    unlimited = []
    by_anybody = [
        path for path in modules() if "commands" not in path.parts
    ]  # who runs those owns the machine
    for path in by_anybody:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            source = ast.unparse(node)
            sends = "_letter.enqueue(" in source or "send_mail(" in source
            if (
                sends
                and path.name != "tasks.py"
                and not ("take(" in source or "limit_reached(" in source)
            ):
                unlimited.append(f"{path.name}: {node.name}")
    assert unlimited == []
