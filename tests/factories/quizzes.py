"""Builds banks, quizzes and attempts through the services."""

from uuid import uuid4

from django.utils import timezone

from courses.models import LessonPage, ModulePage
from quizzes.models import Attempt, Bank, Question, QuizItemDraw, QuizPage
from quizzes.queries import correct_places, versions_on
from quizzes.question_rules import Choice, QuestionContent
from quizzes.services import save_question, save_response, submit_attempt
from tests.factories.courses import publish, publish_upwards


def first_lesson(slug: str) -> str:
    """Return the key of the first lesson with a short name, or nothing where no course is."""
    return str(LessonPage.objects.filter(slug=slug).order_by("path").values_list("translation_key", flat=True).first() or "")


def single(stem: str, *, norm: str = "", lesson: str | None = None) -> QuestionContent:
    """Return a question with one right choice among three."""
    choices = (Choice(f"{stem}: la correcta", True), Choice(f"{stem}: otra", False), Choice(f"{stem}: una más", False))
    return QuestionContent(
        "single", stem, choices, f"Explicación de {stem}", norm=norm, lesson=first_lesson("l1") if lesson is None else lesson
    )


def multiple(stem: str) -> QuestionContent:
    """Return a question with two right choices among four."""
    choices = tuple(Choice(f"{stem}: opción {letter}", letter in "ac") for letter in "abcd")
    return QuestionContent("multiple", stem, choices, f"Explicación de {stem}", lesson=first_lesson("l2"))


def true_false(stem: str, *, is_true: bool = True) -> QuestionContent:
    """Return a sentence that is true or not."""
    choices = (Choice("Verdadero", is_true), Choice("Falso", not is_true))
    return QuestionContent("true_false", stem, choices, f"Explicación de {stem}", lesson=first_lesson("l1"))


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


def add_quiz(module: ModulePage, draws: list[tuple], *, slug: str = "cuestionario", **facts) -> QuizPage:
    """Add and publish a quiz that draws (bank, count) or (bank, count, topic)."""
    page = QuizPage(live=False, title=f"Prueba {slug}", slug=slug, **facts)
    page.draws = [
        QuizItemDraw(bank=bank, count=count, topic=topic[0] if topic else "", sort_order=place)
        for place, (bank, count, *topic) in enumerate(draws)
    ]
    module.add_child(instance=page)
    publish(page)
    publish_upwards(page)
    return page


def right_answers(attempt: Attempt) -> dict[int, list[int]]:
    """Return the right shown places of every slot."""
    asked = versions_on(attempt.paper)
    return {slot: sorted(correct_places(entry, asked[entry["version"]])) for slot, entry in enumerate(attempt.paper, start=1)}


def answer(attempt: Attempt, slot: int, chosen, *, sequence: int = 1, is_marked: bool = False, uuid=None, now=None):
    """Store one response."""
    return save_response(
        attempt_uuid=attempt.uuid,
        learner=attempt.learner,
        uuid=uuid or uuid4(),
        slot=slot,
        sequence=sequence,
        chosen=chosen,
        is_marked=is_marked,
        now=now or timezone.now(),
    )


def submit(attempt: Attempt, *, uuid=None, now=None) -> Attempt:
    """Submit as the learner does."""
    return submit_attempt(attempt_uuid=attempt.uuid, learner=attempt.learner, uuid=uuid or uuid4(), now=now or timezone.now())


def answer_all(attempt: Attempt, *, right: int | None = None) -> None:
    """Answer every item: the first `right` of them (all when None) rightly, the others left blank."""
    for slot, places in right_answers(attempt).items():
        answer(attempt, slot, places if right is None or slot <= right else [])
