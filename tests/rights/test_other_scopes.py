"""Whatever identifier is swapped for somebody else's, the answer is that of something that does not
exist (ACC-02, R8).
"""

import re
from uuid import uuid4

import pytest

from accounts.models import User
from learning.models import Enrolment
from quizzes.models import Attempt, ResponseEvent
from tests.rights.asking import ARGUMENT, EDITOR, address_of, ask, browser, known_routes
from tests.rights.table import read_table, rows_of

TABLE = read_table()


def body_class(answer) -> str:
    """Return an answer without what differs between two requests for the same thing."""
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f]{8}-[0-9a-f-]{27}|next=[^"]*',
        "",
        answer.content.decode(),
    )
    return f"{answer.status_code} {text}"


@pytest.mark.parametrize("name", ["Lina", "Omar", "Ada", "Max", "Nora", "Teresa"])
def test_what_is_out_of_reach_looks_like_what_is_not_there(world, name):
    client = browser(world.people[name])
    telling, compared = [], 0
    for route in known_routes():
        if not ARGUMENT.search(route) or route.startswith(EDITOR):
            continue
        for row in rows_of(route, TABLE):
            if (
                row.expected(name) != "404"
                or not set(ARGUMENT.findall(route)) <= world.samples["nothing"].keys()
            ):
                continue
            for method in row.methods:
                sent = world.forms.get(route) if method == "POST" else None
                theirs, nobodys = (
                    ask(client, method, address_of(route, world.samples[of]), sent)
                    for of in (row.of, "nothing")
                )
                compared += 1
                if body_class(theirs) != body_class(nobodys):
                    telling.append(f"{method} {route} of {row.of}")
    assert telling == []
    assert compared > 8


def test_identifiers_inside_forms_are_checked_like_those_in_addresses(world):
    omar, lina = browser(world.people["Omar"]), world.samples["Lina"]
    before = (
        Enrolment.objects.get(uuid=lina["enrolment_uuid"]).bookmark,
        ResponseEvent.objects.count(),
    )
    key = lina["activity_key"]
    theirs = omar.post(f"/mi-aprendizaje/marcador/{lina['enrolment_uuid']}/", {"activity": key})
    assert (
        theirs.status_code
        == omar.post(f"/mi-aprendizaje/marcador/{uuid4()}/", {"activity": key}).status_code
        == 404
    )
    for form in (
        {
            "chosen": [0],
            "sequence": 1,
            "uuid": uuid4(),
            "learner": world.people["Omar"].learner_key,
        },
        {"chosen": [0]},
    ):
        assert (
            omar.post(
                f"/intentos/{lina['attempt_uuid']}/1/", form, HTTP_ACCEPT="application/json"
            ).status_code
            == 404
        )
    assert (
        Enrolment.objects.get(uuid=lina["enrolment_uuid"]).bookmark,
        ResponseEvent.objects.count(),
    ) == before
    assert Attempt.objects.get(uuid=lina["attempt_uuid"]).is_open


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        ("Max", "Lina", 200),
        ("Nora", "Lina", 404),
        ("Omar", "Lina", 404),
        ("Lucía", "Lina", 404),
        ("Max", "Omar", 404),
    ],
)
def test_a_person_named_in_a_query_must_be_in_the_scope(world, name, of, expected):
    key = world.people[of].learner_key
    client = browser(world.people[name])
    found = client.get("/mi-aprendizaje/curso/requisitos/", {"persona": key})
    assert found.status_code == expected
    if expected == 404:
        assert body_class(found) == body_class(
            client.get("/mi-aprendizaje/curso/requisitos/", {"persona": uuid4()})
        )


def test_a_coordinator_cannot_tell_a_person_of_another_scope_from_nobody(world):
    nora, username = browser(world.people["Nora"]), world.people["Lina"].username
    for send in (nora.get, nora.post):
        theirs = send(f"/cuenta/ayudar-a-ingresar/{username}/")
        nobodys = send("/cuenta/ayudar-a-ingresar/p0123456789/")
        assert theirs.status_code == nobodys.status_code == 404
        assert body_class(theirs) == body_class(nobodys)
    found = nora.post("/cuenta/ayudar-a-ingresar/", {"username": "40123678"})
    unknown = nora.post("/cuenta/ayudar-a-ingresar/", {"username": "40123679"})
    assert body_class(found).replace("40123678", "") == body_class(unknown).replace("40123679", "")
    assert not User.objects.get(username=username).recovery_codes.exists()
