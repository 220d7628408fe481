"""A transfer holds at once; the side that did not ask for it rejects it within thirty days."""

import re
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.corrections import Why, transfer_person
from accounts.models import Membership, ReasonedAct, RegisterEntry, Transfer
from accounts.services import BeyondTheCeiling, grant_role, move_person
from accounts.transfers import (
    AlreadyRejected,
    AskedForIt,
    ClosedMeanwhile,
    MovedAgain,
    TooLate,
    TransferStands,
    reject_transfer,
)
from audit.models import AuditEntry
from learning.invariants import check
from learning.models import Enrolment
from learning.services import enrol_learner
from notices.models import Notice
from notices.writing import write_notices
from tests.racing import at_once

pytestmark = pytest.mark.django_db
LIST = "/personas/traslados/"
WHY = "Sigue trabajando aquí: lo confirmó su jefa"


@pytest.fixture
def transfer(max_, nora, nusta, organisations):
    """Nora takes Ñusta from Puno to Tumbes: Max did not ask for it."""
    why = Why(nora, "Renunció y entra allá", uuid4())
    transfer_person(
        person=nusta,
        organisation=organisations["tumbes"],
        post="Jefa",
        why=why,
        now=timezone.now(),
    )
    return Transfer.objects.get()


def reject(transfer, actor, now=None, uuid=None):
    why = Why(actor, WHY, uuid or uuid4())
    reject_transfer(transfer=transfer, why=why, now=now or timezone.now())


def page_of(transfer) -> str:
    return reverse("roster:reject_transfer", args=[transfer.uuid])


def hidden_fields(client, transfer) -> dict[str, str]:
    body = client.get(page_of(transfer)).content.decode()
    names = ("uuid", "seen")
    return {name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in names}


def send(client, transfer):
    form = {**hidden_fields(client, transfer), "reason": WHY}
    return client.post(page_of(transfer), form, follow=True)


def test_the_other_side_reads_who_asked_and_why_and_rejects(
    client, max_, nora, nusta, transfer, course, organisations
):
    enrol_learner(user=nusta, course=course, received_at=timezone.now())
    client.force_login(max_)
    body = client.get(LIST).content.decode()
    assert escape(nusta) in body
    assert f"Lo pidió {nora}" in body
    assert "Renunció y entra allá" in body
    assert "Puedes rechazarlo hasta el" in body
    told = send(client, transfer).content.decode()
    assert "Rechazaste el traslado" in told
    assert WHY in told
    posts = Membership.objects.filter(user=nusta).order_by("pk")
    assert [(row.organisation, row.post, row.ended_on is None) for row in posts] == [
        (organisations["puno"], "Tesorera", False),
        (organisations["tumbes"], "Jefa", False),
        (organisations["puno"], "Tesorera", True),
    ]
    assert Enrolment.objects.get().organisation == organisations["puno"]
    assert not [finding.name for finding in check() if finding.violations]
    assert ReasonedAct.objects.get(action="transfer_rejected").by_key == max_.learner_key
    line = AuditEntry.objects.get(action="transfer_rejected")
    assert line.details["to"] == str(organisations["puno"].uuid)


def test_a_form_sent_twice_rejects_once(client, max_, nusta, transfer):
    client.force_login(max_)
    form = {**hidden_fields(client, transfer), "reason": WHY}
    for _time in range(2):
        told = client.post(page_of(transfer), form, follow=True).content.decode()
        assert "Rechazaste el traslado" in told
    assert Membership.objects.filter(user=nusta).count() == 3


def test_the_person_and_who_asked_are_told_once(max_, nora, nusta, transfer):
    reject(transfer, max_)
    for _time in range(2):
        write_notices(timezone.now())
    kinds = ("transfer_rejected", "asked_transfer_rejected")
    told = Notice.objects.filter(kind__in=kinds).values_list("learner", "kind")
    assert set(told) == {(nusta.learner_key, kinds[0]), (nora.learner_key, kinds[1])}
    assert len(told) == 2


def test_who_asked_reads_the_reason_of_the_rejection(client, max_, nora, transfer):
    client.force_login(nora)
    assert "Nadie pidió un traslado" in client.get(LIST).content.decode()
    reject(transfer, max_)
    assert WHY in client.get(LIST).content.decode()


def test_the_side_that_asked_cannot_reject(person, nora, transfer):
    beside = person("Pilar", role="coordinator", areas=["21"])
    for asker in (nora, beside):
        with pytest.raises(AskedForIt):
            reject(transfer, asker)
    assert not ReasonedAct.objects.filter(action="transfer_rejected").exists()


def test_who_looks_after_neither_side_finds_nothing(client, person, transfer):
    stranger = person("Saúl", role="coordinator", areas=["15"])
    client.force_login(stranger)
    assert client.get(page_of(transfer)).status_code == 404
    with pytest.raises(BeyondTheCeiling):
        reject(transfer, stranger)


