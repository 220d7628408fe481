"""Shows certificates, codes, durations and moments inside any template."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from certificates.codes import grouped
from certificates.durations import academic_duration, minutes_in_words
from certificates.models import Certificate
from certificates.permissions import certificates_of, certificates_with
from learning.models import Enrolment
from lib.icons import state

register = template.Library()
register.filter("grouped", grouped)
register.filter("academic_duration", academic_duration)
register.filter("minutes_in_words", minutes_in_words)


# Kind of each state on the screen, and its icon where it is not the usual one.
SHOWN_STATES = {
    Certificate.State.ISSUED: ("done", ""),
    Certificate.State.WAITING: ("started", "clock"),
    Certificate.State.REPLACED: ("missing", "info"),
    Certificate.State.REVOKED: ("error", ""),
}


@register.simple_tag
def certificate_state(certificate: Certificate) -> SafeString:
    """Return the state of a certificate as a person reads it."""
    kind, sign = SHOWN_STATES[Certificate.State(certificate.state)]
    return state(kind, certificate.get_state_display(), sign)


@register.filter
def moment(value: datetime) -> str:
    """Return a moment in Lima: “22/11/2026, 3:40 p. m.”."""
    return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")


@register.simple_tag(takes_context=True)
def my_certificates(context) -> list[Certificate]:
    """Return title and state of the certificates of the signed-in person. One statement."""
    return list(certificates_of(context["request"].user).only("course_title", "state"))


@register.simple_tag
def certificate_behind(enrolment: Enrolment) -> Certificate | None:
    """Return what stands today for a completion: not what was replaced; None while there is none.

    One statement.
    """
    own = certificates_with(enrolment.learner).filter(enrolment=enrolment.pk)
    return own.exclude(state=Certificate.State.REPLACED).only("state").first()
