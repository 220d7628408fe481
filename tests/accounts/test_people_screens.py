"""What an operator changes about a person is a sealed line, never its content; who holds a role is
not changed by one operator.
"""

from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.users.models import UserProfile

from accounts.roles import sync_roles
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client, oscar, site):
    sync_roles(today=timezone.localdate())
    client.force_login(oscar)
    return client


def lines(person) -> list[tuple[str, dict]]:
    """Return the lines of the trail about a person that are no looks."""
    rows = AuditEntry.objects.filter(
        object_key=str(person.learner_key), action__startswith="person_"
    ).exclude(action="person_opened")
    return list(rows.order_by("pk").values_list("action", "details"))


def edit(client, person, **changed):
    """Send the form of a person with some fields changed."""
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    form = client.get(address).context["form"]
    assert "username" not in form.fields
    told = (
        {name: form.initial.get(name) or "" for name in form.fields}
        | {"is_active": person.is_active and "on"}
        | changed
    )
    return client.post(address, {name: value for name, value in told.items() if value})


def test_a_change_is_one_line_with_the_names_of_its_fields(operator, lina):
    before = len(lines(lina))
    assert edit(operator, lina, first_name="Lina María").status_code == 302
    lina.refresh_from_db()
    assert lina.first_name == "Lina María"
    assert lines(lina)[before:] == [("person_changed", {"fields": ["first_name"]})]
    assert edit(operator, lina).status_code == 302
    assert len(lines(lina)) == before + 1


def test_a_changed_email_is_told_to_the_old_address(operator, lina):
    old = lina.email
    assert edit(operator, lina, email="otra@example.org").status_code == 302
    (letter,) = mail.outbox
    assert letter.to == [old]
    assert "otra@example.org" not in letter.body
    assert "/ayuda/" in letter.body
    assert lines(lina)[-1] == ("person_changed", {"fields": ["email"]})


def test_who_holds_a_role_is_not_switched_off_by_one_operator(operator, max_, lina):
    email = max_.email
    edit(operator, max_, is_active="", email="ladron@example.org")
    max_.refresh_from_db()
    assert (max_.is_active, max_.email) == (True, email)
    address = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    operator.post(f"{address}?id={max_.pk}&id={lina.pk}", {"mark_as_active": "False"})
    for person in (max_, lina):
        person.refresh_from_db()
        assert person.is_active
    operator.post(f"{address}?id={lina.pk}", {"mark_as_active": "False"})
    lina.refresh_from_db()
    assert not lina.is_active
    assert lines(lina)[-1][0] == "person_set_active_state"


def test_nobody_adds_a_picture_of_oneself(operator, oscar):
    """It would keep where it was taken, and no screen shows it."""
    address = reverse("wagtailadmin_account")
    assert 'name="avatar-avatar"' not in operator.get(address).content.decode()
    photo = BytesIO()
    Image.new("RGB", (8, 8)).save(photo, "JPEG")
    operator.post(address, {"avatar-avatar": SimpleUploadedFile("cara.jpg", photo.getvalue())})
    assert not UserProfile.objects.exclude(avatar="").exists()
    assert "avatar__edit-link" not in operator.get(reverse("wagtailadmin_home")).content.decode()
