"""Keeps what is known of a letter beside its text, and whether the mail server answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS, Email


class Letter(models.Model):
    """One letter: what django-post-office does not know of its row."""

    personal_data = True

    email = models.OneToOneField(
        Email, on_delete=models.CASCADE, primary_key=True, related_name="letter"
    )
    learner = models.UUIDField(
        null=True, blank=True, db_index=True, help_text="Opaque identifier of whom it is for"
    )
    kind = models.CharField(max_length=40)
    holds_secret = models.BooleanField(
        default=False, help_text="Its text is encrypted while it waits, and wiped afterwards"
    )
    is_last = models.BooleanField(
        default=False, help_text="The person was erased: its address goes as soon as it ends"
    )
    follows_person = models.BooleanField(
        default=False, help_text="It goes to the address that the person has when it leaves"
    )
    may_wait = models.BooleanField(default=False, help_text="It does not leave at night")
    sending_since = models.DateTimeField(
        null=True, blank=True, help_text="Handed to the mail server, whose answer is not stored yet"
    )
    unsure_count = models.PositiveSmallIntegerField(
        default=0, help_text="Tries of which nobody knows whether the mail server took the letter"
    )
    held_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="It waited in a backup that was restored: an operator says whether it leaves",
    )

    class Meta:
        verbose_name = _("carta")

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def is_held(self) -> bool:
        """True while an operator has not said whether it leaves."""
        return self.held_since is not None and self.email.status in (STATUS.queued, STATUS.requeued)

    @property
    def hidden_address(self) -> str:
        """The address as an operator reads it: the server tells what is wrong, not the person."""
        hidden = [f"{name[:1]}…@{server}" for name, _at, server in map(_parted, self.email.to)]
        return ", ".join(hidden)


def _parted(address: str) -> tuple[str, str, str]:
    return address.rpartition("@")


class Notice(models.Model):
    """Something that a person is told, in the list of notices and perhaps by letter."""

    personal_data = True

    learner = models.UUIDField(help_text="Opaque identifier of who is told")
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=80, help_text="What it is about: told once")
    facts = models.JSONField(default=dict, help_text="What its words need; nothing personal")
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    letter_due_at = models.DateTimeField(
        null=True, blank=True, help_text="Its letter is to be written; empty when there is none"
    )
    letter_written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("aviso")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "kind", "cause"], name="each_notice_is_told_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["letter_due_at"],
                condition=models.Q(letter_due_at__isnull=False),
                name="notices_with_letter_due",
            ),
            models.Index(fields=["learner", "-happened_at"], name="notices_of_person"),
        ]

    def __str__(self):
        return f"{self.kind} {self.cause}"


class MutedKind(models.Model):
    """A kind of which a person wants no letters."""

    personal_data = True

    learner = models.UUIDField(help_text="Opaque identifier of the person")
    kind = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("aviso sin carta")
        constraints = [
            models.UniqueConstraint(fields=["learner", "kind"], name="a_kind_is_muted_once")
        ]

    def __str__(self):
        return self.kind


class ShortMessageConsent(models.Model):
    """That a person wants short messages, on which telephone, and since when; withdrawn, it is
    gone.
    """

    personal_data = True

    learner = models.UUIDField(unique=True, help_text="Opaque identifier of the person")
    telephone = models.TextField(help_text="Sealed with the keys of personal data")
    agreed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("acuerdo sobre mensajes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(telephone=""), name="short_messages_go_somewhere"
            )
        ]

    def __str__(self):
        return f"{self.agreed_at}"


class ShortMessage(models.Model):
    """One short message that was handed over: the same is never handed over twice."""

    personal_data = True

    learner = models.UUIDField(help_text="Opaque identifier of who gets it")
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=80, help_text="What it is about: sent once")
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mensaje corto")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "kind", "cause"], name="each_short_message_is_sent_once"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.cause}"


class JournalPosition(models.Model):
    """Up to which row of a journal everything was told, or which day was asked last."""

    personal_data = False

    name = models.CharField(max_length=40, unique=True)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("lugar en un registro")

    def __str__(self):
        return f"{self.name} {self.number}"


class MailServer(models.Model):
    """How the mail server answered last: one row."""

    personal_data = False

    failed_count = models.PositiveIntegerField(default=0, help_text="Tries in a row without it")
    refused_count = models.PositiveIntegerField(default=0, help_text="Letters refused in a row")
    paused_until = models.DateTimeField(null=True, blank=True)
    away_since = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("servidor de correo")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_mail_server")
        ]

    def __str__(self):
        return self.why or "ok"
