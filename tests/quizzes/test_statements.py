"""What an act costs in statements, every middleware counted, warm, BEGIN and COMMIT too (issue 2,
speed).
"""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.editions import edition_of
from learning.services import complete_activity
from quizzes.models import Attempt
from quizzes.services import start_attempt
from tests.factories.quizzes import answer_all, right_answers, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statements(as_lina):
    """Count the statements of one request, after the caches of the process are warm."""

    def count(method, address, data=None, **headers):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = getattr(as_lina, method)(address, data or {}, **headers)
        assert response.status_code in {200, 302}
        return len(captured), "\n".join(query["sql"][:160] for query in captured.captured_queries)

    return count


def within(counted, most):
    number, told = counted
    assert number <= most, f"{number} statements:\n{told}"


def address(attempt, part):
    return f"/intentos/{attempt.uuid}/{part}/"


def test_saving_an_answer(statements, attempt):
    form = {"sequence": 1, "chosen": [0]}
    statements("post", address(attempt, 1), {**form, "uuid": uuid4()})
    locking = (
        connection.features.has_select_for_update
    )  # a statement of its own where rows are locked one by one
    within(statements("post", address(attempt, 2), {**form, "uuid": uuid4()}), 6 + locking)
    within(
        statements(
            "post", address(attempt, 3), {**form, "uuid": uuid4()}, HTTP_ACCEPT="application/json"
        ),
        6 + locking,
    )


def test_starting(statements, enrolment, quiz, quiz_url):
    statements("get", quiz_url)
    submit(start_attempt(enrolment=enrolment, quiz_key=quiz.translation_key, now=timezone.now()))
    within(statements("post", quiz_url, {"uuid": uuid4()}), 8)


def test_submitting(statements, attempt):
    answer_all(attempt, right=1)
    within(statements("post", address(attempt, "revisar"), {"uuid": uuid4()}), 11)


def test_submitting_the_last_condition_of_a_course(
    statements, attempt, enrolment, head, waiting_tasks
):
    """The worker's own statements are its own: here the task is only put into its table, as in
    production.
    """
    for module in head.latest_edition.outline["modules"]:
        for item in module["activities"]:
            if item["kind"] == "lesson":
                facts = {
                    "enrolment_id": enrolment.pk,
                    "learner": enrolment.learner,
                    "activity_key": UUID(item["key"]),
                }
                complete_activity(**facts, uuid=uuid4(), received_at=timezone.now())
    answer_all(attempt)
    edition_of(head.latest_edition_id)  # warm: somebody else completed this edition before
    # One of them asks whether the person is counted elsewhere too.
    within(statements("post", address(attempt, "revisar"), {"uuid": uuid4()}), 17)
    enrolment.refresh_from_db()
    assert enrolment.completed_at


def test_pages(statements, attempt, quiz_url):
    statements("get", address(attempt, 1))
    within(statements("get", quiz_url), 6)
    within(statements("get", address(attempt, 1)), 4)
    within(statements("get", address(attempt, "revisar")), 4)
    answer_all(attempt)
    submit(attempt)
    within(statements("get", address(attempt, "resultado")), 6)


def test_longer_paper_costs_the_same(statements, attempt, enrolment, publish_quiz, bank):
    statements("get", address(attempt, 1))
    short = statements("get", address(attempt, 1))[0]
    submit(attempt)
    page = publish_quiz([(bank, 6)], slug="largo")
    enrolment.course.refresh_from_db()
    longer = start_attempt(enrolment=enrolment, quiz_key=page.translation_key, now=timezone.now())
    assert len(right_answers(longer)) == 6
    assert statements("get", address(longer, 1))[0] == short
    assert Attempt.objects.count() == 2
