"""The posts of an outgoing government end from a list, each by the act that ends one."""

import re
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.corrections import NothingChanges, Why, end_post
from accounts.models import Membership, ReasonedAct, RoleGrant
from accounts.services import PostBeganLater, grant_role, move_person
from audit.models import AuditEntry
from learning.invariants import check
from learning.models import Enrolment
from learning.services import enrol_learner
from roster import leaving
from roster.leaving import end_posts
from tests.racing import at_once

pytestmark = pytest.mark.django_db
WHY = "Terminó la gestión 2023–2026"
DAY = timezone.localdate() - timedelta(days=30)


@pytest.fixture
def staff(person):
    """Three who serve in Puno since 2024."""
    return [person(name, organisation="puno") for name in ("Ana", "Eva", "Zoe")]


def page_of(organisation) -> str:
    return reverse("roster:leaving", args=[organisation.uuid])


def form_of(client, organisation, people, **typed) -> dict[str, object]:
    body = client.get(page_of(organisation)).content.decode()
    uuid = re.search(r'name="uuid" value="([^"]*)"', body)[1]
    names = [person.username for person in people]
    return {"people": names, "ended_on": DAY.isoformat(), "reason": WHY, "uuid": uuid, **typed}


def end(people, organisation, actor, uuid=None):
    return end_posts(
        [person.username for person in people],
        organisation=organisation,
        ended_on=DAY,
        reason=WHY,
        uuid=uuid or uuid4(),
        actor=actor,
        now=timezone.now(),
    )


def open_posts(organisation) -> set[str]:
    rows = Membership.objects.filter(organisation=organisation, ended_on=None)
    return set(rows.values_list("user__first_name", flat=True))


def test_a_coordinator_marks_looks_and_ends(as_nora, staff, organisations, course):
    puno = organisations["puno"]
    ana, eva, zoe = staff
    enrol_learner(user=ana, course=course, received_at=timezone.now())
    assert (
        page_of(puno)
        in as_nora.get(reverse("roster:institution", args=[puno.uuid])).content.decode()
    )
    form = form_of(as_nora, puno, [ana, eva])
    seen = as_nora.post(page_of(puno), {**form, "paso": "mira"}).content.decode()
    assert "Termina el cargo de 2 personas" in seen
    assert f"{DAY:%d/%m/%Y}" in seen
    assert escape(str(zoe)) not in seen
    assert open_posts(puno) == {"Ana", "Eva", "Zoe"}
    told = as_nora.post(page_of(puno), {**form, "paso": "confirma"}, follow=True).content.decode()
    assert "Terminamos el cargo de 2 personas." in told
    assert open_posts(puno) == {"Zoe"}
    assert set(Membership.objects.exclude(ended_on=None).values_list("ended_on", flat=True)) == {
        DAY
    }
    assert set(ReasonedAct.objects.values_list("action", "reason")) == {("post_ended", WHY)}
    assert AuditEntry.objects.filter(action="post_ended").count() == 2
    assert Enrolment.objects.get().organisation == puno
    assert not [finding.name for finding in check() if finding.violations]


def test_all_are_marked_by_a_link_and_none_by_another(as_nora, staff, organisations):
    address = page_of(organisations["puno"])
    assert as_nora.get(f"{address}?marca=todas").content.decode().count(" checked") == 3
    assert " checked" not in as_nora.get(f"{address}?marca=ninguna").content.decode()


def test_what_was_marked_and_typed_stays(as_nora, staff, organisations):
    address = page_of(organisations["puno"])
    form = form_of(as_nora, organisations["puno"], staff[:2], reason="")
    body = as_nora.post(address, {**form, "paso": "mira"}).content.decode()
    assert "Escribe por qué lo haces" in body
    assert body.count(" checked") == 2
    again = as_nora.post(address, {**form, "reason": WHY, "paso": "corrige"}).content.decode()
    assert again.count(" checked") == 2
    assert WHY in again


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"people": []}, "Marca al menos a una persona."),
        ({"ended_on": "2999-01-01"}, "Ese día todavía no llega."),
        ({"ended_on": "mañana"}, "Escribe una fecha"),
        ({"reason": "Su DNI es 40123678"}, "Parece que escribiste el número"),
    ],
)
def test_what_cannot_be_is_refused_in_words(as_nora, staff, organisations, typed, told):
    puno = organisations["puno"]
    for step in ("mira", "confirma"):
        form = {**form_of(as_nora, puno, staff), **typed, "paso": step}
        assert told in as_nora.post(page_of(puno), form).content.decode()
    assert len(open_posts(puno)) == 3


