"""Tests that audit_records is silent about true records, and names what somebody changed behind the
services.
"""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from audit.sealing import seal_pending_entries
from certificates.services import number_waiting_certificates, revoke_certificate
from courses.editions import outline_of
from courses.models import CourseHead, ModulePage
from learning.services import complete_activity, enrol_learner
from quizzes.models import Attempt
from quizzes.services import start_attempt
from reporting.services import rebuild_tallies
from tests.factories.questions import make_bank
from tests.factories.quizzes import add_quiz, answer, right_answers, submit

# What somebody does to a row by hand, and the invariant that must name it.
BREACHES = {
    "an enrolment that forgets its completion": (
        (
            "UPDATE learning_enrolment SET state = 'active', completed_at = NULL, "
            "completed_edition_id = NULL WHERE state = 'completed'"
        ),
        "I7 enrolments equal the replay of the journal",
    ),
    "progress that was never earned": (
        (
            "UPDATE learning_activityprogress SET state = 'completed', completed_on = "
            "'2026-01-01' WHERE state = 'in_progress'"
        ),
        "I7 progress equals the replay of the journal",
    ),
    "progress that was lost": (
        (
            "DELETE FROM learning_activityprogress WHERE id = (SELECT min(id) FROM "
            "learning_activityprogress)"
        ),
        "I7 progress equals the replay of the journal",
    ),
    "a better score in the progress": (
        "UPDATE learning_activityprogress SET score = 0.99 WHERE success = 'failed'",
        "I7 progress equals the replay of the journal",
    ),
    "a statement that vanished": (
        (
            "DELETE FROM learning_statement WHERE id = (SELECT max(id) FROM learning_statement "
            "WHERE "
            "verb = 'completed')"
        ),
        "I7",
    ),
    "a better score of an attempt": (
        "UPDATE quizzes_attempt SET score_scaled = 1 WHERE passed = false",
        "I5 stored scores",
    ),
    "an attempt that passed by hand": (
        "UPDATE quizzes_attempt SET passed = true WHERE passed = false",
        "I5 stored scores",
    ),
    "a quiz marked as read": (
        "UPDATE learning_statement SET verb = 'completed', score = NULL WHERE verb = 'passed'",
        "What has a pass mark was finished with a grade",
    ),
    "a grade that no attempt has": (
        "UPDATE learning_statement SET score = 0.95 WHERE verb = 'failed'",
        "Every grade in the journal is that of an attempt",
    ),
    "a pass that was no pass": (
        "UPDATE quizzes_attempt SET passed = false, score_scaled = 0 WHERE passed = true",
        "Every completion has a passed attempt",
    ),
    "a certificate without an answer": (
        "UPDATE quizzes_attempt SET quiz_key = learner WHERE passed = true",
        "Every valid certificate has a passed attempt",
    ),
    "a completion that nobody recorded": (
        (
            "UPDATE learning_enrolment SET state = 'active', completed_at = NULL, "
            "completed_edition_id = NULL WHERE state = 'completed'"
        ),
        "Nobody in progress meets every condition",
    ),
    "a pass mark reached that nobody recorded": (
        "UPDATE learning_activityprogress SET score = 0.9 WHERE success = 'failed'",
        "Nobody in progress meets every condition",
    ),
    "a completion without one of its conditions": (
        (
            "DELETE FROM learning_statement WHERE id = (SELECT min(id) FROM learning_statement "
            "WHERE "
            "verb = 'completed')"
        ),
        "Every completion met every condition",
    ),
    "a best score that was rounded": (
        "UPDATE learning_activityprogress SET score = 0.999999999999999 WHERE success = 'passed'",
        "I7 progress equals the replay of the journal",
    ),
    "an attempt that vanished": (
        "UPDATE quizzes_attempt SET number = 7 WHERE number = 2",
        "I2 attempt numbers",
    ),
    "another answer after submission": (
        'UPDATE quizzes_responseevent SET response = \'{"schema": 1, "chosen": []}\'',
        "I4 responses kept at submission",
    ),
    "an answer to what was not asked": (
        'UPDATE quizzes_responseevent SET response = \'{"schema": 1, "chosen": [77]}\'',
        "I3 no answer",
    ),
    "more attempts than allowed": (
        "UPDATE quizzes_attempt SET rules = "
        """'{"title": "x", "pass_mark": 0.7, "attempts_allowed": 1, "review": "all"}'""",
        "I6 attempts used",
    ),
    "an attempt more that nobody gave": (
        "UPDATE quizzes_attempt SET opens_more = 1",
        "Every attempt that opens others says who gave them",
    ),
    "a certificate without its completion": (
        (
            "UPDATE certificates_certificate SET enrolment_id = (SELECT min(id) FROM "
            "learning_enrolment WHERE state = 'active')"
        ),
        "I8 every completion has its certificate",
    ),
    "a hole in the numbers of certificates": (
        "UPDATE certificates_certificate SET number = 40",
        "Numbers of certificates",
    ),
    "a code that was made up": (
        "UPDATE certificates_certificate SET code = 'AAAA-BBBB-CCCC'",
        "Codes of certificates",
    ),
    "a figure that looks better": (
        "UPDATE reporting_tally SET completed = completed + 1",
        "I11 figures equal a recount",
    ),
    "a region whose figures went to another": (
        "UPDATE reporting_tally SET area_code = '24', province_code = '2401'",
        "I11 figures equal a recount",
    ),
    "a completion in another month": (
        "UPDATE learning_enrolment SET completed_at = '2025-01-01 12:00:00+00:00' "
        "WHERE state = 'completed'",
        "I7 enrolments equal the replay of the journal",
    ),
    "an enrolment of another year": (
        "UPDATE learning_enrolment SET enrolled_at = '2025-01-01 12:00:00+00:00'",
        "I7 enrolments equal the replay of the journal",
    ),
    "an act on a day without one": (
        "UPDATE learning_enrolment SET last_act_on = '2025-01-01'",
        "I7 enrolments equal the replay of the journal",
    ),
    "a pass that is called a failure": (
        "UPDATE learning_activityprogress SET success = 'failed' WHERE success = 'passed'",
        "I7 progress equals the replay of the journal",
    ),
    "an activity completed on another day": (
        "UPDATE learning_activityprogress SET completed_on = '2025-01-01' "
        "WHERE completed_on IS NOT NULL",
        "I7 progress equals the replay of the journal",
    ),
    "a statement of another person": (
        "UPDATE learning_statement SET learner = course_key WHERE verb = 'passed'",
        "Every statement is of the person and the course",
    ),
    "a statement about another course": (
        "UPDATE learning_statement SET course_key = learner WHERE verb = 'passed'",
        "Every statement is of the person and the course",
    ),
    "an attempt that was given to another": (
        "UPDATE quizzes_attempt SET learner = quiz_key WHERE passed = true",
        "Every attempt is of the person of its enrolment",
    ),
    "a certificate that was given to another": (
        "UPDATE certificates_certificate SET learner = "
        "(SELECT learner FROM learning_enrolment WHERE state = 'active')",
        "Every certificate is of the person",
    ),
    "a certificate that nobody completed": (
        "UPDATE certificates_certificate SET enrolment_id = NULL",
        "Certificates of erased people are as many",
    ),
    "a menu that counts what nobody was told": (
        "UPDATE accounts_user SET unread_notices = 9",
        "Every menu counts the notices that are not read",
    ),
    "a trail that tells another story": (
        (
            "UPDATE audit_auditentry SET action = 'nothing' WHERE id = (SELECT min(id) FROM "
            "audit_auditentry)"
        ),
        "I12 the chain of the trail is unbroken (first broken seal: 1)",
    ),
    "a trail with a page torn out": (
        "DELETE FROM audit_seal WHERE number = (SELECT min(number) FROM audit_seal)",
        "I12 the chain of the trail is unbroken (first broken seal: 2)",
    ),
}


