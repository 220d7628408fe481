"""Loads the banks and quizzes of the starter courses; what an author changed is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from courses.loading import LoadReport, is_changed_by_a_person, log_loading, read_toml
from courses.models import ModulePage
from quizzes.models import Bank, Question, QuizItemDraw, QuizPage
from quizzes.models.topic import topic_of
from quizzes.question_rules import Choice, QuestionContent, tidied
from quizzes.services import content_of, save_question

FIELDS = ("title", "slug", "pass_mark")


@dataclass
class BankReport:
    """How many questions were added or changed, left as an author has them, or were already the same."""

    changed: int = 0
    kept: int = 0
    same: int = 0


def load_bank(path: Path, now: datetime | None = None) -> BankReport:
    """Load one file of questions. Idempotent; a question whose current version has an author stays as it is."""
    facts, report, now = read_toml(path), BankReport(), now or timezone.now()
    lessons = lessons_beside(path)
    bank, _is_new = Bank.objects.get_or_create(slug=facts["bank"], defaults={"title": facts["title"]})
    stored = {question.key: question for question in Question.objects.filter(bank=bank).select_related("current")}
    for row in facts["questions"]:
        key, topic = UUID(row["key"]), topic_of(row["topic"])
        known = stored.get(key)
        current = known.current if known else None
        before = str(current.lesson_key or "") if current else ""
        content = content_from(row, {row["lesson"]: before} | lessons)  # a file that disappeared takes nothing away
        if current and current.author_key:
            report.kept += 1
        elif known and current and (content_of(current), known.topic) == (tidied(content), topic):
            report.same += 1
        else:
            state = known.state if known else Question.State.ACTIVE
            save_question(bank=bank, key=key, content=content, topic=topic, state=state, now=now)
            report.changed += 1
    return report


def lessons_beside(path: Path) -> dict[str, str]:
    """Return the key of each lesson of the course that a file of questions belongs to, by the name that the file calls it.

    Raises ValueError when two lessons have one name: a question could not say which it means.
    """
    keys: dict[str, str] = {}
    for file in sorted(path.parent.glob("*/*.toml")):
        lesson = read_toml(file)
        if keys.setdefault(lesson["slug"], lesson["key"]) != lesson["key"]:
            raise ValueError(f"two lessons are called {lesson['slug']}")
    return keys


def content_from(row: dict[str, Any], lessons: Mapping[str, str]) -> QuestionContent:
    """Return what one question of a file says; `lessons` come from `lessons_beside`. Raises KeyError for a lesson without file."""
    names = ("kind", "stem", "feedback", "norm", "locator", "source")
    choices = tuple(Choice(choice["text"], choice["is_correct"]) for choice in row["choices"])
    return QuestionContent(choices=choices, lesson=lessons[row["lesson"]], **{name: row[name] for name in names})


def place_quiz(module: ModulePage, facts: dict[str, Any], report: LoadReport) -> QuizPage | None:
    """Add, refresh or leave one quiz page; what changed is to be published. None for one that an editor deleted.

    `facts` are those of a quiz in course.toml, with `draws` [{bank, count, topic?}]. A page that a person changed stays.
    """
    fields = {name: facts[name] for name in FIELDS} | {"attempts_allowed": facts["attempts"]}
    page = QuizPage.objects.filter(translation_key=facts["key"], alias_of=None).first()
    if (page is None and facts["key"] in report.taught) or (page and is_changed_by_a_person(page)):
        report.kept.append(facts["slug"])
        return page
    if page and all(getattr(page, name) == value for name, value in fields.items()) and drawn(page) == wanted(facts):
        report.same.append(page.slug)
        log_loading(page)
        return page
    if page is None:
        page = module.add_child(instance=QuizPage(translation_key=facts["key"], live=False, **fields))
        report.added.append(page.slug)
    else:
        report.refreshed.append(page.slug)
    for name, value in fields.items():
        setattr(page, name, value)
    banks = Bank.objects.in_bulk([bank for bank, topic, count in wanted(facts)], field_name="slug")
    page.draws = [
        QuizItemDraw(bank=banks[bank], topic=topic, count=count, sort_order=place)
        for place, (bank, topic, count) in enumerate(wanted(facts))
    ]
    report.written.append(page.save_revision(log_action=True).pk)
    return page


def drawn(page: QuizPage) -> list[tuple[str, str, int]]:
    """Return what a page draws: bank, topic and count."""
    return [(draw.bank.slug, draw.topic, draw.count) for draw in page.draws.select_related("bank")]


def wanted(facts: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return what the file draws: bank, topic and count."""
    return [(draw["bank"], topic_of(draw.get("topic", "")), draw["count"]) for draw in facts["draws"]]
