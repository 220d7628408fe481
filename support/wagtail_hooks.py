"""Puts our own help where Wagtail's editor offers a foreign guide."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

FOREIGN = ("whats-new-in-wagtail", "editor-guide")


@hooks.register("construct_help_menu")
def offer_our_help(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if not item.name.startswith(FOREIGN)]
    items.insert(
        0,
        MenuItem(
            _("Escribe a Ayuda"),
            reverse("support:help"),
            name="help-page",
            icon_name="mail",
            order=1,
        ),
    )
