"""Says when letters that may wait do not leave: at night, by the clock of Lima."""

from datetime import datetime

from django.utils import timezone

NIGHT_BEGINS, NIGHT_ENDS = 21, 7


def is_quiet(now: datetime) -> bool:
    """True between nine in the evening and seven in the morning."""
    return not NIGHT_ENDS <= timezone.localtime(now).hour < NIGHT_BEGINS
