"""Names the room `accounts` to Django, and Wagtail's screens of people as ours."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = "Personas"

    def ready(self):
        from accounts import receivers  # noqa: F401 - connects them


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user management, reached by operators only, without the fields that would raise a
    role.
    """

    default = False
    user_viewset = "accounts.people_screens.PeopleViewSet"
