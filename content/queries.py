"""Finds the page that an old address led to."""

from wagtail.models import Page

from content.models import FormerAddress


def path_of(url_path: str) -> str:
    """Return what stands behind the site's own address in the path of a page in the tree: `/inicio/cursos/a/` is `cursos/a`."""
    return url_path.strip("/").partition("/")[2]


def page_once_at(path: str) -> Page | None:
    """Return the page that had this address before it was renamed or moved, wherever it is now. One statement."""
    found = FormerAddress.objects.filter(path=path.strip("/")).select_related("page").first()
    return found.page if found else None
