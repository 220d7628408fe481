"""Two accounts claim one document: who looks after both gives it to the one and takes it from the
other, with a reason, told to both.
"""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.corrections import HeldByAnother, NothingChanges, Why, settle_document
from accounts.models import ReasonedAct
from accounts.services import PersonExists
from accounts.signing_in import resolve_username
from audit.models import AuditEntry
from notices.models import Notice
from notices.writing import write_notices
from tests.roster.test_acts import REASON, address_of, hidden, send

pytestmark = pytest.mark.django_db
NUMBER = "40123678"  # Ñusta's


def settle(person, actor, taken_from="", number=NUMBER) -> None:
    settle_document(
        person=person,
        document_type="dni",
        number=number,
        taken_from=taken_from,
        why=Why(actor, REASON, uuid4()),
        now=timezone.now(),
    )


def test_it_is_given_to_the_one_and_taken_from_the_other(nora, nusta, omar):
    settle(omar, nora, nusta.username)
    for person in (nusta, omar):
        person.refresh_from_db()
    assert (omar.document_number, nusta.document_number) == (NUMBER, "")
    assert nusta.document_index is None
    assert resolve_username(NUMBER) == omar.username
    lines = AuditEntry.objects.filter(action__startswith="person_document_")
    assert {(line.action, line.object_key, line.actor_key) for line in lines} == {
        ("person_document_given", str(omar.learner_key), nora.learner_key),
        ("person_document_taken", str(nusta.learner_key), nora.learner_key),
    }
    assert not [line for line in lines if line.details]
    acts = ReasonedAct.objects.values_list("user", "reason")
    assert set(acts) == {(omar.pk, REASON), (nusta.pk, REASON)}


def test_both_are_told(nora, nusta, omar):
    settle(omar, nora, nusta.username)
    write_notices(timezone.now())
    told = Notice.objects.filter(kind__startswith="document_").values_list("learner", "kind")
    assert set(told) == {
        (omar.learner_key, "document_given"),
        (nusta.learner_key, "document_taken"),
    }


def test_nobody_loses_it_unasked(nora, nusta, omar):
    for told in ("", omar.username):
        with pytest.raises(HeldByAnother):
            settle(omar, nora, told)
    nusta.refresh_from_db()
    assert nusta.document_number == NUMBER
    assert not ReasonedAct.objects.exists()


def test_an_account_out_of_reach_loses_nothing(max_, oscar, nusta, lina):
    with pytest.raises(PersonExists):
        settle(lina, max_, nusta.username)
    settle(lina, oscar, nusta.username)  # who operates the nation looks after both
    lina.refresh_from_db()
    assert lina.document_number == NUMBER


def test_what_nobody_has_is_given_and_ones_own_stays(nora, nusta, omar):
    settle(omar, nora, number="40123679")
    omar.refresh_from_db()
    assert omar.document_number == "40123679"
    with pytest.raises(NothingChanges):
        settle(nusta, nora)


def test_on_the_card(as_nora, nusta, omar):
    card = as_nora.get(reverse("roster:card", args=[omar.username])).content.decode()
    assert address_of(omar, "documento-suyo") in card
    typed = {"document_type": "dni", "number": NUMBER}
    refused = send(as_nora, omar, "documento", **typed).content.decode()
    assert "dale ahí su documento" in refused
    asked = send(as_nora, omar, "documento-suyo", **typed)
    page = asked.content.decode()
    assert f"Ahora lo tiene la cuenta de {nusta.get_full_name()}".replace("'", "&#x27;") in page
    assert f'name="holder_seen" value="{nusta.username}"' in page
    assert REASON in page
    form = {**hidden(as_nora, omar, "documento-suyo"), **typed, "reason": REASON}
    answer = as_nora.post(
        address_of(omar, "documento-suyo"), form | {"holder_seen": nusta.username}
    )
    assert answer["Location"] == reverse("roster:card", args=[omar.username])
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    assert "Documento quitado: es de otra persona" in card
