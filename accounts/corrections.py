"""Lets who looks after people mend another person's account, each time with a reason.

An act that is sent twice is done once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import documents, services
from accounts.models import Membership, Organisation, ReasonedAct, RecoveryCode, RoleGrant, User
from accounts.notices import tell_of_new_email
from accounts.permissions import (
    STEWARDS,
    Role,
    holds_role,
    may_act_on,
    organisations_visible_to,
)
from accounts.queries import people_with_email
from accounts.second_factor import remove_second_factor
from accounts.services import (
    BeyondTheCeiling,
    InvalidEmail,
    PersonExists,
    check_an_operator_stays,
    checked_email,
    checked_name,
    correct_person,
    hold_person,
    move_person,
    record_act_on,
)
from accounts.sessions import end_sessions_of
from lib.texts import as_written


class ChangedMeanwhile(Exception):
    """The account is not any more as the page showed it from which an act was sent."""


class NothingChanges(Exception):
    """The account is already as an act would leave it."""


class HoldsRole(Exception):
    """The e-mail of who holds a role is the way into that role: the role is ended first."""


@dataclass(frozen=True)
class Why:
    """Who acts on another person, for which reason, and the identifier that the client sent.

    `seen` is the mark of the account as the page showed it; None asks for none. `digest` tells a
    form that is sent again from one that was changed and sent.
    """

    actor: User
    reason: str
    uuid: UUID
    seen: str | None = None
    digest: str = ""


def account_mark(person: User) -> str:
    """Return a short text that is another one once name, document, e-mail, state, post or roles of
    a person are. Three statements.
    """
    facts = User.objects.filter(pk=person.pk).values_list(
        "first_name", "last_name", "email", "document_index", "is_active"
    )
    posts = Membership.objects.filter(user=person, ended_on=None).values_list(
        "organisation", "post"
    )
    roles = RoleGrant.objects.filter(user=person).order_by("pk").values_list("pk", "ends_on")
    told = repr([list(facts), list(posts), list(roles)])
    return salted_hmac("accounts.account_mark", told).hexdigest()[:24]


def request_digest(*facts: object) -> str:
    """Return a keyed digest of what was sent: a document number cannot be guessed from it."""
    return documents.stand_in(repr(facts))


def was_done(why: Why) -> bool:
    """Say whether an act was sent before, in the same words, and done."""
    same = {"uuid": why.uuid, "by_key": why.actor.learner_key, "request_digest": why.digest}
    return ReasonedAct.objects.filter(**same).exists()


def begin_act(
    person: User,
    action: str,
    why: Why,
    now: datetime,
    *,
    may: Callable[[User, User], bool] = may_act_on,
) -> bool:
    """Hold a person and keep the reason of an act on them; False when it was done before.

    The caller holds the transaction; `may` says whether the actor may. Raises BeyondTheCeiling,
    ChangedMeanwhile, and ValueError without a reason.
    """
    hold_person(person)
    if was_done(why):
        return False
    if not why.reason.strip():
        raise ValueError("an act on a person needs a reason")
    if not may(why.actor, person):
        raise BeyondTheCeiling(action)
    if why.seen is not None and why.seen != account_mark(person):
        raise ChangedMeanwhile(action)
    ReasonedAct.objects.create(
        uuid=_free(why.uuid),
        request_digest=why.digest,
        user=person,
        action=action,
        reason=why.reason.strip(),
        by_key=why.actor.learner_key,
        at=now,
    )
    person.refresh_from_db()
    return True


def _free(uuid: UUID) -> UUID:
    """Return the client's identifier, or a fresh one where another act has it."""
    return uuid4() if ReasonedAct.objects.filter(uuid=uuid).exists() else uuid


def correct_name(*, person: User, first_name: str, last_name: str, why: Why, now: datetime) -> None:
    """Correct how a person's name is written; certificates keep theirs until they are issued anew.

    Raises InvalidName, NothingChanges, and as `begin_act` does.
    """
    names = {"first_name": checked_name(first_name), "last_name": checked_name(last_name)}
    with transaction.atomic():
        if begin_act(person, "person_corrected", why, now):
            if all(getattr(person, field) == name for field, name in names.items()):
                raise NothingChanges
            post = Membership.objects.filter(user=person, ended_on=None).first()
            correct_person(
                user=person,
                post=post.post if post else "",
                now=now,
                corrected_by=why.actor,
                **names,
            )


