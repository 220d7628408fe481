"""Tests the demonstration: the promised cast, believable and repeatable figures, and records that
hold.
"""

from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Avg, Count, Q
from django.utils import timezone

from accounts import demo_people
from accounts.models import Membership, Organisation, RoleGrant, User
from audit.models import AuditEntry
from certificates.models import Certificate
from courses.editions import outline_of
from demo.management.commands import load_demo
from learning.models import ActivityProgress, Enrolment, Statement
from quizzes.models import Attempt
from reporting.models import Tally

LEARNERS = 30
# The table of the public contract: e-mail, first name, role, areas, kinds of institution.
PROMISED = {
    ("lina@demo.example", "Lina", "", (), ()),
    ("omar@demo.example", "Omar", "", (), ()),
    ("rosa@demo.example", "Rosa", "", (), ()),
    ("ada@demo.example", "Ada", "author", (), ()),
    ("raul@demo.example", "Raúl", "reviewer", (), ()),
    ("max@demo.example", "Max", "coordinator", ("24",), ()),
    ("nora@demo.example", "Nora", "coordinator", ("21",), ()),
    ("lucia@demo.example", "Lucía", "analyst", (), ()),
    ("elena@demo.example", "Elena", "liaison", (), ()),
    ("teresa@demo.example", "Teresa", "analyst", (), ("ugel",)),
    ("oscar@demo.example", "Óscar", "operator", (), ()),
    ("ines@demo.example", "Inés", "operator", (), ()),
}


def load(*, learners: int = LEARNERS, seed: int = 7) -> str:
    said = StringIO()
    call_command("load_demo", learners=learners, seed=seed, stdout=said)
    return said.getvalue()


def figures() -> list[tuple]:
    """Return every tally, and what was done in the course."""
    tallies = Tally.objects.order_by("course_id", "organisation_id").values_list(
        "course_id",
        "organisation_id",
        "district_code",
        "assigned",
        "active",
        "completed",
        "certified",
    )
    acts = (
        Statement.objects.order_by("verb")
        .values_list("verb")
        .annotate(count=Count("pk"), mean=Avg("score"))
    )
    tries = (
        Attempt.objects.order_by("number")
        .values_list("number")
        .annotate(count=Count("pk"), right=Count("pk", filter=Q(passed=True)))
    )
    return [
        *tallies,
        *((verb, count, mean and round(mean, 6)) for verb, count, mean in acts),
        *tries,
    ]


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def done(user: User) -> int:
    return ActivityProgress.objects.filter(
        enrolment__learner=user.learner_key, state="completed"
    ).count()


@pytest.fixture
def loaded(ready):
    """The demonstration, loaded once."""
    load()
    return ready


def test_the_page_of_signing_in_names_each_of_the_cast():
    assert set(demo_people.CAST) == {email for email, *_ in PROMISED}


@pytest.mark.django_db
def test_it_refuses_where_the_password_must_not_be_known(ready, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        load()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_says_what_to_do_where_there_is_no_course(db):
    with pytest.raises(CommandError, match="load_starter_courses"):
        load()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_cast_is_the_one_of_the_contract_and_stands_where_it_says(loaded):
    cast = User.objects.exclude(email__startswith="persona")
    grants = {grant.user_id: grant for grant in RoleGrant.objects.all()}
    found = set()
    for user in cast:
        grant = grants.get(user.pk)
        scope = (grant.role, tuple(grant.area_codes), tuple(grant.kinds)) if grant else ("", (), ())
        found.add((user.email, user.first_name, *scope))
    assert found == PROMISED
    assert all(check_password("puriq-demo-2026", user.password) for user in User.objects.all()[:15])
    assert {
        grants[person(name).pk].is_national for name in ("lucia", "teresa", "oscar", "ines")
    } == {True}
    assert {grants[person(name).pk].is_national for name in ("max", "nora")} == {False}
    of_elena = grants[person("elena").pk].organisation
    assert (of_elena.kind, of_elena.district_id[:2]) == (Organisation.Kind.DISTRICT, "24")
    served = {
        name: Membership.objects.get(user=person(name)).organisation
        for name in ("lina", "omar", "rosa", "lucia")
    }
    assert {served[name].kind for name in ("lina", "omar", "rosa")} == {Organisation.Kind.DISTRICT}
    assert [served[name].district_id[:2] for name in ("lina", "omar")] == ["24", "21"]
    assert served["lucia"].kind == Organisation.Kind.MINISTRY
    activities = outline_of(loaded.latest_edition_id).activities
    assert done(person("lina")) == len(activities) // 2
    assert not Enrolment.objects.filter(learner=person("omar").learner_key).exists()
    assert done(person("rosa")) == len(activities)
    certificate = Certificate.objects.get(learner=person("rosa").learner_key)
    assert (certificate.state, bool(certificate.number)) == ("issued", True)


@pytest.mark.django_db
def test_the_cast_signs_in(loaded, client):
    for login in ("lina@demo.example", "40000003"):
        answer = client.post(
            "/cuenta/ingresar/", {"username": login, "password": "puriq-demo-2026"}
        )
        assert (login, answer.status_code) == (login, 302)
        assert answer["Location"].startswith("/mi-aprendizaje/")
        client.logout()


@pytest.mark.django_db
def test_it_fills_the_country_with_people_whose_records_hold(loaded):
    assert User.objects.filter(is_demo=True).count() == User.objects.count() == LEARNERS
    areas = Enrolment.objects.values_list("organisation__district__area_id", flat=True).distinct()
    assert len(areas) >= 10
    assert not Statement.objects.filter(occurred_at__gt=timezone.now()).exists()
    said = StringIO()
    call_command("audit_records", stdout=said)
    assert "BAD" not in said.getvalue()
    assert not Certificate.objects.filter(number=None).exists()
    assert not AuditEntry.objects.filter(seal=None).exists()
    assert Certificate.objects.count() == Enrolment.objects.filter(state="completed").count() > 1


@pytest.mark.django_db
def test_a_second_time_changes_nothing(loaded):
    counted = (User, Enrolment, Statement, Attempt, Certificate, AuditEntry)
    before, shown = [model.objects.count() for model in counted], figures()
    assert load(seed=8) == "Demostración: ya estaba cargada\n"
    assert [model.objects.count() for model in counted] == before
    assert figures() == shown


@pytest.mark.django_db
def test_one_seed_tells_one_story(ready, monkeypatch):
    moment, told = timezone.now(), []
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for seed in (7, 7, 8):
        with transaction.atomic():
            load(seed=seed)
            told.append(figures())
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0] != told[2]


@pytest.mark.django_db
def test_it_is_whole_or_absent(ready, monkeypatch):
    def fail(**named):
        raise RuntimeError("no disk")

    monkeypatch.setattr(load_demo, "rebuild_tallies", fail)
    with pytest.raises(RuntimeError, match="no disk"):
        load()
    assert not User.objects.exists()
    assert not Statement.objects.exists()