def test_a_move_of_the_person_is_rejected_by_where_they_were(nora, nusta, organisations):
    move_person(
        user=nusta, organisation=organisations["tumbes"], post="", now=timezone.now(),
        moved_by=nusta,
    )  # fmt: skip
    reject(Transfer.objects.get(), nora)
    assert Membership.objects.get(user=nusta, ended_on=None).organisation == organisations["puno"]


def test_what_somebody_did_who_looks_after_both_sides_is_rejected_by_either(
    oscar, max_, nusta, organisations
):
    move_person(
        user=nusta, organisation=organisations["tumbes"], post="", now=timezone.now(),
        moved_by=oscar,
    )  # fmt: skip
    with pytest.raises(AskedForIt):
        reject(Transfer.objects.get(), oscar)
    reject(Transfer.objects.get(), max_)


def test_after_thirty_days_a_transfer_stands(client, max_, transfer):
    with pytest.raises(TooLate):
        reject(transfer, max_, now=timezone.now() + timedelta(days=30))
    Transfer.objects.update(at=timezone.now() - timedelta(days=30))
    client.force_login(max_)
    assert client.get(page_of(transfer)).status_code == 404
    assert "Nadie pidió un traslado" in client.get(LIST).content.decode()


def test_who_moved_again_stays_there(client, max_, nusta, transfer, organisations):
    move_person(user=nusta, organisation=organisations["ugel"], post="", now=timezone.now())
    with pytest.raises(MovedAgain):
        reject(transfer, max_)
    client.force_login(max_)
    assert "cambió otra vez después" in client.get(page_of(transfer)).content.decode()


def test_nobody_returns_to_a_closed_institution(max_, transfer, organisations):
    RegisterEntry.objects.create(organisation=organisations["puno"], closed_on="2026-01-01")
    with pytest.raises(ClosedMeanwhile):
        reject(transfer, max_)


def test_a_rejection_is_no_transfer_and_is_not_rejected(max_, nora, transfer):
    reject(transfer, max_)
    with pytest.raises(AlreadyRejected):
        reject(transfer, max_)
    assert Transfer.objects.count() == 1


def test_who_holds_a_role_beyond_the_ceiling_stays(client, max_, nusta, transfer):
    grant_role(user=nusta, role="operator", is_national=True, now=timezone.now())
    with pytest.raises(BeyondTheCeiling):
        reject(transfer, max_)
    client.force_login(max_)
    assert "un rol más amplio" in client.get(page_of(transfer)).content.decode()


def test_a_confirmed_post_is_confirmed_again(max_, nusta, organisations, nora):
    Membership.objects.update(confirmed_at=timezone.now())
    transfer_person(
        person=nusta, organisation=organisations["tumbes"], post="",
        why=Why(nora, "Pasa allá", uuid4()), now=timezone.now(),
    )  # fmt: skip
    reject(Transfer.objects.get(), max_)
    assert Membership.objects.get(user=nusta, ended_on=None).confirmed_at


def test_the_database_keeps_who_rejected(transfer):
    with pytest.raises(IntegrityError):
        Transfer.objects.update(rejected_at=timezone.now())


def test_the_list_costs_the_same_however_many_there_are(
    client, max_, person, organisations, django_assert_max_num_queries
):
    client.force_login(max_)
    for number in range(12):
        mover = person(f"Ana{number}", organisation="puno")
        move_person(
            user=mover, organisation=organisations["tumbes"], post="", now=timezone.now(),
            moved_by=mover,
        )  # fmt: skip
    with django_assert_max_num_queries(12):
        assert client.get(LIST).content.decode().count("Rechaza el traslado") == 12


@pytest.mark.django_db(transaction=True)
def test_two_who_reject_at_once_return_the_person_once(person, max_, nusta, transfer):
    beside = person("Pedro", role="coordinator", areas=["24"])

    def outcome(actor) -> str:
        try:
            reject(Transfer.objects.get(), actor)
        except TransferStands as error:
            return type(error).__name__
        return "done"

    ends = at_once([partial(outcome, actor) for actor in (max_, beside)])
    assert sorted(ends) == ["AlreadyRejected", "done"]
    assert Membership.objects.filter(user=nusta, ended_on=None).count() == 1
    assert Membership.objects.filter(user=nusta).count() == 3
    assert ReasonedAct.objects.filter(action="transfer_rejected").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rejection_and_a_move_at_once_end_as_one_after_the_other(
    max_, nusta, transfer, organisations
):
    def rejected() -> str:
        try:
            reject(Transfer.objects.get(), max_)
        except TransferStands as error:
            return type(error).__name__
        return "done"

    ends = at_once(
        [
            rejected,
            partial(
                move_person,
                user=nusta,
                organisation=organisations["ugel"],
                post="",
                now=timezone.now(),
            ),
        ]
    )
    assert ends[0] in ("done", "MovedAgain")
    assert Membership.objects.get(user=nusta, ended_on=None).organisation == organisations["ugel"]
