"""Tests that due jobs repair what was left open, that one failing leaves the others alone, and that
they run one at a time.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email
from wagtail.models import Page

from accounts.models import Membership, Organisation, RegisterEntry, RoleGrant, Session
from accounts.roles import sync_roles
from audit.models import AuditEntry, ChainCheck, Seal
from certificates.models import Certificate
from courses.editions import edition_of, outline_of
from courses.models import CourseHead, Edition, LessonPage
from learning.models import Enrolment
from learning.services import complete_activity, enrol_learner
from notices.models import Letter, Notice
from notices.writing import forget_told
from operations import jobs
from operations.jobs import due_jobs, run_due_jobs
from operations.locks import site_lock
from operations.models import LightReading
from privacy import retention
from privacy.retention import retention_rules
from quizzes.models import Attempt
from reporting.models import Difference, Tally
from roster.models import RosterFile
from tests.racing import at_once

# What is left at night, or without what carries messages, stays: tests/notices has it.
BY_DAY = {"send short messages"}
NAMES = [name for name in due_jobs(timezone.now()) if name not in BY_DAY]


def run() -> str:
    said = StringIO()
    call_command("run_due_jobs", stdout=said)
    return said.getvalue()


@pytest.fixture
def completed(course, lina):
    """Lina read every lesson: there is a certificate without a number, differences to fold, and
    acts to seal.
    """
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).activities:
        complete_activity(
            enrolment_id=enrolment.pk,
            learner=lina.learner_key,
            activity_key=activity.key,
            uuid=uuid4(),
            received_at=timezone.now(),
        )
    return enrolment


def leave_attempt_open(enrolment):
    """Store an attempt whose time ended an hour ago; its quiz left the course meanwhile."""
    now = timezone.now()
    Attempt.objects.create(
        enrolment=enrolment,
        learner=enrolment.learner,
        quiz_key=uuid4(),
        edition_id=enrolment.course.latest_edition_id,
        number=1,
        rules={
            "title": "Prueba",
            "pass_mark": 0.7,
            "attempts_allowed": 3,
            "review": "after_passing",
            "time_limit": 20,
        },
        paper=[],
        started_at=now - timedelta(minutes=80),
        deadline_at=now - timedelta(minutes=60),
    )


def read_all_but(key, user, course):
    """Let a person read every lesson but one."""
    enrolment = enrol_learner(user=user, course=course, received_at=timezone.now())
    for activity in outline_of(course.latest_edition_id).activities:
        if activity.key != key:
            facts = {
                "enrolment_id": enrolment.pk,
                "learner": user.learner_key,
                "activity_key": activity.key,
            }
            complete_activity(**facts, uuid=uuid4(), received_at=timezone.now())


def leave_letters(enrolment):
    """Store a letter that waits, one over which the worker was killed before it was written, and
    one that is to be made of a notice.
    """
    Notice.objects.create(
        learner=enrolment.learner, kind="enrolled", cause="due", facts={"course": "Curso"},
        happened_at=timezone.now(), letter_due_at=timezone.now(),
    )  # fmt: skip
    email = Email.objects.create(
        from_email="a@example.pe", to=["b@example.pe"], message="Hola", status=STATUS.queued
    )
    Letter.objects.create(email=email, kind="other")
    DBTaskResult.objects.create(
        status="RUNNING", args_kwargs={"args": ["nobody"], "kwargs": {}},
        task_path="accounts.tasks.send_recovery_letter", backend_name="default",
        started_at=timezone.now() - timedelta(minutes=10), worker_ids=["killed"],
        run_after=timezone.now(), exception_class_path="", traceback="",
    )  # fmt: skip


@pytest.fixture
def left_open(completed, course, ada, omar, django_capture_on_commit_callbacks):
    """Everything that a crash, or the mere passing of time, can leave for the due jobs."""
    leave_attempt_open(completed)
    sync_roles(today=timezone.localdate())
    yesterday = timezone.localdate() - timedelta(days=1)
    RoleGrant.objects.filter(user=ada).update(ends_on=yesterday)
    Certificate.objects.all().delete()
    lesson = LessonPage.objects.order_by("path").first()
    lesson.objective, lesson.go_live_at = (
        "Decides desde hoy.",
        timezone.now() - timedelta(minutes=1),
    )
    lesson.save_revision(approved_go_live_at=lesson.go_live_at)
    other = LessonPage.objects.order_by("path").last()
    Page.objects.filter(pk=other.pk).update(title="Otro título")
    read_all_but(other.translation_key, omar, course)
    LessonPage.objects.filter(pk=other.pk).update(is_required=False)
    CourseHead.objects.update(is_dirty=True, dirty_since=timezone.now())
    Session.objects.create(
        session_key="ended", session_data="", expire_date=timezone.now() - timedelta(days=3)
    )
    leave_letters(completed)
    now = timezone.now()
    RosterFile.objects.create(
        by_key=completed.learner, state="confirmed", uploaded_at=now, confirmed_at=now
    )
    closed = Organisation.objects.get(name="Municipalidad Distrital de Zorritos")
    into = Organisation.objects.get(name="Municipalidad Distrital de Ácora")
    RegisterEntry.objects.create(organisation=closed, closed_on=yesterday, merged_into=into)
    assert AuditEntry.objects.filter(seal=None).exists()
    return completed


def what_is_open() -> dict[str, bool]:
    """Say for each job whether there is something left for it."""
    return {
        "publish scheduled pages": LessonPage.objects.filter(
            _revisions__approved_go_live_at__isnull=False
        ).exists(),
        "sync roles": RoleGrant.objects.get(role="author").user.groups.exists(),
        "freeze dirty courses": CourseHead.objects.filter(is_dirty=True).exists(),
        "complete courses": Enrolment.objects.filter(state=Enrolment.State.ACTIVE).exists(),
        "go on with lists of people": RosterFile.objects.filter(state="confirmed").exists(),
        "settle institutions": Membership.objects.filter(
            ended_on=None, organisation__entry__merged_into__isnull=False
        ).exists(),
        "submit overdue attempts": Attempt.objects.filter(state="open").exists(),
        "issue missing certificates": Enrolment.objects.filter(
            state=Enrolment.State.COMPLETED, certificates=None
        ).exists(),
        "write notices": not Notice.objects.exclude(cause="due").exists(),
        "write letters of notices": Notice.objects.filter(
            letter_due_at__isnull=False, cause="due"
        ).exists(),
        "repeat interrupted letters": DBTaskResult.objects.running().exists(),
        "send letters": Email.objects.exclude(status=STATUS.sent).exists(),
        "number certificates": not Certificate.objects.filter(number__isnull=False).exists(),
        "fold differences": Difference.objects.exists(),
        "count active people": not Tally.objects.filter(active__gt=0).exists(),
        "forget what is over": Session.objects.exists(),
        "seal the trail": AuditEntry.objects.filter(seal=None).exists(),
        "check the chain": not ChainCheck.objects.exists(),
        "measure the lights": not LightReading.objects.exists(),
    }


@pytest.mark.django_db
def test_every_job_does_its_part_and_running_again_changes_nothing(
    left_open, django_capture_on_commit_callbacks
):
    assert what_is_open() == dict.fromkeys(NAMES, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == "Tareas hechas.\n"
    assert what_is_open() == dict.fromkeys(NAMES, False)
    counted = [model.objects.count() for model in (Edition, Certificate, Seal, Tally, AuditEntry)]
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == "Tareas hechas.\n"
    assert [
        model.objects.count() for model in (Edition, Certificate, Seal, Tally, AuditEntry)
    ] == counted


@pytest.mark.django_db
def test_a_job_that_fails_is_named_and_leaves_the_others_alone(
    left_open, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fail():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    # What builds on a failed job cannot be done yet; nothing else may be left.
    builds_on = {
        "issue missing certificates": {"number certificates"},
        "freeze dirty courses": {"complete courses"},
    }
    caplog.set_level(logging.CRITICAL + 1)
    for name in NAMES:
        with transaction.atomic():
            with monkeypatch.context() as broken, django_capture_on_commit_callbacks(execute=True):
                broken.setattr(
                    jobs, "due_jobs", lambda now, name=name: {**due_jobs(now), name: fail}
                )
                with pytest.raises(CommandError) as refused:
                    run()
            assert (
                str(refused.value) == f"Tareas que fallaron: {name}. Mira el registro del servidor."
            )
            assert {job for job, is_open in what_is_open().items() if is_open} <= {
                name
            } | builds_on.get(name, set())
            with django_capture_on_commit_callbacks(execute=True):
                run()
            assert what_is_open() == dict.fromkeys(NAMES, False), name
            transaction.set_rollback(True)
        forget_all()


def forget_all() -> None:
    """Empty the caches of the process: after a rollback, identifiers are used again."""
    for store in caches.all():
        store.clear()
    outline_of.cache_clear()
    forget_told()
    edition_of.cache_clear()


@pytest.mark.django_db
def test_a_daily_job_that_failed_is_tried_again_on_the_same_day(left_open, monkeypatch):
    def fail(before):
        raise RuntimeError("no disk")

    failing = [replace(rule, forget=fail) for rule in retention_rules() if rule.forget]
    with monkeypatch.context() as broken:
        broken.setattr(retention, "retention_rules", lambda: failing)
        assert "forget what is over" in run_due_jobs(timezone.now())
    assert what_is_open()["forget what is over"]
    run_due_jobs(timezone.now())
    assert not what_is_open()["forget what is over"]


@pytest.mark.django_db
def test_the_log_tells_which_job_failed_and_why(monkeypatch, caplog):
    def fail():
        raise RuntimeError("no disk")

    monkeypatch.setattr(jobs, "due_jobs", lambda now: {"seal the trail": fail})
    assert run_due_jobs(timezone.now()) == ["seal the trail"]
    assert "Due job failed: seal the trail" in caplog.text
    assert "no disk" in caplog.text


@pytest.mark.django_db
def test_a_second_runner_finds_the_lock_held_and_does_nothing(left_open):
    before = what_is_open()
    with site_lock() as is_ours:
        assert is_ours
        assert run() == "Otro proceso ya está haciendo estas tareas.\n"
        assert run_due_jobs(timezone.now()) is None
    assert what_is_open() == before
    assert run() == "Tareas hechas.\n"


@pytest.mark.django_db
def test_the_lock_is_free_again_after_a_fault():
    with pytest.raises(RuntimeError), site_lock():
        raise RuntimeError("no disk")
    with site_lock() as is_ours:
        assert is_ours


@pytest.mark.django_db
def test_the_lock_is_free_at_once_for_who_comes_next():
    for _time in range(30):
        with site_lock() as is_ours:
            assert is_ours


@pytest.mark.django_db(transaction=True)
def test_of_several_runners_at_once_none_does_a_job_that_another_is_doing(monkeypatch):
    running, together = [], []

    def job():
        running.append(1)
        together.append(len(running))
        AuditEntry.objects.create(
            action="tried", object_type="test", object_key="1", at=timezone.now()
        )
        running.pop()

    monkeypatch.setattr(jobs, "due_jobs", lambda now: dict.fromkeys("abcdefgh", job))
    answers = at_once([lambda: run_due_jobs(timezone.now())] * 4)
    done = [answer for answer in answers if answer is not None]
    assert done
    assert all(answer == [] for answer in done)
    assert set(together) == {1}
    assert AuditEntry.objects.filter(action="tried").count() == 8 * len(done)