def check(*arguments: str) -> tuple[int, dict[str, str]]:
    """Run the command; return its exit status, and its mark by invariant."""
    said, status = StringIO(), 0
    try:
        call_command("audit_records", *arguments, stdout=said)
    except SystemExit as ended:
        status = ended.code
    # Below an invariant stands, set in, what somebody must decide about.
    lines = [
        line.split(maxsplit=2) for line in said.getvalue().splitlines() if not line.startswith(" ")
    ]
    return status, {name: mark for mark, _count, name in lines}


@pytest.fixture
def records(course, lina, omar, ada, django_capture_on_commit_callbacks):
    """Lina finished the course and was certified; Omar read one lesson and failed the quiz twice.

    All of it through the services.
    """
    with django_capture_on_commit_callbacks(execute=True):
        quiz = add_quiz(ModulePage.objects.get(slug="m2"), [(make_bank(), 3)])
    head = CourseHead.objects.get(pk=course.pk)
    lessons = [
        activity
        for activity in outline_of(head.latest_edition_id).activities
        if activity.kind == "lesson"
    ]
    for user, read, tries in ((lina, lessons, [True]), (omar, lessons[:1], [False, False])):
        enrolment = enrol_learner(user=user, course=head, received_at=timezone.now())
        for activity in read:
            complete_activity(
                enrolment_id=enrolment.pk,
                learner=user.learner_key,
                activity_key=activity.key,
                uuid=activity.key,
                received_at=timezone.now(),
            )
        for is_right in tries:
            attempt = start_attempt(
                enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now()
            )
            for slot, places in right_answers(attempt).items():
                answer(attempt, slot, places if is_right else [])
            submit(attempt)
    number_waiting_certificates(now=timezone.now())
    while seal_pending_entries():
        pass
    rebuild_tallies(now=timezone.now())
    return enrolment


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [(), ("--full",)])
def test_true_records_hold_and_exit_with_0(records, arguments):
    status, marks = check(*arguments)
    assert status == 0
    assert set(marks.values()) == {"ok"}
    assert len(marks) == len(set(marks)) >= 14


