"""Serves the second factor: the code that follows a password, and what its person does with it."""

from datetime import datetime
from json import dumps
from urllib.parse import urlencode

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.current_password import PasswordForm
from accounts.demo_people import demo_code
from accounts.limits import CODE_USES, held_back, take
from accounts.models import User
from accounts.permissions import GUARDED, places_of, waits_for_second_factor
from accounts.policies import FORM_METHODS, PersonRequest, public, signed_in
from accounts.second_factor import (
    codes_left,
    factors_of,
    has_application,
    has_recovery_codes,
    has_second_factor,
    takes_passkeys,
)
from accounts.views.going_on import ENTRANCE, Entrance, entered
from lib.targets import next_query, safe_next

# Where a session keeps the key that its application is reading.
KEY_BEING_SET_UP = "key_being_set_up"
APPLICATION, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


@signed_in
@never_cache
@require_safe
def second_factor(request: PersonRequest) -> HttpResponse:
    """Say whether a code follows the password of a person, and what to do about it."""
    factors = factors_of(request.user)
    context = {
        "is_on": bool(factors),
        "has_application": any(factor.type == APPLICATION for factor in factors),
        "passkeys": [factor.wrap() for factor in factors if factor.type == PASSKEY],
        "takes_passkeys": takes_passkeys(request),
        "codes_left": codes_left(request.user) if factors else 0,
        "is_asked_for": waits_for_second_factor(request.user),
    }
    return render(request, "accounts/second_factor.html", context)


class ChallengeView(AuthenticateView):
    """The code that follows the password; nobody is signed in before it."""

    template_name = "accounts/challenge.html"

    def _build_forms(self):
        """Take a passkey where one was sent, else a code: the library takes an empty form for a
        passkey.
        """
        user = self.stage.login.user
        data = self.request.POST if self.request.method == "POST" else None
        is_passkey = "credential" in self.request.POST
        self.auth_form = self.get_form_class()(user=user, data=None if is_passkey else data)
        self.webauthn_form = None
        if is_passkey:
            self.webauthn_form = self.get_webauthn_form_class()(user=user, data=data)
        return self.webauthn_form or self.auth_form

    def form_valid(self, form):
        """Let in whose password still is the one that was given; who has chosen another since has
        shut out whoever knew the old one.
        """
        user = self.stage.login.user
        entrance = Entrance(**self.request.session.pop(ENTRANCE, {}))
        if not constant_time_compare(entrance.password, user.get_session_auth_hash()):
            self.request.session.flush()
            messages.error(self.request, _("Tu contraseña cambió. Ingresa con la nueva."))
            return redirect("account_login")
        answer = super().form_valid(form)
        return entered(self.request, user, entrance, answer)

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)

    def get_context_data(self, **kwargs):
        user = self.stage.login.user
        has_passkeys = takes_passkeys(self.request) and Authenticator.objects.filter(
            user=user, type=PASSKEY
        )
        return {
            **super().get_context_data(**kwargs),
            "form": self.form or self.auth_form,
            "code": self.auth_form["code"],
            "options": dumps(passkeys.begin_authentication(user)) if has_passkeys else "",
            "demo_code": demo_code(user, timezone.now()),
        }


class ActivateView(ActivateTOTPView):
    """Sets an application up, by the code that it shows."""

    template_name = "accounts/activate_second_factor.html"

    def get_form(self, form_class=None):
        """Show one key until it is set up: the library makes another each time the page is loaded,
        and no code of the application that read the first one would ever be right.
        """
        form = super().get_form(form_class)
        form.secret = self.request.session.setdefault(KEY_BEING_SET_UP, form.secret)
        return form

    def dispatch(self, request, *args, **kwargs):
        if has_application(request.user):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        parts = [secret[place : place + 4] for place in range(0, len(secret), 4)]
        return {
            **context,
            "written_secret": " ".join(parts),
            "next": safe_next(self.request),
            "is_asked_for": waits_for_second_factor(self.request.user),
        }

    @transaction.atomic
    def form_valid(self, form):
        """Turn it on for this session, and end all others: they began with a password alone.

        Of two that come at once the first holds; the other is led where it leads.
        """
        user, now = self.request.user, timezone.now()
        services.hold_person(user)
        if has_application(user):
            return redirect(self.get_success_url())
        answer = super().form_valid(form)
        self.request.session.pop(KEY_BEING_SET_UP, None)
        take(CODE_USES, (user.pk, form.cleaned_data["code"]), now=now)  # it opens no session
        guard(self.request, "second_factor_activated", now)
        return answer

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)

    def get_success_url(self):
        query = urlencode(next_query(self.request))
        return reverse("mfa_view_recovery_codes") + (f"?{query}" if query else "")


