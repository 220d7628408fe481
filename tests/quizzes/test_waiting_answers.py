"""What waited on a device takes the place of nothing that another device stored meanwhile: it was
called saved, and nobody can tell which was chosen later.
"""

from uuid import uuid4

import pytest

from quizzes.models import ResponseEvent
from quizzes.queries import current_events
from tests.quizzes.screens import JSON, page, sent

pytestmark = pytest.mark.django_db
TWO = {"sequence": 2, "seen": 0}


@pytest.fixture
def send(as_lina, attempt):
    """Send an answer to the first question as the script does; return what it is told."""

    def act(chosen: int, **more):
        return as_lina.post(page(attempt, 1), sent([chosen], **more), headers=JSON_HEADERS).json()

    return act


JSON_HEADERS = {"Accept": JSON["HTTP_ACCEPT"]}


def chosen(attempt) -> list[int]:
    return current_events(attempt)[1].response["chosen"]


def test_what_another_device_stored_meanwhile_stays(send, attempt):
    send(1, sequence=1)
    late = {**TWO, "uuid": uuid4(), "tried": [uuid4(), uuid4()]}
    for _turn in range(2):
        told = send(0, **late)
        assert told["is_older"]
        assert "otro equipo" in told["problem"]
    assert chosen(attempt) == [1]
    assert ResponseEvent.objects.count() == 2


def test_what_waited_counts_when_nothing_came_meanwhile(send, attempt):
    assert "is_older" not in send(0, **TWO)
    assert "is_older" not in send(1, sequence=4, seen=2)
    assert chosen(attempt) == [1]


def test_an_own_choice_whose_answer_was_lost_is_none_of_another_device(send, attempt):
    lost = uuid4()
    send(1, sequence=1, uuid=lost)
    assert "is_older" not in send(0, **TWO, tried=[uuid4(), lost])
    assert chosen(attempt) == [0]


def test_the_other_device_may_answer_other_questions(as_lina, send, attempt):
    as_lina.post(page(attempt, 2), sent([0], sequence=1))
    assert "is_older" not in send(0, **TWO)
    assert chosen(attempt) == [0]


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 400, "²"])
def test_what_no_device_sends_changes_nothing(send, attempt, junk):
    assert "is_older" not in send(0, sequence=1, seen=junk, tried=[junk])
    assert chosen(attempt) == [0]
