"""Keeps certificates: frozen when they become true, numbered afterwards, revoked with a reason."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from learning.models import Enrolment


class Certificate(models.Model):
    """What is proved.

    Everything printed is copied here in the transaction of completion and never recomputed.
    """

    personal_data = True

    class Kind(models.TextChoices):
        COMPLETION = "completion", _("Certificado")

    class State(models.TextChoices):
        WAITING = "waiting", _("En preparación")
        ISSUED = "issued", _("Válido")
        REPLACED = "replaced", _("Reemplazado")
        REVOKED = "revoked", _("Revocado")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(
        max_length=20, unique=True, help_text="Random; see certificates/codes.py"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COMPLETION)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    number = models.PositiveBigIntegerField(
        null=True, blank=True, unique=True, help_text="Given afterwards, without holes"
    )
    learner = models.UUIDField(
        help_text="The person's opaque identifier; one of its own once the person was erased"
    )
    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        help_text="Empty once the person was erased: no row leads from the name to what they did",
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    holder_name = models.CharField(max_length=250, help_text="Exactly as the person writes it")
    document_type = models.CharField(max_length=3, blank=True)
    document_cipher = models.TextField(
        blank=True, help_text="Encrypted; only the last three digits are ever shown"
    )
    document_last = models.CharField(max_length=3, blank=True)
    course_title = models.CharField(max_length=255)
    edition_number = models.CharField(max_length=20)
    minutes = models.PositiveIntegerField(
        help_text="Sum of the minutes of the activities of the edition"
    )
    syllabus = models.JSONField(default=list, help_text="[{module, minutes}] in order")
    score_scaled = models.FloatField(
        null=True, blank=True, help_text="For the holder only, never public"
    )
    started_on = models.DateField()
    completed_on = models.DateField()
    provider = models.CharField(max_length=200)
    issuer = models.CharField(
        max_length=200,
        blank=True,
        help_text="Who certifies; empty on those of before: the provider",
    )
    signers = models.JSONField(
        default=list, blank=True, help_text="[{name, post}] of who answers for it"
    )
    training_type = models.CharField(max_length=60)
    modality = models.CharField(max_length=60)
    cost = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )

    class Meta:
        verbose_name = _("certificado")
        verbose_name_plural = _("certificados")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=~Q(state="replaced"),
                name="one_certificate_per_enrolment_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", number=None)
                | (~Q(state="waiting") & Q(number__isnull=False)),
                name="issued_certificate_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | Q(revoked_at__isnull=False),
                name="revoked_certificate_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["learner"], name="certificates_by_learner")]

    def __str__(self):
        return self.code

    @property
    def is_valid(self) -> bool:
        """True unless it was revoked or replaced: one that waits for its number is already true."""
        return self.state in {self.State.WAITING, self.State.ISSUED}


class CertifiedCompletion(models.Model):
    """That a completion of an erased person was certified.

    Which certificate says so can no longer be told.
    """

    personal_data = True

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="certified")
    is_valid = models.BooleanField(
        help_text="Whether a valid certificate stood for it when the person was erased"
    )

    class Meta:
        verbose_name = _("término certificado")

    def __str__(self):
        return f"{self.enrolment_id}"