class AddPasskeyView(AddWebAuthnView):
    """Keeps a passkey that the browser has just made."""

    template_name = "accounts/add_passkey.html"

    def dispatch(self, request, *args, **kwargs):
        if not takes_passkeys(request):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Ask for a new passkey, unless the one that came waits for a right password alone."""
        # Past the library's own, which would always ask for another.
        context = super(AddWebAuthnView, self).get_context_data(**kwargs)
        is_made = self.request.POST.get("credential")
        waits = is_made and set(context["form"].errors) == {"password"}
        options = "" if waits else dumps(passkeys.begin_registration(self.request.user, False))
        return {**context, "options": options}

    @transaction.atomic
    def form_valid(self, form):
        user, now = self.request.user, timezone.now()
        services.hold_person(user)
        answer = super().form_valid(form)
        guard(self.request, "passkey_added", now)
        return answer

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)


class RemovePasskeyView(RemoveWebAuthnView):
    """Takes one passkey away, by the password."""

    form_class = PasswordForm
    template_name = "accounts/remove_factor.html"
    success_url = reverse_lazy("mfa_index")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        name = self.object.wrap().name
        return {
            **super().get_context_data(**kwargs),
            **what_is_left(self.request.user),
            "title": _("Quita una llave de acceso"),
            "what_ends": _("«%(name)s» deja de valer para ingresar.") % {"name": name},
        }

    @transaction.atomic
    def form_valid(self, form):
        answer = super().form_valid(form)
        user = self.request.user
        services.record_act_on(user, "passkey_removed", timezone.now(), {}, actor=user)
        return answer

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)


def guard(request: PersonRequest, act: str, now: datetime) -> None:
    """Note a new factor, and end all other sessions: they began with less."""
    user = request.user
    services.record_act_on(user, act, now, {}, actor=user)
    services.end_other_sessions(user=user, kept=request.session.session_key or "", now=now)
    # A role may hold from now on.
    request.session["menu"] = places_of(User.objects.get(pk=user.pk))


def what_is_left(user: User) -> dict[str, bool]:
    """Say what a person has without the factor that is to go: whether it is the last, and whether
    a role of theirs needs one.
    """
    is_last = len(factors_of(user)) == 1
    needs_another = is_last and user.grants.filter(role__in=GUARDED).exists()
    return {"is_last": is_last, "needs_another": needs_another}


class RemoveView(DeactivateTOTPView):
    """Takes the application away again, by the password."""

    template_name = "accounts/remove_factor.html"

    def get_form_kwargs(self):
        """The library fills an empty form in at once, to show what forbids it: nothing does."""
        kwargs = super().get_form_kwargs()
        if self.request.method != "POST":
            kwargs.pop("data", None)
        return kwargs

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            **what_is_left(self.request.user),
            "title": _("Quita la aplicación de códigos"),
            "what_ends": _("Sus códigos dejan de valer para ingresar."),
        }

    @transaction.atomic
    def form_valid(self, form):
        user = self.request.user
        answer = super().form_valid(form)
        services.record_act_on(user, "second_factor_removed", timezone.now(), {}, actor=user)
        return answer

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)


class CodesView(ViewRecoveryCodesView):
    """Shows the recovery codes, once."""

    template_name = "accounts/recovery_codes.html"

    def dispatch(self, request, *args, **kwargs):
        if not has_recovery_codes(request.user):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        target = safe_next(self.request) or settings.LOGIN_REDIRECT_URL
        return {**super().get_context_data(**kwargs), "next": target}


class FreshCodesView(GenerateRecoveryCodesView):
    """Makes other recovery codes, by the password; those of before stop working."""

    template_name = "accounts/fresh_recovery_codes.html"

    def dispatch(self, request, *args, **kwargs):
        if not has_second_factor(request.user):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    @transaction.atomic
    def form_valid(self, form):
        user = self.request.user
        answer = super().form_valid(form)
        services.record_act_on(user, "recovery_codes_made", timezone.now(), {}, actor=user)
        messages.success(self.request, _("Hicimos códigos nuevos: los de antes ya no valen."))
        return answer

    def form_invalid(self, form):
        return held_back(super().form_invalid(form), form.reached)


def _form(view):
    """Guard a form that takes a password or a code."""
    return never_cache(sensitive_post_parameters()(require_http_methods(FORM_METHODS)(view)))


challenge = public(_form(ChallengeView.as_view()))
activate_second_factor = signed_in(_form(ActivateView.as_view()))
add_passkey = signed_in(_form(AddPasskeyView.as_view()))
remove_passkey = signed_in(_form(RemovePasskeyView.as_view()))
remove_second_factor = signed_in(_form(RemoveView.as_view()))
recovery_codes = signed_in(never_cache(require_safe(CodesView.as_view())))
fresh_recovery_codes = signed_in(_form(FreshCodesView.as_view()))
