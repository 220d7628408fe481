"""Stands before every act: whose page sent it, and what becomes of it when that person is not
signed in.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from accounts import shared_device
from accounts.carried_acts import SENT_BY, CarriedAct, is_of, read_act, seal
from accounts.demo_people import PASSWORD, demo_people
from accounts.forms import SignInForm


def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that signs in or out: it takes forms whoever the page was of."""
    view.is_door = True  # type: ignore[attr-defined]
    return view


class ActMiddleware:
    """Lets an act through only for the person whose page sent it.

    To a script, which cannot follow it without loading the page twice, a redirect is told as
    `{"url": …}`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and is_script(request) and "Location" in response:
            response = told_as_json(response)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """Answer in place of the view when the act is not to be done now."""
        if request.method != "POST" or getattr(view, "is_door", False):
            return None
        return refused_act(request)


def is_script(request: HttpRequest) -> bool:
    """True when one of our small scripts sent the request."""
    return request.headers.get("Accept", "").startswith("application/json")


def told_as_json(response: HttpResponse) -> HttpResponse:
    """Return where a redirect leads, with its cookies."""
    answer = JsonResponse({"url": response["Location"]})
    answer.cookies = response.cookies
    return answer


def refused_act(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to an act of a page that belongs to a person who is not signed in; None for
    any other.
    """
    sent_by = request.POST.get(SENT_BY, "")
    if not sent_by:
        return None
    if not request.user.is_authenticated:
        return session_over(request)
    return None if is_of(sent_by, request.user) else other_person(request)


def session_over(request: HttpRequest) -> HttpResponse:
    """Ask the person to sign in, with the act inside the page: nothing is stored here or on the
    device.
    """
    if is_script(request):
        return JsonResponse({"reason": "signed_out"}, status=HTTPStatus.FORBIDDEN)
    act = read_act(request)
    token = seal(act) if act else ""
    context = {
        "form": sign_in_form(request),
        "next": request.get_full_path() if act else "",
        **told_of_carried(token, act),
        "is_over": True,
        "demo_people": demo_people(),
        "demo_password": PASSWORD,
    }
    answer = render(request, "accounts/sign_in.html", context, status=HTTPStatus.FORBIDDEN)
    return shared_device.not_stored(answer)


def told_of_carried(token: str, act: CarriedAct | None) -> dict[str, object]:
    """Return what a page of sign-in says of the act that it carries."""
    return {
        "carried": token,
        "is_over": act is not None,
        "is_partial": bool(act and act.is_partial),
        "is_withheld": bool(act and act.is_withheld),
    }


def sign_in_form(request: HttpRequest) -> SignInForm:
    """Return the empty form, with the box of the shared device as it was last left here."""
    return SignInForm(initial={"is_shared": shared_device.was_shared(request)})


def other_person(request: HttpRequest) -> HttpResponse:
    """Say that the page was somebody else's; nothing of it is sent or shown."""
    if is_script(request):
        return JsonResponse({"reason": "other_person"}, status=HTTPStatus.FORBIDDEN)
    return shared_device.not_stored(
        render(request, "accounts/other_person.html", status=HTTPStatus.FORBIDDEN)
    )


def expired_token(request: HttpRequest) -> JsonResponse:
    """Give a script of this site a fresh token: its act goes out again at once."""
    return JsonResponse(
        {"reason": "expired", "token": get_token(request)}, status=HTTPStatus.FORBIDDEN
    )
