"""Places the quizzes of the starter courses; what an author changed is left alone."""

from typing import Any

from courses.loading import LoadReport, is_changed_by_a_person, log_loading
from courses.models import ModulePage
from questions.models import Bank
from questions.models.topic import topic_of
from quizzes.models import QuizItemDraw, QuizPage

FIELDS = ("title", "slug", "pass_mark")


def place_quiz(module: ModulePage, facts: dict[str, Any], report: LoadReport) -> QuizPage | None:
    """Add, refresh or leave one quiz page; what changed is to be published.

    None for one that an editor deleted.

    `facts` are those of a quiz in course.toml, with `draws` [{bank, count, topic?}]. A page that a
    person changed stays.
    """
    fields = {name: facts[name] for name in FIELDS} | {"attempts_allowed": facts["attempts"]}
    page = QuizPage.objects.filter(translation_key=facts["key"], alias_of=None).first()
    if (page is None and facts["key"] in report.taught) or (page and is_changed_by_a_person(page)):
        report.kept.append(facts["slug"])
        return page
    if (
        page
        and all(getattr(page, name) == value for name, value in fields.items())
        and drawn(page) == wanted(facts)
    ):
        report.same.append(page.slug)
        log_loading(page)
        return page
    if page is None:
        page = module.add_child(
            instance=QuizPage(translation_key=facts["key"], live=False, **fields)
        )
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
    return [
        (draw["bank"], topic_of(draw.get("topic", "")), draw["count"]) for draw in facts["draws"]
    ]
