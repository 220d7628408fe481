"""Checks that what PostgreSQL would refuse is named before a site moves: table, key and column of
each value.
"""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Membership, User
from audit.models import AuditEntry
from operations.portable import refused_values

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite stores such values"),
]


def refused(model) -> list[str]:
    return [str(value) for value in refused_values(connection, model)]


def test_a_sound_site_has_none(lina):
    assert refused(User) == refused(Membership) == []


def test_every_value_is_named_and_none_is_told(lina, omar):
    User.objects.filter(pk=lina.pk).update(first_name="\u0915\u093c" * 120, last_name="Ñ" * 121)
    User.objects.filter(pk=omar.pk).update(first_name="Omar\0")
    assert refused(User) == [
        f"accounts_user, {omar.pk}, first_name: NUL",
        f"accounts_user, {lina.pk}, first_name: > 120",
        f"accounts_user, {lina.pk}, last_name: > 120",
    ]


def test_nul_inside_json_is_found():
    entry = AuditEntry.objects.create(
        action="x", object_type="x", object_key="x", details={"a": "b\0"}, at=timezone.now()
    )
    assert refused(AuditEntry) == [f"audit_auditentry, {entry.pk}, details: NUL"]
