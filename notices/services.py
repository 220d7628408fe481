"""Sends the letters that are due, one after the other, and stores how each ended before the next
begins.
"""

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from post_office.models import STATUS, Email, Log

from accounts import documents
from accounts.models import User
from accounts.services import note_address, store_unread
from audit.services import record_act
from notices.answers import Answer, answer_of, words_of
from notices.kinds import kinds
from notices.models import (
    Letter,
    MailServer,
    MutedKind,
    Notice,
    ShortMessage,
    ShortMessageConsent,
)
from notices.queries import due_letters, letters_to_send_again
from notices.quiet import is_quiet

SECONDS_A_ROUND = 20  # the other jobs of the worker wait meanwhile
LETTERS_A_LOOK = 50
# Greylisting wants some minutes; a full mailbox, days: the last try is two days after the first.
BACK_OFF = [timedelta(minutes=count) for count in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440)]
PAUSES = [timedelta(minutes=count) for count in (1, 2, 5, 10, 15)]
REFUSALS_IN_A_ROW = 10
UNSURE_TRIES = 2
INTERRUPTED_AFTER, REPEATED_FOR, TRIES_OF_A_TASK = timedelta(minutes=5), timedelta(days=1), 5
Now = Callable[[], datetime]


def mail_server() -> BaseEmailBackend:
    """Return a connection to the mail server of EMAIL_URL, not opened yet."""
    return import_string(settings.LETTER_BACKEND)(fail_silently=False)


def send_due_letters(now: Now = timezone.now, *, seconds: float = SECONDS_A_ROUND) -> int:
    """Send what is due, for some seconds at most; return how many the mail server took.

    By one process at a time: the caller holds the lock. A server that is away is left alone for a
    while that grows, and the letters wait.
    """
    server = MailServer.objects.filter(pk=1).first() or MailServer(pk=1)
    start, sent_count = time.monotonic(), 0
    connection: BaseEmailBackend | None = None
    try:
        while time.monotonic() - start < seconds and not _is_paused(server, now()):
            keys = due_letters(now(), is_quiet(now()))[:LETTERS_A_LOOK]
            if not keys:
                break
            connection = connection or _opened(server, now())
            for key in keys:
                if connection is None or time.monotonic() - start >= seconds:
                    break
                sent_count += _send(key, connection, server, now)
                if _is_paused(server, now()):
                    _close(connection)
                    connection = None
    finally:
        _close(connection)
    return sent_count


def _is_paused(server: MailServer, now: datetime) -> bool:
    return server.paused_until is not None and now < server.paused_until


def _opened(server: MailServer, now: datetime) -> BaseEmailBackend | None:
    connection = mail_server()
    try:
        connection.open()
    except Exception as error:  # whatever a foreign server, or a wrong address of it, makes of it
        _note_away(server, words_of(error), now)
        _close(connection)  # where the password is refused it stands open
        return None
    return connection


def _close(connection: BaseEmailBackend | None) -> None:
    # The server may be gone, and with it what there was to close.
    with suppress(Exception):
        if connection is not None:
            connection.close()


def _send(key: int, connection: BaseEmailBackend, server: MailServer, now: Now) -> bool:
    """Send one letter and store its end; say whether the mail server took it."""
    letter = _taken(key, now())
    if letter is None:
        return False
    try:
        _with_its_text(letter).dispatch(
            commit=False, disconnect_after_delivery=False, connection=connection
        )
    except Exception as error:
        answer, words = answer_of(error), words_of(error)
        if answer in (Answer.AWAY, Answer.UNSURE):
            _note_away(server, words, now())
        _store_failure(letter, answer, words, type(error).__name__, now())
        if answer == Answer.REFUSED:
            _note_refusal(server, words, now())
        return False
    _store_sent(letter, now())
    _note_there(server)
    return True


def _taken(key: int, now: datetime) -> Letter | None:
    """Return a letter ready to go, marked as handed over; None where it goes no more."""
    with transaction.atomic():
        letter = Letter.objects.select_related("email").filter(pk=key).first()
        if letter is None or letter.email.status not in (STATUS.queued, STATUS.requeued):
            return None
        if letter.is_held:
            return None
        if letter.sending_since is not None:
            letter.unsure_count += 1
        refusal = _refusal(letter, now)
        if refusal:
            _store_end(letter, STATUS.failed, refusal, "", now)
            return None
        letter.sending_since = now
        letter.save(update_fields=["sending_since", "unsure_count"])
    return letter


