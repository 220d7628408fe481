"""Tests that few acts at once reach the database, and that who reads does not wait for them."""

from contextlib import ExitStack
from io import BytesIO
from threading import Event, Thread

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from web.write_limit import AT_ONCE, WriteLimitMiddleware


def test_as_many_acts_as_the_database_takes_go_on_and_readers_do_not_wait():
    middleware = WriteLimitMiddleware(lambda request: HttpResponse())
    with ExitStack() as writing:
        for _number in range(AT_ONCE[connection.vendor]):
            writing.enter_context(middleware.slots)
        assert not middleware.slots.acquire(blocking=False)
        assert middleware(RequestFactory().get("/mi-aprendizaje/")).status_code == 200
        assert middleware(RequestFactory().post("/cuenta/ingresar/")).status_code == 200
    assert middleware(RequestFactory().post("/inscripcion/curso/")).status_code == 200


class SlowBody(BytesIO):
    """A body of which the second half comes when told; `is_waiting` says that the server asked for it."""

    def __init__(self, content: bytes):
        super().__init__(content)
        self.is_waiting, self.may_come = Event(), Event()

    def read(self, *args):
        self.is_waiting.set()
        assert self.may_come.wait(timeout=30)
        return super().read(*args)


def test_who_sends_slowly_does_not_hold_up_others():
    served = []
    middleware = WriteLimitMiddleware(lambda request: served.append(request.POST["uuid"]) or HttpResponse())
    body = SlowBody(b"uuid=slow")
    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "9", "wsgi.input": body}
    slow = Thread(target=middleware, args=[RequestFactory().post("/inscripcion/curso/", **kind)])
    slow.start()
    assert body.is_waiting.wait(timeout=30)
    for number in range(AT_ONCE[connection.vendor]):
        middleware(RequestFactory().post("/inscripcion/curso/", {"uuid": str(number)}))
    body.may_come.set()
    slow.join()
    assert served == [*map(str, range(AT_ONCE[connection.vendor])), "slow"]


def test_a_body_that_never_comes_is_left_to_whoever_asks_for_it():
    class Gone(BytesIO):
        def read(self, *args):
            raise OSError("the phone lost its signal")

    middleware = WriteLimitMiddleware(lambda request: HttpResponse(status=204))
    kind = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "9", "wsgi.input": Gone()}
    assert middleware(RequestFactory().post("/inscripcion/curso/", **kind)).status_code == 204
    assert middleware.slots.acquire(blocking=False)
