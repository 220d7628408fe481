"""Declares who may use an address: every view carries exactly one of these, and the suite fails
when one has none.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from accounts.models import RoleGrant, User
from accounts.permissions import holds_role

View = Callable[..., HttpResponse]
# Django's form views take PUT for POST, and Wagtail's functions take whatever is no POST for GET.
FORM_METHODS = ("GET", "HEAD", "POST")
# Parts of the editor, by the names of their addresses or the room that a bulk action is about.
OPERATORS_ONLY = frozenset(
    {
        "accounts",
        "auth",
        "wagtailadmin_collections",
        "wagtailadmin_workflows",
        "wagtailredirects",
        "wagtailsites",
        "wagtailusers_groups",
        "wagtailusers_users",
    }
)


class PersonRequest(HttpRequest):
    """A request that passed `signed_in` or `for_roles`: its user is a person."""

    user: User  # type: ignore[assignment]


def public(view: View) -> View:
    """Everybody, signed in or not."""
    view.policy = "public"  # type: ignore[attr-defined]
    return view


def for_machines(view: View) -> View:
    """Probes and other machines; answers nothing personal."""
    view.policy = "machines"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Every signed-in person, for their own things; a visitor is sent to sign in and comes back
    here.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.policy = "signed_in"  # type: ignore[attr-defined]
    return guarded


def for_roles(*roles: str) -> Callable[[View], View]:
    """People who hold one of `roles` today; for other signed-in people the address does not
    exist.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not holds_role(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.policy = "roles:" + ",".join(roles)  # type: ignore[attr-defined]
        return guarded

    return declare


def act_of(page: Callable[..., str]) -> Callable[[View], View]:
    """Take POST alone.

    Who comes by GET, as after signing in, is led to `page(request, …)`, where the act is done.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def led(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(page(request, *args, **kwargs))
            if request.method != "POST":
                return HttpResponseNotAllowed(FORM_METHODS)
            return view(request, *args, **kwargs)

        return led

    return declare


def may_enter(request: HttpRequest) -> bool:
    """Say whether a signed-in person may come to an address of the editor."""
    match = request.resolver_match
    is_reserved = bool(
        match and OPERATORS_ONLY.intersection((*match.namespaces, match.kwargs.get("app_label")))
    )
    if is_reserved and not (
        request.user.is_superuser or holds_role(request.user, RoleGrant.Role.OPERATOR)
    ):
        return False
    return request.user.has_perm("wagtailadmin.access_admin")


def for_editors(view: View) -> View:
    """People who may open Wagtail's editor; Wagtail checks the rest.

    For other signed-in people nothing is there.

    Without it Wagtail would send them to sign in, which would send them back: a loop. People,
    groups, sites, collections and workflows are there for operators alone, whatever a side path of
    Wagtail forgets to ask (docs/requirements.md, ACC-07).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated and not may_enter(request):
            raise Http404
        if request.method not in FORM_METHODS:
            return HttpResponseNotAllowed(FORM_METHODS)
        return view(request, *args, **kwargs)

    guarded.policy = "editors"  # type: ignore[attr-defined]
    return guarded
