"""Loads starter courses from files kept with the code, and never overwrites what an author
changed.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision, Site

from content.models import HomePage, StandardPage
from courses.models import CataloguePage, CourseHead, CoursePage, Edition, LessonPage, ModulePage

FOLDER = Path(__file__).parent / "starter"
# Only these parts of a block are lists of parts in the editor; each part gets a lasting identifier
# of its own.
LISTS = {
    "steps": "steps",
    "table": "rows",
    "checklist": "items",
    "case": "choices",
    "norms": "norms",
    "sources": "sources",
}
CHANGES = ("wagtail.edit", "wagtail.rename", "wagtail.revert")
AddQuizzes = Callable[[ModulePage, dict[str, Any]], Page]


@dataclass
class LoadReport:
    """Which pages were added, refreshed, left as an author has them, or were already the same."""

    added: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    taught: set[str] = field(
        default_factory=set
    )  # keys in any edition: what is among them and has no page was deleted
    written: list[int] = field(default_factory=list)  # revisions to be published once all are there


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)


def load_course(
    folder: Path, catalogue: CataloguePage, add_quiz: AddQuizzes, report: LoadReport
) -> CoursePage | None:
    """Load one course folder: `course.toml` and a folder of lessons for each module that is
    written.

    A module whose folder does not exist yet is left out. What an editor deleted does not come back:
    None for a whole course. `add_quiz(module, facts)` makes the quiz page of a module: the room of
    quizzes gives it, because this room does not know quizzes. One transaction, so one edition.
    """
    facts = read_toml(folder / "course.toml")
    with transaction.atomic():
        report.taught |= taught_keys(UUID(facts["key"]))
        fields = {name: facts[name] for name in ("title", "slug", "summary", "outcome", "audience")}
        course = place(
            CoursePage, catalogue, facts["key"], fields, report, tags={"topics": facts["topics"]}
        )
        if course is None:
            return None
        keys = keys_below(course)
        modules = [module for module in facts["modules"] if (folder / module["folder"]).is_dir()]
        for module_facts in modules:
            module = load_module(folder, course, module_facts, report)
            if module:
                add_quiz(module, {**module_facts["quiz"], "draws": draws_of(module_facts)})
        final = facts["final_quiz"]
        fields = {name: final["module"][name] for name in ("title", "slug", "summary")}
        closing = place(ModulePage, course, final["module_key"], fields, report)
        if closing:
            banks = {module["bank"] for module in modules}
            add_quiz(
                closing,
                {**final, "draws": [draw for draw in final["draws"] if draw["bank"] in banks]},
            )
        settle_newcomers(
            course, [*(module["key"] for module in modules), final["module_key"]], keys
        )
        publish_written(report)
    return course


def draws_of(module: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the quiz of a module draws: so many questions of its bank, or one of each topic
    it names.
    """
    bank, quiz = module["bank"], module["quiz"]
    return [{"bank": bank, "topic": topic, "count": 1} for topic in quiz.get("topics", [])] or [
        {"bank": bank, "count": quiz["questions"]}
    ]


def load_module(
    folder: Path, course: CoursePage, facts: dict[str, Any], report: LoadReport
) -> ModulePage | None:
    """Load one module and its lessons, in the order of their file names; None when an editor
    deleted the module.
    """
    module = place(
        ModulePage,
        course,
        facts["key"],
        {name: facts[name] for name in ("title", "slug", "summary")},
        report,
    )
    if module is None:
        return None
    keys, lessons = (
        keys_below(module),
        [read_toml(path) for path in sorted((folder / facts["folder"]).glob("*.toml"))],
    )
    for lesson in lessons:
        fields = {name: lesson[name] for name in ("title", "slug", "summary", "objective")}
        fields |= {
            name: date.fromisoformat(lesson[name])
            for name in ("reviewed_on", "valid_until")
            if name in lesson
        }
        fields["body"] = stored_blocks(lesson)
        place(LessonPage, module, lesson["key"], fields, report, tags={"roles": lesson["roles"]})
    settle_newcomers(module, [lesson["key"] for lesson in lessons], keys)
    return module


def place(
    model: type[Page],
    parent: Page,
    key: str,
    fields: dict[str, Any],
    report: LoadReport,
    tags: dict[str, list[str]] | None = None,
) -> Any:
    """Add a page by its key, or refresh one that no person has changed since it was loaded; what
    changed is to be published.

    Returns None for a page that an editor deleted.
    """
    page = model.objects.filter(translation_key=key, alias_of=None).first()
    if page is None and key in report.taught:
        report.kept.append(fields["slug"])
        return None
    if page is None:
        page = parent.add_child(
            instance=model(translation_key=key, live=False, **converted(model, fields))
        )
        report.added.append(page.slug)
    elif is_changed_by_a_person(page):
        report.kept.append(page.slug)
        return page
    elif is_same(page, fields, tags or {}):
        report.same.append(page.slug)
        log_loading(page)
        return page
    else:
        report.refreshed.append(page.slug)
    for name, value in converted(model, fields).items():
        setattr(page, name, value)
    for name, words in (tags or {}).items():
        getattr(page, name).set(words)
    report.written.append(page.save_revision(log_action=True).pk)
    return page


def log_loading(page: Page) -> None:
    """Let the history of a page lead to what readers see, where an older release published it
    without a line for its text.
    """
    entries = PageLogEntry.objects.filter(
        page_id=page.pk, revision=page.live_revision_id, content_changed=True
    )
    if page.live_revision and not entries.exclude(action="wagtail.publish").exists():
        moment = page.live_revision.created_at
        log(
            instance=page,
            action="wagtail.edit",
            revision=page.live_revision,
            content_changed=True,
            timestamp=moment,
        )


