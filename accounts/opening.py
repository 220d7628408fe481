"""Opens an empty site from the browser: a link that makes the first operator once, and links to
hand over to the people who come next.
"""

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import Group
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.permissions import Scope, may_end, scope_of
from accounts.queries import current_membership, people_with_email
from accounts.roles import GROUP_OF_ROLE
from accounts.services import (
    BeyondTheCeiling,
    PersonExists,
    checked_email,
    confirm_first_entry,
    correct_person,
    create_person,
    grant_role,
)
from audit.services import record_act

Role = RoleGrant.Role
_SALT = "accounts.opening"


class InvitedElsewhere(Exception):
    """Who waits for a password holds the role, and not where it is given now: the form would take
    the one place for the other.
    """


class LinkIsDead(Exception):
    """The site has an operator already, or the link is too old or not ours."""


def has_operator() -> bool:
    """True once anybody was ever operator here: from then on operators make operators."""
    return RoleGrant.objects.filter(role=Role.OPERATOR).exists()


def opening_link() -> str:
    """Return the address that makes the first operator, within `PASSWORD_RESET_TIMEOUT`.

    Raises LinkIsDead when there is one.
    """
    if has_operator():
        raise LinkIsDead
    token = signing.dumps("first", salt=_SALT)
    return settings.BASE_URL + reverse("accounts:open_site", args=[token])


def check_link(token: str) -> None:
    """Raise LinkIsDead for a link that opens nothing."""
    try:
        signing.loads(token, salt=_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        raise LinkIsDead from None
    if has_operator():
        raise LinkIsDead


def open_site(
    *, token: str, first_name: str, last_name: str, email: str, password: str, now: datetime
) -> User:
    """Return the first operator, who read the privacy notice; of two who send the link at once,
    one.

    Raises LinkIsDead, PersonExists, InvalidName and InvalidEmail.
    """
    with transaction.atomic():
        # The gate: whoever comes second waits here, and finds an operator.
        Group.objects.get_or_create(name=GROUP_OF_ROLE[Role.OPERATOR])
        Group.objects.select_for_update().get(name=GROUP_OF_ROLE[Role.OPERATOR])
        check_link(token)
        operator = create_person(
            first_name=first_name, last_name=last_name, email=email, password=password, now=now
        )
        confirm_first_entry(user=operator, post="", now=now)
        grant_role(user=operator, role=Role.OPERATOR, is_national=True, now=now)
    return operator


def invite_person(
    *,
    actor: User,
    first_name: str,
    last_name: str,
    email: str,
    role: str,
    now: datetime,
    scope: Scope,
    ends_on: date | None = None,
) -> User:
    """Return a person with a role who has to choose a password yet; again for the same one, whose
    link was lost: their name is the last one that was typed, their role stays as it is.

    Raises PersonExists when the e-mail is anybody else's, InvitedElsewhere, BeyondTheCeiling,
    InvalidName and InvalidEmail.
    """
    email = checked_email(email)
    names = {"first_name": first_name, "last_name": last_name}
    with transaction.atomic():
        try:
            person = create_person(email=email, now=now, **names)
        except PersonExists:
            person = people_with_email(email).get()
            if not waits_for_password(person, role):
                raise
        held = RoleGrant.objects.filter(
            RoleGrant.not_ended(timezone.localdate(now)), user=person, role=role
        ).first()
        if held is None:
            grant_role(
                user=person,
                role=role,
                is_national=scope.areas is None,
                area_codes=scope.areas or (),
                kinds=scope.kinds or (),
                ends_on=ends_on,
                granted_by=actor,
                now=now,
            )
        elif not may_end(actor, held):
            raise BeyondTheCeiling(role)
        elif not scope_of(held).contains(scope):
            raise InvitedElsewhere
        else:
            post = current_membership(person)
            correct_person(
                user=person, post=post.post if post else "", now=now, corrected_by=actor, **names
            )
        record_act(
            actor_key=actor.learner_key,
            action="password_link_given",
            object_type="person",
            object_key=str(person.learner_key),
            now=now,
        )
    return person


def waits_for_password(person: User, role: str) -> bool:
    """True for who got a role, and no other, and never chose a password."""
    return (
        person.may_enter
        and not person.has_usable_password()
        and person.grants.filter(role=role).exists()
        and not person.grants.exclude(role=role).exists()
    )
