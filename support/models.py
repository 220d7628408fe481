"""Keeps what people ask for in Help until it was answered and its time is over."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HelpRequest(models.Model):
    """One question from the help page. Nobody has to say who they are."""

    personal_data = True

    uuid = models.UUIDField(
        unique=True,
        null=True,
        editable=False,
        help_text="The identifier that the client sent; older rows have none",
    )
    learner = models.UUIDField(
        null=True, blank=True, help_text="Opaque identifier of a person who was signed in"
    )
    text = models.TextField(_("pregunta"), max_length=2000)
    contact = models.CharField(_("cómo responder"), max_length=254, blank=True)
    asked_at = models.DateTimeField()
    handed_at = models.DateTimeField(
        null=True, blank=True, help_text="Passed on to whoever coordinates where the person serves"
    )
    answer = models.TextField(_("respuesta"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_key = models.UUIDField(
        null=True, blank=True, help_text="Opaque identifier of the operator"
    )

    class Meta:
        verbose_name = _("pedido de ayuda")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by_key=None)
                | models.Q(answered_at__isnull=False),
                name="unanswered_help_has_no_answerer",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="") | models.Q(answered_at__isnull=False),
                name="an_answer_to_help_has_its_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_at=None) | models.Q(learner__isnull=False),
                name="help_of_nobody_is_not_handed_on",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """The number that the person keeps: A-17."""
        return f"A-{self.pk}"
