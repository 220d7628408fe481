"""Renders what a lesson says, once for everybody: nothing personal and no token is in it."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as store
from django.utils.safestring import SafeString, mark_safe

from courses.models import LessonPage

# A year: the key changes with whatever could change the text, so nothing is ever invalidated by hand.
KEPT_FOR = 60 * 60 * 24 * 365


@cache
def templates_digest() -> str:
    """Return a digest of every template, so that a new release never shows the old text."""
    sums = hashlib.sha256()
    for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        sums.update(path.read_bytes())
    return sums.hexdigest()[:16]


def lesson_body(*, page_id: int, revision_id: int | None, language: str, norms_version: int) -> SafeString:
    """Return the body of a published lesson as safe HTML, from the cache or rendered now.

    The key holds revision, language, version of the register of norms and digest of the templates.
    """
    key = f"lesson:{page_id}:{revision_id}:{language}:{norms_version}:{templates_digest()}"
    body = store.get(key)
    if body is None:
        body = LessonPage.objects.get(pk=page_id).render_body()
        store.set(key, str(body), KEPT_FOR)
    return mark_safe(body)  # noqa: S308 - rendered by our own template just now
