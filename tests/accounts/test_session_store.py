"""Sessions keep their person: one statement reads both, and whatever Django refuses is refused here
too.
"""

from datetime import timedelta

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Session, User

pytestmark = pytest.mark.django_db
INSIDE, OUTSIDE = 200, 302


@pytest.fixture
def signed_in(client, lina):
    client.force_login(lina)
    client.get("/cuenta/")
    return client


def test_session_names_its_person(signed_in, lina):
    assert Session.objects.get().user == lina


def test_session_and_person_are_one_statement(signed_in):
    with CaptureQueriesContext(connection) as asked:
        signed_in.get("/cuenta/")
    about_people = [
        query["sql"]
        for query in asked
        if '"accounts_session"' in query["sql"] or 'FROM "accounts_user"' in query["sql"]
    ]
    assert len(about_people) == 1


def test_visitor_has_no_session_row(client):
    client.get("/cursos/")
    assert not Session.objects.exists()


def test_who_was_locked_out_is_out(signed_in, lina):
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert signed_in.get("/cuenta/").status_code == OUTSIDE


def test_who_was_deleted_is_out_and_leaves_no_session(signed_in, lina):
    lina.delete()
    assert not Session.objects.exists()
    assert signed_in.get("/cuenta/").status_code == OUTSIDE


def test_new_password_ends_the_session(signed_in, lina):
    lina.set_password("una frase bien distinta")
    lina.save(update_fields=["password"])
    assert signed_in.get("/cuenta/").status_code == OUTSIDE


def test_ended_session_is_out(signed_in):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert signed_in.get("/cuenta/").status_code == OUTSIDE


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (HASH_SESSION_KEY, "0" * 64),
        (HASH_SESSION_KEY, ""),
        (BACKEND_SESSION_KEY, "django.contrib.auth.backends.AllowAllUsersModelBackend"),
        (SESSION_KEY, "0"),
    ],
)
def test_session_that_does_not_fit_is_out(signed_in, name, value):
    session = signed_in.session
    session[name] = value
    session.create_model_instance = lambda data, write=session.create_model_instance: keep_person(
        write(data), session
    )
    session.save()
    assert signed_in.get("/cuenta/").status_code == OUTSIDE


def keep_person(row, session):
    """Leave the person of the row as it was: only the signed part is changed."""
    row.user_id = Session.objects.values_list("user_id", flat=True).get(pk=session.session_key)
    return row


def test_somebody_elses_row_gives_nothing(signed_in, omar):
    Session.objects.update(user=omar)
    assert "Lina" in signed_in.get("/cuenta/").content.decode()


def test_secret_that_was_replaced_keeps_people_inside(signed_in, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of at least fifty characters, 0123456789"
    assert signed_in.get("/cuenta/").status_code == INSIDE
    assert signed_in.get("/cuenta/").status_code == INSIDE


def test_signing_out_removes_the_row(signed_in):
    signed_in.post("/cuenta/salir/")
    assert not Session.objects.exclude(user=None).exists()
