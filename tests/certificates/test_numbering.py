"""Checks that numbers run without holes and in order, also when several workers number at once."""

from functools import partial

import pytest
from django.utils import timezone

from certificates.models import Certificate
from certificates.services import number_waiting_certificates
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def numbers():
    return list(Certificate.objects.order_by("pk").values_list("number", flat=True))


@pytest.fixture
def finish(person, enrol, complete):
    """Let so many people finish the course."""

    def act(count):
        for _place in range(count):
            name = f"Persona{Certificate.objects.count()}"
            complete(enrol(person(name)))

    return act


def test_numbers_follow_the_order_of_completion(waiting_tasks, finish):
    finish(3)
    assert number_waiting_certificates(now=timezone.now()) == 3
    finish(2)
    assert number_waiting_certificates(now=timezone.now()) == 2
    assert number_waiting_certificates(now=timezone.now()) == 0
    assert numbers() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("already", [0, 2])
def test_two_workers_leave_no_hole_and_no_double(waiting_tasks, finish, already):
    finish(already)
    number_waiting_certificates(now=timezone.now())
    finish(4)
    numbered = at_once([partial(number_waiting_certificates, now=timezone.now())] * 2)
    assert sum(numbered) == 4
    assert numbers() == list(range(1, already + 5))


def test_numbering_while_others_finish(waiting_tasks, person, enrol, complete):
    """Completions of other people go on while a worker numbers: in the end nobody waits and there
    is no hole.
    """
    enrolments = [enrol(person(f"Persona{place}")) for place in range(4)]
    for enrolment in enrolments:
        complete(enrolment, leaving=1)

    def act(enrolment):
        complete(enrolment)
        return number_waiting_certificates(now=timezone.now())

    numbered = at_once([partial(act, enrolment) for enrolment in enrolments])
    assert sum(numbered) == 4
    assert sorted(numbers()) == [1, 2, 3, 4]
