"""Tests that few acts at once reach the database, that readers do not wait for them, and that a
turn ends with its transaction.
"""

from contextlib import ExitStack
from io import BytesIO
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.utils import timezone

from courses.editions import outline_of
from learning.models import Statement
from learning.services import complete_activity, enrol_learner
from lib.write_limit import AT_ONCE, turns_to_write, write_transaction


@pytest.fixture
def turns():
    """The turns of this process."""
    return turns_to_write(connection.vendor)


def is_free(turns):
    """Say whether somebody could write now."""
    if turns.acquire(blocking=False):
        turns.release()
        return True
    return False


@pytest.mark.django_db(transaction=True)
def test_as_many_acts_as_the_database_takes_go_on_and_readers_do_not_wait(client, turns):
    written = Event()

    def write():
        with write_transaction():
            written.set()
        connection.close()

    with ExitStack() as writing:
        for _number in range(AT_ONCE[connection.vendor]):
            writing.enter_context(turns)
        late = Thread(target=write)
        late.start()
        assert not is_free(turns)
        assert client.get("/salud/vivo").status_code == 200
        assert client.get("/cuenta/ingresar/").status_code == 200
        assert not written.is_set()
    late.join()
    assert written.is_set()
    assert is_free(turns)


@pytest.mark.django_db(transaction=True)
def test_a_turn_ends_with_its_transaction_whatever_happens(turns):
    with pytest.raises(ZeroDivisionError), write_transaction():
        _ = 1 / 0
    assert is_free(turns)
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_an_act_inside_another_takes_no_second_turn(turns):
    with transaction.atomic(), ExitStack() as writing:
        for _number in range(AT_ONCE[connection.vendor]):
            writing.enter_context(turns)
        with write_transaction():
            assert connection.in_atomic_block


class SlowBody(BytesIO):
    """A body that comes when told; `is_waiting` says that the server asked for it."""

    def __init__(self, content: bytes):
        super().__init__(content)
        self.is_waiting, self.may_come = Event(), Event()

    def read(self, *args):
        self.is_waiting.set()
        assert self.may_come.wait(timeout=30)
        return super().read(*args)


@pytest.mark.django_db(transaction=True)
def test_who_sends_slowly_does_not_hold_up_others(client, lina, course):
    enrolment = enrol_learner(user=lina, course=course, received_at=timezone.now())
    first, second = [
        item for item in outline_of(course.latest_edition_id).activities if item.kind == "lesson"
    ][:2]
    client.force_login(lina)
    client.cookies[settings.CSRF_COOKIE_NAME] = secret = "a" * 32
    body = SlowBody(f"uuid={uuid4()}&csrfmiddlewaretoken={secret}".encode())
    request = client.request().wsgi_request
    request.environ |= {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/mi-aprendizaje/{course.slug}/leida/{first.key}/",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body.getvalue())),
        "HTTP_ORIGIN": "http://testserver",
        "wsgi.input": body,
    }
    serve, told = get_wsgi_application(), []

    def send():
        list(serve(request.environ, lambda status, headers: told.append(status)))
        connection.close()

    slow = Thread(target=send)
    slow.start()
    assert body.is_waiting.wait(timeout=30)
    act = {
        "learner": lina.learner_key,
        "activity_key": second.key,
        "uuid": uuid4(),
        "received_at": timezone.now(),
    }
    assert complete_activity(enrolment_id=enrolment.pk, **act)
    body.may_come.set()
    slow.join()
    assert told == ["302 Found"]
    done = Statement.objects.filter(learner=lina.learner_key, verb="completed").order_by("pk")
    assert [row.activity_key for row in done] == [second.key, first.key]
