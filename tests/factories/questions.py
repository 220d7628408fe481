"""Builds banks and questions through the services."""

from django.utils import timezone

from courses.models import LessonPage
from questions.kinds.choices.content import Choice, choices_in, content_with
from questions.models import Bank, Question
from questions.question_rules import QuestionContent
from questions.services import save_question


def first_lesson(slug: str) -> str:
    """Return the key of the first lesson with a short name, or nothing where no course is."""
    return str(
        LessonPage.objects.filter(slug=slug)
        .order_by("path")
        .values_list("translation_key", flat=True)
        .first()
        or ""
    )


def single(stem: str, *, norm: str = "", lesson: str | None = None) -> QuestionContent:
    """Return a question with one right choice among three."""
    choices = (
        Choice(f"{stem}: la correcta", True),
        Choice(f"{stem}: otra", False),
        Choice(f"{stem}: una más", False),
    )
    return QuestionContent(
        "single",
        stem,
        content_with(choices),
        f"Explicación de {stem}",
        norm=norm,
        lesson=first_lesson("l1") if lesson is None else lesson,
    )


def multiple(stem: str) -> QuestionContent:
    """Return a question with two right choices among four."""
    choices = tuple(Choice(f"{stem}: opción {letter}", letter in "ac") for letter in "abcd")
    return QuestionContent(
        "multiple", stem, content_with(choices), f"Explicación de {stem}", lesson=first_lesson("l2")
    )


def true_false(stem: str, *, is_true: bool = True) -> QuestionContent:
    """Return a sentence that is true or not."""
    choices = (Choice("Verdadero", is_true), Choice("Falso", not is_true))
    return QuestionContent(
        "true_false",
        stem,
        content_with(choices),
        f"Explicación de {stem}",
        lesson=first_lesson("l1"),
    )


def make_bank(slug: str = "banco", *, count: int = 6, topic: str = "") -> Bank:
    """Return a bank with `count` active questions, of every kind in turn."""
    bank, _is_new = Bank.objects.get_or_create(slug=slug, defaults={"title": f"Banco {slug}"})
    makers = (single, multiple, true_false)
    for number in range(1, count + 1):
        add_question(bank, makers[number % 3](f"Pregunta {slug} {topic}{number}"), topic=topic)
    return bank


def add_question(bank: Bank, content: QuestionContent, *, topic: str = "", **facts) -> Question:
    """Store a question as an author does."""
    return save_question(bank=bank, content=content, topic=topic, now=timezone.now(), **facts)[0]


def mend_key(question, **facts):
    """Store a question again with the other choices right."""
    current = question.current
    choices = [
        Choice(choice.text, place == 1) for place, choice in enumerate(choices_in(current.content))
    ]
    content = QuestionContent(
        "single", current.stem, content_with(choices), "Explicación corregida"
    )
    return add_question(question.bank, content, key=question.key, **facts)
