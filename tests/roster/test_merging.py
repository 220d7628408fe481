"""Two accounts of one person become one: all that was done is the one's, counted once, nobody
enters by the other, and every invariant of the record holds.
"""

import json
import re
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.corrections import Why, correct_email, give_document
from accounts.merging import AlreadyMerged, SameAccount, merge_people
from accounts.models import Membership, ReasonedAct, RoleGrant, Session, Transfer, User
from accounts.services import BeyondTheCeiling, LastOperator, create_person, grant_role, move_person
from accounts.signing_in import resolve_username
from audit.models import AuditEntry
from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from certificates.transcript import transcript_of
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.addresses import activity_address
from learning.models import Enrolment, Statement
from learning.services import complete_activity, enrol_learner, withdraw_enrolment
from notices.models import Notice
from notices.writing import write_notices
from operations.records import check_records
from privacy.data_copy import copy_of
from privacy.erasure import ErasureWaits, ask_for_erasure, carry_out
from privacy.erasure_list import listed_keys
from quizzes.models import Attempt, MoreTime
from quizzes.services import AttemptIsOpen, EnrolmentChanged, start_attempt
from quizzes.views import before
from reporting.models import ANY_COURSE
from reporting.services import fold_differences, kept_figures
from roster.files.carrying_out import confirm_file, counts_of, go_on_with
from roster.files.enrolling import choose_courses
from roster.files.staging import stage_file
from roster.models import Request
from roster.requests import ask
from support.models import HelpRequest
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer_all, submit
from tests.roster.test_acts import REASON
from tests.roster.test_files import ACORA, slips_of

pytestmark = pytest.mark.django_db
# Rows that stay with the key of the account that was closed: the trail is sealed, and a row of a
# list, a muted kind and a request to be erased are about that account.
STAY = {
    "audit.AuditEntry",
    "notices.MutedKind",
    "privacy.ErasureRequest",
    "roster.RosterRow",
}


@pytest.fixture
def twin(organisations):
    """Ñusta's other account: a carné of her own, and the e-mail of her office."""
    return create_person(
        first_name="Ñusta",
        last_name="Huamán",
        email="tesoreria@demo.example",
        document_type="ce",
        document_number="001234567",
        organisation=organisations["ugel"],
        post="Jefa de Tesorería",
        password="tres palabras juntas",
        now=timezone.now(),
    )


