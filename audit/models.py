"""Keeps the append-only trail: who did what to which record, with opaque identifiers only."""

import uuid

from django.db import models

from lib.append_only import AppendOnly


class AuditEntry(AppendOnly):
    """One act.

    It is inserted unchained in the acting transaction; `sealing` chains it afterwards.
    """

    personal_data = False

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    actor_key = models.UUIDField(
        null=True, help_text="Opaque identifier of who acted; empty for the system"
    )
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_key = models.CharField(max_length=64)
    details = models.JSONField(default=dict, help_text="Facts of the act without personal data")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "acto registrado"
        verbose_name_plural = "actos registrados"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_type", "object_key"], name="audit_by_object"),
            models.Index(fields=["actor_key"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_moment"),
        ]

    def __str__(self):
        return f"{self.action} {self.object_type} {self.object_key}"


class Seal(AppendOnly):
    """The place of one entry in the chain: a hash over the entry and the seal before it."""

    personal_data = False

    number = models.PositiveBigIntegerField(unique=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "sello"
        ordering = ["number"]

    def __str__(self):
        return f"{self.number}: {self.digest[:12]}"


class ChainCheck(models.Model):
    """How far the chain was walked, and what came of it: one row."""

    personal_data = False

    number = models.PositiveBigIntegerField(
        default=0, help_text="The last seal that fitted, in the round that goes on"
    )
    digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True, help_text="When the round that goes on began")
    finished_at = models.DateTimeField(null=True, help_text="When a whole round ended last")
    whole_until = models.PositiveBigIntegerField(
        default=0, help_text="The last seal of the last whole round"
    )
    broken_number = models.PositiveBigIntegerField(
        null=True, help_text="The first seal that does not fit"
    )
    broken_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "comprobación del historial"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="the_chain_has_one_check")
        ]

    def __str__(self):
        return f"{self.number}"
