"""Checks that a completion and its certificate are one: together in the database, or not at all."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEntry
from certificates.codes import is_well_formed
from certificates.models import Certificate
from certificates.services import issue_certificate, issue_missing_certificates
from certificates.signals import certificate_created
from courses.editions import edition_of, outline_of
from courses.models import ModulePage
from learning.models import Enrolment
from learning.services import Provenance, lock_enrolment, record_result
from tests.factories.courses import add_lesson, text_block
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz

pytestmark = pytest.mark.django_db


def test_completion_writes_the_certificate(holder, enrol, complete):
    enrolment = enrol(holder)
    complete(enrolment, leaving=1)
    assert not Certificate.objects.exists()
    complete(enrolment)
    certificate = Certificate.objects.get()
    assert (certificate.state, certificate.number, certificate.enrolment_id) == (
        "waiting",
        None,
        enrolment.pk,
    )
    assert is_well_formed(certificate.code)
    assert certificate.is_valid


def test_everything_printed_is_copied(waiting, holder, course):
    outline = outline_of(course.latest_edition_id)
    today = timezone.localdate()
    assert waiting.holder_name == "María d'Ángelo #1 Ñahui Quispe"
    assert (waiting.document_type, waiting.document_last) == ("dni", "678")
    assert (waiting.course_title, waiting.edition_number, waiting.provider) == (
        outline.title,
        course.latest_edition.number,
        "Puriq",
    )
    assert (waiting.training_type, waiting.modality, waiting.cost) == (
        "Formación laboral",
        "Virtual, a su ritmo",
        "Gratuito",
    )
    assert waiting.minutes == outline.minutes == sum(row["minutes"] for row in waiting.syllabus)
    assert [row["module"] for row in waiting.syllabus] == [
        module.title for module in outline.modules
    ]
    assert (waiting.started_on, waiting.completed_on) == (today, today)
    assert waiting.score_scaled is None


def test_copies_do_not_follow_later_changes(waiting, holder, django_capture_on_commit_callbacks):
    before = Certificate.objects.filter(pk=waiting.pk).values().get()
    with django_capture_on_commit_callbacks(execute=True):
        add_lesson(
            ModulePage.objects.get(slug="m2"), "nueva", blocks=[text_block("palabra " * 5000)]
        )
    User.objects.filter(pk=holder.pk).update(
        first_name="Otro", last_name="Nombre", document_type="ce"
    )
    assert Certificate.objects.filter(pk=waiting.pk).values().get() == before


def test_person_without_document_gets_one_too(lina, enrol, complete):
    complete(enrol(lina))
    assert Certificate.objects.get().document_last == ""


def test_final_score_is_the_best_of_the_last_quiz(
    holder, enrol, complete, course, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = add_quiz(ModulePage.objects.get(slug="m1"), [(make_bank(), 2)], slug="primera")
        last = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 2)], slug="final")
    course.refresh_from_db()
    enrolment = enrol(holder)
    results = [(first, True, 1.0), (last, False, 0.5), (last, True, 0.8)]
    complete_lessons(enrolment)
    for page, passed, score in results:
        report(enrolment, page.translation_key, passed=passed, score=score)
    assert Certificate.objects.get().score_scaled == 0.8


def complete_lessons(enrolment):
    for activity in outline_of(enrolment.course.latest_edition_id).activities:
        if activity.kind == "lesson":
            report(enrolment, activity.key, passed=None, score=None)


def report(enrolment, key, *, passed, score):
    kinds = {"lesson" if passed is None else "quiz"}
    with transaction.atomic():
        locked = lock_enrolment(enrolment.pk, enrolment.learner)
        record_result(
            enrolment=locked,
            activity_key=key,
            kinds=kinds,
            uuid=uuid4(),
            passed=passed,
            score=score,
            provenance=Provenance(timezone.now()),
        )


def test_rollback_leaves_neither(holder, enrol, complete):
    """A receiver above that fails takes completion and certificate back together."""
    enrolment = enrol(holder)
    complete(enrolment, leaving=1)

    def fail(**kwargs):
        raise RuntimeError("the figures could not be written")

    certificate_created.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="figures"):
            complete(enrolment)
    finally:
        certificate_created.disconnect(fail)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE
    assert not Certificate.objects.exists()
    assert not AuditEntry.objects.filter(object_type="certificate").exists()


def test_trail_tells_without_personal_data(waiting, holder):
    entry = AuditEntry.objects.get(action="certificate_created")
    assert (entry.object_key, entry.actor_key, entry.details) == (str(waiting.uuid), None, {})


def test_a_second_time_does_nothing(waiting, course):
    enrolment = Enrolment.objects.get(pk=waiting.enrolment_id)
    assert issue_certificate(enrolment=enrolment, now=timezone.now()) is None
    assert Certificate.objects.count() == 1


def test_a_revoked_one_is_not_written_again(certificate):
    Certificate.objects.filter(pk=certificate.pk).update(state="revoked", revoked_at=timezone.now())
    assert issue_missing_certificates(now=timezone.now()) == 0


def test_issuing_costs_three_statements(waiting, course):
    """Person, certificate, trail; and one difference of the figures, which is the room above's."""
    enrolment = Enrolment.objects.select_related("course").get(pk=waiting.enrolment_id)
    waiting.delete()
    outline_of(course.latest_edition_id), edition_of(course.latest_edition_id)
    with CaptureQueriesContext(connection) as statements:
        issue_certificate(enrolment=enrolment, now=timezone.now())
    mine = [row["sql"] for row in statements if "reporting_" not in row["sql"]]
    assert len(mine) == 3, mine
    assert len(statements) == 4


