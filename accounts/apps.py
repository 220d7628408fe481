"""Names the room `accounts` to Django, and Wagtail's screens of people as ours."""

from importlib import import_module

from allauth.core.internal import ratelimit
from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = "Personas"

    def ready(self):
        # The limiter counts the people behind one address one at a time, and refuses who waited a second for the counter:
        # on a shared cache that is a third of a class that signs in together.
        ratelimit.CACHE_LOCK_WAIT_TIMEOUT = 30
        import_module("accounts.receivers")
        import_module("accounts.personal_data")


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user management, reached by operators only, without the fields that would raise a role."""

    default = False
    user_viewset = "accounts.people_screens.PeopleViewSet"