@pytest.fixture
def quiz(course, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return add_quiz(
            ModulePage.objects.get(slug="m2"),
            [(make_bank(), 4)],
            attempts_allowed=4,
            time_limit=30,
        )


@pytest.fixture
def head(course, quiz):
    return CourseHead.objects.get(pk=course.pk)


def why(actor) -> Why:
    return Why(actor, REASON, uuid4())


def merge(person, other, actor, **more) -> None:
    merge_people(person=person, other=other, why=more.get("why") or why(actor), now=timezone.now())


def read(user, head, count=None) -> Enrolment:
    """Enrol somebody and read lessons: all of them, or so many."""
    enrolment = enrol_learner(user=user, course=head, received_at=timezone.now())
    lessons = [one for one in outline_of(head.latest_edition_id).activities if one.kind == "lesson"]
    for activity in lessons[:count]:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=user.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    return enrolment


def attempt_at(enrolment, quiz, right=0) -> Attempt:
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    answer_all(attempt, right=right)
    return submit(attempt)


def finish(user, head, quiz) -> Enrolment:
    enrolment = read(user, head)
    attempt_at(enrolment, quiz, right=None)
    number_waiting_certificates(now=timezone.now())
    return Enrolment.objects.get(pk=enrolment.pk)


def broken() -> list[tuple[str, int]]:
    fold_differences()
    return [(one.name, one.violations) for one in check_records() if one.violations]


def counted() -> tuple[int, int]:
    """Return how many people are counted, and how many of them completed a course."""
    rows = [values for place, values in kept_figures().items() if place[0] == ANY_COURSE]
    return sum(row["assigned"] for row in rows), sum(row["completed"] for row in rows)


def states(person) -> list[str]:
    rows = Enrolment.objects.filter(learner=person.learner_key).order_by("pk")
    return list(rows.values_list("state", flat=True))


def test_what_was_done_becomes_the_ones(nusta, twin, nora, head, quiz):
    enrolment = finish(twin, head, quiz)
    certificate = Certificate.objects.get()
    lines = list(Statement.objects.order_by("pk").values("pk", "uuid", "verb", "score", "answer"))
    merge(nusta, twin, nora)
    moved = Enrolment.objects.get()
    assert (moved.pk, moved.learner, moved.state) == (enrolment.pk, nusta.learner_key, "completed")
    assert lines == list(
        Statement.objects.order_by("pk").values("pk", "uuid", "verb", "score", "answer")
    )
    after = Certificate.objects.get()
    assert after.learner == nusta.learner_key
    assert (after.code, after.holder_name, after.is_valid) == (
        certificate.code,
        "Ñusta Huamán",
        True,
    )
    assert [course.certificate for course in transcript_of(nusta).finished] == [after]
    assert counted() == (1, 1)
    assert broken() == []


def test_nobody_enters_by_the_other_account(nusta, twin, nora, client):
    client.force_login(twin)
    merge(nusta, twin, nora)
    twin.refresh_from_db()
    assert (twin.is_active, twin.merged_into, twin.has_usable_password()) == (False, nusta, False)
    assert not Session.objects.filter(user=twin).exists()
    # Whatever of both is typed means the one account.
    for typed in ("tesoreria@demo.example", "001234567", "nusta@demo.example", "40123678"):
        assert resolve_username(typed) == nusta.username


def test_who_joins_a_course_in_that_moment_joins_as_the_one(nusta, twin, nora, head):
    as_before = User.objects.get(pk=twin.pk)  # a page of the other account, asked for before
    merge(nusta, twin, nora)
    first = enrol_learner(user=as_before, course=head, received_at=timezone.now())
    again = enrol_learner(user=as_before, course=head, received_at=timezone.now())
    assert (first.learner, again.pk) == (nusta.learner_key, first.pk)


def test_who_begins_a_quiz_in_that_moment_begins_none(nusta, twin, nora, head, quiz):
    as_before = read(twin, head)  # of a page that was asked for before
    merge(nusta, twin, nora)
    with pytest.raises(EnrolmentChanged):
        start_attempt(enrolment=as_before, quiz_key=quiz.translation_key, now=timezone.now())
    assert not Attempt.objects.exists()
    assert broken() == []


def test_who_was_taken_out_of_the_course_in_that_moment_begins_none(nusta, head, quiz):
    as_before = read(nusta, head)
    withdraw_enrolment(enrolment=Enrolment.objects.get(), now=timezone.now())
    with pytest.raises(EnrolmentChanged):
        start_attempt(enrolment=as_before, quiz_key=quiz.translation_key, now=timezone.now())
    assert broken() == []


def test_who_begins_a_quiz_too_late_is_told_so(nusta, twin, nora, head, quiz, client, monkeypatch):
    read(twin, head)
    client.force_login(twin)
    outline = outline_of(head.latest_edition_id)
    address = activity_address(outline, outline.by_key[quiz.translation_key])
    as_it_was = before.start_attempt

    def merged_meanwhile(**facts):
        merge(nusta, twin, nora)
        return as_it_was(**facts)

    monkeypatch.setattr(before, "start_attempt", merged_meanwhile)
    answer = client.post(address)
    assert answer.status_code == 409
    assert "unimos tus dos cuentas" in answer.content.decode()
    assert "/cuenta/ingresar/" in client.get(address)["Location"]
    assert not Attempt.objects.exists()


def test_the_one_keeps_its_data_and_takes_what_it_lacks(nusta, twin, nora, organisations):
    User.objects.filter(pk=nusta.pk).update(
        document_index=None, document_cipher="", document_type=""
    )
    merge(nusta, twin, nora)
    nusta.refresh_from_db()
    twin.refresh_from_db()
    assert (nusta.email, nusta.document_number) == ("nusta@demo.example", "001234567")
    assert (twin.email, twin.document_number) == ("tesoreria@demo.example", "")
    posts = Membership.objects.filter(user=nusta).order_by("pk")
    assert [(post.organisation, post.ended_on is None) for post in posts] == [
        (organisations["puno"], True),
        (organisations["ugel"], False),
    ]
    # What the other account kept is hers to take.
    correct_email(person=nusta, email="tesoreria@demo.example", why=why(nora), now=timezone.now())
    nusta.refresh_from_db()
    assert nusta.email == "tesoreria@demo.example"


def test_a_document_of_the_closed_account_is_hers_to_take(nusta, twin, nora):
    merge(nusta, twin, nora)
    give_document(
        person=nusta, document_type="ce", number="001234567", why=why(nora), now=timezone.now()
    )
    nusta.refresh_from_db()
    assert nusta.document_number == "001234567"


def test_roles_of_the_other_end_and_are_not_given(nusta, twin, oscar):
    grant_role(user=twin, role="coordinator", area_codes=["21"], now=timezone.now())
    merge(nusta, twin, oscar)
    assert not RoleGrant.objects.filter(user=nusta).exists()
    today = timezone.localdate()
    assert not RoleGrant.objects.filter(RoleGrant.not_ended(today), user=twin).exists()


def test_of_two_in_progress_the_farther_stays(nusta, twin, nora, head, quiz):
    own, other = read(nusta, head, 1), read(twin, head, 2)
    merge(nusta, twin, nora)
    assert {row.pk: row.state for row in Enrolment.objects.all()} == {
        own.pk: "withdrawn",
        other.pk: "active",
    }
    assert set(Enrolment.objects.values_list("learner", flat=True)) == {nusta.learner_key}
    # It goes on at the post of today.
    assert (
        Enrolment.objects.get(pk=other.pk).organisation
        == Membership.objects.get(user=nusta, ended_on=None).organisation
    )
    assert counted() == (1, 0)
    assert broken() == []


def test_what_was_completed_stays_before_what_is_in_progress(nusta, twin, nora, head, quiz):
    attempt_at(read(nusta, head, 2), quiz)
    finish(twin, head, quiz)
    merge(nusta, twin, nora)
    assert states(nusta) == ["withdrawn", "completed"]
    numbers = Attempt.objects.order_by("pk").values_list("number", "learner")
    assert list(numbers) == [(1, nusta.learner_key), (2, nusta.learner_key)]
    assert counted() == (1, 1)
    assert broken() == []


def test_completed_twice_is_counted_once_and_both_certificates_are_valid(
    nusta, twin, nora, head, quiz
):
    finish(nusta, head, quiz)
    finish(twin, head, quiz)
    minutes = transcript_of(nusta).minutes
    assert counted() == (2, 2)
    merge(nusta, twin, nora)
    assert states(nusta) == ["completed", "withdrawn"]
    certificates = Certificate.objects.order_by("pk")
    assert [row.is_valid for row in certificates] == [True, True]
    assert {row.learner for row in certificates} == {nusta.learner_key}
    transcript = transcript_of(nusta)
    assert [course.counts for course in transcript.finished] == [True, False]
    assert transcript.minutes == minutes
    assert counted() == (1, 1)
    rows = [row for place, row in kept_figures().items() if place[0] == head.pk]
    assert [sum(row[name] for row in rows) for name in ("assigned", "completed", "certified")] == [
        1,
        1,
        1,
    ]
    assert broken() == []


def test_minutes_given_go_with_their_attempts(nusta, twin, nora, head, quiz):
    own, other = read(nusta, head, 0), read(twin, head, 1)
    key = quiz.translation_key
    facts = {"quiz_key": key, "given_at": timezone.now(), "given_by_key": nora.learner_key}
    MoreTime.objects.create(learner=twin.learner_key, number=1, minutes=10, **facts)
    attempt_at(own, quiz)
    attempt_at(other, quiz)
    MoreTime.objects.create(learner=nusta.learner_key, number=2, minutes=20, **facts)
    merge(nusta, twin, nora)
    rows = MoreTime.objects.order_by("number").values_list("learner", "number", "minutes")
    assert list(rows) == [(nusta.learner_key, 2, 10), (nusta.learner_key, 3, 20)]
    assert broken() == []


def test_what_was_left_stays_left(nusta, twin, nora, head, quiz):
    left = read(twin, head, 1)
    withdraw_enrolment(enrolment=left, now=timezone.now())
    read(nusta, head, 0)
    merge(nusta, twin, nora)
    assert states(nusta) == ["withdrawn", "active"]
    assert broken() == []


def test_nobody_is_told_that_they_left_a_course(nusta, twin, nora, head, quiz):
    read(nusta, head, 1)
    read(twin, head, 2)
    merge(nusta, twin, nora)
    write_notices(timezone.now())
    assert not Notice.objects.filter(kind="withdrawn").exists()


def test_no_row_is_left_with_the_other_key(nusta, twin, nora, head, quiz):
    now = timezone.now()
    enrolment = finish(twin, head, quiz)
    MoreTime.objects.create(
        learner=twin.learner_key,
        quiz_key=uuid4(),
        number=1,
        minutes=10,
        given_at=now,
        given_by_key=nora.learner_key,
    )
    for person in (nusta, twin):
        ask(person=person, kind="other", words="Cambié de oficina", uuid=uuid4(), now=now)
        HelpRequest.objects.create(learner=person.learner_key, text="¿Cómo entro?", asked_at=now)
    write_notices(now)
    merge(nusta, twin, nora)
    left = {
        model._meta.label
        for model in apps.get_models()
        if any(field.name == "learner" for field in model._meta.local_fields)
        and model._default_manager.filter(learner=twin.learner_key).exists()
    }
    assert left - STAY == set()
    assert enrolment.pk == Enrolment.objects.get(learner=nusta.learner_key).pk
    assert sorted(Request.objects.values_list("state", flat=True)) == ["pending", "withdrawn"]


def test_reason_and_trail(nusta, twin, nora):
    merge(nusta, twin, nora)
    assert ReasonedAct.objects.get().user == nusta
    assert ReasonedAct.objects.get().reason == REASON
    lines = AuditEntry.objects.filter(action__in=["accounts_merged", "account_merged"])
    assert {(line.action, line.object_key, line.actor_key) for line in lines} == {
        ("accounts_merged", str(nusta.learner_key), nora.learner_key),
        ("account_merged", str(twin.learner_key), nora.learner_key),
    }
    told = json.dumps([line.details for line in AuditEntry.objects.all()])
    assert REASON not in told
    assert "tesoreria" not in told


def test_sent_twice_it_is_done_once(nusta, twin, nora):
    same = why(nora)
    for _time in range(2):
        merge(nusta, twin, nora, why=same)
    assert ReasonedAct.objects.count() == 1


def test_both_have_to_be_in_reach_and_below(nusta, twin, nora, max_, oscar, lina):
    with pytest.raises(BeyondTheCeiling):
        merge(nusta, twin, max_)
    with pytest.raises(BeyondTheCeiling):
        merge(nusta, lina, nora)  # Lina serves in Tumbes
    Membership.objects.create(
        user=oscar, organisation=nusta.memberships.get().organisation, started_on="2024-01-01"
    )
    with pytest.raises(BeyondTheCeiling):
        merge(nusta, oscar, nora)  # an operator is above her
    assert not User.objects.filter(merged_into__isnull=False).exists()


def test_refused_in_words(nusta, twin, nora, oscar, person, head, quiz):
    with pytest.raises(SameAccount):
        merge(nusta, nusta, nora)
    enrolment = read(twin, head, 0)
    attempt = start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    with pytest.raises(AttemptIsOpen):
        merge(nusta, twin, nora)
    submit(attempt)
    request = ask_for_erasure(user=twin, now=timezone.now())
    with pytest.raises(ErasureWaits):
        merge(nusta, twin, nora)
    request.delete()
    merge(nusta, twin, nora)
    third = person("Tercera", organisation="puno")
    with pytest.raises(AlreadyMerged):
        merge(third, twin, nora)
    assert broken() == []


def test_the_last_operator_is_not_merged_away(nusta, oscar, person):
    other = person("Ines", role="operator", national=True)
    RoleGrant.objects.filter(user=oscar).update(ends_on=None)
    RoleGrant.objects.filter(user=other).update(area_codes=["21"], is_national=False)
    with pytest.raises((LastOperator, BeyondTheCeiling)):
        merge(nusta, oscar, other)


def test_a_chain_leads_to_the_last(nusta, twin, nora, person):
    third = person("Tercera", organisation="puno")
    merge(nusta, twin, nora)
    merge(third, nusta, nora)
    assert set(User.objects.filter(merged_into=third)) == {nusta, twin}
    assert resolve_username("001234567") == third.username


def test_the_database_keeps_a_merged_account_closed(nusta, twin, nora):
    merge(nusta, twin, nora)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=twin.pk).update(is_active=True)


