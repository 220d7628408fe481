"""The privacy notice shows the terms that the site carries out."""

import pytest

from courses.loading import ensure_site
from privacy.retention import retention_rules

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages(db):
    """The plain pages of a fresh site."""
    ensure_site()


def test_privacy_shows_every_term(client):
    body = client.get("/privacidad/").content.decode()
    for rule in retention_rules():
        assert str(rule.what) in body
        assert str(rule.term) in body
    for told in ("Ley 29733", "Para qué", "Tus derechos", "A quién preguntar"):
        assert told in body
