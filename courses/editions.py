"""Freezes published courses into editions, after the publication committed and as often as
needed.
"""

import json
import logging
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from content.addresses import is_plain_slug
from courses.models import Body, CourseHead, CoursePage, Edition
from courses.outline import Outline, digest, is_material, read_outline

logger = logging.getLogger(__name__)


_failures: ContextVar[set[UUID] | None] = ContextVar("failed", default=None)


@contextmanager
def collected_failures() -> Iterator[set[UUID]]:
    """Give the keys of the courses that could not be frozen meanwhile, so that whoever caused it is
    told at once.
    """
    failures: set[UUID] = set()
    token = _failures.set(failures)
    try:
        yield failures
    finally:
        _failures.reset(token)


class UnreachableAddress(ValueError):
    """No address leads to a part of the course; the message is a sentence for its author."""


@lru_cache(maxsize=256)
def outline_of(edition_id: int, language: str = settings.LANGUAGE_CODE) -> Outline:
    """Return the outline of an edition.

    Editions never change, so every process may keep it as long as it likes.
    """
    outline = Edition.objects.values_list("outline", flat=True).get(pk=edition_id)
    return read_outline(outline, language)


@lru_cache(maxsize=256)
def number_of(edition_id: int) -> str:
    """Return the number of an edition as people read it: 3.1."""
    return Edition.objects.defer("outline").get(pk=edition_id).number


@lru_cache(maxsize=256)
def edition_of(edition_id: int) -> Edition:
    """Return an edition without its outline: number, date and author, kept by the process like the
    outline.
    """
    return Edition.objects.defer("outline").get(pk=edition_id)


def mark_dirty(page: Page, now: datetime | None = None) -> None:
    """Mark every course that contains or lies below `page` as changed, and freeze it once this
    transaction commits.
    """
    keys = set(
        CoursePage.objects.ancestor_of(page, inclusive=True).values_list(
            "translation_key", flat=True
        )
    )
    if not keys:
        keys = set(CoursePage.objects.descendant_of(page).values_list("translation_key", flat=True))
    for key in keys:
        mark_course_dirty(key, now or timezone.now())


def mark_course_dirty(key: UUID, now: datetime) -> None:
    """Mark one course and ask for its freezing after the commit; a failure there is logged and
    repeated later.
    """
    head, is_new = CourseHead.objects.get_or_create(
        key=key, defaults={"is_dirty": True, "dirty_since": now}
    )
    if not is_new and not head.is_dirty:
        CourseHead.objects.filter(pk=head.pk).update(is_dirty=True, dirty_since=now)

    transaction.on_commit(lambda: try_to_freeze(key), robust=True)


def freeze_dirty_courses() -> int:
    """Freeze what a failed or interrupted publication left dirty; return how many courses were
    looked at.
    """
    keys = list(CourseHead.objects.filter(is_dirty=True).values_list("key", flat=True))
    for key in keys:
        try_to_freeze(key)
    return len(keys)


def try_to_freeze(key: UUID) -> None:
    """Freeze a course; what fails is told to the log and kept for those who published, and the
    course stays dirty.
    """
    try:
        freeze_edition(key)
    except Exception as fault:
        logger.exception("Course %s could not be frozen; it stays dirty", key)
        unknown = _(
            "una falla del sistema. Lo intentamos de nuevo cada minuto; si sigue, escribe en "
            "«Ayuda»."
        )
        words = str(fault) if isinstance(fault, UnreachableAddress) else unknown
        CourseHead.objects.filter(key=key).update(problem=words)
        failures = _failures.get()
        if failures is not None:
            failures.add(key)


def freeze_edition(key: UUID) -> Edition | None:
    """Freeze a dirty course into a new edition, and return it.

    Does nothing when the course is clean, and makes no edition when the content is the same: thirty
    pages published together make one. The head is locked, so that two processes cannot give one
    number twice.
    """
    with transaction.atomic():
        head = CourseHead.objects.select_for_update().get(key=key)
        if not head.is_dirty:
            return None
        pages = [
            page
            for page in CoursePage.objects.filter(translation_key=key, live=True)
            if _is_reachable(page)
        ]
        pages.sort(key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk))
        head.is_dirty, head.dirty_since, head.is_open, head.problem = False, None, bool(pages), ""
        edition = None
        if pages:
            head.slug, head.position = pages[0].slug, pages[0].path
            edition = _freeze(head, pages)
            head.latest_edition = edition or head.latest_edition
        head.save(
            update_fields=[
                "is_dirty",
                "dirty_since",
                "is_open",
                "problem",
                "slug",
                "position",
                "latest_edition",
            ]
        )
    return edition


def _is_reachable(page: Page) -> bool:
    """True when no page above is unpublished: a child stays live when its parent is not."""
    return not page.get_ancestors().filter(live=False).exists()


