"""Records what somebody gave a learner beyond the rules of a quiz: attempts, or minutes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly
from quizzes.models.attempt import Attempt

# One act gives no more than this.
MOST_ATTEMPTS = 3
MOST_MINUTES = 240


class Accommodation(AppendOnly):
    """One attempt more, or a few, given after an attempt; the next ones at the same quiz use them.

    Why it was given stands with the act on the person (`accounts.ReasonedAct`).
    """

    personal_data = True

    after = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="accommodation")
    count = models.PositiveSmallIntegerField(default=1)
    given_at = models.DateTimeField()
    given_by_key = models.UUIDField(help_text="Opaque identifier of who gave it")

    class Meta:
        verbose_name = _("intento adicional")
        verbose_name_plural = _("intentos adicionales")
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1, count__lte=MOST_ATTEMPTS),
                name="attempts_given_are_few",
            )
        ]

    def __str__(self):
        return f"{self.after_id} {self.given_at}"


class MoreTime(AppendOnly):
    """Minutes more than the time limit for one attempt of a learner at a quiz: the one that is
    open, or the next one, which has its number before it begins.

    Why they were given stands with the act on the person (`accounts.ReasonedAct`).
    """

    personal_data = True

    learner = models.UUIDField(help_text="The person's opaque identifier")
    quiz_key = models.UUIDField()
    number = models.PositiveSmallIntegerField(help_text="Of the attempt that gets them")
    minutes = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    given_by_key = models.UUIDField(help_text="Opaque identifier of who gave them")

    class Meta:
        verbose_name = _("tiempo adicional")
        verbose_name_plural = _("tiempos adicionales")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES),
                name="more_time_is_some_and_not_endless",
            )
        ]
        indexes = [
            models.Index(fields=["learner", "quiz_key", "number"], name="more_time_of_attempt")
        ]

    def __str__(self):
        return f"{self.quiz_key} {self.number} +{self.minutes}"
