"""Keeps beside a person whether letters reach their address."""

from uuid import UUID

from accounts.models import User


def note_address(*, learner: UUID, email: str, bounces: bool) -> None:
    """Store that the server of a person's address refused a letter for good, or took one; nothing
    of an address that is not theirs any more.
    """
    people = User.objects.filter(learner_key=learner, email=email)
    bounced = email if bounces else ""
    people.exclude(bounced_email=bounced).update(bounced_email=bounced)
