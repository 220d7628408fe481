"""Renders what a lesson says, once for everybody: nothing personal and no token is in it."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe

from courses.editions import body_of
from courses.models import LessonPage

# A year: the key changes with whatever could change the text, so nothing is ever invalidated by
# hand.
KEPT_FOR = 60 * 60 * 24 * 365


@cache
def templates_digest() -> str:
    """Return a digest of every template, so that a new release never shows the old text."""
    sums = hashlib.sha256()
    for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        sums.update(path.read_bytes())
    return sums.hexdigest()[:16]


def kept_body(digest: str, *, language: str, norms_version: int) -> SafeString | None:
    """Return the body of the lesson whose content has this digest, or None when it was not rendered
    yet.
    """
    body = caches["bodies"].get(_key(digest, language, norms_version))
    # Rendered by our own template below.
    return None if body is None else mark_safe(body)  # noqa: S308


def lesson_body(page: LessonPage, *, language: str, norms_version: int) -> SafeString:
    """Return the body of a published lesson as safe HTML, from the cache or rendered now."""
    digest = body_of(page).digest
    body = kept_body(digest, language=language, norms_version=norms_version)
    if body is None:
        body = page.render_body()
        caches["bodies"].set(_key(digest, language, norms_version), str(body), KEPT_FOR)
    return body


def _key(digest: str, language: str, norms_version: int) -> str:
    """Return the key: digest of the content, language, version of the register of norms, digest of
    the templates.
    """
    return f"lesson:{digest}:{language}:{norms_version}:{templates_digest()}"
