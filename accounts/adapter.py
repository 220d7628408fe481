"""Fits the sign-in library to our people: opaque names, e-mail optional, texts of ours, nothing
unkeyed in the limiter.
"""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.new_password import take_new_password


class AccountAdapter(DefaultAccountAdapter):
    """What the library asks us to decide."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "El documento o correo y la contraseña no coinciden. Revísalos o recupera tu "
            "contraseña."
        ),
        "too_many_login_attempts": _(
            "Hubo varios intentos con otra contraseña. Espera una hora o recupera tu contraseña. "
            "Tu avance está guardado."
        ),
        "too_many_of_network": _(
            "Desde tu red llegaron muchos intentos. Espera un minuto y envía otra vez."
        ),
    }

    def populate_username(self, request, user):
        """The name is already there: an opaque one."""

    def is_open_for_signup(self, request):
        """People register through our own form alone."""
        return False

    def is_safe_url(self, url):
        """What says where to go on is a path of this site: a word would be the name of a view."""
        return bool(url) and url.startswith("/") and super().is_safe_url(url)

    def is_ajax(self, request):
        """No page of ours answers in JSON: that way round would hand back what was typed."""
        return False

    def set_password(self, user, password):
        take_new_password(user=user, password=password, now=timezone.now())

    def login(self, request, user):
        """Remember whether this is the first time, before the sign-in itself writes the date."""
        is_first = user.last_login is None
        super().login(request, user)
        request.is_first_sign_in = is_first and user.first_entry_at is None

    def get_login_redirect_url(self, request):
        """The first time leads to the first entry; afterwards the learner's home reminds of it."""
        return (
            reverse("accounts:first_entry")
            if getattr(request, "is_first_sign_in", False)
            else super().get_login_redirect_url(request)
        )

    def get_password_change_redirect_url(self, request):
        return reverse("account_login")

    def pre_authenticate(self, request, **credentials):
        """Count a try before the password is looked at: many at once are as many tries."""
        now = timezone.now()
        for refusal, limit, counted in told_counts(request):
            if not limits.take(limit, counted, now=now):
                raise self.validation_error(refusal)
        request.is_beyond = not (
            request.user.is_authenticated
            or limits.take(limits.FAILED_SIGN_INS_OF_ACCOUNT, credentials["username"], now=now)
        )

    def authenticate(self, request, **credentials):
        """Only wrong passwords count; beyond the limit of the account none is right."""
        user = super().authenticate(request, **credentials)
        if user is None or request.is_beyond:
            return None
        now = timezone.now()
        for _refusal, limit, counted in told_counts(request):
            limits.give_back(limit, counted, now=now)
        if not request.user.is_authenticated:
            limits.give_back(limits.FAILED_SIGN_INS_OF_ACCOUNT, user.username, now=now)
        return user


def told_counts(request) -> list[tuple[str, limits.Limit, object]]:
    """Return what counts a wrong password and is told when it was too often, with the name of what
    is told: by who is in session, or by what was typed.

    A new password begins anew: its digest is a part of what is counted.
    """
    network = limits.network_of(request)
    counts = [("too_many_of_network", limits.FAILED_SIGN_INS, network)]
    if request.user.is_authenticated:
        inside = (request.user.pk, request.user.password)
        return [*counts, ("too_many_login_attempts", limits.WRONG_PASSWORDS_INSIDE, inside)]
    typed = (request.identity.typed, request.identity.password)
    return [
        *counts,
        ("too_many_login_attempts", limits.FAILED_SIGN_INS_OF_IDENTIFIER, typed),
    ]
