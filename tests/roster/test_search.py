"""People are found by document, e-mail or name, inside the reach of who looks after them, and every
search is in the trail.
"""

import pytest
from django.urls import reverse

from accounts.limits import PEOPLE_SOUGHT
from accounts.models import Membership, User
from audit.models import AuditEntry
from roster.queries import MOST_FOUND

pytestmark = pytest.mark.django_db
SEARCH = "/personas/"


def seek(client, who):
    return client.post(SEARCH, {"who": who})


def found_in(page) -> list[str]:
    found = page.context.get("found")
    return [person.first_name for person in found.people] if found else []


@pytest.mark.parametrize(
    "who",
    [
        "40123678",
        "DNI N° 40 123 678",
        "nusta@demo.example",
        "NUSTA@demo.example",
        "ñusta",
        "nusta huaman",
        "HUAMÁN ÑUSTA",
        "qorianka",
        "Q’orianka",
        "hua nus",
        "n\u0303usta",
    ],
)
def test_a_person_is_found_by_whatever_is_at_hand(as_nora, nusta, omar, who):
    page = seek(as_nora, who)
    assert found_in(page) == ["Ñusta"]
    assert reverse("roster:card", args=[nusta.username]) in page.content.decode()


@pytest.mark.parametrize("who", ["40123679", "otra@demo.example", "usta", "ñusta rojas", "%", "_"])
def test_what_is_nobodys_finds_nobody(as_nora, nusta, who):
    assert found_in(seek(as_nora, who)) == []


@pytest.mark.parametrize("who", ["40123678", "nusta@demo.example", "nusta"])
def test_who_is_outside_the_scope_is_like_nobody(client, max_, nusta, who):
    client.force_login(max_)
    page = seek(client, who)
    assert found_in(page) == []
    assert "No la encontramos entre las personas de tu ámbito" in page.content.decode()


def test_an_operator_finds_who_serves_nowhere_too(as_oscar, nusta):
    Membership.objects.all().delete()
    assert found_in(seek(as_oscar, "nusta")) == ["Ñusta"]


def test_somebody_without_the_role_finds_no_page(client, lina, lucia):
    for person in (lina, lucia):
        client.force_login(person)
        assert client.get(SEARCH).status_code == seek(client, "nusta").status_code == 404


@pytest.mark.parametrize(
    ("who", "words"),
    [("", "Escribe un documento"), ("a", "al menos dos letras"), ("' -", "al menos dos letras")],
)
def test_too_little_is_told(as_nora, who, words):
    assert words in seek(as_nora, who).content.decode()


def test_a_name_that_was_mended_is_found_anew(as_nora, nusta):
    nusta.first_name = "Inés"
    nusta.save(update_fields=["first_name"])
    assert found_in(seek(as_nora, "ines")) == ["Inés"]
    assert found_in(seek(as_nora, "nusta")) == []


def test_people_stored_together_are_found_too(as_oscar):
    User.objects.bulk_create([User(first_name="Rosa", last_name="Túpac", username="p01")])
    assert found_in(seek(as_oscar, "tupac")) == ["Rosa"]


def test_more_than_fit_are_told(as_nora, organisations):
    people = User.objects.bulk_create(
        User(first_name="Rosa", last_name=f"Mamani {number}") for number in range(MOST_FOUND + 1)
    )
    Membership.objects.bulk_create(
        Membership(user=one, organisation=organisations["puno"], started_on="2024-01-01")
        for one in people
    )
    page = seek(as_nora, "mamani")
    assert len(found_in(page)) == MOST_FOUND
    assert f"Ves las primeras {MOST_FOUND}" in page.content.decode()


def test_statements_do_not_grow_with_what_is_found(
    as_nora, nusta, organisations, django_assert_num_queries
):
    seek(as_nora, "nusta")
    people = User.objects.bulk_create(
        User(first_name="Nusta", last_name=f"Mamani {number}") for number in range(9)
    )
    Membership.objects.bulk_create(
        Membership(user=one, organisation=organisations["puno"], started_on="2024-01-01")
        for one in people
    )
    # Session, roles, people, their posts, the line of the trail.
    with django_assert_num_queries(5):
        seek(as_nora, "nusta")


def test_every_search_leaves_a_line_without_what_was_typed(as_nora, nora, nusta):
    for who in ("40123678", "nusta", "nadie"):
        seek(as_nora, who)
    rows = AuditEntry.objects.filter(actor_key=nora.learner_key, action="people_sought")
    assert [(row.object_key, row.details) for row in rows] == [
        (str(nusta.learner_key), {"by": "document", "count": 1}),
        (str(nusta.learner_key), {"by": "name", "count": 1}),
        ("", {"by": "name", "count": 0}),
    ]


def test_searches_are_limited(as_nora, nusta, allow):
    allow(PEOPLE_SOUGHT, 1)
    assert seek(as_nora, "nusta").status_code == 200
    page = seek(as_nora, "40123678")
    assert page.status_code == 429
    assert found_in(page) == []
    assert "Espera una hora" in page.content.decode()


def test_what_was_typed_is_in_no_address(as_nora, nusta):
    page = seek(as_nora, "40123678")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert 'action="/personas/"' in page.content.decode()
