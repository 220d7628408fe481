"""Keeps who asked to be erased, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ErasureRequest(models.Model):
    """A person asks that what identifies them be erased.

    Carried out, it is a line of the erasure list: a key and dates.
    """

    personal_data = True

    class State(models.TextChoices):
        PENDING = "pending", _("En espera")
        WITHDRAWN = "withdrawn", _("Retirado por la persona")
        DECLINED = "declined", _("No procede")
        DONE = "done", _("Cumplido")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    learner = models.UUIDField(
        help_text="The person's opaque identifier; after the erasure it leads to nobody"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_key = models.UUIDField(
        null=True, blank=True, help_text="Opaque identifier of the operator who decided"
    )
    reason = models.CharField(
        _("motivo"), max_length=300, blank=True, help_text="Why it was declined, for the person"
    )

    class Meta:
        verbose_name = _("pedido de borrado")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner"],
                condition=Q(state="pending"),
                name="one_pending_erasure_per_person",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="decided_erasure_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="declined_erasure_has_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.uuid}"

    @property
    def is_pending(self) -> bool:
        """True while nobody has decided."""
        return self.state == self.State.PENDING
