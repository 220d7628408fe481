"""Serves sign-in, sign-out and password recovery: the sign-in library underneath, our screens on
top.
"""

from dataclasses import asdict
from urllib.parse import urlencode

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import documents, shared_device
from accounts.carried_acts import mark_of, opened
from accounts.demo_people import PASSWORD, demo_people
from accounts.forms import IdentifierForm, NewPasswordForm, SignInForm
from accounts.limits import (
    RECOVERIES,
    RECOVERIES_OF_ACCOUNT,
    RECOVERIES_OF_IDENTIFIER,
    SIGN_INS,
    WAITS,
    held_back,
    network_of,
    take,
)
from accounts.policies import (
    PersonRequest,
    for_visitors,
    public,
    signed_in,
    tell_who_is_in_session,
)
from accounts.sent_acts import door, sign_in_form, told_of_carried
from accounts.signing_in import EnteringRequest, resolve
from accounts.tasks import send_recovery_letter
from accounts.views.going_on import ENTRANCE, Entrance, entered, go_on
from lib.targets import safe_next


@door
@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: EnteringRequest) -> HttpResponse:
    """Let a person in by document or e-mail; the library counts the tries and hashes once, found or
    not.
    """
    target = safe_next(request)
    if request.user.is_authenticated:
        if request.method == "POST" and not _names_who_is_in_session(request):
            tell_who_is_in_session(request)
        return go_on(request, target)
    form = SignInForm(request.POST) if request.method == "POST" else sign_in_form(request)
    limit = None
    if request.method == "POST" and not take(SIGN_INS, network_of(request), now=timezone.now()):
        limit = SIGN_INS
        form.add_error(None, get_adapter().error_messages["too_many_of_network"])
    elif request.method == "POST" and form.is_valid():
        try:
            return enter(request, form, target)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            limit = WAITS.get(refusal.code or "")
    carried = request.POST.get("carried", "")
    context = {
        "form": form,
        "next": target,
        **told_of_carried(carried, opened(carried) if carried else None),
        "demo_people": demo_people(),
        "demo_password": PASSWORD,
    }
    return held_back(render(request, "accounts/sign_in.html", context), limit)


def _names_who_is_in_session(request: HttpRequest) -> bool:
    """Say whether a page of sign-in that came late was of the person who is inside already."""
    form = IdentifierForm(request.POST)
    if not form.is_valid():
        return False
    return resolve(form.cleaned_data["username"]).username == request.user.get_username()


def enter(request: EnteringRequest, form: SignInForm, target: str) -> HttpResponse:
    """Return the way in. Raises ValidationError with the text for the person."""
    identity = resolve(form.cleaned_data["username"])
    request.identity = identity
    credentials = {
        "username": identity.username,
        "password": form.cleaned_data["password"],
    }
    adapter = get_adapter(request)
    user = adapter.authenticate(request, **credentials)
    if user is None:
        raise adapter.validation_error("username_password_mismatch")
    entrance = Entrance(
        target=target,
        carried=request.POST.get("carried", ""),
        is_shared=form.cleaned_data["is_shared"],
        password=user.get_session_auth_hash(),
    )
    answer = perform_password_login(
        request, credentials, Login(user=user, redirect_url=target or None)
    )
    if not user.is_active:
        return answer
    if not request.user.is_authenticated:  # a second factor stands between
        request.session[ENTRANCE] = asdict(entrance)
        return answer
    return entered(request, user, entrance, answer)


@signed_in
@never_cache
@require_safe
def session(request: PersonRequest) -> JsonResponse:
    """Tell a script whether the session lasts, with what a form of its person carries; it counts as
    a use.
    """
    return JsonResponse({"token": get_token(request), "sent_by": mark_of(request.user)})


@door
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Stand where Wagtail would show sign-in screens of its own: a second door would know nothing
    of our limits.
    """
    next_address = safe_next(request) or reverse("wagtailadmin_home")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': next_address})}")


@door
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave by POST; a link alone only shows the button."""
    if request.method == "POST":
        was_shared = shared_device.is_shared(request)
        logout(request)
        if was_shared:
            return shared_device.emptied(
                redirect(f"{reverse('accounts:signed_out')}?equipo=compartido")
            )
        answer = redirect("accounts:signed_out")
        if (
            "erased" not in request.POST
        ):  # the script of the page took away what was this person's alone
            answer["Clear-Site-Data"] = '"storage"'
        return answer
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "accounts/sign_out.html")


@public
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say what stays behind on the device after leaving; who is in session has not left."""
    if request.user.is_authenticated:
        return redirect("account_logout")
    is_shared = request.GET.get("equipo") == "compartido"
    answer = render(request, "accounts/signed_out.html", {"was_shared": is_shared})
    return shared_device.remember(answer) if is_shared else answer


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for the letter to choose a new password; the answer is the same whoever is named."""
    form = IdentifierForm(request.POST or None)
    limit = None
    if request.method == "POST" and form.is_valid():
        identity = resolve(form.cleaned_data["username"])
        now = timezone.now()
        if not take(RECOVERIES, network_of(request), now=now):
            limit = RECOVERIES
            form.add_error(
                None, _("Desde tu red llegaron muchos pedidos. Espera un minuto y envía otra vez.")
            )
        elif not take(RECOVERIES_OF_IDENTIFIER, identity.typed, now=now):
            limit = RECOVERIES_OF_IDENTIFIER
            form.add_error(
                None,
                _(
                    "Ya se pidieron varios enlaces. Espera 15 minutos y revisa también tu correo "
                    "no deseado."
                ),
            )
        else:
            # What was asked for by another identifier of the person is told as little as whether
            # there is one: no letter more, by the way of somebody unknown.
            is_within = take(RECOVERIES_OF_ACCOUNT, identity.username, now=now)
            send_recovery_letter.enqueue(
                identity.username if is_within else documents.stand_in(identity.typed)
            )
            return redirect("account_reset_password_done")
    return held_back(render(request, "accounts/recover.html", {"form": form}), limit)


@public
@require_safe
def recover_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next, in the same words for everybody."""
    return render(request, "accounts/recover_sent.html")


class NewPasswordView(library.PasswordResetFromKeyView):
    """The page behind the link of the letter.

    Opening it changes nothing, so a mail scanner spends nothing and ends no session.
    """

    template_name = "accounts/new_password.html"
    form_class = NewPasswordForm

    def logout(self):
        """The library would sign out whoever is in their session as soon as the link is opened."""

    def form_valid(self, form):
        """Sign out whoever else is in their session: who chooses the password sits here now."""
        if self.request.user.is_authenticated and self.request.user != self.reset_user:
            logout(self.request)
        return super().form_valid(form)


new_password = public(
    never_cache(
        sensitive_post_parameters()(
            require_http_methods(["GET", "HEAD", "POST"])(NewPasswordView.as_view())
        )
    )
)


@require_safe
@for_visitors
def new_password_done(request: HttpRequest) -> HttpResponse:
    """Lead to sign-in after a new password."""
    return render(request, "accounts/new_password_done.html")


@require_safe
@for_visitors
def inactive(request: HttpRequest) -> HttpResponse:
    """Tell a person whose password was right that the account was switched off."""
    return render(request, "accounts/inactive.html")
