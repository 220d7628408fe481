"""Lets who looks after people replace a certificate, and operators revoke one or put one back in
force, each time with a reason.
"""

from datetime import datetime

from django.db import transaction

from accounts.corrections import NothingChanges, Why, begin_act
from accounts.models import User
from accounts.permissions import Role, holds_role
from accounts.services import BeyondTheCeiling, record_act_on
from certificates.models import Certificate
from certificates.permissions import certificates_of
from certificates.replacing import NothingToReplace, replace_certificate
from certificates.services import revoke_certificate

State = Certificate.State


def replace_for(*, person: User, certificate: Certificate, why: Why, now: datetime) -> None:
    """Issue a person's certificate anew with their data of today; one that was revoked only in the
    name of an operator.

    Raises NothingChanges for one that says already what the account says, or was replaced
    meanwhile, Certificate.DoesNotExist for somebody else's, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "certificate_replaced", why, now):
            return
        own = certificates_of(person).get(pk=certificate.pk)
        if own.state == State.REVOKED and not holds_role(why.actor, Role.OPERATOR):
            raise BeyondTheCeiling("certificate_replaced")
        if own.state == State.REPLACED:
            raise NothingChanges
        try:
            new = replace_certificate(certificate=own, actor=why.actor, now=now)
        except NothingToReplace:
            raise NothingChanges from None
        facts = {"certificate": str(new.uuid)}
        record_act_on(person, "certificate_replaced", now, facts, actor=why.actor)


def revoke_for(*, person: User, certificate: Certificate, why: Why, now: datetime) -> None:
    """Declare a person's certificate not valid, in the name of an operator; its holder reads the
    reason.

    Raises BeyondTheCeiling for who is no operator, NothingChanges for one that is not in force,
    Certificate.DoesNotExist for somebody else's, and as `begin_act` does.
    """
    if not holds_role(why.actor, Role.OPERATOR):
        raise BeyondTheCeiling("certificate_revoked")
    with transaction.atomic():
        if not begin_act(person, "certificate_revoked", why, now):
            return
        own = certificates_of(person).get(pk=certificate.pk)
        if not own.is_valid:
            raise NothingChanges
        revoke_certificate(certificate=own, reason=why.reason, actor=why.actor, now=now)
        facts = {"certificate": str(own.uuid)}
        record_act_on(person, "certificate_revoked", now, facts, actor=why.actor)