def give_document(
    *, person: User, document_type: str, number: str, why: Why, now: datetime
) -> None:
    """Give a person a document, or another in its place.

    Raises InvalidDocument, NothingChanges, PersonExists when it is somebody else's, and as
    `begin_act` does.
    """
    plain = documents.clean_number(document_type, number)
    index = documents.index(document_type, plain)
    try:
        with transaction.atomic():
            if not begin_act(person, "person_corrected", why, now):
                return
            own = User.objects.filter(merged_into=person, document_index=index)
            own.update(document_type="", document_cipher="", document_index=None)
            if User.objects.filter(document_index=index).exclude(pk=person.pk).exists():
                raise PersonExists
            if person.document_index == index:
                raise NothingChanges
            person.set_document(document_type, plain)
            person.save(update_fields=["document_type", "document_cipher", "document_index"])
            record_act_on(
                person, "person_corrected", now, {"fields": ["document"]}, actor=why.actor
            )
    except IntegrityError:
        raise PersonExists from None


class HeldByAnother(Exception):
    """A document is in another account, which the actor may change: nobody was asked about it."""

    def __init__(self, holder: User):
        super().__init__()
        self.holder = holder


def settle_document(
    *, person: User, document_type: str, number: str, taken_from: str, why: Why, now: datetime
) -> None:
    """Give a person the document that is theirs, and take it from the account that has it;
    `taken_from` is the opaque name of the account of which the actor was told.

    The other account keeps all else, and its reason. Raises HeldByAnother for an account of which
    they were not told, PersonExists for one that is not theirs to change, NothingChanges where
    nobody else has it and the person does, and as `give_document` does.
    """
    plain = documents.clean_number(document_type, number)
    index = documents.index(document_type, plain)
    try:
        with transaction.atomic():
            others = User.objects.filter(document_index=index).exclude(pk=person.pk)
            own = others.filter(merged_into=person)
            own.update(document_type="", document_cipher="", document_index=None)
            holder = others.first()
            for each in sorted(filter(None, (person, holder)), key=lambda one: one.pk):
                hold_person(each)
            if not begin_act(person, "person_document_given", why, now):
                return
            if holder:
                _take_document(holder, index, taken_from, why, now)
            elif person.document_index == index:
                raise NothingChanges
            person.set_document(document_type, plain)
            person.save(update_fields=["document_type", "document_cipher", "document_index"])
            record_act_on(person, "person_document_given", now, {}, actor=why.actor)
    except IntegrityError:
        raise PersonExists from None


def _take_document(holder: User, index: str, taken_from: str, why: Why, now: datetime) -> None:
    """Take a document from an account. One that was merged into another is asked about by that."""
    account = holder.merged_into or holder
    if not may_act_on(why.actor, account):
        raise PersonExists
    if account.username != taken_from:
        raise HeldByAnother(account)
    nothing = {"document_type": "", "document_cipher": "", "document_index": None}
    if not User.objects.filter(pk=holder.pk, document_index=index).update(**nothing):
        raise ChangedMeanwhile("person_document_taken")
    ReasonedAct.objects.create(
        uuid=uuid4(),
        user=account,
        action="person_document_taken",
        reason=why.reason.strip(),
        by_key=why.actor.learner_key,
        at=now,
    )
    record_act_on(account, "person_document_taken", now, {}, actor=why.actor)


def correct_email(*, person: User, email: str, why: Why, now: datetime) -> None:
    """Store another e-mail of a person, or none, and tell the address that was there before.

    Raises InvalidEmail, HoldsRole, NothingChanges, PersonExists when it is somebody else's, and as
    `begin_act` does.
    """
    address = checked_email(email) if email.strip() else ""
    try:
        with transaction.atomic():
            if not begin_act(person, "person_corrected", why, now):
                return
            if holds_any_role(person, now):
                raise HoldsRole
            User.objects.filter(merged_into=person, email__iexact=address).update(email="")
            if address and people_with_email(address).exclude(pk=person.pk).exists():
                raise PersonExists
            before = person.email
            if before == address:
                raise NothingChanges
            if not address and not person.document_index:
                raise InvalidEmail(_("Sin documento ni correo no podría ingresar."))
            person.email = address
            person.save(update_fields=["email"])
            record_act_on(person, "person_corrected", now, {"fields": ["email"]}, actor=why.actor)
            tell_of_new_email(user=person, before=before, by_operator=True, now=now)
    except IntegrityError:
        raise PersonExists from None