def test_the_same_form_again_ends_nothing_more(as_nora, staff, organisations):
    puno = organisations["puno"]
    form = {**form_of(as_nora, puno, staff[:2]), "paso": "confirma"}
    for _time in range(2):
        told = as_nora.post(page_of(puno), form, follow=True).content.decode()
        assert "Terminamos el cargo de 2 personas." in told
    assert AuditEntry.objects.filter(action="post_ended").count() == 2


def test_a_day_on_which_no_post_ends_is_told_before(as_nora, staff, organisations):
    puno, before = organisations["puno"], "1999-12-31"
    form = form_of(as_nora, puno, staff[:2], ended_on=before)
    body = as_nora.post(page_of(puno), {**form, "paso": "mira"}).content.decode()
    assert "Ningún cargo termina ese día" in body
    assert "de 0 personas" not in body
    assert str(staff[0]) in body
    assert 'value="confirma"' not in body
    assert 'value="corrige"' in body


def test_what_another_tab_ended_is_told_as_such(as_nora, staff, organisations):
    puno = organisations["puno"]
    first, second = (form_of(as_nora, puno, staff[:2]) for _tab in range(2))
    as_nora.post(page_of(puno), {**first, "paso": "confirma"}, follow=True)
    told = as_nora.post(page_of(puno), {**second, "paso": "confirma"}, follow=True)
    assert "Terminamos el cargo" not in told.content.decode()
    assert "2 personas ya no tenían su cargo en esta entidad" in told.content.decode()


def test_what_was_cut_goes_on_and_says_how_far_it_is(as_nora, staff, organisations, monkeypatch):
    monkeypatch.setattr(leaving, "IN_ONE_ANSWER", 2)
    puno = organisations["puno"]
    form = {**form_of(as_nora, puno, staff), "paso": "confirma"}
    body = as_nora.post(page_of(puno), form).content.decode()
    assert "Cargos que terminamos: 2. Faltan: 1." in body
    assert len(open_posts(puno)) == 1
    told = as_nora.post(page_of(puno), form, follow=True).content.decode()
    assert "Terminamos el cargo de 3 personas." in told
    assert not open_posts(puno)


def test_who_began_later_or_holds_more_or_is_oneself_stays(
    as_nora, nora, staff, nusta, organisations
):
    puno = organisations["puno"]
    Membership.objects.create(user=nora, organisation=puno, started_on=date(2024, 1, 1))
    Membership.objects.filter(user=nusta).update(started_on=DAY + timedelta(days=1))
    grant_role(user=staff[0], role="operator", is_national=True, now=timezone.now())
    body = as_nora.get(f"{page_of(puno)}?marca=todas").content.decode()
    assert "Eres tú" in body
    assert "un rol más amplio" in body
    assert body.count(" checked") == 3
    everybody = [*staff, nusta, nora]
    seen = as_nora.post(page_of(puno), form_of(as_nora, puno, everybody)).content.decode()
    assert "Termina el cargo de 2 personas" in seen
    ended = end(everybody, puno, nora)
    assert (ended.done, set(ended.refused)) == (2, {staff[0], nusta, nora})
    assert open_posts(puno) == {"Ana", "Nora", "Ñusta"}


