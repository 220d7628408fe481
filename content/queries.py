"""Finds the page that an old address led to, and the plain page that a screen of ours shows."""

from django.http import Http404
from wagtail.models import Page

from content.models import FormerAddress, StandardPage


def path_of(url_path: str) -> str:
    """Return what stands behind the site's own address in the path of a page in the tree:
    `/inicio/cursos/a/` is `cursos/a`.
    """
    return url_path.strip("/").partition("/")[2]


def page_once_at(path: str) -> Page | None:
    """Return the page that had this address before it was renamed or moved, wherever it is now.

    One statement.
    """
    former = FormerAddress.objects.filter(path=path.strip("/")).select_related("page").first()
    return former.page if former else None


def plain_page(slug: str) -> StandardPage:
    """Return the plain page with that slug. Raises Http404 when editors took it away."""
    page = StandardPage.objects.live().filter(slug=slug).first()
    if page is None:
        raise Http404
    return page
