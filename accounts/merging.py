"""Makes one of two accounts of the same person (decision 0041): what hangs on the account is moved
here, and each room above hands over its own rows.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from accounts.corrections import Why, begin_act, holds_any_role
from accounts.models import (
    Membership,
    MissingInstitution,
    ReasonedAct,
    RecoveryCode,
    RoleGrant,
    Transfer,
    User,
)
from accounts.permissions import may_act_on
from accounts.services import (
    BeyondTheCeiling,
    check_an_operator_stays,
    end_role,
    hold_person,
    record_act_on,
)
from accounts.sessions import end_sessions_of
from accounts.signals import people_merged, people_to_merge


class MergeRefused(Exception):
    """Two accounts cannot become one now; nothing was written."""


class SameAccount(MergeRefused):
    """Both are one account already."""


class AlreadyMerged(MergeRefused):
    """One of both was merged into another account meanwhile."""


def merge_people(*, person: User, other: User, why: Why, now: datetime) -> None:
    """Let `other` be an account of `person`: what it did becomes theirs, and nobody enters by it.

    The person keeps name, e-mail, document, password and post, and takes what of these they lack.
    A role of the other account ends, and is never given. Raises MergeRefused, LastOperator, and as
    `begin_act` does, for either account.
    """
    if person.pk == other.pk:
        raise SameAccount
    with transaction.atomic():
        for each in sorted((person, other), key=lambda one: one.pk):
            hold_person(each)
        if not begin_act(person, "accounts_merged", why, now):
            return
        other.refresh_from_db()
        if person.merged_into_id or other.merged_into_id:
            raise AlreadyMerged
        if not may_act_on(why.actor, other):
            raise BeyondTheCeiling("accounts_merged")
        people_to_merge.send(sender=User, kept=person, merged=other, now=now)
        _take_way_in(person, other, now)
        count = _close(person, other, why.actor, now)
        _take_what_is_missing(person, other, now)
        _join_posts(person, other, now)
        people_merged.send(sender=User, kept=person, merged=other, now=now)
        facts = {"other": str(other.learner_key)}
        record_act_on(person, "accounts_merged", now, facts, actor=why.actor)
        facts = {"into": str(person.learner_key), "sessions": count}
        record_act_on(other, "account_merged", now, facts, actor=why.actor)


def takes_way_in(kept: User, merged: User, now: datetime) -> bool:
    """Say whether the account that stays takes the password of the other: it has none, as one that
    was never entered, and no role, into which it would be a way.
    """
    has_none = not kept.has_usable_password() and merged.has_usable_password()
    return has_none and not holds_any_role(kept, now)


def _take_way_in(kept: User, merged: User, now: datetime) -> None:
    """Let who came in every day by the other account go on doing so."""
    if not takes_way_in(kept, merged, now):
        return
    kept.password, kept.last_login = merged.password, merged.last_login
    kept.save(update_fields=["password", "last_login"])
    Authenticator.objects.filter(user=kept).delete()
    Authenticator.objects.filter(user=merged).update(user=kept)


def _close(kept: User, merged: User, actor: User, now: datetime) -> int:
    """Take every way in away; return how many sessions ended."""
    check_an_operator_stays(merged)
    today = timezone.localdate(now)
    held = RoleGrant.objects.filter(RoleGrant.not_ended(today), user=merged)
    for grant in held.select_related("user", "organisation__district"):
        end_role(grant=grant, now=now, ended_by=actor)
    merged.is_active, merged.merged_into = False, kept
    merged.set_unusable_password()
    merged.save(update_fields=["is_active", "merged_into", "password"])
    User.objects.filter(merged_into=merged).update(merged_into=kept)
    RecoveryCode.objects.filter(user=merged, used_at=None).delete()
    Authenticator.objects.filter(user=merged).delete()
    return end_sessions_of(merged)


def _take_what_is_missing(kept: User, merged: User, now: datetime) -> None:
    """Give the account that stays the document and the e-mail of the other where it has none; the
    e-mail is the way into a role, and is not given to who holds one.
    """
    taken: dict[str, object] = {}
    if merged.document_index and not kept.document_index:
        taken |= {"document_type": "", "document_cipher": "", "document_index": None}
    if merged.email and not kept.email and not holds_any_role(kept, now):
        taken |= {"email": ""}
    for field in taken:
        setattr(kept, field, getattr(merged, field))
    # First away from the one: the database keeps each but once.
    User.objects.filter(pk=merged.pk).update(**taken)
    entered = ("first_entry_at", "privacy_notice_version", "privacy_notice_at")
    if kept.first_entry_at is None:
        for field in entered:
            setattr(kept, field, getattr(merged, field))
    kept.save(update_fields=[*taken, *entered])


def _join_posts(kept: User, merged: User, now: datetime) -> None:
    """Let the history of both be one: the person serves where they served, and where the other
    account did only if they served nowhere.
    """
    serving = Membership.objects.filter(ended_on=None)
    if serving.filter(user=kept).exists():
        serving.filter(user=merged).update(ended_on=timezone.localdate(now))
    Membership.objects.filter(user=merged).update(user=kept)
    missing = MissingInstitution.objects
    if serving.filter(user=kept).exists():
        missing.filter(user__in=(kept, merged)).delete()
    elif not missing.filter(user=kept).exists():
        missing.filter(user=merged).update(user=kept)
    ReasonedAct.objects.filter(user=merged).update(user=kept)
    Transfer.objects.filter(user=merged).update(user=kept)
    theirs = Transfer.objects.filter(asked_by_key=merged.learner_key)
    theirs.update(asked_by_key=kept.learner_key)
