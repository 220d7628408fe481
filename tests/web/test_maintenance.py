"""Tests the notice while the operator works on the site."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from web.maintenance import returns_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def close(settings, tmp_path):
    """Close the site until a moment."""
    settings.VAR_DIR = tmp_path

    def write(text: str) -> None:
        (tmp_path / "maintenance").write_text(text)

    return write


def test_every_page_says_when_the_site_comes_back(client, close):
    close(f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    answer = client.get("/cursos/")
    assert answer.status_code == 503
    assert 3600 <= int(answer["Retry-After"]) <= 7200
    assert answer["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer
    page = answer.content.decode()
    assert "Estamos actualizando" in page
    assert re.search(r"Volvemos (el \d\d/\d\d/\d{4} )?a las \d+:\d\d [ap]\. m\.", page)
    assert "descarg" not in page, "nothing can be downloaded yet"


@pytest.mark.parametrize("text", ["", "pronto", "25:99", "2020-01-01T06:00"])
def test_unknown_end_is_not_invented(client, close, text):
    close(text)
    answer = client.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "Todavía no sabemos a qué hora volvemos." in answer.content.decode()


def test_another_day_is_told_with_its_date(client, close):
    later = timezone.localtime() + timedelta(days=3)
    close(f"{later:%Y-%m-%dT18:30}")
    page = client.get("/cursos/").content.decode()
    assert f"Volvemos el {later:%d/%m/%Y} a las 6:30 p. m." in page


def test_probes_tell_the_two_apart(client, close):
    close("")
    assert client.get("/salud/vivo").status_code == 200
    assert client.get("/salud/listo").status_code == 503
    assert "maintenance" in client.get("/salud/listo").json()["failing"]


def test_site_is_open_without_the_file(client, close):
    assert client.get("/salud/listo").status_code == 200


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-11-30 05:00", "06:00", "2026-11-30 06:00"),
        ("2026-11-30 05:00", "6:00", "2026-11-30 06:00"),
        ("2026-11-30 05:00", "25:99", None),
        ("2026-11-29 22:00", "06:00", "2026-11-30 06:00"),
        ("2026-11-30 06:30", "06:00", None),
    ],
)
def test_bare_hour_is_today_or_tomorrow(close, now, text, expected):
    close(text)
    moment = returns_at(timezone.make_aware(datetime.fromisoformat(now)))
    assert moment == (timezone.make_aware(datetime.fromisoformat(expected)) if expected else None)
