"""Declares who may use an address: every view carries exactly one of these, and the suite fails
when one has none.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.permissions import (
    holds_role,
    holds_site_role,
    looks_after_everybody,
    waits_for_second_factor,
)
from lib.targets import safe_next

View = Callable[..., HttpResponse]
# Django's form views take PUT for POST, and Wagtail's functions take whatever is no POST for GET.
FORM_METHODS = ("GET", "HEAD", "POST")
SAFE_METHODS = ("GET", "HEAD")
# Wagtail's API acts on pages apart from its screens, past the hooks that ask what may be done; no
# screen needs it to.
READ_ONLY = "wagtailadmin_api"
# Parts of the editor, by the names of their addresses or the room that a bulk action is about.
OPERATORS_ONLY = frozenset(
    {
        "accounts",
        "auth",
        "wagtailadmin_collections",
        "wagtailadmin_workflows",
        "wagtailredirects",
        "wagtailsettings",
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


def for_visitors(view: View) -> View:
    """Everybody who is not signed in; who is, is led to where they were going: what such a page
    says would not be true of them.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            tell_who_is_in_session(request)
        return redirect(safe_next(request) or settings.LOGIN_REDIRECT_URL)

    return public(guarded)


def tell_who_is_in_session(request: HttpRequest) -> None:
    """Say that nothing was done of what a visitor's page sent, and whose session this is."""
    text = _(
        "No recibimos lo que enviaste: ahora está en sesión %(name)s. Si no eres tú, pulsa "
        "«Salir» y envíalo otra vez."
    )
    messages.warning(request, text % {"name": request.user})


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
    """People who hold one of `roles` today, in any scope: the view asks what lies inside it; for
    other signed-in people the address does not exist.
    """
    return _for_holders(holds_role, "roles:", roles)


def for_site_roles(*roles: str) -> Callable[[View], View]:
    """People who hold one of `roles` today for what no scope divides (`holds_site_role`); for
    other signed-in people the address does not exist.
    """
    return _for_holders(holds_site_role, "site roles:", roles)


def _for_holders(
    may: Callable[..., bool], policy: str, roles: tuple[str, ...]
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if may(request.user, *roles):
                return view(request, *args, **kwargs)
            if waits_for_second_factor(request.user, *roles):
                return to_second_factor(request)
            raise Http404

        guarded.policy = policy + ",".join(roles)  # type: ignore[attr-defined]
        return guarded

    return declare


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to where a second factor is set up, and from there back."""
    target = request.get_full_path() if request.method in SAFE_METHODS else ""
    where = f"?{urlencode({'next': target})}" if target else ""
    return redirect(reverse("mfa_activate_totp") + where)


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
    if is_reserved and not (request.user.is_superuser or looks_after_everybody(request.user)):
        return False
    return request.user.has_perm("wagtailadmin.access_admin")


def methods_of(request: HttpRequest) -> tuple[str, ...]:
    """Return the methods that an address of the editor takes; a visitor is sent to sign in
    first.
    """
    match = request.resolver_match
    is_read_only = match and READ_ONLY in match.namespaces and request.user.is_authenticated
    return SAFE_METHODS if is_read_only else FORM_METHODS


def for_editors(view: View) -> View:
    """People who may open Wagtail's editor; Wagtail checks the rest.

    For other signed-in people nothing is there.

    Without it Wagtail would send them to sign in, which would send them back: a loop. People,
    groups, sites, collections and workflows are there for operators of the nation alone, whatever a
    side path of Wagtail forgets to ask (docs/requirements.md, ACC-07).
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated and waits_for_second_factor(request.user):
            return to_second_factor(request)
        if request.user.is_authenticated and not may_enter(request):
            raise Http404
        methods = methods_of(request)
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        return view(request, *args, **kwargs)

    guarded.policy = "editors"  # type: ignore[attr-defined]
    return guarded
