"""A row that is written once is neither changed nor deleted through its object."""

import pytest
from django.utils import timezone

from audit.services import record_act

pytestmark = pytest.mark.django_db


def test_a_stored_row_is_refused():
    row = record_act(
        actor_key=None, action="noted", object_type="site", object_key="", now=timezone.now()
    )
    row.action = "changed"
    for act in (row.save, row.delete):
        with pytest.raises(TypeError, match="AuditEntry is append-only"):
            act()
    row.refresh_from_db()
    assert row.action == "noted"
