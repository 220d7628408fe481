"""Keeps who asked for a transfer, so that the other side may reject it."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Days in which the side that did not ask for a transfer may reject it.
REJECTED_WITHIN = timedelta(days=30)


class Transfer(models.Model):
    """That somebody asked for a person to serve elsewhere. It holds from its day on; the side that
    did not ask may reject it.
    """

    personal_data = True

    class Side(models.TextChoices):
        ORIGIN = "origin", _("Donde estaba")
        DESTINATION = "destination", _("Donde está ahora")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="transfers")
    before = models.OneToOneField(
        "accounts.Membership", on_delete=models.CASCADE, related_name="left_by"
    )
    after = models.OneToOneField(
        "accounts.Membership", on_delete=models.CASCADE, related_name="begun_by"
    )
    asked_by_key = models.UUIDField(help_text="Opaque key of who asked, perhaps the person")
    asked_side = models.CharField(
        max_length=11, choices=Side.choices, blank=True, help_text="Empty for both, or neither"
    )
    at = models.DateTimeField()
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejected_by_key = models.UUIDField(null=True, blank=True, help_text="Opaque key of who did")

    class Meta:
        verbose_name = _("traslado")
        verbose_name_plural = _("traslados")
        constraints = [
            models.CheckConstraint(
                condition=Q(rejected_at=None, rejected_by_key=None)
                | Q(rejected_at__gte=models.F("at"), rejected_by_key__isnull=False),
                name="transfer_is_rejected_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["at"], name="transfers_by_day")]

    def __str__(self):
        return f"{self.user} · {self.after.organisation}"

    @property
    def ends_at(self) -> datetime:
        """Until when it may be rejected."""
        return self.at + REJECTED_WITHIN
