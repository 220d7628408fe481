"""A post that was ended by mistake is put back for thirty days, where it was."""

import re
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.corrections import NothingChanges, Why, end_post
from accounts.ended_posts import (
    PUT_BACK_WITHIN,
    InstitutionClosed,
    ServesElsewhere,
    TooLate,
    put_back_post,
)
from accounts.merging import merge_people
from accounts.models import Membership, ReasonedAct, RoleGrant
from accounts.services import (
    BeyondTheCeiling,
    Ground,
    close_organisation,
    grant_role,
    move_person,
)
from audit.models import AuditEntry
from learning.invariants import check
from learning.models import Enrolment, Statement
from learning.services import enrol_learner
from roster.ended import posts_to_put_back
from roster.leaving import end_posts
from tests.racing import at_once
from tests.roster.test_leaving import open_posts

pytestmark = pytest.mark.django_db
WHY = "La marqué por error"


@pytest.fixture
def staff(person, nora, organisations):
    """Three whose posts in Puno were ended."""
    people = [person(name, organisation="puno") for name in ("Ana", "Eva", "Zoe")]
    end(people, organisations["puno"], nora)
    return people


def end(people, organisation, actor, now=None):
    return end_posts(
        [person.username for person in people],
        organisation=organisation,
        ended_on=timezone.localdate(now),
        reason="Terminó la gestión",
        uuid=uuid4(),
        actor=actor,
        now=now or timezone.now(),
    )


def page_of(organisation) -> str:
    return reverse("roster:ended_posts", args=[organisation.uuid])


def form_of(client, organisation, people, **typed):
    body = client.get(page_of(organisation)).content.decode()
    uuid = re.search(r'name="uuid" value="([^"]*)"', body)[1]
    names = [person.username for person in people]
    return {"people": names, "reason": WHY, "uuid": uuid, **typed}


def put_back(person, organisation, actor, now=None):
    put_back_post(
        person=person,
        organisation=organisation,
        why=Why(actor, WHY, uuid4()),
        now=now or timezone.now(),
    )


def test_a_coordinator_puts_posts_back_with_their_days(as_nora, staff, organisations):
    puno = organisations["puno"]
    before = Membership.objects.filter(user=staff[0]).values("pk", "post", "started_on").get()
    institution = as_nora.get(reverse("roster:institution", args=[puno.uuid])).content.decode()
    assert page_of(puno) in institution
    assert "Motivo: Terminó la gestión" in as_nora.get(page_of(puno)).content.decode()
    form = form_of(as_nora, puno, staff[:2])
    told = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Pusimos otra vez el cargo de 2 personas." in told
    assert escape(str(staff[2])) in told
    assert open_posts(puno) == {"Ana", "Eva"}
    after = Membership.objects.filter(user=staff[0])
    assert after.values("pk", "post", "started_on").get() == before
    reasons = ReasonedAct.objects.filter(action="post_put_back").values_list("reason", flat=True)
    assert list(reasons) == [WHY, WHY]
    assert AuditEntry.objects.filter(action="post_put_back").count() == 2
    again = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Pusimos otra vez el cargo de 2 personas." in again
    assert AuditEntry.objects.filter(action="post_put_back").count() == 2


def test_what_was_put_back_meanwhile_is_told_as_such(as_nora, nora, staff, organisations):
    puno = organisations["puno"]
    form = form_of(as_nora, puno, staff[:2])
    put_back(staff[0], puno, nora)
    told = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Pusimos otra vez el cargo de 1 persona." in told
    assert "1 persona ya no estaba en esta lista" in told
    other_tab = form_of(as_nora, puno, staff[:2])
    told = as_nora.post(page_of(puno), other_tab, follow=True).content.decode()
    assert "Pusimos otra vez" not in told
    assert "2 personas ya no estaban en esta lista" in told