def publish_written(report: LoadReport) -> None:
    """Publish what was written, what lies deepest first: a module is published with something in
    it, a course likewise.
    """
    # Read again: newcomers took their places after they were written.
    revisions = list(Revision.objects.filter(pk__in=report.written))
    for revision in sorted(revisions, key=lambda revision: revision.content["depth"], reverse=True):
        revision.publish()
    report.written.clear()


def is_changed_by_a_person(page: Page) -> bool:
    """Say whether a person wrote the newest revision of a loaded page, or took the page out of
    publication.

    A revision forgets its author when the account is deleted; Wagtail's log does not.
    """
    if not page.live or (page.latest_revision and page.latest_revision.user_id):
        return True
    return PageLogEntry.objects.filter(
        page_id=page.pk, action__in=CHANGES, user_id__isnull=False
    ).exists()


def taught_keys(course_key: UUID) -> set[str]:
    """Return the keys of a course and of all modules and activities that any of its editions
    had.
    """
    keys = (
        {str(course_key)}
        if CourseHead.objects.filter(key=course_key, latest_edition__isnull=False).exists()
        else set()
    )
    for outline in (
        Edition.objects.filter(course__key=course_key).values_list("outline", flat=True).iterator()
    ):
        for module in outline["modules"]:
            keys |= {module["key"], *(activity["key"] for activity in module["activities"])}
    return keys


def converted(model: type[Page], fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as the model holds them."""
    return {name: model._meta.get_field(name).to_python(value) for name, value in fields.items()}


def is_same(page: Any, fields: dict[str, Any], tags: dict[str, list[str]]) -> bool:
    """Say whether a page already says what the file says."""
    values = {
        name: list(page.body.get_prep_value()) if name == "body" else getattr(page, name)
        for name in fields
    }
    return values == fields and all(
        sorted(getattr(page, name).names()) == sorted(words) for name, words in tags.items()
    )


def stored_blocks(lesson: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of a lesson file as a stream field stores them; norms only named and
    sources come last.
    """
    blocks = [stored_block(dict(block)) for block in lesson["blocks"]]
    if lesson.get("norms"):
        blocks.append(
            stored_block(
                {
                    "type": "norms",
                    "id": str(uuid5(UUID(lesson["key"]), "norms")),
                    "norms": lesson["norms"],
                }
            )
        )
    sources = [{"title": source["title"], "url": source["url"]} for source in lesson["sources"]]
    return [
        *blocks,
        stored_block(
            {
                "type": "sources",
                "id": str(uuid5(UUID(lesson["key"]), "sources")),
                "sources": sources,
            }
        ),
    ]


def stored_block(block: dict[str, Any]) -> dict[str, Any]:
    """Return one block as a stream field stores it: every item of a list carries an identifier that
    stays the same.
    """
    kind, key = block.pop("type"), block.pop("id")
    if kind == "table":
        block["columns"] = items(block["columns"], key, "column")
        block["rows"] = [items(row, key, f"row{place}") for place, row in enumerate(block["rows"])]
    if kind in LISTS:
        block[LISTS[kind]] = items(block[LISTS[kind]], key, kind)
    return {"type": kind, "id": key, "value": {"is_substantive": False, **block}}


def items(values: list[Any], key: str, name: str) -> list[dict[str, Any]]:
    """Return list items with identifiers derived from their block and place."""
    return [
        {"type": "item", "id": str(uuid5(UUID(key), f"{name}{place}")), "value": value}
        for place, value in enumerate(values)
    ]


def keys_below(parent: Page) -> set[str]:
    """Return the keys of the pages directly below a page."""
    return {str(key) for key in parent.get_children().values_list("translation_key", flat=True)}


def settle_newcomers(parent: Page, keys: list[str], known: set[str]) -> None:
    """Move each page that was just added behind the one before it in the file; the others stay
    where editors put them.
    """
    neighbour = None
    for key in keys:
        page = parent.get_children().filter(translation_key=key).first()
        if page is None:
            continue
        before = page.get_prev_sibling()
        if key not in known and (before and before.translation_key) != (
            neighbour and neighbour.translation_key
        ):
            target = Page.objects.get(pk=neighbour.pk if neighbour else parent.pk)
            page.move(target, pos="right" if neighbour else "first-child")
        neighbour = page


def ensure_site() -> CataloguePage:
    """Return the catalogue, after making home and catalogue where the site is still empty."""
    catalogue = CataloguePage.objects.first()
    if catalogue:
        return catalogue
    root = Page.objects.get(depth=1)
    for placeholder in root.get_children().filter(slug="home", depth=2):
        placeholder.delete()
    root.refresh_from_db()
    texts = read_toml(FOLDER / "site.toml")
    home = root.add_child(instance=HomePage(**texts["home"]))
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"root_page": home, "hostname": "localhost", "site_name": "Puriq"},
    )
    home.save_revision(log_action=True).publish()
    catalogue = home.add_child(instance=CataloguePage(**texts["catalogue"]))
    catalogue.save_revision(log_action=True).publish()
    for facts in texts["pages"]:
        body = [
            {
                "type": "text",
                "id": str(uuid5(UUID(int=0), f"{facts['slug']}/{place}")),
                "value": {"is_substantive": False, **text},
            }
            for place, text in enumerate(facts["texts"])
        ]
        fields = {name: facts[name] for name in ("title", "slug", "introduction")}
        page = home.add_child(
            instance=StandardPage(**fields, **converted(StandardPage, {"body": body}))
        )
        page.save_revision(log_action=True).publish()
    return catalogue
