"""Says what a site that people trust with their data still lacks: who is behind it, and a second
operator.
"""

from datetime import datetime

from django.utils import timezone

from accounts.queries import operators_who_enter
from operations.checks import is_real
from provider.models import Provider
from provider.queries import missing_words
from web.readiness import register_part

# What one of them does, another decides.
LEAST_OPERATORS = 2


def missing_of_provider() -> list[str]:
    """Return what nobody wrote yet of the institution behind the site."""
    return missing_words(Provider.objects.filter(pk=1).first() or Provider())


def has_second_operator(now: datetime) -> bool:
    """True when two operators may decide about what the other does."""
    return operators_who_enter(timezone.localdate(now)).count() >= LEAST_OPERATORS


register_part("provider", lambda now: not is_real() or not missing_of_provider())
register_part("second_operator", lambda now: not is_real() or has_second_operator(now))
