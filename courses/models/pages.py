"""Defines catalogue, course, module and lesson as pages."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.models import Page

from content.fields import BlocksField
from content.files_in_use import marks_of_files
from content.models import SitePage
from content.publishing import PublishingProblem
from courses.blocks import LessonBlocks
from courses.models.review import Approval
from courses.models.reviewed import PrintedTitle, ReviewedPage
from courses.outline import block_digests, read_outline
from courses.reading_time import lesson_minutes
from lib.drafts import DraftLine, DraftText
from lib.texts import as_written, tidied


class CataloguePage(ReviewedPage):
    """The list of courses. Its slug is `cursos`, so that page addresses are the public ones."""

    personal_data = False

    introduction = DraftText(_("presentación"), max_length=600, blank=True)

    template = "courses/catalogue_page.html"
    parent_page_types = ["content.HomePage"]
    max_count = 1
    private_page_options: ClassVar[list[str]] = []
    content_panels = [*SitePage.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("catálogo de cursos")

    def get_preview_context(self, request, mode_name):
        """Show the editor what is written here; the courses come from their editions."""
        return {
            **super().get_preview_context(request, mode_name),
            "introduction": self.introduction,
            "is_preview": True,
        }


class CourseTopic(TaggedItemBase):
    """A topic given to a course."""

    personal_data = False

    content_object = ParentalKey(
        "courses.CoursePage", on_delete=models.CASCADE, related_name="tagged_topics"
    )


class CoursePage(PrintedTitle, ReviewedPage):
    """A course: what it is for, for whom, and the modules below it."""

    personal_data = False

    summary = DraftLine(_("resumen"), max_length=200)
    outcome = DraftLine(_("al terminar, la persona puede…"), max_length=300)
    audience = DraftLine(_("para quién"), max_length=250, blank=True)
    topics = ClusterTaggableManager(verbose_name=_("temas"), through=CourseTopic, blank=True)

    template = "courses/course_page.html"
    admin_default_ordering = "ord"  # as learners meet the modules
    parent_page_types = ["courses.CataloguePage"]
    private_page_options: ClassVar[list[str]] = []
    content_panels = [
        *SitePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcome"),
        FieldPanel("audience"),
        FieldPanel("topics"),
    ]

    class Meta:
        verbose_name = _("curso")

    def publishing_problems(self, together: Collection[int] = ()) -> list[PublishingProblem]:
        """A course that asks for nothing could be finished by nobody."""
        problems = super().publishing_problems(together)
        modules = published_below(self, together)
        if not modules:
            problems.append(
                PublishingProblem(_now("Módulos"), _now("publica antes al menos un módulo."))
            )
        elif not any(
            page.is_required for module in modules for page in published_below(module, together)
        ):
            sentence = _now(
                "publica antes al menos una actividad necesaria para terminar el curso."
            )
            problems.append(PublishingProblem(_now("Módulos"), sentence))
        return problems

    def get_preview_context(self, request, mode_name):
        """Show the editor the public page of the course, with what is written and without its
        modules.
        """
        facts = {
            "key": str(self.translation_key),
            "slugs": {"es": self.slug},
            "titles": {"es": self.title},
            "expires_at": None,
        }
        texts = {
            "summary": self.summary,
            "outcome": self.outcome,
            "audience": self.audience,
            "topics": list(self.topics.names()),
        }
        outline = read_outline({"course": {**facts, **texts}, "modules": []}, "es")
        return {
            **super().get_preview_context(request, mode_name),
            "outline": outline,
            "is_preview": True,
        }


class ModulePage(PrintedTitle, ReviewedPage):
    """An ordered part of a course."""

    personal_data = False
    seen_by = _("La ven, dentro del curso, las personas que lo abren.")

    summary = DraftLine(_("resumen"), max_length=250, blank=True)

    template = "courses/module_page.html"
    admin_default_ordering = "ord"  # as learners meet the activities
    page_description = _("Una parte del curso, con sus lecciones y su cuestionario.")
    parent_page_types = ["courses.CoursePage"]
    private_page_options: ClassVar[list[str]] = []
    content_panels = [*SitePage.content_panels, FieldPanel("summary")]

    class Meta:
        verbose_name = _("módulo")

    def get_url_parts(self, *args: Any, **kwargs: Any) -> Any:
        """Return the address of the course: a module has no page of its own."""
        return (
            self.get_parent().specific.get_url_parts(*args, **kwargs)
            if super().get_url_parts(*args, **kwargs)
            else None
        )

    def publishing_problems(self, together: Collection[int] = ()) -> list[PublishingProblem]:
        """A module without activities is a heading over nothing."""
        problems = super().publishing_problems(together)
        if not published_below(self, together):
            sentence = _now("publica antes al menos una actividad de este módulo.")
            problems.append(PublishingProblem(_now("Actividades"), sentence))
        return problems


def published_below(page: Page, together: Collection[int]) -> list[Any]:
    """Return the children that are published, or will be with `together`."""
    return list(page.get_children().filter(Q(live=True) | Q(pk__in=together)).specific())


class ActivityPage(ReviewedPage):
    """Anything in a module that can be completed. A room above adds a kind by subclassing it."""

    personal_data = False
    kind: ClassVar[str]
    seen_by = _("La ven las personas inscritas en el curso.")

    summary = DraftLine(_("resumen"), max_length=200, blank=True)
    is_required = models.BooleanField(_("necesaria para terminar el curso"), default=True)

    parent_page_types = ["courses.ModulePage"]
    subpage_types: ClassVar[list[str]] = []
    private_page_options: ClassVar[list[str]] = []
    activity_panels = [
        FieldPanel("summary"),
        FieldPanel("is_required"),
        HelpPanel(heading=_("Minutos"), template="courses/admin/minutes.html"),
    ]

    class Meta:
        abstract = True

    def full_clean(self, *args, **kwargs):
        """Take out of the title what nobody sees, and compose it, before its length is measured."""
        self.title = as_written(tidied(self.title))
        super().full_clean(*args, **kwargs)

    @property
    def minutes(self) -> int:
        """Whole minutes that the activity takes, computed from its content; each edition freezes
        them.
        """
        raise NotImplementedError

    def frozen_content(self) -> dict[str, Any]:
        """Return the whole content as plain JSON values, for the edition."""
        raise NotImplementedError

    def frozen_blocks(self) -> list[dict[str, Any]]:
        """Return identifier, type, digest and mark of substance of each block."""
        return []

    def bytes_of_pictures(self) -> int:
        """Return the bytes of the pictures that a phone loads with it."""
        return 0

    def cited_norms(self) -> list[str]:
        """Return the codes of the norms that the activity cites."""
        return []

    def outline_facts(self) -> dict[str, Any]:
        """Return what the outline must know of this kind besides the common facts (a quiz: its pass
        mark).
        """
        return {}


class LessonRole(TaggedItemBase):
    """A kind of post for which a lesson is written."""

    personal_data = False

    content_object = ParentalKey(
        "courses.LessonPage", on_delete=models.CASCADE, related_name="tagged_roles"
    )


# Nothing that teaches this rests on older sources alone.
EARLIEST_SOURCE = date(1990, 1, 1)


class LessonPage(ActivityPage):
    """An activity that is read."""

    kind = "lesson"

    objective = DraftLine(_("al terminar la lección…"), max_length=300)
    body = BlocksField(LessonBlocks(), verbose_name=_("contenido"))
    roles = ClusterTaggableManager(
        verbose_name=_("puestos a los que más sirve"), through=LessonRole, blank=True
    )
    reviewed_on = models.DateField(_("fecha de las fuentes más recientes"), null=True, blank=True)
    valid_until = models.DateField(
        _("vale hasta"),
        null=True,
        blank=True,
        help_text=_("Después de ese día la lección pide comprobar cada norma. No la retira."),
    )

    template = "courses/lesson_page.html"
    page_description = _("Se lee: texto, caso, normas y lista para imprimir.")
    content_panels = [
        *SitePage.content_panels,
        *ActivityPage.activity_panels,
        FieldPanel("objective"),
        FieldPanel("body"),
        FieldPanel("roles"),
        FieldRowPanel(
            [
                FieldPanel("reviewed_on", help_text=_("Día, mes y año: 25/11/2026.")),
                FieldPanel(
                    "valid_until",
                    help_text=_(
                        "Día, mes y año: 25/11/2026. Después de ese día la lección pide "
                        "comprobar cada norma."
                    ),
                ),
            ]
        ),
    ]

    class Meta:
        verbose_name = _("lección")
        verbose_name_plural = _("lecciones")

    @property
    def minutes(self) -> int:
        """The minutes it takes to read, decide its cases and go through its checklists."""
        return lesson_minutes(self.body.get_prep_value())

    def publishing_problems(self, together: Collection[int] = ()) -> list[PublishingProblem]:
        """Readers see the day of the sources: one that has not come, or of long ago, is a slip."""
        problems = super().publishing_problems(together)
        day, today = self.reviewed_on, timezone.localdate()
        if day and not EARLIEST_SOURCE <= day <= today:
            sentence = _now("escribe un día entre el %(first)s y hoy.")
            where = _now("Fecha de las fuentes más recientes")
            first = f"{EARLIEST_SOURCE:%d/%m/%Y}"
            problems.append(PublishingProblem(where, sentence % {"first": first}))
        return problems

    def render_body(self) -> SafeString:
        """Render objective, blocks and state of review; nothing personal and no token, so that it
        may be cached for all.
        """
        return render_to_string("courses/_lesson_body.html", {"page": self})

    def get_preview_context(self, request, mode_name):
        """Show the editor the learner's own template, without an enrolment and without writing."""
        return {
            **super().get_preview_context(request, mode_name),
            "title": self.title,
            "body": self.render_body(),
            "is_preview": True,
        }

    def outline_facts(self) -> dict[str, Any]:
        """Return who signed the published revision, by opaque key, institution and day; nothing
        when nobody did.
        """
        approval = (
            Approval.objects.filter(revision=self.live_revision_id, reason="")
            .select_related("organisation")
            .first()
        )
        if approval is None:
            return {}
        place = approval.organisation.name if approval.organisation else ""
        day = timezone.localdate(approval.approved_at).isoformat()
        return {"signature": {"by": str(approval.approver_key), "organisation": place, "on": day}}

    def frozen_content(self) -> dict[str, Any]:
        """Name the files too: a block keeps only their number, and behind that stands another file
        when one is replaced.
        """
        files = marks_of_files(self)
        content = {
            "title": self.title,
            "summary": self.summary,
            "objective": self.objective,
            "reviewed_on": self.reviewed_on.isoformat() if self.reviewed_on else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "blocks": list(self.body.get_prep_value()),
        }
        return content | ({"files": files} if files else {})

    def frozen_blocks(self) -> list[dict[str, Any]]:
        return block_digests(self.body.get_prep_value())

    def bytes_of_pictures(self) -> int:
        return sum(
            block.value.bytes_on_a_phone for block in self.body if block.block_type == "figure"
        )

    def cited_norms(self) -> list[str]:
        citations = [block.value["norm"] for block in self.body if block.block_type == "citation"]
        mentions = [
            norm
            for block in self.body
            if block.block_type == "norms"
            for norm in block.value["norms"]
        ]
        return sorted({norm.pk for norm in (*citations, *mentions) if norm})
