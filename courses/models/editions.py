"""Defines the frozen side of a course: head, edition, and the bodies behind it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly


class CourseHead(models.Model):
    """One row for each course key: its newest edition, and whether publishing left it dirty.

    Records point here and at editions; it outlives the page.
    """

    personal_data = False

    key = models.UUIDField(
        unique=True,
        help_text="Wagtail's translation_key: the same in every language and after a move",
    )
    slug = models.SlugField(
        max_length=120, blank=True, help_text="Slug of the live page in the main language"
    )
    position = models.CharField(
        max_length=255,
        blank=True,
        help_text="Order in the catalogue: the path of the page in the tree",
    )
    is_open = models.BooleanField(default=False)
    is_dirty = models.BooleanField(default=False)
    dirty_since = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(
        blank=True, help_text="Why the last freezing failed, in the words an author reads"
    )
    latest_edition = models.ForeignKey(
        "courses.Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("cabecera de curso")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"], condition=Q(is_open=True), name="one_open_course_per_slug"
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(latest_edition__isnull=False),
                name="open_course_has_an_edition",
            ),
        ]

    def __str__(self):
        return self.slug or str(self.key)


class Edition(AppendOnly):
    """A course as it was at one publication: immutable, pointed at by records."""

    personal_data = False

    course = models.ForeignKey(CourseHead, on_delete=models.PROTECT, related_name="editions")
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    outline = models.JSONField(help_text="Shape: courses/outline.py")
    content_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    author_key = models.UUIDField(
        null=True, blank=True, help_text="Opaque identifier of who published last"
    )
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("edición")
        verbose_name_plural = _("ediciones")
        ordering = ["course", "major", "minor"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "major", "minor"], name="one_edition_per_number"
            )
        ]

    def __str__(self):
        return f"{self.course} {self.number}"

    @property
    def number(self) -> str:
        """The number as people read it: 3.1."""
        return f"{self.major}.{self.minor}"


class Body(AppendOnly):
    """What one activity said, kept once by digest and shared by every edition that contains it."""

    personal_data = False

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField(
        help_text="The whole content: title, objective, blocks as stored, or the rules of a quiz"
    )
    blocks = models.JSONField(
        default=list, help_text="[{id, type, digest, is_substantive}] in order"
    )

    class Meta:
        verbose_name = _("cuerpo")

    def __str__(self):
        return self.digest[:12]
