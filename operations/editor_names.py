"""Takes what nobody sees out of the names that Wagtail's own screens store: of sites, collections,
workflows, tasks and tags.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from lib.texts import as_written, tidied

View = Callable[..., HttpResponseBase]

# Screens whose forms hold names and choices alone, by the namespace of their addresses.
NAMED = {"wagtailsites", "wagtailadmin_collections", "wagtailadmin_workflows"}
# Tags are typed beside much else: pictures, documents, topics of a course, posts that a lesson
# serves.
TAGS = {"tags", "topics", "roles"}
# Somebody types it again, and it must be the same then.
SECRET = "password"  # noqa: S105 - the name of a field


def tidies_names(view: View) -> View:
    """Let names pass the rule of every other text before their form measures them: those screens
    take no form of ours.
    """

    @wraps(view)
    def tidy(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        if request.method == "POST" and match:
            request.POST = with_tidy_names(
                request.POST, all_fields=bool(NAMED & set(match.namespaces))
            )
        return view(request, *args, **kwargs)

    return tidy


def with_tidy_names(sent: QueryDict, *, all_fields: bool) -> QueryDict:
    """Return a form with its names as they are written; without `all_fields` tags alone, whatever
    stands before their name.
    """
    names = [
        name
        for name in sent
        if (all_fields or name.rpartition("-")[2] in TAGS) and name.rpartition("-")[2] != SECRET
    ]
    if not names:
        return sent
    tidy = sent.copy()
    for name in names:
        tidy.setlist(name, [as_written(tidied(value)) for value in sent.getlist(name)])
    return tidy