def test_the_copy_tells_both_and_the_erasure_takes_both(nusta, twin, nora, oscar, head, quiz):
    finish(twin, head, quiz)
    merge(nusta, twin, nora)
    copy = copy_of(nusta, now=timezone.now())["holdings"]
    assert [row["email"] for row in copy["person"]["rows"]] == [
        "nusta@demo.example",
        "tesoreria@demo.example",
    ]
    assert "account_merged" in {row["action"] for row in copy["trail"]["rows"]}
    request = ask_for_erasure(user=nusta, now=timezone.now())
    carry_out(request=request, operator=oscar, now=timezone.now())
    assert not User.objects.filter(pk__in=[nusta.pk, twin.pk]).exists()
    assert {nusta.learner_key, twin.learner_key} <= listed_keys()
    assert broken() == []


def test_the_card_shows_both_and_the_other_has_none(as_nora, nusta, twin, nora, oscar, head, quiz):
    grant = grant_role(user=twin, role="coordinator", area_codes=["21"], now=timezone.now())
    finish(twin, head, quiz)
    twins_card = reverse("roster:card", args=[twin.username])
    assert as_nora.get(twins_card).status_code == 200
    merge(nusta, twin, nora)
    assert as_nora.get(twins_card).status_code == 404
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    assert "Dos cuentas, unidas" in card
    assert "A nombre de Ñusta Huamán" in card
    assert grant.get_role_display() in card
    found = as_nora.post(reverse("roster:search"), {"who": "tesoreria@demo.example"})
    assert nusta.username in found.content.decode()
    as_nora.force_login(oscar)
    assert as_nora.get(twins_card).status_code == 404


