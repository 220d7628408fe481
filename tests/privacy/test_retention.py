"""What has had its time is deleted; what has not, and what must stay, is left."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import RecoveryCode, Session
from operations.jobs import run_due_jobs
from privacy.data_map import holdings
from privacy.models import ErasureRequest
from privacy.retention import forget_daily, forget_what_is_over, retention_rules
from reporting.models import Look
from support.models import HelpRequest

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def ago(days):
    return NOW - timedelta(days=days)


def session(days):
    return Session.objects.create(
        session_key=uuid.uuid4().hex, session_data="", expire_date=ago(days)
    )


def code(user, days):
    return RecoveryCode.objects.create(
        user=user,
        digest=uuid.uuid4().hex,
        issued_by_key=uuid.uuid4(),
        issued_at=ago(days + 2),
        expires_at=ago(days),
        used_at=ago(days),
    )


def letter(days):
    return DBTaskResult.objects.create(
        status="SUCCESSFUL", args_kwargs={"args": [], "kwargs": {}},
        task_path="accounts.tasks.send_recovery_letter", backend_name="default",
        finished_at=ago(days), run_after=ago(days), exception_class_path="", traceback="",
    )  # fmt: skip


def letter_of_a_killed_worker(days):
    note = DBTaskResult.objects.create(
        status="RUNNING", args_kwargs={"args": [], "kwargs": {}},
        task_path="accounts.tasks.send_recovery_letter", backend_name="default",
        run_after=ago(days), exception_class_path="", traceback="",
    )  # fmt: skip
    DBTaskResult.objects.filter(pk=note.pk).update(enqueued_at=ago(days))
    return note


def question(days):
    return HelpRequest.objects.create(text="Hola", asked_at=ago(days))


def look(days):
    return Look.objects.create(reader=uuid.uuid4(), looked_at=ago(days))


def decided(days, state):
    reason = "porque sí" if state == "declined" else ""
    return ErasureRequest.objects.create(
        learner=uuid.uuid4(), state=state, asked_at=ago(days), decided_at=ago(days), reason=reason
    )


def test_terms_are_carried_out(lina):
    over = [
        session(2),
        code(lina, 31),
        letter(31),
        letter_of_a_killed_worker(31),
        question(366),
        look(366),
        decided(731, "declined"),
        decided(731, "withdrawn"),
    ]
    kept = [
        session(0),
        code(lina, 29),
        letter(29),
        letter_of_a_killed_worker(29),
        question(364),
        look(364),
        decided(729, "declined"),
        decided(5000, "done"),
    ]
    forget_what_is_over(NOW)
    assert [row for row in over if type(row).objects.filter(pk=row.pk).exists()] == []
    assert [row for row in kept if not type(row).objects.filter(pk=row.pk).exists()] == []


def test_rules_run_once_a_day_as_a_due_job():
    old = question(366)
    assert run_due_jobs(NOW) == []
    assert not HelpRequest.objects.filter(pk=old.pk).exists()
    assert forget_daily(NOW) == {}
    assert forget_daily(NOW + timedelta(days=1))["help"] == 0


def test_names_are_unique_and_a_term_has_its_job():
    rules = retention_rules()
    assert len({rule.name for rule in rules}) == len(rules)
    assert not [rule.name for rule in rules if bool(rule.days) != bool(rule.forget)]


def test_operators_read_the_same_terms():
    text = Path(settings.BASE_DIR, "docs", "operations.md").read_text()
    assert not [
        rule.name
        for rule in retention_rules()
        if f"| `{rule.name}` | {rule.days or '—'} |" not in text
    ]


def test_every_holding_says_how_long_it_is_kept():
    assert not [holding.name for holding in holdings() if not holding.retention]


def test_people_read_who_they_are_first_and_what_machines_note_last():
    names = (
        "account answers journal certificates trail looks incidents help requests notices erasure "
        "erasure_list codes roster_rows calls letters letter_texts sessions"
    )
    assert [rule.name for rule in retention_rules()] == names.split()
    assert len({rule.place for rule in retention_rules()}) == len(retention_rules())
