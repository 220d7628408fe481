"""Two acts on one person at once end as one after the other."""

from functools import partial

import pytest
from django.utils import timezone

from accounts.limits import SIGN_INS, take
from accounts.models import Membership, RoleGrant
from accounts.services import grant_role, move_person
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_moved_twice_at_once_serves_in_one_place(lina, organisations):
    moves = [
        partial(
            move_person,
            user=lina,
            organisation=organisations[key],
            post="Asesora",
            now=timezone.now(),
        )
        for key in ("puno", "ugel")
    ]
    at_once(moves * 2)
    assert Membership.objects.filter(user=lina, ended_on=None).count() == 1


def test_a_role_granted_twice_at_once_is_held_once(lina):
    grants = [
        partial(grant_role, user=lina, role="coordinator", area_codes=[area], now=timezone.now())
        for area in ("21", "24")
    ]
    at_once(grants * 2)
    assert RoleGrant.objects.filter(user=lina, role="coordinator", ends_on=None).count() == 1


def test_a_class_behind_one_address_is_counted_without_refusing_anybody():
    """The limiter counts one at a time: who waits for the counter has done nothing wrong."""
    tries = [partial(take, SIGN_INS, "192.0.2.7", now=timezone.now()) for _number in range(100)]
    assert all(at_once(tries))
