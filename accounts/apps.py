"""Names the room `accounts` to Django, and Wagtail's screens of people as ours."""

from importlib import import_module

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = "Personas"

    def ready(self):
        import_module("accounts.receivers")


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user management, reached by operators only, without the fields that would raise a
    role.
    """

    default = False
    user_viewset = "accounts.people_screens.PeopleViewSet"