def page_of(person, other) -> str:
    return reverse("roster:merge", args=[person.username, other.username])


def sent(client, person, other, **typed):
    body = client.get(page_of(person, other)).content.decode()
    names = ("uuid", "seen", "other", "other_seen")
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in names}
    form |= {"reason": REASON, "is_same_person": "on", **typed}
    return client.post(page_of(person, other), form), form


def test_the_other_is_sought_told_about_and_merged(as_nora, nusta, twin, head, quiz):
    read(nusta, head, 1)
    finish(twin, head, quiz)
    card = as_nora.get(reverse("roster:card", args=[nusta.username])).content.decode()
    search = reverse("roster:find_other", args=[nusta.username])
    assert search in card
    found = as_nora.post(search, {"who": "tesoreria@demo.example"}).content.decode()
    assert page_of(nusta, twin) in found
    page = as_nora.get(page_of(nusta, twin)).content.decode()
    assert "Los nombres no son iguales" in page
    assert "queda terminado" in page
    assert "Pasa 1 certificado" in page
    assert page_of(twin, nusta) in page
    answer, form = sent(as_nora, nusta, twin)
    assert answer["Location"] == reverse("roster:card", args=[nusta.username])
    assert as_nora.post(page_of(nusta, twin), form)["Location"] == answer["Location"]
    assert ReasonedAct.objects.count() == 1
    assert as_nora.get(page_of(nusta, twin)).status_code == 302  # one already
    assert AuditEntry.objects.filter(
        action="card_opened", object_key=str(twin.learner_key)
    ).exists()


