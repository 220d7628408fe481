"""What an answer leaves to do is done once, when it was sent, whatever becomes of it."""

import pytest
from django.core.signals import request_finished

from lib.sent_response import SentResponse


@pytest.fixture
def acts():
    """What happened, in its order."""
    happened = []

    def note(**kwargs):
        happened.append("freed")

    request_finished.connect(note)
    yield happened
    request_finished.disconnect(note)


@pytest.mark.django_db
def test_it_is_done_once_before_the_connection_is_freed(acts):
    answer = SentResponse("texto", afterwards=lambda: acts.append("done"), status=203)
    assert (answer.content, answer.status_code, acts) == (b"texto", 203, [])
    answer.close()
    answer.close()
    assert acts == ["done", "freed", "freed"]


@pytest.mark.django_db
def test_a_fault_frees_the_connection_and_is_told(acts):
    answer = SentResponse("texto", afterwards=lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answer.close()
    assert acts == ["freed"]
