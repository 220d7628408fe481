"""Two who change the register of institutions at once end as one after the other."""

from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import Ground, RegisterRefusal, add_organisation, merge_organisation
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def told(act) -> str:
    """Return how a change of the register ended."""
    try:
        act()
    except RegisterRefusal as refusal:
        return refusal.why
    return "done"


def test_two_merges_of_the_same_two_leave_one_open(oscar, person, organisations):
    ines = person("Ines", role="operator", national=True)
    one, other = organisations["tumbes"], organisations["puno"]
    acts = [
        partial(
            merge_organisation,
            *pair,
            Ground(User.objects.get(pk=actor.pk), timezone.now(), uuid4(), "Ley 31000"),
        )
        for actor, pair in ((oscar, (one, other)), (ines, (other, one)))
    ]
    assert sorted(at_once([partial(told, act) for act in acts])) == ["closed", "done"]
    assert Organisation.objects.open().filter(pk__in=(one.pk, other.pk)).count() == 1


def test_an_institution_that_is_added_twice_at_once_is_one(oscar, places):
    facts = {"kind": "ugel", "name": "UGEL Nueva", "district": places["puno"]}
    ground = Ground(oscar, timezone.now(), uuid4(), "")
    act = partial(add_organisation, facts, ground)
    assert "done" in at_once([partial(told, act) for _time in range(3)])
    assert Organisation.objects.filter(name="UGEL Nueva").count() == 1