def test_what_is_not_confirmed_or_changed_meanwhile_is_not_done(as_nora, nusta, twin):
    answer, form = sent(as_nora, nusta, twin, is_same_person="")
    assert "marca que es la misma" in answer.content.decode()
    assert REASON in answer.content.decode()
    User.objects.filter(pk=twin.pk).update(first_name="Otra")
    answer = as_nora.post(page_of(nusta, twin), form | {"is_same_person": "on"})
    assert "Algo cambió en una de las cuentas" in answer.content.decode()
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_why_not_is_said_before(as_nora, nusta, twin, lina, oscar, head, quiz):
    enrolment = read(twin, head, 0)
    start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now())
    assert "cuestionario abierto" in as_nora.get(page_of(nusta, twin)).content.decode()
    Attempt.objects.all().delete()
    ask_for_erasure(user=twin, now=timezone.now())
    assert "pidió que se borren" in as_nora.get(page_of(nusta, twin)).content.decode()
    place = nusta.memberships.get().organisation
    Membership.objects.create(user=oscar, organisation=place, started_on="2024-01-01")
    assert "un rol que tú no puedes quitar" in as_nora.get(page_of(nusta, oscar)).content.decode()
    assert as_nora.get(page_of(nusta, lina)).status_code == 404  # of another scope
    assert as_nora.get(page_of(nusta, nusta)).status_code == 302


def test_a_transfer_of_the_other_account_is_of_the_one_that_stays(nusta, twin, nora, organisations):
    move_person(
        user=twin, organisation=organisations["puno"], post="", now=timezone.now(), moved_by=twin
    )
    merge(nusta, twin, nora)
    transfer = Transfer.objects.get()
    assert (transfer.user, transfer.asked_by_key) == (nusta, nusta.learner_key)
    assert transfer.after.ended_on