def _freeze(head: CourseHead, pages: list[CoursePage]) -> Edition | None:
    """Write the edition of a locked head from its live pages (main language first), unless nothing
    changed.
    """
    builder = _Builder(pages)
    outline = builder.outline()
    bodies = builder.bodies
    refuse_unreachable(outline)
    content_hash = digest(outline)
    latest = head.latest_edition
    if latest and latest.content_hash == content_hash:
        return None
    Body.objects.bulk_create(bodies.values(), ignore_conflicts=True)
    major, minor = 1, 0
    if latest:
        material = is_material(
            latest.outline, outline, _blocks_behind(latest.outline), _blocks_behind(outline)
        )
        major, minor = (latest.major + 1, 0) if material else (latest.major, latest.minor + 1)
    # The page row of a course does not move when a lesson below it does: ask the newest revision in
    # the tree.
    return Edition.objects.create(
        course=head,
        major=major,
        minor=minor,
        outline=outline,
        content_hash=content_hash,
        frozen_at=timezone.now(),
        author_key=_last_author(pages[0]),
    )


def refuse_unreachable(stored: dict[str, Any]) -> None:
    """Raise UnreachableAddress when a learner could not be led to a part of an outline."""
    nodes = [
        stored["course"],
        *stored["modules"],
        *(leaf for module in stored["modules"] for leaf in module["activities"]),
    ]
    for node in nodes:
        for code, slug in node["slugs"].items():
            if not is_plain_slug(slug):
                sentence = _(
                    "la dirección de “%(title)s” lleva letras que no sirven o es muy larga."
                )
                raise UnreachableAddress(sentence % {"title": node["titles"][code]})


def _last_author(page: Page) -> UUID | None:
    tree = page.get_descendants(inclusive=True).filter(live_revision__user__isnull=False)
    return (
        tree.order_by("-last_published_at")
        .values_list("live_revision__user__learner_key", flat=True)
        .first()
    )


class _Builder:
    """Builds the stored outline of live pages, the first of them in the language of the course."""

    def __init__(self, pages: list[CoursePage]) -> None:
        self.main = pages[0]
        # The bodies behind the outline, by digest.
        self.bodies: dict[str, Body] = {}
        self.versions: dict[UUID, list[tuple[str, Page]]] = defaultdict(list)
        trees = [Tree(page) for page in pages]
        self.modules = trees[0].modules
        for tree in trees:
            for node in tree.nodes:
                self.versions[node.translation_key].append((tree.language, node))

    def outline(self) -> dict[str, Any]:
        """Return the outline as an edition keeps it."""
        course = {
            **self._common(self.main),
            "outcome": self.main.outcome,
            "audience": self.main.audience,
            "topics": sorted(self.main.topics.names()),
        }
        modules = [
            {
                **self._common(module),
                "activities": [self._activity(leaf) for leaf in leaves],
            }
            for module, leaves in self.modules
        ]
        return {"course": course, "modules": modules}

    def _common(self, node: Any) -> dict[str, Any]:
        versions = self.versions[node.translation_key]
        return {
            "key": str(node.translation_key),
            "slugs": {code: page.slug for code, page in versions},
            "titles": {code: page.title for code, page in versions},
            "summary": node.summary,
            "expires_at": node.expire_at.isoformat() if node.expire_at else None,
        }

    def _activity(self, node: Any) -> dict[str, Any]:
        digests = {}
        for code, page in self.versions[node.translation_key]:
            body = body_of(page)
            self.bodies[body.digest] = body
            digests[code] = body.digest
        content = json.dumps(node.frozen_content(), ensure_ascii=False).encode()
        return {
            **self._common(node),
            "kind": node.kind,
            "minutes": node.minutes,
            "is_required": node.is_required,
            "weight": len(zlib.compress(content)) + node.bytes_of_pictures(),
            "norms": node.cited_norms(),
            "bodies": digests,
            "facts": node.outline_facts(),
        }


class Tree:
    """A course page with its modules and their activities, as far as they are live."""

    def __init__(self, page: CoursePage) -> None:
        self.page, self.language = page, page.locale.language_code
        self.modules = [(module, _live_children(module)) for module in _live_children(page)]

    @property
    def nodes(self) -> Iterator[Any]:
        """Every page of it, from the top."""
        yield self.page
        for module, leaves in self.modules:
            yield module
            yield from leaves


def _live_children(page: Page) -> list[Any]:
    """Return the live children in order, without aliases of a page in the same language (they
    repeat it).
    """
    children = (
        page.get_children().live().specific().select_related("locale").prefetch_related("alias_of")
    )
    return [
        child
        for child in children
        if not (child.alias_of_id and child.alias_of.locale_id == child.locale_id)
    ]


def body_of(page: Any) -> Body:
    """Return what an activity says now as the body that an edition keeps; not stored."""
    content = page.frozen_content()
    return Body(
        digest=digest({"kind": page.kind, "content": content}),
        content=content,
        blocks=page.frozen_blocks(),
    )


def _blocks_behind(stored: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Map the key of each activity of an outline to its block digests in the first language."""
    digests = {
        item["key"]: next(iter(item["bodies"].values()))
        for module in stored["modules"]
        for item in module["activities"]
    }
    blocks = dict(Body.objects.filter(digest__in=digests.values()).values_list("digest", "blocks"))
    return {key: blocks.get(value, []) for key, value in digests.items()}


def outlines_of(edition_ids: Iterable[int]) -> dict[int, Outline]:
    """Return the outlines of several editions by identifier, from the cache of the process where
    they are there.
    """
    return {edition_id: outline_of(edition_id) for edition_id in edition_ids}
