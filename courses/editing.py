"""Makes one act on the page tree one transaction, so that whatever it publishes or withdraws becomes one edition."""

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def in_one_transaction(view: View) -> View:
    """Run what an editor sends to a screen of the page tree in one transaction.

    Wagtail does so for its bulk actions only: a copied course would be frozen page by page, first without its modules.
    Reading and previews, which come with every key pressed, must not take the one write lock of SQLite.
    """

    @wraps(view)
    def whole(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        match = request.resolver_match
        if request.method != "POST" or "wagtailadmin_pages" not in match.namespaces or match.url_name.startswith("preview_"):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return whole
