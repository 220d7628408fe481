"""Puts letters into the queue of a site, and counts them by how they ended."""

from collections import Counter

from django.core.mail import EmailMessage, get_connection
from post_office.models import STATUS, Email


def write_letters(count: int) -> None:
    """Queue letters to as many addresses, as any part of the site does."""
    get_connection().send_messages(
        [
            EmailMessage("Hola", "Un texto.\n", "puriq@example.pe", [f"p{number}@example.pe"])
            for number in range(count)
        ]
    )


def count_letters() -> dict[str, int]:
    """Return how many wait, left and failed."""
    statuses = Counter(Email.objects.values_list("status", flat=True))
    return {
        "waiting": statuses[STATUS.queued] + statuses[STATUS.requeued],
        "sent": statuses[STATUS.sent],
        "failed": statuses[STATUS.failed],
    }