class TestLists:
    """A document or an e-mail of the account that was closed means the one that stays."""

    def test_a_row_with_the_other_document_is_the_person_who_stays(self, nusta, twin, nora):
        merge(nusta, twin, nora)
        file = list_with(nora, CARNE_OF_TWIN)
        assert (slips_of(file), counts_of(file)) == ([], {"known": 1})
        assert not AuditEntry.objects.filter(action="roster_outsiders_named").exists()
        carry(file, nora)
        assert (slips_of(file), counts_of(file)) == ([], {"known": 1})
        assert file.rows.get().learner == nusta.learner_key

    def test_it_is_enrolled_in_the_courses_of_the_list(self, nusta, twin, nora, head):
        merge(nusta, twin, nora)
        file = list_with(nora, CARNE_OF_TWIN)
        choose_courses(file=file, keys=[str(head.key)])
        carry(file, nora)
        assert Enrolment.objects.get(learner=nusta.learner_key).course_id == head.pk

    def test_it_moves_the_person_who_stays(self, nusta, twin, nora, organisations):
        merge(nusta, twin, nora)
        file = list_with(nora, CARNE_OF_TWIN.replace(ACORA, "UGEL Puno"))
        carry(file, nora)
        assert counts_of(file) == {"moves": 1}
        post = Membership.objects.get(user=nusta, ended_on=None)
        assert post.organisation == organisations["ugel"]

    def test_two_documents_of_one_person_are_told_as_repeated(self, nusta, twin, nora):
        merge(nusta, twin, nora)
        file = list_with(nora, CARNE_OF_TWIN, DNI_OF_NUSTA, "DNI;41234567;Ana;Quispe;" + ACORA)
        told = "Filas 2 y 3 son la misma persona, con dos documentos. Deja solo una."
        assert (slips_of(file), counts_of(file)) == ([told, told], {"wrong": 2, "new": 1})

    def test_who_became_one_after_the_list_was_looked_at_is_taken_once(self, nusta, twin, nora):
        file = list_with(nora, CARNE_OF_TWIN.replace(ACORA, "UGEL Puno"), DNI_OF_NUSTA)
        assert counts_of(file) == {"known": 2}
        merge(nusta, twin, nora)
        carry(file, nora)
        assert counts_of(file) == {"moves": 1, "wrong": 1}
        (slip,) = slips_of(file)
        assert slip.startswith("Fila 3: otra fila de tu lista es la misma persona")

    def test_the_e_mail_of_the_closed_account_is_no_outsider(self, nusta, twin, nora):
        merge(nusta, twin, nora)
        file = list_with(nora, f"DNI;41234567;Ana;Quispe;{ACORA};tesoreria@demo.example")
        (slip,) = slips_of(file)
        assert "ese correo ya está en otra cuenta" in slip
        assert not AuditEntry.objects.filter(action="roster_outsiders_named").exists()

    def test_the_account_that_stays_out_of_reach_is_told_to_nobody(
        self, nusta, twin, nora, oscar, organisations
    ):
        merge(nusta, twin, nora)
        move_person(
            user=nusta, organisation=organisations["tumbes"], post="", now=timezone.now(),
            moved_by=oscar,
        )  # fmt: skip
        file = list_with(nora, CARNE_OF_TWIN, DNI_OF_NUSTA)
        assert len(slips_of(file)) == 2
        assert all("ya tiene cuenta fuera de tu ámbito" in slip for slip in slips_of(file))
        assert AuditEntry.objects.get(action="roster_outsiders_named").details == {"count": 2}

    def test_who_is_added_by_hand_is_found_there(self, as_nora, nusta, twin, nora, organisations):
        merge(nusta, twin, nora)
        typed = {"first_name": "Ñusta", "last_name": "Huamán", "number": "001234567"}
        typed |= {"document_type": "ce", "entidad": str(organisations["puno"].uuid)}
        body = as_nora.post("/personas/nueva/", typed).content.decode()
        assert escape(f"{nusta} ya tiene cuenta con ese documento") in body


CARNE_OF_TWIN = f"CE;001234567;Ñusta;Huamán;{ACORA}"
DNI_OF_NUSTA = f"DNI;40123678;Ñusta;Huamán;{ACORA}"


def list_with(actor, *lines: str):
    headings = "Tipo de documento;DNI;Nombres;Apellidos;Entidad;Correo"
    facts = {"name": "lista.csv", "system": "inei", "uuid": uuid4(), "now": timezone.now()}
    return stage_file(data="\n".join([headings, *lines]).encode(), actor=actor, **facts)


def carry(file, actor) -> None:
    confirm_file(file=file, actor=actor, now=timezone.now())
    go_on_with(file, timezone.now())
