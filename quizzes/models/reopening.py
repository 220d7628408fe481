"""Records that somebody let a closed attempt go on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly
from quizzes.models.attempt import Attempt


class Reopening(AppendOnly):
    """One act of an operator on one attempt, with what its submission had given; the journal keeps
    that line.
    """

    personal_data = True

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="reopenings")
    at = models.DateTimeField()
    by_key = models.UUIDField(help_text="Opaque identifier of the operator")
    reason = models.CharField(
        max_length=300, blank=True, help_text="Empty once the person was erased"
    )
    submitted_at = models.DateTimeField(help_text="When it had been submitted")
    score_scaled = models.FloatField(help_text="What that submission had given")

    class Meta:
        verbose_name = _("reapertura")

    def __str__(self):
        return f"{self.attempt_id} {self.at}"