def _with_its_text(letter: Letter) -> Email:
    """Return the row as it is sent, with its text in clear; it is not saved."""
    email = letter.email
    email.expires_at = None  # its header would tell how long a link holds
    if letter.holds_secret:
        email.message = documents.decrypt(email.message)
        email.html_message = documents.decrypt(email.html_message) if email.html_message else ""
    return email


def _refusal(letter: Letter, now: datetime) -> str:
    """Return why a letter must not leave any more; empty when it may."""
    email = letter.email
    if email.expires_at and email.expires_at <= now:
        return _("Venció antes de salir.")
    if letter.unsure_count >= UNSURE_TRIES:
        return _("El envío se cortó dos veces: no se sabe si llegó.")
    if letter.follows_person and letter.learner:
        person = User.objects.filter(learner_key=letter.learner, is_active=True).first()
        if person is None or not person.email:
            return _("La persona ya no tiene correo o su cuenta no está en uso.")
        if email.to != [person.email]:
            email.to = [person.email]
            Email.objects.filter(pk=email.pk).update(to=email.to)
    return ""


def _store_sent(letter: Letter, now: datetime) -> None:
    with transaction.atomic():
        _note_address(letter, bounces=False)
        _store_end(letter, STATUS.sent, "", "", now)


def _store_failure(
    letter: Letter, answer: Answer, words: str, exception_type: str, now: datetime
) -> None:
    tries = letter.email.number_of_retries or 0
    with transaction.atomic():
        if answer == Answer.REFUSED or tries >= len(BACK_OFF):
            if answer == Answer.REFUSED and exception_type == SMTPRecipientsRefused.__name__:
                _note_address(letter, bounces=True)
            _store_end(letter, STATUS.failed, words, exception_type, now)
            return
        if answer == Answer.UNSURE:
            letter.unsure_count += 1
        Letter.objects.filter(pk=letter.pk).update(
            sending_since=None, unsure_count=letter.unsure_count
        )
        # A server that is away is no letter's fault, and uses up none of its tries.
        is_try = answer == Answer.LATER
        Email.objects.filter(pk=letter.pk).update(
            status=STATUS.requeued,
            scheduled_time=now + BACK_OFF[tries if is_try else 0],
            number_of_retries=tries + is_try,
            last_updated=now,
        )
        _log(letter, STATUS.failed, words, exception_type)


def _note_address(letter: Letter, *, bounces: bool) -> None:
    if letter.learner:
        for address in letter.email.to:
            note_address(learner=letter.learner, email=address, bounces=bounces)


def _store_end(letter: Letter, status: int, words: str, exception_type: str, now: datetime) -> None:
    """Store how a letter ended, and wipe what need not stay."""
    end: dict[str, object] = {"status": status, "last_updated": now, "scheduled_time": None}
    if letter.holds_secret or letter.is_last:
        end |= {"message": "", "html_message": "", "headers": None}
    if letter.is_last:
        end |= {"to": [], "cc": [], "bcc": [], "subject": ""}
    Email.objects.filter(pk=letter.pk).update(**end)
    Letter.objects.filter(pk=letter.pk).update(sending_since=None, unsure_count=letter.unsure_count)
    _log(letter, status, words, exception_type)


def _log(letter: Letter, status: int, words: str, exception_type: str) -> None:
    # A row of an erased person is gone meanwhile.
    if Email.objects.filter(pk=letter.pk).exists():
        Log.objects.create(
            email_id=letter.pk, status=status, message=words, exception_type=exception_type
        )


def _note_away(server: MailServer, why: str, now: datetime) -> None:
    server.failed_count += 1
    server.away_since = server.away_since or now
    server.paused_until = now + PAUSES[min(server.failed_count, len(PAUSES)) - 1]
    server.why = why
    server.save()


def _note_refusal(server: MailServer, why: str, now: datetime) -> None:
    """Ten letters refused one after the other are the fault of our settings rather than theirs."""
    server.refused_count += 1
    server.save()
    if server.refused_count >= REFUSALS_IN_A_ROW:
        _note_away(server, why, now)


def _note_there(server: MailServer) -> None:
    if server.failed_count or server.refused_count:
        server.failed_count = server.refused_count = 0
        server.paused_until = server.away_since = None
        server.why = ""
        server.save()


