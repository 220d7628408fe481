"""Remembers in the session which places the menu offers."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.permissions import READERS_OF_FIGURES, Role, holds_role

EDITORS = (Role.AUTHOR, Role.REVIEWER, Role.OPERATOR)


@receiver(user_logged_in)
def remember_menu(request, user, **kwargs):
    """Ask once, at sign-in, so that no page asks again only to draw its menu: a hint, every view
    checks the right itself.
    """
    menu = ["panel"] if holds_role(user, *READERS_OF_FIGURES) else []
    request.session["menu"] = [*menu, "gestion"] if holds_role(user, *EDITORS) else menu
