"""Records that somebody gave a learner one attempt more than the rules of a quiz."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly
from quizzes.models.attempt import Attempt


class Accommodation(AppendOnly):
    """One attempt more, given after an attempt; the next one at the same quiz uses it.

    Why it was given stands with the act on the person (`accounts.ReasonedAct`).
    """

    personal_data = True

    after = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="accommodation")
    given_at = models.DateTimeField()
    given_by_key = models.UUIDField(help_text="Opaque identifier of who gave it")

    class Meta:
        verbose_name = _("intento adicional")
        verbose_name_plural = _("intentos adicionales")

    def __str__(self):
        return f"{self.after_id} {self.given_at}"