def test_an_old_post_of_a_merged_account_does_not_hide_what_ended_lately(
    oscar, nora, person, organisations
):
    puno = organisations["puno"]
    ana, other = person("Ana", organisation="puno"), person("Anita", organisation="tumbes")
    Membership.objects.filter(user=other).update(
        started_on=date(2020, 1, 1), ended_on=date(2021, 1, 1)
    )
    end([ana], puno, nora)
    merge_people(person=ana, other=other, why=Why(oscar, WHY, uuid4()), now=timezone.now())
    listed, _has_more = posts_to_put_back(puno, nora, timezone.now())
    assert [row.name for row in listed] == [ana.username]
    put_back(ana, puno, nora)
    assert open_posts(puno) == {"Ana"}


def test_what_is_in_progress_follows_and_what_was_noted_stays(nora, staff, organisations, course):
    enrolment = enrol_learner(user=staff[0], course=course, received_at=timezone.now())
    assert enrolment.organisation is None
    put_back(staff[0], organisations["puno"], nora)
    assert Enrolment.objects.get().organisation == organisations["puno"]
    assert Statement.objects.get().organisation_id is None
    assert not [finding.name for finding in check() if finding.violations]


def test_the_role_of_a_liaison_stays_ended(person, nora, organisations):
    puno, liaison = organisations["puno"], person("Ana", organisation="puno")
    ends_on = timezone.localdate() + timedelta(days=90)
    grant_role(user=liaison, role="liaison", organisation=puno, ends_on=ends_on, now=timezone.now())
    end([liaison], puno, nora)
    put_back(liaison, puno, nora)
    held = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate()), user=liaison)
    assert not held.filter(role="liaison").exists()


def test_who_serves_elsewhere_by_now_is_told_of_and_stays_there(
    as_nora, nora, staff, organisations
):
    puno = organisations["puno"]
    form = form_of(as_nora, puno, staff)
    for person in staff[:2]:
        place = organisations["tumbes"] if person is staff[0] else puno
        move_person(user=person, organisation=place, post="", now=timezone.now())
    body = as_nora.get(page_of(puno)).content.decode()
    assert "Ya tiene un cargo en otra entidad." in body
    assert "Ya trabaja en esta entidad." in body
    assert "Zorritos" not in body
    told = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Pusimos otra vez el cargo de 1 persona." in told
    assert f"{escape(str(staff[0]))}: Ya tiene un cargo en otra entidad." in told
    assert open_posts(organisations["tumbes"]) == {"Ana"}
    with pytest.raises(ServesElsewhere):
        put_back(staff[0], puno, nora)


def test_thirty_days_later_it_stays(as_nora, nora, person, organisations):
    puno, now = organisations["puno"], timezone.now()
    late, in_time = person("Ana", organisation="puno"), person("Eva", organisation="puno")
    end([late], puno, nora, now=now - PUT_BACK_WITHIN)
    end([in_time], puno, nora, now=now - PUT_BACK_WITHIN + timedelta(minutes=1))
    body = as_nora.get(page_of(puno)).content.decode()
    assert escape(str(late)) not in body
    assert escape(str(in_time)) in body
    with pytest.raises(TooLate):
        put_back(late, puno, nora, now=now)
    put_back(in_time, puno, nora, now=now)


def test_nobody_returns_to_a_closed_institution(oscar, nora, staff, organisations):
    puno = organisations["puno"]
    close_organisation(puno, Ground(oscar, timezone.now(), uuid4(), "Se cerró"))
    puno.refresh_from_db()
    with pytest.raises(InstitutionClosed):
        put_back(staff[0], puno, nora)


def test_of_several_ended_posts_the_last_one_alone(nora, staff, organisations):
    ana, puno, ugel = staff[0], organisations["puno"], organisations["ugel"]
    move_person(user=ana, organisation=ugel, post="", now=timezone.now())
    end_post(
        person=ana, ended_on=timezone.localdate(), why=Why(nora, WHY, uuid4()), now=timezone.now()
    )
    with pytest.raises(NothingChanges):
        put_back(ana, puno, nora)
    put_back(ana, ugel, nora)
    assert open_posts(ugel) == {"Ana"}


