"""Tests that acts take turns in front of the database, and that who reads does not wait for them."""

from contextlib import ExitStack

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from operations.writers import AT_ONCE, WritersMiddleware


def test_as_many_acts_as_the_database_takes_go_on_and_readers_do_not_wait():
    middleware = WritersMiddleware(lambda request: HttpResponse())
    with ExitStack() as writing:
        for _number in range(AT_ONCE[connection.vendor]):
            writing.enter_context(middleware.turns)
        assert not middleware.turns.acquire(blocking=False)
        assert middleware(RequestFactory().get("/mi-aprendizaje/")).status_code == 200
        assert middleware(RequestFactory().post("/cuenta/ingresar/")).status_code == 200
    assert middleware(RequestFactory().post("/inscripcion/curso/")).status_code == 200
