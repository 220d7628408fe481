"""Fits the sign-in library to our people: opaque names, e-mail optional, texts of ours, nothing unkeyed in the limiter."""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import documents


class AccountAdapter(DefaultAccountAdapter):
    """What the library asks us to decide."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("El DNI o la contraseña no coinciden. Revisa los datos o recupera tu contraseña."),
        "too_many_login_attempts": _("Hiciste varios intentos. Espera 15 minutos o recupera tu contraseña. Tu avance está guardado."),
        "enter_current_password": _("Esa no es tu contraseña actual."),
    }

    def populate_username(self, request, user):
        """The name is already there: an opaque one."""

    def is_open_for_signup(self, request):
        """People register through our own form alone."""
        return False

    def is_ajax(self, request):
        """No page of ours answers in JSON: that way round would hand back what was typed."""
        return False

    def set_password(self, user, password):
        user.set_password(password)
        user.save(update_fields=["password"])

    def login(self, request, user):
        """Remember whether this is the first time, before the sign-in itself writes the date."""
        is_first = user.last_login is None
        super().login(request, user)
        request.is_first_sign_in = is_first and user.first_entry_at is None

    def get_login_redirect_url(self, request):
        """The first time leads to the first entry; afterwards the learner's home reminds of it."""
        return reverse("accounts:first_entry") if getattr(request, "is_first_sign_in", False) else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request):
        return reverse("account_login")

    def forget_failed_attempts(self, request, username):
        """Let a person in again at once after recovering the password."""
        self._delete_login_attempts_cached_email(request, username=username)

    def _get_login_attempts_cache_key(self, request, **credentials):
        """The library would add the address of the site, which a stranger can vary to get fresh tries."""
        return documents.stand_in(f"attempts:{credentials['username']}")
