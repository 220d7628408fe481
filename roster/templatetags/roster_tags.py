"""Tells in any template what a learner asked for and waits for."""

from uuid import UUID

from django import template

from learning.models import Enrolment
from roster.models import Request
from roster.requests import waiting_request_of

register = template.Library()


@register.simple_tag
def waiting_request(kind: str, enrolment: Enrolment, quiz: UUID) -> Request | None:
    """Return what a learner asked for of a quiz, while it waits for its answer."""
    return waiting_request_of(enrolment, kind=kind, quiz=quiz)
