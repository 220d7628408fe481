"""Keeps the question bank: plain tables, never pages or snippets, so that keys stay out of
Wagtail's side doors.
"""

import uuid

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly
from norms.models import Norm
from questions.kinds import Kind, kind_labels, kind_of
from questions.models.topic import TopicField


class Bank(models.Model):
    """A collection of questions about one matter."""

    personal_data = False

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("título"), max_length=160)

    class Meta:
        verbose_name = _("banco de preguntas")
        verbose_name_plural = _("bancos de preguntas")
        ordering = ["title"]

    def __str__(self):
        return self.title


class QuestionQuerySet(models.QuerySet):
    """Questions, with what became of their newest version."""

    def with_shown_state(self) -> "QuestionQuerySet":
        """Add `shown_state`: that of the question, or what its review says while its newest version
        is not approved.
        """
        waits = Q(state=Question.State.ACTIVE) & (Q(approved=None) | ~Q(approved=F("current")))
        returns = QuestionReview.objects.filter(version=OuterRef("current"), is_approved=False)
        state = Case(
            When(waits & Exists(returns), then=Value(Question.ShownState.RETURNED)),
            When(waits, then=Value(Question.ShownState.IN_REVIEW)),
            default=F("state"),
        )
        return self.annotate(shown_state=state)

    def in_review(self) -> "QuestionQuerySet":
        """Keep those whose newest version nobody decided about yet."""
        return self.with_shown_state().filter(shown_state=Question.ShownState.IN_REVIEW)

    def returned(self) -> "QuestionQuerySet":
        """Keep those whose newest version came back with a comment."""
        return self.with_shown_state().filter(shown_state=Question.ShownState.RETURNED)

    def written_by(self, author_key: uuid.UUID) -> "QuestionQuerySet":
        """Keep those in which a person wrote a version since the approved one: what they do not
        approve.
        """
        since = Coalesce(OuterRef("approved__number"), 0)
        return self.filter(
            Exists(
                QuestionVersion.objects.filter(
                    question=OuterRef("pk"), author_key=author_key, number__gt=since
                )
            )
        )


class Question(models.Model):
    """A question of a bank. What it asks is in its versions; an attempt pins one of them."""

    personal_data = False

    class State(models.TextChoices):
        DRAFT = "draft", _("Borrador")
        ACTIVE = "active", _("Activa")
        RETIRED = "retired", _("Retirada")

    class ShownState(models.TextChoices):
        """The states as people look for them: what is active, and what waits to be."""

        ACTIVE = "active", _("Activa")
        IN_REVIEW = "review", _("En revisión")
        RETURNED = "returned", _("Devuelta")
        DRAFT = "draft", _("Borrador")
        RETIRED = "retired", _("Retirada")

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    bank = models.ForeignKey(
        Bank, on_delete=models.PROTECT, related_name="questions", verbose_name=_("banco")
    )
    topic = TopicField(_("tema"), max_length=60, blank=True)
    state = models.CharField(_("estado"), max_length=8, choices=State.choices, default=State.DRAFT)
    current = models.ForeignKey(
        "questions.QuestionVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved = models.ForeignKey(
        "questions.QuestionVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=(
            "What new papers ask: the last version that somebody else than its author approved"
        ),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("pregunta")
        verbose_name_plural = _("preguntas")
        ordering = ["bank", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(current__isnull=False),
                name="active_question_has_a_version",
            ),
        ]

    def __str__(self):
        return self.current.stem[:80] if self.current else str(self.key)

    @property
    def waits_for_review(self) -> bool:
        """True when its author wants the newest version asked, and nobody approved it."""
        return self.state == self.State.ACTIVE and self.current_id != self.approved_id


class QuestionReview(AppendOnly):
    """What a reviewer decided about one version of a question, with a comment; an operator's
    comment is the reason.
    """

    personal_data = False

    version = models.ForeignKey(
        "questions.QuestionVersion", on_delete=models.PROTECT, related_name="reviews"
    )
    reviewer_key = models.UUIDField(help_text="Opaque identifier of who decided")
    is_approved = models.BooleanField()
    comment = models.CharField(max_length=600, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("revisión de pregunta")
        verbose_name_plural = _("revisiones de preguntas")
        ordering = ["decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_approved=True) | ~Q(comment=""),
                name="returned_question_has_a_comment",
            ),
        ]

    def __str__(self):
        return f"{self.version_id} {self.is_approved}"


class QuestionVersion(AppendOnly):
    """What a question asked at one time, with its key.

    Never changed: editing makes the next version.
    """

    personal_data = False

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("tipo"), max_length=12, choices=kind_labels)
    stem = models.TextField(_("enunciado"), max_length=1500)
    content = models.JSONField(
        help_text="What its kind asks, key included, with the version of its schema"
    )
    feedback = models.TextField(_("explicación"), max_length=1500)
    norm = models.ForeignKey(
        Norm,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("norma que la respalda"),
    )
    locator = models.CharField(_("artículos"), max_length=120, blank=True)
    source = models.CharField(_("fuente"), max_length=300, blank=True)
    lesson_key = models.UUIDField(
        null=True, blank=True, help_text="The lesson that teaches it, wherever it moves"
    )
    created_at = models.DateTimeField()
    author_key = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("versión de pregunta")
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="one_question_version_per_number"
            )
        ]

    def __str__(self):
        return self.stem[:80]

    @property
    def shaped(self) -> Kind:
        """Its kind, which owns its content."""
        return kind_of(self.kind)
