"""Loads the banks of the starter courses; what an author changed is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from courses.loading import read_toml
from questions.kinds.choices.content import Choice, content_with
from questions.models import Bank, Question
from questions.models.topic import topic_of
from questions.question_rules import QuestionContent, tidied
from questions.services import content_of, save_question


@dataclass
class BankReport:
    """How many questions were added or changed, left as an author has them, or were already the
    same.
    """

    changes: int = 0
    left_alone: int = 0
    same: int = 0


def load_bank(path: Path, now: datetime | None = None) -> BankReport:
    """Load one file of questions.

    Idempotent; a question whose current version has an author stays as it is.
    """
    facts, report, now = read_toml(path), BankReport(), now or timezone.now()
    lessons = lessons_beside(path)
    bank, _is_new = Bank.objects.get_or_create(
        slug=facts["bank"], defaults={"title": facts["title"]}
    )
    questions = {
        question.key: question
        for question in Question.objects.filter(bank=bank).select_related("current")
    }
    for row in facts["questions"]:
        key, topic = UUID(row["key"]), topic_of(row["topic"])
        question = questions.get(key)
        current = question.current if question else None
        before = str(current.lesson_key or "") if current else ""
        content = content_from(
            row, {row["lesson"]: before} | lessons
        )  # a file that disappeared takes nothing away
        if current and current.author_key:
            report.left_alone += 1
        elif (
            question
            and current
            and (content_of(current), question.topic) == (tidied(content), topic)
        ):
            report.same += 1
        else:
            state = question.state if question else Question.State.ACTIVE
            save_question(bank=bank, key=key, content=content, topic=topic, state=state, now=now)
            report.changes += 1
    return report


def lessons_beside(path: Path) -> dict[str, str]:
    """Return the key of each lesson of the course that a file of questions belongs to, by the name
    that the file calls it.

    Raises ValueError when two lessons have one name: a question could not say which it means.
    """
    keys: dict[str, str] = {}
    for file in sorted(path.parent.glob("*/*.toml")):
        lesson = read_toml(file)
        if keys.setdefault(lesson["slug"], lesson["key"]) != lesson["key"]:
            raise ValueError(f"two lessons are called {lesson['slug']}")
    return keys


def content_from(row: dict[str, Any], lessons: Mapping[str, str]) -> QuestionContent:
    """Return what one question of a file says; `lessons` come from `lessons_beside`.

    Raises KeyError for a lesson without file.
    """
    names = ("kind", "stem", "feedback", "norm", "locator", "source")
    choices = tuple(Choice(choice["text"], choice["is_correct"]) for choice in row["choices"])
    return QuestionContent(
        content=content_with(choices),
        lesson=lessons[row["lesson"]],
        **{name: row[name] for name in names},
    )
