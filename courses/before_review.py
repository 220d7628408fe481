"""Tells what readers would meet in a page that is whole otherwise: links to what is not published,
and norms that ended.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from norms.models import Norm

ENDED = {Norm.State.REPEALED, Norm.State.TERM_PASSED, Norm.State.HORIZON_PASSED}


def warnings_of(page: Page) -> list[str]:
    """Return a sentence for each page that a page links to and nobody can open, and each norm that
    it cites and that ended. They stop nothing: two pages may link to one another.
    """
    references = set(_references(page))
    linked = Page.objects.filter(
        pk__in=[key for model, key in references if issubclass(model, Page)]
    ).exclude(pk=page.pk)
    cited = Norm.objects.filter(
        pk__in=[key for model, key in references if model is Norm], state__in=ENDED
    )
    link = _("Enlaza a “%(title)s”, que no está publicada: quien lea no podrá abrirla.")
    norm = _("Cita «%(norm)s», cuyo estado es «%(state)s»: quien lea verá esa advertencia.")
    return [
        *(link % {"title": other.title} for other in linked.order_by("path") if not is_open(other)),
        *(norm % {"norm": one.cited, "state": one.get_state_display()} for one in cited),
    ]


def is_open(page: Page) -> bool:
    """Say whether a page and all that lies above it are published."""
    above = page.get_ancestors().filter(depth__gt=1)
    return page.live and not above.filter(live=False).exists()


def _references(page: Page) -> Iterator[tuple[type, str]]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            stream = getattr(page, field.name)
            for model, key, *_place in field.stream_block.extract_references(stream):
                yield model, key
