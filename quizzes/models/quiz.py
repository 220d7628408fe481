"""Defines the quiz as an activity of a module, and what it draws from the bank."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from content.models import SitePage
from content.publishing import PublishingProblem
from courses.models import ActivityPage
from lib.drafts import DraftText
from questions.kinds import kind_of
from questions.models.bank import Bank, QuestionVersion
from questions.models.topic import TopicField
from quizzes.allowance import WAIT_HOURS, Allowance
from quizzes.models.pools import pools_of, topics_of
from quizzes.page_form import QuizPageForm
from quizzes.selection import shortage
from quizzes.wording import waiting_line


class QuizPage(ActivityPage):
    """An activity that is answered."""

    kind = "quiz"

    class Review(models.TextChoices):
        AFTER_SUBMISSION = "after_submission", _("Al entregar cada intento")
        AFTER_PASSING = (
            "after_passing",
            _("Al aprobar, o cuando ya no pueden tocar en otro intento"),
        )

    instructions = DraftText(_("indicaciones"), max_length=600, blank=True)
    pass_mark = models.FloatField(
        _("nota mínima (de 0 a 1)"),
        default=0.7,
        validators=[MinValueValidator(0.05), MaxValueValidator(1)],
        help_text=_("0.70 equivale a 14 de 20."),
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("intentos"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    wait_hours = models.PositiveSmallIntegerField(
        _("horas de espera"),
        default=WAIT_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_(
            "Quien usa sus intentos sin aprobar recibe uno más después de estas horas, con otras "
            "preguntas si el banco las tiene."
        ),
    )
    attempts_maximum = models.PositiveSmallIntegerField(
        _("intentos como máximo"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_(
            "Con los que da la espera. Vacío: sin máximo. Con uno, quien los usa sin aprobar ya "
            "no puede terminar el curso."
        ),
    )
    time_limit = models.PositiveSmallIntegerField(
        _("tiempo límite, en minutos"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
        help_text=_(
            "Vacío: sin límite, lo mejor para aprender. Con límite, el reloj empieza al pulsar "
            "Empieza y sigue aunque se cierre la página; "
            "al terminar se entrega lo respondido."
        ),
    )
    is_shuffled = models.BooleanField(_("mezclar preguntas y opciones"), default=True)
    review = models.CharField(
        _("cuándo se ven las respuestas"),
        max_length=20,
        choices=Review.choices,
        default=Review.AFTER_PASSING,
    )

    template = "quizzes/quiz_page.html"
    page_description = _("Preguntas al azar de un banco, con nota mínima e intentos.")
    base_form_class = QuizPageForm
    content_panels: ClassVar[list] = [
        *SitePage.content_panels,
        *ActivityPage.activity_panels,
        FieldPanel("instructions"),
        FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("attempts_allowed")]),
        FieldRowPanel([FieldPanel("wait_hours"), FieldPanel("attempts_maximum")]),
        FieldPanel("time_limit"),
        FieldPanel("is_shuffled"),
        FieldPanel("review"),
        InlinePanel("draws", label=_("Preguntas al azar de un banco"), min_num=1),
    ]

    class Meta:
        verbose_name = _("cuestionario")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gt=0) & Q(pass_mark__lte=1), name="pass_mark_is_scaled"
            ),
            models.CheckConstraint(
                condition=Q(attempts_allowed__gte=1), name="quiz_allows_an_attempt"
            ),
            models.CheckConstraint(
                condition=Q(wait_hours__gte=1), name="quiz_waits_an_hour_at_least"
            ),
            models.CheckConstraint(
                condition=Q(attempts_maximum=None) | Q(attempts_maximum__gte=F("attempts_allowed")),
                name="most_attempts_are_not_fewer_than_those_at_once",
            ),
            models.CheckConstraint(
                condition=Q(time_limit=None) | Q(time_limit__gte=1), name="time_limit_is_positive"
            ),
        ]

    @property
    def minutes(self) -> int:
        """One minute a question."""
        return max(1, sum(draw.count for draw in self.draws.all()))

    def frozen_content(self) -> dict[str, Any]:
        """Return the rules of the quiz; which questions it draws is pinned by each attempt."""
        return {
            "title": self.title,
            "summary": self.summary,
            "instructions": self.instructions,
            "pass_mark": self.pass_mark,
            "attempts_allowed": self.attempts_allowed,
            "is_shuffled": self.is_shuffled,
            "review": self.review,
            "draws": [draw.stored for draw in self.draws.all()],
            **self._waiting(),
            **self._limit(),
        }

    def clean(self):
        """Refuse a maximum below the attempts that are given at once."""
        super().clean()
        if (
            self.attempts_maximum
            and self.attempts_allowed
            and self.attempts_maximum < self.attempts_allowed
        ):
            message = _(
                "El máximo no puede ser menor que los %(count)d intentos que se dan de una vez."
            )
            raise ValidationError({"attempts_maximum": message % {"count": self.attempts_allowed}})

    def _waiting(self) -> dict[str, int]:
        """Return what is other than usual about waiting: else content and digest stay as they were
        before it existed.
        """
        hours = {"wait_hours": self.wait_hours} if self.wait_hours != WAIT_HOURS else {}
        return hours | (
            {"attempts_maximum": self.attempts_maximum} if self.attempts_maximum else {}
        )

    def publishing_problems(self, together: Collection[int] = ()) -> list[PublishingProblem]:
        """Refuse what could not be served or answered today: a learner would find out too late."""
        problems = super().publishing_problems(together)
        draws = [draw for draw in self.draws.all() if draw.bank_id and draw.count]
        if not draws:
            problems.append(
                PublishingProblem(_now("Preguntas al azar"), _now("agrega al menos un banco."))
            )
        problems += self.topic_problems()
        pools, versions = pools_of([draw.stored for draw in draws])
        short = shortage([(pool, draw.count) for pool, draw in zip(pools, draws, strict=True)])
        if short:
            sentence = ngettext(
                "El cuestionario pide %(asked)d pregunta al azar y sus bancos tienen %(held)d.",
                "El cuestionario pide %(asked)d preguntas al azar y sus bancos tienen %(held)d.",
                short.asked,
            )
            counts = {"asked": short.asked, "held": short.held}
            problems.append(PublishingProblem(_now("Preguntas al azar"), sentence % counts))
        version_ids = {versions[question] for pool in pools for question in pool}
        for version in QuestionVersion.objects.filter(pk__in=version_ids).order_by("pk"):
            if not kind_of(version.kind).right_texts(version.content):
                where = _now("Pregunta “%(stem)s”") % {"stem": version.stem[:80]}
                problems.append(
                    PublishingProblem(where, _now("falta marcar la respuesta correcta."))
                )
        return problems

    def topic_problems(self) -> list[PublishingProblem]:
        """Return the topics that are asked for and no question of their bank has, each with those
        there are.
        """
        draws = [draw for draw in self.draws.all() if draw.bank_id and draw.topic]
        topics_by_bank = topics_of({draw.bank_id for draw in draws})
        problems = []
        for draw in draws:
            topics = topics_by_bank[draw.bank_id]
            if draw.topic in topics:
                continue
            sentence = _now(
                "ninguna pregunta del banco “%(bank)s” tiene el tema “%(topic)s”. %(way)s"
            )
            way = _now("Sus temas: %(topics)s.") % {"topics": ", ".join(topics)}
            empty = _now("Sus preguntas no tienen tema: deja ese dato vacío.")
            facts = {"bank": draw.bank.title, "topic": draw.topic, "way": way if topics else empty}
            problems.append(PublishingProblem(_now("Preguntas al azar"), sentence % facts))
        return problems

    def _limit(self) -> dict[str, int]:
        """Return the time limit where there is one: without it, content and digest stay as they
        were before limits existed.
        """
        return {"time_limit": self.time_limit} if self.time_limit else {}

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Show the editor's preview as a learner sees the quiz before the first attempt; nothing is
        read of any learner.
        """
        rules = self.frozen_content()
        facts = {
            "rules": rules,
            "question_count": self.outline_facts()["question_count"],
            "is_preview": True,
        }
        facts["waiting_line"] = waiting_line(Allowance.of(rules))
        return {**super().get_context(request, *args, **kwargs), **facts}

    def outline_facts(self) -> dict[str, Any]:
        return {
            "pass_mark": self.pass_mark,
            "attempts_allowed": self.attempts_allowed,
            "question_count": sum(draw.count for draw in self.draws.all()),
            **self._limit(),
        }


# What an act of a quiz takes.
QUIZ_KINDS = frozenset({QuizPage.kind})


class QuizItemDraw(Orderable):
    """So many items drawn at random from one bank, or from one topic of it."""

    personal_data = False

    quiz = ParentalKey(QuizPage, on_delete=models.CASCADE, related_name="draws")
    bank = models.ForeignKey(
        Bank, on_delete=models.PROTECT, related_name="+", verbose_name=_("banco")
    )
    topic = TopicField(_("tema (vacío: todos)"), max_length=60, blank=True)
    count = models.PositiveSmallIntegerField(
        _("cuántas"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )

    panels: ClassVar[list] = [
        FieldRowPanel([FieldPanel("bank"), FieldPanel("topic"), FieldPanel("count")])
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("preguntas al azar")

    @property
    def stored(self) -> dict[str, Any]:
        """The draw as the rules of a quiz keep it."""
        return {"bank": self.bank.slug, "topic": self.topic, "count": self.count}