@pytest.mark.django_db
def test_an_empty_site_holds(db):
    assert check()[0] == 0


@pytest.mark.django_db
def test_rows_changed_by_hand_are_named_and_exit_with_1(records):
    assert check()[0] == 0
    silent = []
    for what, (statement, invariant) in BREACHES.items():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount, what
            status, marks = check()
            if status != 1 or not [
                name for name, mark in marks.items() if mark == "BAD" and name.startswith(invariant)
            ]:
                silent.append(what)
            transaction.set_rollback(True)
    assert silent == []
    assert check()[0] == 0


@pytest.mark.django_db
def test_an_answer_without_its_attempt_is_listed(records, capsys):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses such a row, whoever writes it")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE quizzes_responseevent SET attempt_id = 999999 WHERE slot = 1")
        count = cursor.rowcount
        with pytest.raises(SystemExit):
            call_command("audit_records")
        transaction.set_rollback(True)
    said = capsys.readouterr().out.splitlines()
    assert f"    quizzes_responseevent: {count} without their quizzes_attempt" in said


@pytest.mark.django_db
def test_a_revocation_that_the_trail_does_not_know_is_named(records, oscar):
    certificate = records.course.enrolments.get(state="completed").certificates.get()
    revoke_certificate(
        certificate=certificate, reason="Error de persona", actor=oscar, now=timezone.now()
    )
    while seal_pending_entries():
        pass
    assert check()[0] == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET action = 'certificate_read' WHERE action = "
            "'certificate_revoked'"
        )
    status, marks = check()
    assert status == 1
    assert marks["Every revocation is in the trail"] == "BAD"


@pytest.mark.django_db
def test_certificates_without_a_passed_attempt_are_listed_until_they_are_revoked(
    records, oscar, capsys
):
    certificate = records.course.enrolments.get(state="completed").certificates.get()
    Attempt.objects.filter(passed=True).update(passed=False, score_scaled=0.1)
    with pytest.raises(SystemExit):
        call_command("audit_records")
    assert (
        f"    {certificate.code} (number 1): revoke_certificate"
        in capsys.readouterr().out.splitlines()
    )
    call_command(
        "revoke_certificate",
        certificate.code,
        "--reason",
        "Sin intento aprobado",
        "--as",
        oscar.email,
    )
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("audit_records")
    assert certificate.code not in capsys.readouterr().out
