"""Tests that an operator lets a closed attempt go on, with its answers, a reason and a trail."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import AuditEntry
from learning.models import ActivityProgress, Statement
from operations.records import check_records
from quizzes.models import Attempt, Reopening, ResponseEvent
from quizzes.overdue import submit_overdue_attempts
from quizzes.services import CannotBeReopened, reopen_attempt, start_attempt
from tests.factories.quizzes import answer, answer_all, right_answers, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(publish_quiz):
    return publish_quiz(time_limit=30)


@pytest.fixture
def closed(attempt):
    """Lina's attempt with two of four right answers, handed in an hour too early by a wrong clock;
    two answers came after it.
    """
    answers = right_answers(attempt)
    for slot in (1, 2):
        answer(attempt, slot, answers[slot])
    ahead = timezone.now() + timedelta(hours=1)
    assert submit_overdue_attempts(now=ahead) == 1
    for slot in (3, 4):
        answer(attempt, slot, answers[slot], now=ahead)
    attempt.refresh_from_db()
    assert ResponseEvent.objects.filter(counts=False).count() == 2
    return attempt


def reopen(attempt, operator, **facts):
    facts = {
        "reason": "El reloj se adelantó",
        "minutes": 90,
        "actor_key": operator.learner_key,
        "now": timezone.now(),
    } | facts
    return reopen_attempt(attempt_uuid=attempt.uuid, **facts)


def broken():
    names = [finding.name for finding in check_records() if finding.violations]
    return [name for name in names if not name.startswith(("I11", "I12"))]


def test_it_goes_on_with_its_answers_and_passes(closed, oscar):
    assert not closed.passed
    opened = reopen(closed, oscar)
    assert opened.is_open
    assert opened.deadline_at > timezone.now() + timedelta(minutes=89)
    assert broken() == []
    result = submit(opened)
    assert (result.passed, result.score_scaled) == (True, 1.0)
    row = ActivityProgress.objects.get(activity_key=closed.quiz_key)
    assert (row.state, row.success, row.score) == ("completed", "passed", 1.0)
    assert list(Statement.objects.exclude(score=None).values_list("verb", "score")) == [
        ("failed", 0.5),
        ("passed", 1.0),
    ]
    assert broken() == []


def test_reason_and_trail_are_kept(closed, oscar):
    reopen(closed, oscar)
    act = AuditEntry.objects.get(action="attempt_reopened")
    assert (act.actor_key, act.object_key, act.details) == (oscar.learner_key, str(closed.uuid), {})
    kept = Reopening.objects.get()
    assert (kept.reason, kept.score_scaled, kept.submitted_at) == (
        "El reloj se adelantó",
        0.5,
        closed.submitted_at,
    )


def test_time_closes_it_again(closed, oscar, caplog):
    reopen(closed, oscar)
    assert submit_overdue_attempts(now=timezone.now() + timedelta(hours=3)) == 1
    assert Attempt.objects.get().state == "submitted"
    assert caplog.text == ""
    assert broken() == []


def test_an_attempt_without_limit_stays_without(publish_quiz, enrolment, oscar):
    page = publish_quiz(slug="libre")
    enrolment.course.refresh_from_db()
    attempt = start_attempt(enrolment=enrolment, quiz_key=page.translation_key, now=timezone.now())
    answer_all(attempt, right=0)
    assert reopen(submit(attempt), oscar).deadline_at is None


def test_what_cannot_go_on_is_refused(closed, enrolment, oscar):
    with pytest.raises(ValueError, match="reason"):
        reopen(closed, oscar, reason=" ")
    other = start_attempt(enrolment=enrolment, quiz_key=closed.quiz_key, now=timezone.now())
    with pytest.raises(CannotBeReopened):
        reopen(closed, oscar)
    with pytest.raises(CannotBeReopened):
        reopen(other, oscar)
    answer_all(other)
    assert submit(other).passed
    with pytest.raises(CannotBeReopened):
        reopen(other, oscar)
    Attempt.objects.filter(pk=closed.pk).update(evidence=[])
    with pytest.raises(CannotBeReopened):
        reopen(closed, oscar)


def test_an_operator_does_it_by_command(closed, oscar, lina, capsys):
    with pytest.raises(CommandError, match="no es operador hoy"):
        call_command(
            "reopen_attempt", str(closed.uuid), "--reason", "Porque sí", "--as", lina.email
        )
    call_command(
        "reopen_attempt", str(closed.uuid), "--reason", "El reloj se adelantó", "--as", oscar.email
    )
    assert f"El intento {closed.uuid} está abierto otra vez. Cierra el" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no se aprobó"):
        call_command(
            "reopen_attempt", str(closed.uuid), "--reason", "Otra vez", "--as", oscar.email
        )
