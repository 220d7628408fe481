"""Registers, places and corrects people: each act is one transaction."""

from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import documents
from accounts.models import (
    Membership,
    MissingInstitution,
    Organisation,
    Transfer,
    User,
)
from accounts.permissions import STEWARDS, organisations_visible_to
from accounts.privacy_notice import PRIVACY_NOTICE_VERSION
from accounts.services.grants import end_roles_of_post
from accounts.services.locks import hold_person
from accounts.services.names import PersonExists, checked_email, checked_name
from accounts.services.records import record_act_on
from accounts.sessions import end_sessions_of
from accounts.signals import person_moved
from audit.services import record_act
from lib.texts import as_written


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
    said_institution: str = "",
) -> User | None:
    """Store a person who signs up; None when the e-mail or the document belongs to somebody.

    `said_institution` is what they wrote of one that is not in the register.

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
        if said_institution and organisation is None:
            say_missing_institution(user=user, words=said_institution, post=post, now=now)
        # Who registers has just chosen institution and post and read the notice: the first entry
        # asks nothing again.
        confirm_first_entry(
            user=user, post=post, privacy_notice_version=privacy_notice_version, now=now
        )
    return user


def say_missing_institution(*, user: User, words: str, post: str, now: datetime) -> None:
    """Keep what a person wrote of an institution that they did not find; written again, the new
    words hold.
    """
    facts = {"words": as_written(words), "post": as_written(post), "said_at": now}
    MissingInstitution.objects.update_or_create(user=user, defaults=facts)


def confirm_first_entry(
    *,
    user: User,
    post: str | None,
    now: datetime,
    organisation_is_right: bool = True,
    privacy_notice_version: str = PRIVACY_NOTICE_VERSION,
) -> None:
    """Store that the person read the privacy notice, and what they said of post and institution;
    without a `post` neither was asked, and both stay as they are.

    An institution is confirmed by whoever looks after it, never by the person alone; one that the
    person denies is confirmed no more.
    """
    with transaction.atomic():
        user.first_entry_at = now
        user.privacy_notice_version = privacy_notice_version
        user.privacy_notice_at = now
        user.save(update_fields=["first_entry_at", "privacy_notice_version", "privacy_notice_at"])
        if post is not None:
            said = {} if organisation_is_right else {"confirmed_at": None}
            Membership.objects.filter(user=user, ended_on=None).update(
                post=as_written(post), **said
            )
        details = {
            "organisation_is_right": organisation_is_right,
            "privacy_notice": privacy_notice_version,
        }
        record_act_on(user, "first_entry_confirmed", now, details, actor=user)


def confirm_privacy_notice(*, user: User, version: str, now: datetime) -> None:
    """Store which notice the person read, and when; the same version again changes nothing."""
    others = User.objects.filter(pk=user.pk).exclude(privacy_notice_version=version)
    with transaction.atomic():
        if not others.update(privacy_notice_version=version, privacy_notice_at=now):
            return
        record_act_on(
            user, "privacy_notice_confirmed", now, {"privacy_notice": version}, actor=user
        )


def correct_person(
    *,
    user: User,
    first_name: str,
    last_name: str,
    post: str,
    now: datetime,
    corrected_by: User | None = None,
) -> None:
    """Correct names and post. The trail keeps which of them changed, never the names.

    Raises InvalidName for a new one; what stands there may be older than a rule.
    """
    membership = Membership.objects.filter(user=user, ended_on=None).first()
    typed = {"first_name": as_written(first_name), "last_name": as_written(last_name)}
    changes = [field for field, value in typed.items() if getattr(user, field) != value]
    names = {field: checked_name(typed[field]) for field in changes}
    with transaction.atomic():
        for field in changes:
            setattr(user, field, names[field])
        if changes:
            user.save(update_fields=changes)
        if membership and membership.post != as_written(post):
            membership.post = as_written(post)
            membership.save(update_fields=["post"])
            changes.append("post")
        if changes:
            record_act_on(
                user, "person_corrected", now, {"fields": changes}, actor=corrected_by or user
            )


def move_person(
    *,
    user: User,
    organisation: Organisation,
    post: str,
    now: datetime,
    moved_by: User | None = None,
) -> Membership:
    """End where the person serves and begin at another institution, today.

    The same institution again changes nothing. What somebody asks for is kept as a transfer, which
    the other side may reject.
    """
    with transaction.atomic():
        hold_person(user)
        current = (
            Membership.objects.filter(user=user, ended_on=None)
            .select_related("organisation")
            .first()
        )
        if current and current.organisation_id == organisation.pk:
            return current
        membership = _begin_post(user, current, organisation, post, now, moved_by or user)
        if current and moved_by:
            Transfer.objects.create(
                user=user,
                before=current,
                after=membership,
                asked_by_key=moved_by.learner_key,
                asked_side=_side_of(moved_by, user, current, membership),
                at=now,
            )
        details = {
            "from": str(current.organisation.uuid) if current else None,
            "to": str(organisation.uuid),
        }
        record_act_on(user, "person_moved", now, details, actor=moved_by)
    return membership


class PostBeganLater(Exception):
    """A post began after the day on which it would end."""


def end_post(*, user: User, ended_on: date, now: datetime, ended_by: User) -> Membership | None:
    """End where a person serves, on a day until today; return the post, None for who has none.

    What is in progress stays counted there until they serve elsewhere. The role of a liaison of
    that institution rests on the post, and ends with it. Raises PostBeganLater.
    """
    if ended_on > timezone.localdate(now):
        raise ValueError(f"a post ends when it has ended: {ended_on}")
    with transaction.atomic():
        hold_person(user)
        posts = Membership.objects.filter(user=user, ended_on=None)
        membership = posts.select_related("organisation").first()
        if membership is None:
            return None
        if ended_on < membership.started_on:
            raise PostBeganLater
        membership.ended_on, membership.ended_at = ended_on, now
        membership.save(update_fields=["ended_on", "ended_at"])
        end_roles_of_post(post=membership, now=now, ended_by=ended_by)
        details = {"from": str(membership.organisation.uuid), "on": ended_on.isoformat()}
        record_act_on(user, "post_ended", now, details, actor=ended_by)
    return membership


def put_back(*, membership: Membership, now: datetime, actor: User) -> None:
    """Let a post that ended by mistake go on as if it had not; what is in progress follows, as with
    any move. The caller holds the transaction and the person, who has no other post.

    The role of a liaison that ended with it is given anew, or not at all.
    """
    membership.ended_on = membership.ended_at = None
    membership.save(update_fields=["ended_on", "ended_at"])
    MissingInstitution.objects.filter(user=membership.user).delete()
    person_moved.send(sender=Membership, membership=membership, now=now)
    details = {"to": str(membership.organisation.uuid)}
    record_act_on(membership.user, "post_put_back", now, details, actor=actor)


def take_back(*, transfer: Transfer, now: datetime, actor: User) -> Membership:
    """End the post of a transfer today and let the person serve where they did, as confirmed as
    they were. The caller holds the transaction and the person.
    """
    before, after = transfer.before, transfer.after
    membership = _begin_post(transfer.user, after, before.organisation, before.post, now, actor)
    if before.confirmed_at:
        membership.confirmed_at = now
        membership.save(update_fields=["confirmed_at"])
    transfer.rejected_at, transfer.rejected_by_key = now, actor.learner_key
    transfer.save(update_fields=["rejected_at", "rejected_by_key"])
    details = {
        "from": str(after.organisation.uuid),
        "to": str(before.organisation.uuid),
        "transfer": str(transfer.uuid),
    }
    record_act_on(transfer.user, "transfer_rejected", now, details, actor=actor)
    return membership


def _begin_post(
    user: User,
    current: Membership | None,
    organisation: Organisation,
    post: str,
    now: datetime,
    actor: User,
) -> Membership:
    """End the post that a person has and begin another one, today; what is in progress follows."""
    today = timezone.localdate(now)
    if current:
        current.ended_on = today
        current.save(update_fields=["ended_on"])
        end_roles_of_post(post=current, now=now, ended_by=actor)
    membership = Membership.objects.create(
        user=user, organisation=organisation, post=as_written(post), started_on=today
    )
    MissingInstitution.objects.filter(user=user).delete()
    person_moved.send(sender=Membership, membership=membership, now=now)
    return membership


def _side_of(asker: User, user: User, before: Membership, after: Membership) -> str:
    """Return the side of a transfer that asked for it: the one that the asker looks after alone.
    One statement.
    """
    if asker.pk == user.pk:
        return ""
    sides = {
        before.organisation_id: Transfer.Side.ORIGIN,
        after.organisation_id: Transfer.Side.DESTINATION,
    }
    theirs = organisations_visible_to(asker, STEWARDS).filter(pk__in=sides)
    keys = list(theirs.values_list("pk", flat=True))
    return sides[keys[0]] if len(keys) == 1 else ""


def end_other_sessions(*, user: User, kept: str, now: datetime) -> None:
    """End every session of a person but the one they are in."""
    with transaction.atomic():
        count = end_sessions_of(user, but=kept)
        record_act_on(user, "other_sessions_ended", now, {"count": count}, actor=user)