def holds_any_role(person: User, now: datetime) -> bool:
    """Say whether a person holds, or will hold, more than the role of a learner."""
    grants = RoleGrant.objects.filter(RoleGrant.not_ended(timezone.localdate(now)), user=person)
    return person.is_superuser or grants.exclude(role=Role.LEARNER).exists()


def transfer_person(
    *, person: User, organisation: Organisation, post: str, why: Why, now: datetime
) -> None:
    """Let a person serve in an institution from today on; in the one where they are, the post
    alone changes.

    Where the actor looks after the institution, the post is confirmed by that. Raises
    NothingChanges, and as `begin_act` does.
    """
    with transaction.atomic():
        if not begin_act(person, "person_moved", why, now):
            return
        before = Membership.objects.filter(user=person, ended_on=None).first()
        post = as_written(post)
        is_there = before is not None and before.organisation_id == organisation.pk
        if is_there:
            names = {"first_name": person.first_name, "last_name": person.last_name}
            correct_person(user=person, post=post, now=now, corrected_by=why.actor, **names)
        else:
            move_person(
                user=person, organisation=organisation, post=post, now=now, moved_by=why.actor
            )
        is_confirmed = confirm_post(person, organisation, why.actor, now)
        if before and is_there and before.post == post and not is_confirmed:
            raise NothingChanges


def end_post(
    *,
    person: User,
    ended_on: date,
    why: Why,
    now: datetime,
    organisation: Organisation | None = None,
) -> None:
    """End where a person serves, on a day until today; with `organisation`, only there.

    Raises NothingChanges for who serves nowhere, or elsewhere, PostBeganLater, and as `begin_act`
    does.
    """
    with transaction.atomic():
        if not begin_act(person, "post_ended", why, now):
            return
        post = Membership.objects.filter(user=person, ended_on=None).first()
        if post is None or (organisation and post.organisation_id != organisation.pk):
            raise NothingChanges
        services.end_post(user=person, ended_on=ended_on, now=now, ended_by=why.actor)


def confirm_post(person: User, organisation: Organisation, actor: User, now: datetime) -> bool:
    """Confirm where a person serves in the name of who looks after that institution; False for
    anybody else, and when it was confirmed before.
    """
    if not organisations_visible_to(actor, STEWARDS).filter(pk=organisation.pk).exists():
        return False
    declared = Membership.objects.filter(user=person, ended_on=None, confirmed_at=None)
    if not declared.update(confirmed_at=now):
        return False
    record_act_on(person, "post_confirmed", now, {}, actor=actor)
    return True


def deactivate_person(*, person: User, why: Why, now: datetime) -> None:
    """Switch an account off: its sessions end, and codes that wait to be used go.

    Raises LastOperator, NothingChanges, and as `begin_act` does.
    """
    with transaction.atomic():
        if begin_act(person, "person_deactivated", why, now):
            if not person.is_active:
                raise NothingChanges
            check_an_operator_stays(person)
            person.is_active = False
            person.save(update_fields=["is_active"])
            RecoveryCode.objects.filter(user=person, used_at=None).delete()
            count = end_sessions_of(person)
            record_act_on(person, "person_deactivated", now, {"sessions": count}, actor=why.actor)


def activate_person(*, person: User, why: Why, now: datetime) -> None:
    """Switch an account on again. Raises NothingChanges, and as `begin_act` does."""
    with transaction.atomic():
        if begin_act(person, "person_activated", why, now):
            if person.is_active:
                raise NothingChanges
            person.is_active = True
            person.save(update_fields=["is_active"])
            record_act_on(person, "person_activated", now, {}, actor=why.actor)


def take_second_factor(*, person: User, why: Why, now: datetime) -> None:
    """Take the second factor of who lost telephone and recovery codes away; their sessions end.

    Raises BeyondTheCeiling for who is no operator, NothingChanges, and as `begin_act` does.
    """
    if not holds_role(why.actor, Role.OPERATOR):
        raise BeyondTheCeiling("second_factor_removed")
    with transaction.atomic():
        if begin_act(person, "second_factor_removed", why, now) and not remove_second_factor(
            person=person, actor=why.actor, now=now
        ):
            raise NothingChanges


def note_refusal(*, person: User, field: str, actor: User, now: datetime) -> None:
    """Note that a correction was refused because another account has the same: asking often tells
    who exists.
    """
    record_act_on(person, "correction_refused", now, {"fields": [field]}, actor=actor)
