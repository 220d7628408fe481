"""Makes operators from the terminal: the first one has nobody above who could."""

from datetime import datetime

from django.db import transaction

from accounts.models import RoleGrant, User
from accounts.queries import people_with_email
from accounts.services import PersonExists, checked_email, create_person, grant_role
from audit.services import record_act


def create_operator(*, email: str, first_name: str, last_name: str, now: datetime) -> User:
    """Return an operator of the whole nation who has not chosen a password yet; again for the same
    one, who lost the link.

    Raises PersonExists when the e-mail is anybody else's, an operator with a password included;
    InvalidEmail, InvalidName.
    """
    email = checked_email(email)
    with transaction.atomic():
        operator = people_with_email(email).first()
        if operator is None:
            operator = create_person(
                first_name=first_name, last_name=last_name, email=email, now=now
            )
            grant_role(user=operator, role=RoleGrant.Role.OPERATOR, is_national=True, now=now)
        elif not _waits_for_password(operator):
            raise PersonExists
        key = str(operator.learner_key)
        record_act(
            actor_key=None,
            action="password_link_given",
            object_type="person",
            object_key=key,
            now=now,
        )
    return operator


def _waits_for_password(person: User) -> bool:
    """True for an operator made here who never chose a password."""
    grants = RoleGrant.objects.filter(user=person, role=RoleGrant.Role.OPERATOR, ends_on=None)
    return person.may_enter and not person.has_usable_password() and grants.exists()
