"""Registers, places, corrects and empowers people: each act is one transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography.fernet import InvalidToken
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import documents
from accounts.emails import email_refusal
from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.organisation_register import official_organisations
from accounts.permissions import may_end, may_grant, scope_of
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.roles import GROUP_OF_ROLE
from accounts.sessions import end_sessions_of
from accounts.signals import person_moved
from audit.services import record_act
from lib.text_fields import name_refusal
from lib.texts import as_written
from territory.models import Area, District, Province

Kind = Organisation.Kind
LONGEST_NAME = 120
EMAIL_CHANGE_LASTS = timedelta(days=3)


class PersonExists(Exception):
    """The e-mail or the document belongs to somebody else; never told to who asked."""


class InvalidName(ValueError):
    """The text can be no name; the message is for the person."""


class InvalidEmail(ValueError):
    """The text can be no e-mail; the message is for the person."""


class LastOperator(Exception):
    """Without them nobody would be operator for good: in time nobody could give a role any more."""


class BeyondTheCeiling(Exception):
    """Nobody grants or ends a role above their own or outside their own scope (R11)."""


def create_person(  # noqa: PLR0913 - the facts about a person
    *,
    first_name: str,
    last_name: str = "",
    email: str = "",
    document_type: str = "",
    document_number: str = "",
    organisation: Organisation | None = None,
    post: str = "",
    password: str = "",
    password_hash: str = "",
    now: datetime,
    is_demo: bool = False,
) -> User:
    """Store a person and where they serve.

    Without password or hash no password works until one is chosen by e-mail.

    `password_hash` is one already made, so that many demonstration people share one. Raises
    PersonExists, InvalidName, InvalidEmail, `documents.InvalidDocument`.
    """
    address = checked_email(email) if email.strip() else ""
    user = User(
        first_name=checked_name(first_name),
        last_name=checked_name(last_name),
        email=address,
        is_demo=is_demo,
    )
    user.password = password_hash or make_password(password or None)
    if document_number:
        user.set_document(document_type, documents.clean_number(document_type, document_number))
    try:
        with transaction.atomic():
            user.save()
            if organisation:
                Membership.objects.create(
                    user=user,
                    organisation=organisation,
                    post=as_written(post),
                    started_on=timezone.localdate(now),
                )
    except IntegrityError:
        raise PersonExists from None
    return user


def register_person(  # noqa: PLR0913 - what a person tells when signing up
    *,
    first_name: str,
    last_name: str,
    email: str,
    document_type: str,
    document_number: str,
    organisation: Organisation | None,
    post: str,
    password: str,
    now: datetime,
    privacy_notice_version: str = PRIVACY_NOTICE_VERSION,
) -> User | None:
    """Store a person who signs up; None when the e-mail or the document belongs to somebody.

    The caller answers both alike. Both cost one password hash and one commit that writes to the
    trail, so that the time does not tell either.
    """
    password_hash = make_password(password)
    with transaction.atomic():
        try:
            user = create_person(
                first_name=first_name,
                last_name=last_name,
                email=email,
                document_type=document_type,
                document_number=document_number,
                organisation=organisation,
                post=post,
                password_hash=password_hash,
                now=now,
            )
        except PersonExists:
            record_act(
                actor_key=None,
                action="registration_repeated",
                object_type="person",
                object_key="",
                now=now,
            )
            return None
        # Who registers has just chosen institution and post and read the notice: the first entry
        # asks nothing again.
        confirm_first_entry(
            user=user, post=post, privacy_notice_version=privacy_notice_version, now=now
        )
    return user


def confirm_first_entry(
    *,
    user: User,
    post: str,
    now: datetime,
    organisation_is_right: bool = True,
    privacy_notice_version: str = PRIVACY_NOTICE_VERSION,
) -> None:
    """Store that the person read the privacy notice and confirmed post and institution.

    An institution that is not right stays unconfirmed until the coordinator corrects it.
    """
    with transaction.atomic():
        user.first_entry_at = now
        user.privacy_notice_version = privacy_notice_version
        user.privacy_notice_at = now
        user.save(update_fields=["first_entry_at", "privacy_notice_version", "privacy_notice_at"])
        confirmed_at = now if organisation_is_right else None
        Membership.objects.filter(user=user, ended_on=None).update(
            post=as_written(post), confirmed_at=confirmed_at
        )
        details = {
            "organisation_is_right": organisation_is_right,
            "privacy_notice": privacy_notice_version,
        }
        _record(user, "first_entry_confirmed", now, details, actor=user)


def confirm_privacy_notice(*, user: User, version: str, now: datetime) -> None:
    """Store which notice the person read, and when; the same version again changes nothing."""
    others = User.objects.filter(pk=user.pk).exclude(privacy_notice_version=version)
    with transaction.atomic():
        if not others.update(privacy_notice_version=version, privacy_notice_at=now):
            return
        _record(user, "privacy_notice_confirmed", now, {"privacy_notice": version}, actor=user)


def correct_person(
    *,
    user: User,
    first_name: str,
    last_name: str,
    post: str,
    now: datetime,
    corrected_by: User | None = None,
) -> None:
    """Correct names and post. The trail keeps which of them changed, never the names."""
    membership = Membership.objects.filter(user=user, ended_on=None).first()
    wanted = {"first_name": checked_name(first_name), "last_name": checked_name(last_name)}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    with transaction.atomic():
        for field in changed:
            setattr(user, field, wanted[field])
        if changed:
            user.save(update_fields=changed)
        if membership and membership.post != as_written(post):
            membership.post = as_written(post)
            membership.save(update_fields=["post"])
            changed.append("post")
        if changed:
            _record(user, "person_corrected", now, {"fields": changed}, actor=corrected_by or user)


def move_person(
    *,
    user: User,
    organisation: Organisation,
    post: str,
    now: datetime,
    moved_by: User | None = None,
) -> Membership:
    """End where the person serves and begin at another institution, today.

    The same institution again changes nothing.
    """
    today = timezone.localdate(now)
    with transaction.atomic():
        hold_person(user)
        current = (
            Membership.objects.filter(user=user, ended_on=None)
            .select_related("organisation")
            .first()
        )
        if current and current.organisation_id == organisation.pk:
            return current
        if current:
            current.ended_on = today
            current.save(update_fields=["ended_on"])
        membership = Membership.objects.create(
            user=user, organisation=organisation, post=as_written(post), started_on=today
        )
        details = {
            "from": str(current.organisation.uuid) if current else None,
            "to": str(organisation.uuid),
        }
        _record(user, "person_moved", now, details, actor=moved_by)
        person_moved.send(sender=Membership, membership=membership, now=now)
    return membership


def grant_role(
    *,
    user: User,
    role: str,
    now: datetime,
    is_national: bool = False,
    area_codes: Iterable[str] = (),
    kinds: Iterable[str] = (),
    ends_on: date | None = None,
    granted_by: User | None = None,
) -> RoleGrant:
    """Give a person a role within a scope, until the day before `ends_on`; a grant of that role in
    force gets scope and end.

    `granted_by` None is the system. Raises BeyondTheCeiling when the role, the scope or the end
    lies beyond the granter's own, or the granter is the person; LastOperator as ending does.
    ValueError for an unknown role, area or kind, or an end that is not to come.
    """
    grant = RoleGrant(
        role=role,
        is_national=is_national,
        area_codes=sorted(set(area_codes)),
        kinds=sorted(set(kinds)),
        ends_on=ends_on,
    )
    today = timezone.localdate(now)
    _check_grant(grant, today)
    if granted_by and (
        granted_by.pk == user.pk or not may_grant(granted_by, role, scope_of(grant), ends_on)
    ):
        raise BeyondTheCeiling(role)
    with transaction.atomic():
        hold_person(user)
        scope = {
            "is_national": grant.is_national,
            "area_codes": grant.area_codes,
            "kinds": grant.kinds,
        }
        held = RoleGrant.objects.filter(RoleGrant.not_ended(today), user=user, role=role).first()
        if (
            held
            and held.ends_on == ends_on
            and all(getattr(held, field) == value for field, value in scope.items())
        ):
            return held
        if held:
            _check_may_end(held, granted_by)
            if granted_by and not (grant.is_national and not grant.kinds and ends_on is None):
                _check_an_operator_stays(held)
            _end(held, now=now, ended_by=granted_by)
        grant.user, grant.starts_on = user, today
        grant.save()
        if role in GROUP_OF_ROLE:
            user.groups.add(Group.objects.get_or_create(name=GROUP_OF_ROLE[role])[0])
        until = {"ends_on": ends_on.isoformat()} if ends_on else {}
        _record(user, "role_granted", now, {"role": role, **scope, **until}, actor=granted_by)
    _forget_grants(user)
    return grant


def end_role(*, grant: RoleGrant, now: datetime, ended_by: User | None = None) -> None:
    """End a role today, at once; the group in Wagtail goes with it.

    Raises BeyondTheCeiling as granting does, and LastOperator.
    """
    _check_may_end(grant, ended_by)
    with transaction.atomic():
        if ended_by:
            _check_an_operator_stays(grant)
        _end(grant, now=now, ended_by=ended_by)


def _check_may_end(grant: RoleGrant, ended_by: User | None) -> None:
    if ended_by and (ended_by.pk == grant.user_id or not may_end(ended_by, grant)):
        raise BeyondTheCeiling(grant.role)


def _check_an_operator_stays(grant: RoleGrant) -> None:
    """Raise LastOperator when nobody else is operator of the whole nation for good."""
    for_good = RoleGrant.objects.filter(
        role=RoleGrant.Role.OPERATOR, ends_on=None, is_national=True, kinds=[], user__is_active=True
    )
    if connection.features.has_select_for_update:  # two who end each other at once take turns
        for_good = for_good.select_for_update(of=("self",))
    held_by = {other.pk: other.user_id for other in for_good}
    if grant.pk in held_by and not set(held_by.values()) - {grant.user_id}:
        raise LastOperator(grant.role)


def _end(grant: RoleGrant, *, now: datetime, ended_by: User | None) -> None:
    with transaction.atomic():
        grant.ends_on = timezone.localdate(now)
        grant.save(update_fields=["ends_on"])
        if grant.role in GROUP_OF_ROLE:
            grant.user.groups.remove(*Group.objects.filter(name=GROUP_OF_ROLE[grant.role]))
        _record(grant.user, "role_ended", now, {"role": grant.role}, actor=ended_by)
    _forget_grants(grant.user)


def _check_grant(grant: RoleGrant, today: date) -> None:
    if grant.ends_on and grant.ends_on <= today:
        raise ValueError(f"a role ends after today: {grant.ends_on}")
    if grant.role not in RoleGrant.Role.values or not set(grant.kinds) <= set(Kind.values):
        raise ValueError(f"unknown role or kind: {grant.role} {grant.kinds}")
    if Area.objects.filter(code__in=grant.area_codes).count() != len(grant.area_codes):
        raise ValueError(f"unknown area among {grant.area_codes}")


def hold_person(user: User) -> None:
    """Hold the person's row until the transaction ends: what replaces a row of theirs, or copies
    what holds of them today, must see the one before it. No statement on SQLite.
    """
    if connection.features.has_select_for_update:
        list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))


def _forget_grants(user: User) -> None:
    """What the person object remembered of its grants is out of date now."""
    vars(user).pop("_grants", None)


@dataclass(frozen=True)
class EmailChange:
    """A change of e-mail that waits for its letter to be opened."""

    username: str
    before: str
    email: str
    asked_at: datetime


def email_change_token(*, user: User, email: str, now: datetime) -> str:
    """Return the encrypted token of a change of e-mail: an address on the site that shows nothing
    personal.
    """
    facts = {
        "username": user.username,
        "before": user.email,
        "email": email.strip().lower(),
        "asked_at": now.isoformat(),
    }
    return documents.encrypt(json.dumps(facts))


def read_email_change(token: str) -> EmailChange | None:
    """Return what a token asks for, or None when we did not make it."""
    try:
        facts = json.loads(documents.decrypt(token))
        return EmailChange(
            facts["username"],
            facts["before"],
            facts["email"],
            datetime.fromisoformat(facts["asked_at"]),
        )
    except (InvalidToken, ValueError, KeyError, TypeError):
        return None


def change_email(*, user: User, change: EmailChange, now: datetime) -> bool:
    """Store the e-mail whose letter was opened; False when the token is old, used, or another
    person's.

    Raises PersonExists when somebody else took the address in the meantime.
    """
    if (
        change.username != user.username
        or change.before != user.email
        or now - change.asked_at > EMAIL_CHANGE_LASTS
    ):
        return False
    try:
        with transaction.atomic():
            user.email = change.email
            user.save(update_fields=["email"])
            _record(user, "person_corrected", now, {"fields": ["email"]}, actor=user)
    except IntegrityError:
        user.email = change.before
        raise PersonExists from None
    return True


def checked_email(text: str) -> str:
    """Return an e-mail as it is stored.

    Raises InvalidEmail, as a form does: SQLite would keep one that PostgreSQL refuses.
    """
    email = text.strip().lower()
    if refusal := email_refusal(email):
        raise InvalidEmail(refusal)
    return email


def checked_name(text: str) -> str:
    """Return a name as it is stored.

    Raises InvalidName: whoever calls without a form must not get round its rule.
    """
    name = as_written(text)
    refusal = name_refusal(name)
    if not refusal and len(name) > LONGEST_NAME:
        refusal = _("Un nombre lleva hasta %(count)d letras.") % {"count": LONGEST_NAME}
    if refusal:
        raise InvalidName(refusal)
    return name


def end_other_sessions(*, user: User, kept: str, now: datetime) -> None:
    """End every session of a person but the one they are in."""
    with transaction.atomic():
        count = end_sessions_of(user, but=kept)
        _record(user, "other_sessions_ended", now, {"count": count}, actor=user)


def record_look(*, person: User, looked_by: User, action: str, now: datetime) -> None:
    """Note that somebody opened a person's record (reliability.md P17)."""
    _record(person, action, now, {}, actor=looked_by)


def _record(user: User, action: str, now: datetime, details: dict, *, actor: User | None) -> None:
    key = actor.learner_key if actor else None
    record_act(
        actor_key=key,
        action=action,
        object_type="person",
        object_key=str(user.learner_key),
        now=now,
        details=details,
    )


def import_organisations() -> int:
    """Add the institutions that follow from the territory and are missing; return how many.

    Idempotent.

    An institution that an operator renamed counts as there: of these kinds a district holds one,
    but for ministries.
    """
    in_force = {"valid_to": None}
    wanted = official_organisations(
        Area.objects.filter(**in_force),
        Province.objects.filter(**in_force),
        District.objects.filter(**in_force),
    )
    by_name = {Kind.MINISTRY, Kind.OTHER}
    rows = Organisation.objects.values_list("kind", "district_id", "name")
    known = {(kind, name if kind in by_name else district) for kind, district, name in rows}
    added = [
        row
        for row in wanted
        if (row.kind, row.name if row.kind in by_name else row.district_id) not in known
    ]
    Organisation.objects.bulk_create(added, batch_size=500)
    return len(added)