def test_what_a_move_ended_is_no_mistake(nora, person, organisations):
    ana = person("Ana", organisation="puno")
    move_person(user=ana, organisation=organisations["ugel"], post="", now=timezone.now())
    with pytest.raises(ServesElsewhere):
        put_back(ana, organisations["puno"], nora)


def test_only_who_looks_after_the_institution_and_stands_above(
    client, nora, person, staff, organisations
):
    puno = organisations["puno"]
    max_ = person("Maximo", role="coordinator", areas=["24"])
    with pytest.raises(BeyondTheCeiling):
        put_back(staff[0], puno, max_)
    client.force_login(max_)
    assert client.get(page_of(puno)).status_code == 404
    grant_role(user=staff[1], role="operator", is_national=True, now=timezone.now())
    client.force_login(nora)
    assert "un rol más amplio" in client.get(page_of(puno)).content.decode()
    with pytest.raises(BeyondTheCeiling):
        put_back(staff[1], puno, nora)
    with pytest.raises(ValueError, match="reason"):
        put_back_post(
            person=staff[0], organisation=puno, why=Why(nora, " ", uuid4()), now=timezone.now()
        )
    assert not open_posts(puno)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"people": []}, "Marca al menos a una persona."),
        ({"reason": ""}, "Escribe por qué lo haces"),
        ({"reason": "Su DNI es 40123678"}, "Parece que escribiste el número"),
    ],
)
def test_what_is_missing_is_told_and_marks_stay(as_nora, staff, organisations, typed, told):
    form = {**form_of(as_nora, organisations["puno"], staff[:2]), **typed}
    body = as_nora.post(page_of(organisations["puno"]), form).content.decode()
    assert told in body
    assert body.count(" checked") == len(form["people"])
    assert not open_posts(organisations["puno"])


def test_many_are_put_back_in_several_answers(as_nora, staff, organisations, monkeypatch):
    monkeypatch.setattr("roster.ended.IN_ONE_ANSWER", 2)
    puno = organisations["puno"]
    form = form_of(as_nora, puno, staff)
    assert "Faltan 1" in as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert len(open_posts(puno)) == 2
    as_nora.post(page_of(puno), form)
    assert open_posts(puno) == {"Ana", "Eva", "Zoe"}


def test_the_list_costs_the_same_however_many_there_are(
    as_nora, nora, person, organisations, django_assert_max_num_queries
):
    people = [person(f"Ana{number}", organisation="puno") for number in range(15)]
    end(people, organisations["puno"], nora)
    with django_assert_max_num_queries(12):
        as_nora.get(page_of(organisations["puno"]))


def test_the_database_keeps_no_end_without_a_day(staff):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=staff[0]).update(ended_on=None)


@pytest.mark.django_db(transaction=True)
def test_two_who_put_the_same_post_back_at_once_do_it_once(person, nora, staff, organisations):
    beside = person("Pilar", role="coordinator", areas=["21"])
    refused = []

    def act(actor):
        try:
            put_back(staff[0], organisations["puno"], actor)
        except NothingChanges:
            refused.append(actor)

    at_once([partial(act, actor) for actor in (nora, beside)])
    assert len(refused) == 1
    assert AuditEntry.objects.filter(action="post_put_back").count() == 1
    assert ReasonedAct.objects.filter(action="post_put_back").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_post_that_is_put_back_while_its_person_moves_leaves_one_post(nora, staff, organisations):
    ana = staff[0]

    def back() -> None:
        with suppress(ServesElsewhere):
            put_back(ana, organisations["puno"], nora)

    def moved() -> None:
        move_person(user=ana, organisation=organisations["ugel"], post="", now=timezone.now())

    at_once([back, moved])
    assert Membership.objects.filter(user=ana, ended_on=None).count() == 1
    assert open_posts(organisations["ugel"]) == {"Ana"}
