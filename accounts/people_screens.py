"""Shows operators Wagtail's screens of people without what would raise a role: roles are grants,
given within a scope (R11).
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import AccountView, BaseSettingsPanel
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from lib.text_fields import NameField


class WithoutRoles:
    """Nobody becomes superuser here, and no group is shown or given: they follow the grants in
    force (roles.py).
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("is_superuser", None)
        self.fields.pop("groups", None)


class NewPersonForm(WithoutRoles, UserCreationForm):
    """A person who will choose a password by e-mail."""

    first_name = NameField(label=_("Nombres"), max_length=120)
    last_name = NameField(label=_("Apellidos"), max_length=120)


class PersonForm(WithoutRoles, UserEditForm):
    """Name, e-mail and whether the account is in use."""

    first_name = NameField(label=_("Nombres"), max_length=120)
    last_name = NameField(label=_("Apellidos"), max_length=120)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("username", None)
        # The letter that lets somebody in goes to the e-mail: with it an operator could become a
        # second operator. Nor does one operator alone switch off who holds a role: the role is
        # ended first, with its own line.
        has_role = self.instance.is_superuser or self.instance.grants.exists()
        # An account that was merged into another stays closed.
        has_role = has_role or self.instance.merged_into_id is not None
        for name in {"email", "is_active"} & set(
            self.fields
        ):  # one's own screen cannot switch oneself off
            self.fields[name].disabled = has_role

    def save(self, commit=True):
        """Remember what changed, for the trail and for a letter to the address that was there."""
        person = super().save(commit)
        person.changed_fields = tuple(self.changed_data)
        person.email_before = self.initial.get("email", "")
        return person


class PeopleViewSet(UserViewSet):
    """Wagtail's screens with these forms."""

    def get_form_class(self, for_update=False):
        return PersonForm if for_update else NewPersonForm


class OwnSettingsView(AccountView):
    """Wagtail's settings of oneself without the name, which is corrected in one's account, where
    its rules hold and a line of the trail stays; and without a picture of oneself, which nobody
    needs here, and which would keep where it was taken.
    """

    def get_panels(self) -> list[BaseSettingsPanel]:
        """Return Wagtail's panels besides those."""
        return [
            panel for panel in super().get_panels() if panel.name not in {"name_email", "avatar"}
        ]
