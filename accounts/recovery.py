"""Lets a coordinator give a person without e-mail a code to choose a new password: used once, shown
once, kept as a digest.
"""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q

from accounts import documents
from accounts.limits import CODES_TRIED_OF_ACCOUNT, forget
from accounts.models import RecoveryCode, User
from accounts.new_password import take_new_password
from accounts.permissions import may_recover
from audit.services import record_act
from lib.codes import ALPHABET, as_meant, plain_characters, without_label

# Ten characters of 32 are 50 bits.
LENGTH = 10
LASTS = timedelta(hours=48)
# A printed slip travels by hand to a district, and waits there for its person.
SLIP_LASTS = timedelta(days=30)
SENT_TWICE_WITHIN = timedelta(minutes=10)


class BeyondReach(Exception):
    """The person is not in the coordinator's scope, holds a higher role, or cannot sign in."""


class NothingToType(Exception):
    """The person has neither document nor e-mail to write beside a code."""


class AlreadyGiven(Exception):
    """The person got another code after the page was drawn from which this one was asked for."""


def bare_code(typed: str) -> str:
    """Return a code as it is digested: capitals without label or separators, O read as 0, I and L
    as 1.
    """
    return as_meant(plain_characters(without_label(typed)))


def last_code(person: User) -> RecoveryCode | None:
    """Return the code that a person got last, whatever became of it, or None."""
    return RecoveryCode.objects.filter(user=person).order_by("-pk").first()


def last_code_of(username: str) -> int | None:
    """Return the number of the last code behind an opaque name; None where there is none. One
    statement, whoever is named.
    """
    codes = RecoveryCode.objects.filter(user__username=username)
    return codes.order_by("-pk").values_list("pk", flat=True).first()


def issue_code(
    *,
    person: User,
    coordinator: User,
    now: datetime,
    after: str | None = None,
    lasts: timedelta = LASTS,
) -> str:
    """Return a fresh code for a person, in two groups; one that was given before stops working.

    `after` names the last code that the page knew of ("" for none): a page sent twice, or an old
    one, ends no code that was given since. Tries of the one before say nothing about this one, so
    they are forgotten. Raises BeyondReach, NothingToType and AlreadyGiven.
    """
    if not may_recover(coordinator, person):
        raise BeyondReach
    if not person.document_index and not person.email:
        raise NothingToType
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        last = last_code(person)
        if after is not None and after != (str(last.pk) if last else ""):
            raise AlreadyGiven
        RecoveryCode.objects.filter(user=person, used_at=None).delete()
        RecoveryCode.objects.create(
            user=person,
            digest=_digest(person.username, code),
            issued_by_key=coordinator.learner_key,
            issued_at=now,
            expires_at=now + lasts,
        )
        _record("recovery_code_issued", person, coordinator, now)
    forget(CODES_TRIED_OF_ACCOUNT, person.username, now=now)
    return f"{code[:5]}-{code[5:]}"


def use_code(*, username: str, typed: str, password: str, now: datetime) -> User | None:
    """Give the person behind an opaque name the new password, which was checked before; None when
    the code does not fit, or who gave it could not give it any more.

    Somebody unknown takes the same path as a wrong code. Every session of the person ends. Sent
    twice, as by a button pressed twice, it is done once and answered the same. Raises
    ValidationError, and leaves the code as it is, where the right code comes with a password that
    is little more than what its person is known by: the form alone cannot know them.
    """
    usable = RecoveryCode.objects.filter(
        user__username=username, user__is_active=True, used_at=None, expires_at__gt=now
    )
    with transaction.atomic():
        # The person first, as whoever gives a code does: the two may meet.
        list(User.objects.select_for_update().filter(username=username).values_list("pk"))
        code = (
            usable.select_for_update(of=("self",))
            .filter(digest=_digest(username, bare_code(typed)))
            .select_related("user")
            .first()
        )
        if code is None or not _may_still_be_given(code):
            return _who_chose_it_just_now(username, typed, password, now)
        validate_password(password, code.user)
        code.used_at = now
        code.save(update_fields=["used_at"])
        take_new_password(user=code.user, password=password, now=now)
        _record("recovery_code_used", code.user, code.user, now)
    return code.user


def end_codes_of_who_came_in() -> int:
    """Delete the unused codes of whoever came in before, as after a restore: one that was used
    since the backup would work again. Return how many.

    Slips of people who never came in stay: without them nobody of a list could come in.
    """
    came_in = Q(user__last_login__isnull=False) | Q(user__first_entry_at__isnull=False)
    return RecoveryCode.objects.filter(came_in, used_at=None).delete()[0]


def _may_still_be_given(code: RecoveryCode) -> bool:
    """Say whether who gave a code may still let its person in: meanwhile one may have lost a role,
    and the other got one (R11).
    """
    giver = User.objects.filter(learner_key=code.issued_by_key).first()
    return giver is not None and may_recover(giver, code.user)


def _who_chose_it_just_now(username: str, typed: str, password: str, now: datetime) -> User | None:
    used = RecoveryCode.objects.filter(
        user__username=username,
        user__is_active=True,
        digest=_digest(username, bare_code(typed)),
        used_at__gt=now - SENT_TWICE_WITHIN,
    ).select_related("user")
    code = used.first()
    return code.user if code and code.user.check_password(password) else None


def _digest(username: str, code: str) -> str:
    return documents.stand_in(f"recovery-code:{username}:{code}")


def _record(action: str, person: User, actor: User, now: datetime) -> None:
    record_act(
        actor_key=actor.learner_key,
        action=action,
        object_type="person",
        object_key=str(person.learner_key),
        now=now,
    )