def test_number_follows_the_commit(holder, enrol, complete, django_capture_on_commit_callbacks):
    enrolment = enrol(holder)
    with django_capture_on_commit_callbacks(execute=True):
        complete(enrolment)
    certificate = Certificate.objects.get()
    assert (certificate.state, certificate.number) == ("issued", 1)
    assert certificate.issued_at


def test_asking_for_the_number_costs_one_statement(
    holder, enrol, complete, waiting_tasks, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        complete(enrol(holder))
    (enqueue,) = [
        callback for callback in callbacks if "enqueue" in getattr(callback, "__name__", "")
    ]
    with CaptureQueriesContext(connection) as statements:
        enqueue()
    assert len(statements) == 1


def test_repair_writes_what_is_missing_once(holder, omar, enrol, complete, capsys):
    for person in (holder, omar):
        complete(enrol(person))
    Certificate.objects.all().delete()
    call_command("issue_missing_certificates")
    call_command("issue_missing_certificates")
    assert capsys.readouterr().out.splitlines() == [
        "Certificados que faltaban: 2",
        "Certificados que faltaban: 0",
    ]
    assert sorted(Certificate.objects.values_list("number", "state")) == [
        (1, "issued"),
        (2, "issued"),
    ]


def test_repair_keeps_the_day_of_completion(waiting):
    day = waiting.completed_on
    waiting.delete()
    issue_missing_certificates(now=timezone.now() + timedelta(days=40))
    assert Certificate.objects.get().completed_on == day


def test_repair_numbers_what_waits(waiting):
    assert issue_missing_certificates(now=timezone.now()) == 0
    waiting.refresh_from_db()
    assert (waiting.number, waiting.state) == (1, "issued")


def test_one_that_cannot_be_repaired_does_not_stop_the_others(
    holder, omar, enrol, complete, caplog
):
    for person in (holder, omar):
        complete(enrol(person))
    Certificate.objects.all().delete()

    def fail(certificate, **kwargs):
        if certificate.learner == holder.learner_key:
            raise RuntimeError("one bad row")

    certificate_created.connect(fail)
    try:
        with caplog.at_level(logging.ERROR):
            assert issue_missing_certificates(now=timezone.now()) == 1
    finally:
        certificate_created.disconnect(fail)
    assert Certificate.objects.get().learner == omar.learner_key
    assert "could not be written" in caplog.text


def test_erased_person_is_nobody_to_certify(waiting, holder):
    enrolment = Enrolment.objects.get(pk=waiting.enrolment_id)
    waiting.delete()
    User.objects.filter(pk=holder.pk).update(learner_key=uuid4())
    assert issue_certificate(enrolment=enrolment, now=timezone.now()) is None