def test_the_role_of_a_liaison_ends_with_the_post_and_others_stay(nora, staff, organisations):
    puno, today = organisations["puno"], timezone.localdate()
    liaison, coordinator, _zoe = staff
    grant_role(
        user=liaison, role="liaison", organisation=puno, ends_on=today + timedelta(days=90),
        now=timezone.now(),
    )  # fmt: skip
    grant_role(user=coordinator, role="coordinator", area_codes=["21"], now=timezone.now())
    end(staff, puno, nora)
    held = RoleGrant.objects.filter(RoleGrant.not_ended(today))
    assert not held.filter(user=liaison).exists()
    assert held.filter(user=coordinator).exists()


def test_an_institution_out_of_reach_is_not_there(as_nora, organisations):
    assert as_nora.get(page_of(organisations["tumbes"])).status_code == 404


def test_nobody_of_another_institution_is_reached(nora, person, organisations):
    other = person("Luz", organisation="ugel")
    ended = end([other], organisations["puno"], nora)
    assert (ended.done, ended.refused, ended.waiting) == (0, [], 0)


def test_one_post_ends_on_the_card(as_nora, nora, staff, organisations):
    ana = staff[0]
    address = reverse("roster:act", args=[ana.username, "fin-del-cargo"])
    body = as_nora.get(address).content.decode()
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in ("uuid", "seen")
    }
    early = {**hidden, "ended_on": "2020-01-01", "reason": WHY}
    assert "empezó después de ese día" in as_nora.post(address, early).content.decode()
    form = {**early, "ended_on": DAY.isoformat()}
    for _time in range(2):
        assert "Terminamos su cargo." in as_nora.post(address, form, follow=True).content.decode()
    assert open_posts(organisations["puno"]) == {"Eva", "Zoe"}


def test_nothing_ends_for_who_serves_nowhere_or_not_yet(nora, oscar, staff):
    about = {"now": timezone.now(), "person": staff[0]}
    with pytest.raises(PostBeganLater):
        end_post(ended_on=date(2020, 1, 1), why=Why(nora, WHY, uuid4()), **about)
    end_post(ended_on=DAY, why=Why(nora, WHY, uuid4()), **about)
    with pytest.raises(NothingChanges):
        end_post(ended_on=DAY, why=Why(oscar, WHY, uuid4()), **about)


def test_the_list_costs_the_same_however_many_serve(
    as_nora, person, organisations, django_assert_max_num_queries
):
    for number in range(15):
        person(f"Ana{number}", organisation="puno")
    with django_assert_max_num_queries(11):
        as_nora.get(page_of(organisations["puno"]))


@pytest.mark.django_db(transaction=True)
def test_two_who_end_the_same_posts_at_once_end_each_once(person, nora, staff, organisations):
    beside = person("Pilar", role="coordinator", areas=["21"])
    at_once([partial(end, staff, organisations["puno"], actor) for actor in (nora, beside)])
    assert not open_posts(organisations["puno"])
    assert AuditEntry.objects.filter(action="post_ended").count() == 3
    assert ReasonedAct.objects.filter(action="post_ended").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_post_that_ends_while_its_person_moves_ends_as_one_after_the_other(
    nora, nusta, organisations
):
    def ended() -> None:
        end([nusta], organisations["puno"], nora)

    def moved() -> None:
        move_person(user=nusta, organisation=organisations["ugel"], post="", now=timezone.now())

    Membership.objects.update(started_on=date(2024, 1, 1))
    at_once([ended, moved])
    assert Membership.objects.filter(user=nusta, ended_on=None).count() == 1
    assert open_posts(organisations["ugel"]) == {"Ñusta"}


@pytest.mark.parametrize("step", ["mira", "corrige", "confirma", "lista"])
def test_a_name_that_the_database_takes_in_no_text_is_nobodys(as_nora, organisations, staff, step):
    told = form_of(as_nora, organisations["puno"], staff, paso=step)
    page = as_nora.post(
        page_of(organisations["puno"]), {**told, "people": [*told["people"], "a\0b"]}
    )
    assert page.status_code == 200
    assert len(open_posts(organisations["puno"])) == 3
    told = {"people": ["a\0b"], "reason": WHY, "uuid": str(uuid4())}
    ended = reverse("roster:ended_posts", args=[organisations["puno"].uuid])
    assert as_nora.post(ended, told).status_code == 200