def send_again(*, number: int, operator: User, now: datetime) -> bool:
    """Put a letter that failed back into the queue; False when it is none, or may not leave."""
    with transaction.atomic():
        if not letters_to_send_again(now).filter(pk=number).exists():
            return False
        Email.objects.filter(pk=number, status=STATUS.failed).update(
            status=STATUS.queued, scheduled_time=None, number_of_retries=0, last_updated=now
        )
        Letter.objects.filter(pk=number).update(sending_since=None, unsure_count=0)
        MailServer.objects.filter(pk=1).update(paused_until=None, refused_count=0)
        record_act(
            actor_key=operator.learner_key,
            action="letter_sent_again",
            object_type="letter",
            object_key=str(number),
            now=now,
        )
    return True


def send_all_again(*, operator: User, now: datetime) -> int:
    """Put all that failed and may leave back into the queue; return how many."""
    numbers = letters_to_send_again(now).values_list("pk", flat=True)
    return sum(send_again(number=number, operator=operator, now=now) for number in numbers)


def repeat_interrupted_letters(*, now: datetime) -> int:
    """Let the worker write again the letters over which it was killed, or which the database did
    not take; return how many. Five times at most: afterwards readiness tells of them.
    """
    until = now - INTERRUPTED_AFTER
    is_cut = Q(status=TaskResultStatus.RUNNING, started_at__lt=until)
    has_failed = Q(
        status=TaskResultStatus.FAILED,
        finished_at__lt=until,
        finished_at__gt=now - REPEATED_FOR,
    )
    tasks = DBTaskResult.objects.filter(is_cut | has_failed, task_path__endswith="_letter")
    keys = [
        task.pk
        for task in tasks
        # What a last letter was about is forgotten as soon as it ends.
        if len(task.worker_ids) < TRIES_OF_A_TASK and task.args_kwargs["args"]
    ]
    return DBTaskResult.objects.filter(is_cut | has_failed, pk__in=keys).update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None
    )


def forget_letters_of(learner_key: UUID, email: str = "") -> None:
    """Delete the letters of a person, those that wait too; the last one is told apart."""
    Email.objects.filter(letter__learner=learner_key).delete()
    if email:
        Email.objects.filter(letter__learner=None, letter__is_last=False, to=email).delete()


def hand_notices_over(*, kept: UUID, merged: UUID) -> None:
    """Let what one account was told be told to another of the same person; what both were told
    stays twice, each with its account.
    """
    told = Notice.objects.filter(learner=kept, kind=OuterRef("kind"), cause=OuterRef("cause"))
    Notice.objects.filter(~Exists(told), learner=merged).update(learner=kept)
    Letter.objects.filter(learner=merged).update(learner=kept)
    sent = ShortMessage.objects.filter(learner=kept, kind=OuterRef("kind"), cause=OuterRef("cause"))
    ShortMessage.objects.filter(~Exists(sent), learner=merged).update(learner=kept)
    # Who agreed did so with one account: the other asks again.
    ShortMessageConsent.objects.filter(learner=merged).delete()
    recount_unread({kept, merged})


def forget_letter_texts(before: datetime) -> int:
    """Delete the letters written before a moment, with what is known of them; return how many."""
    return Email.objects.filter(created__lt=before).delete()[1].get("post_office.Email", 0)


def forget_notices_of(learner_key: UUID) -> None:
    """Delete what a person was told, which letters they wanted, and where they wanted messages."""
    Notice.objects.filter(learner=learner_key).delete()
    MutedKind.objects.filter(learner=learner_key).delete()
    ShortMessageConsent.objects.filter(learner=learner_key).delete()
    ShortMessage.objects.filter(learner=learner_key).delete()


def forget_notices(before: datetime) -> int:
    """Delete the notices of before a moment; return how many."""
    old = Notice.objects.filter(happened_at__lt=before)
    unread = set(old.filter(read_at=None).values_list("learner", flat=True))
    with transaction.atomic():
        count = old.delete()[0]
        ShortMessage.objects.filter(sent_at__lt=before).delete()
        recount_unread(unread)
    return count


def recount_unread(learners: Collection[UUID]) -> None:
    """Count again what these people have not read."""
    if not learners:
        return
    store_unread(learners=learners, count=unread_count())


def unread_count() -> Coalesce:
    """Return how much somebody has not read, as a part of a statement about people."""
    unread = Notice.objects.filter(learner=OuterRef("learner_key"), kind__in=kinds(), read_at=None)
    counted = unread.order_by().values("learner").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def mark_read(*, learner: UUID, now: datetime, number: int | None = None) -> int:
    """Mark one notice of a person as read, or all; return how many were not."""
    unread = Notice.objects.filter(learner=learner, read_at=None)
    if number is not None:
        unread = unread.filter(pk=number)
    with transaction.atomic():
        count = unread.update(read_at=now)
        recount_unread({learner})
    return count
