"""Checks that every address declares who may use it."""

import re

from django.urls import URLPattern, get_resolver

# Addresses that Wagtail serves, each with the reason why it needs no policy of ours.
SERVED_BY_WAGTAIL = (
    "documentos/",  # its documents carry the privacy of their collection
    "^((?:[\\w\\-]+/)*)$",  # published pages: learning's hook guards what lies under a course
    "_util/",  # passwords of private pages, of which we make none below the catalogue
)


def addresses(patterns=None, prefix=""):
    """Yield the address and the view of every pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from addresses(pattern.url_patterns, route)


def test_every_address_declares_its_policy():
    undeclared = [
        route
        for route, view in addresses()
        if not hasattr(view, "policy") and not route.startswith(SERVED_BY_WAGTAIL)
    ]
    assert not undeclared


def test_the_editor_is_for_editors():
    open_to_all = {
        route
        for route, view in addresses()
        if route.startswith("gestion/") and view.policy in {"public", "signed_in"}
    }
    # Wagtail's own entrance and exit lead to ours.
    assert open_to_all <= {"gestion/login/", "gestion/logout/"}


def test_no_address_could_hold_a_document_number():
    telling = re.compile(r"dni|document(o|_number)|carne|numero", re.IGNORECASE)
    names = {
        name
        for route, _view in addresses()
        if not route.startswith(("gestion/", "documentos/"))
        for name in re.findall(r"<(?:\w+:)?(\w+)>", route)
    }
    assert not [name for name in names if telling.search(name)]
