"""Writes courses of the size that the targets speak of, published as an editor publishes them."""

from itertools import cycle, islice
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from courses.loading import FOLDER, ensure_site, read_toml, stored_blocks
from courses.models import CourseHead, CoursePage, LessonPage, ModulePage
from questions.kinds.choices.content import Choice, content_with
from questions.models import Bank
from questions.question_rules import QuestionContent
from questions.services import save_question
from quizzes.models import QuizItemDraw, QuizPage

LESSONS_IN_A_MODULE = 5
QUESTIONS = 10


def publish(parent: Page, page: Page) -> Page:
    """Add a page and publish it as the system, which no person stands behind."""
    draft(parent, page).get_latest_revision().publish()
    return page


def draft(parent: Page, page: Page) -> Page:
    """Add a page that is published when something lies below it."""
    page.live = False
    parent.add_child(instance=page)
    page.save_revision()
    return page


class Author:
    """Writes courses out of the real texts of the starter lessons, so that they weigh and compress
    like real ones.
    """

    def __init__(self, *, blocks: int, questions: int = QUESTIONS) -> None:
        self.blocks, self.questions = blocks, questions
        texts = [
            block
            for path in sorted(FOLDER.glob("*/m*/*.toml"))
            for block in stored_blocks(read_toml(path))
        ]
        self.texts = cycle(block for block in texts if block["type"] != "sources")
        self.catalogue = ensure_site()
        self.bank = self.make_bank()

    def make_bank(self) -> Bank:
        """Store a bank with as many questions as one quiz asks, and a few more."""
        bank = Bank.objects.create(slug="medida", title="Banco de la medida")
        for number in range(self.questions + 5):
            choices = [
                Choice(f"Respuesta {letter} a la pregunta {number}", letter == "B")
                for letter in "ABCD"
            ]
            content = QuestionContent(
                "single",
                f"¿Qué corresponde hacer en el caso {number}?",
                content_with(choices),
                "Así lo dice la norma.",
            )
            save_question(bank=bank, content=content, topic="", now=timezone.now())
        return bank

    def write_course(
        self, slug: str, lessons: int, *, questions: int = QUESTIONS, attempts: int = 20
    ) -> CourseHead:
        """Publish one course of `lessons` lessons in modules of five and a quiz: one act, one
        edition.
        """
        with transaction.atomic():
            facts = {
                "summary": "Resumen del curso",
                "outcome": "aplicar la norma en su oficina",
                "audience": "Servidores públicos",
            }
            course = draft(self.catalogue, CoursePage(title=f"Curso {slug}", slug=slug, **facts))
            for first in range(1, lessons + 1, LESSONS_IN_A_MODULE):
                module = draft(
                    course,
                    ModulePage(
                        title=f"Módulo {first}", slug=f"m{first}", summary="Una parte del curso"
                    ),
                )
                for number in range(first, min(first + LESSONS_IN_A_MODULE, lessons + 1)):
                    self.write_lesson(module, number)
                module.get_latest_revision().publish()
            quiz = QuizPage(
                title="Cuestionario final", slug="cuestionario", attempts_allowed=attempts
            )
            quiz.draws = [QuizItemDraw(bank=self.bank, count=questions)]
            publish(module, quiz)
            course.get_latest_revision().publish()
        return CourseHead.objects.select_related("latest_edition").get(key=course.translation_key)

    def write_lesson(self, module: ModulePage, number: int) -> None:
        """Publish one lesson of as many blocks as asked."""
        lesson = LessonPage(
            title=f"Lección {number}: una idea para tu oficina",
            slug=f"l{number}",
            objective="Distingues dos ideas.",
        )
        blocks = [{**block, "id": str(uuid4())} for block in islice(self.texts, self.blocks)]
        lesson.body = lesson._meta.get_field("body").to_python(blocks)
        publish(module, lesson)
