"""Remembers in the session, at sign-in, which places the menu offers."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.permissions import places_of


@receiver(user_logged_in)
def remember_menu(request, user, **kwargs):
    """Ask once, at sign-in, so that no page asks again only to draw its menu. Acts on roles write
    it anew (`refit_sessions_of`).
    """
    request.session["menu"] = places_of(user)
