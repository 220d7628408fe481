"""Checks that the editor leads to our Help."""

import pytest
from django.utils import timezone

from accounts.roles import sync_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client, ada, course):
    sync_roles(today=timezone.localdate())
    client.raise_request_exception = False
    client.force_login(ada)
    return client


def test_help_of_the_editor_is_ours(editor):
    shown = editor.get("/gestion/").content.decode()
    assert "Escribe a Ayuda" in shown
    assert "guide.wagtail" not in shown
    assert "wagtail.org" not in shown
