"""Tests that demonstration people, whose password is published, enter no database that was made
without them.
"""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.services import create_person
from config.demonstration import usual_demo
from demo.cast import PASSWORD
from operations.models import SiteOrigin
from operations.origin import may_hold_demo_people, remember_origin
from tests.operations.processes import own_environment, prepare, run

NOW = timezone.now()


@pytest.fixture(scope="module")
def made_without(tmp_path_factory):
    """The environment of a site set up without the demonstration."""
    environment = own_environment(tmp_path_factory.mktemp("real"))
    prepare(environment)
    done = run(environment, "manage.py", "set_up")
    assert done.returncode == 0, done.stderr
    return environment


def test_set_up_brings_nobody_into_a_database_made_without_them(made_without):
    again = run(made_without | {"DEMO": "1"}, "manage.py", "set_up")
    assert again.returncode == 0, again.stderr
    assert "Esta base se hizo sin personas de demostración" in again.stdout
    by_hand = run(made_without | {"DEMO": "1"}, "manage.py", "load_demo")
    assert by_hand.returncode != 0
    assert "se hizo sin personas de demostración" in by_hand.stderr
    with closing(
        sqlite3.connect(made_without["DATABASE_URL"].removeprefix("sqlite:///"))
    ) as opened:
        assert opened.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)


def test_set_up_says_who_may_enter_first(made_without):
    """Without the demonstration nobody is there, and the site would look ready."""
    again = run(made_without, "manage.py", "set_up")
    assert "Todavía no hay personas. Crea el primer operador: en el navegador" in again.stdout
    assert "manage.py first_link" in again.stdout
    assert "manage.py create_operator CORREO" in again.stdout
    assert "DEMO=1" in again.stdout


@pytest.mark.django_db
class TestOrigin:
    def test_it_is_written_once(self):
        assert remember_origin(wants_demonstration=True, now=NOW).is_demonstration
        assert SiteOrigin.objects.count() == 1
        remember_origin(wants_demonstration=True, now=NOW)
        assert SiteOrigin.objects.get().made_at == NOW

    def test_a_site_made_without_stays_so(self):
        assert not remember_origin(wants_demonstration=False, now=NOW).is_demonstration
        assert not remember_origin(wants_demonstration=True, now=NOW).is_demonstration
        assert not may_hold_demo_people()

    def test_a_demonstration_that_was_stopped_before_its_people_came_may_become_real(self):
        remember_origin(wants_demonstration=True, now=NOW)
        assert may_hold_demo_people()
        remember_origin(wants_demonstration=False, now=NOW)
        assert not may_hold_demo_people()

    def test_a_database_of_before_with_people_is_real(self):
        create_person(first_name="Julia", email="julia@example.org", now=NOW)
        assert not remember_origin(wants_demonstration=True, now=NOW).is_demonstration

    def test_a_database_of_before_with_courses_is_real(self, course):
        assert not remember_origin(wants_demonstration=True, now=NOW).is_demonstration

    def test_a_demonstration_of_before_stays_one(self):
        create_person(first_name="Óscar", email="oscar@demo.example", now=NOW, is_demo=True)
        assert remember_origin(wants_demonstration=False, now=NOW).is_demonstration

    def test_nobody_real_gets_their_company(self, course):
        create_person(first_name="Julia", email="julia@example.org", now=NOW)
        with pytest.raises(CommandError, match="ya tiene personas reales"):
            call_command("load_demo")

    def test_the_cast_is_told_only_where_it_is_loaded(self, settings):
        assert told() == ""
        create_person(first_name="Óscar", email="oscar@demo.example", now=NOW, is_demo=True)
        assert PASSWORD in told()
        assert "oscar@demo.example" in told()
        assert "lina@demo.example" not in told()
        settings.DEMO = False
        assert told() == ""


def told() -> str:
    said = StringIO()
    call_command("list_demo", stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_demonstration_people_enter_no_real_site(client, settings):
    oscar = create_person(
        first_name="Óscar", email="oscar@demo.example", password=PASSWORD, now=NOW, is_demo=True
    )
    User.objects.filter(pk=oscar.pk).update(first_entry_at=NOW)

    def sign_in() -> int:
        return client.post(
            "/cuenta/ingresar/", {"username": oscar.email, "password": PASSWORD}
        ).status_code

    assert sign_in() == 302
    assert client.get("/cuenta/").status_code == 200
    settings.DEMO = False
    assert client.get("/cuenta/").status_code == 302, "a session of before ends too"
    sign_in()
    assert client.get("/cuenta/")["Location"].startswith("/cuenta/ingresar/")


class TestUsualDemo:
    def test_what_is_said_counts(self, monkeypatch, tmp_path):
        monkeypatch.setenv("DEMO", "0")
        assert usual_demo(tmp_path / "none.sqlite3") == "0"

    def test_a_fresh_folder_is_a_demonstration_and_a_server_is_none(self, monkeypatch, tmp_path):
        monkeypatch.delenv("DEMO", raising=False)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        assert usual_demo(tmp_path / "none.sqlite3") == "1"
        monkeypatch.setenv("DATABASE_URL", "postgres://puriq@host/puriq")
        assert usual_demo(tmp_path / "none.sqlite3") == "0"

    @pytest.mark.parametrize(("made_as", "told"), [(0, "0"), (1, "1"), (None, "1")])
    def test_a_database_says_how_it_was_made(self, monkeypatch, tmp_path, made_as, told):
        monkeypatch.delenv("DEMO", raising=False)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        with closing(sqlite3.connect(tmp_path / "some.sqlite3")) as opened:
            if made_as is not None:
                opened.execute("CREATE TABLE operations_siteorigin (is_demonstration bool)")
                opened.execute("INSERT INTO operations_siteorigin VALUES (?)", [made_as])
                opened.commit()
        assert usual_demo(tmp_path / "some.sqlite3") == told
