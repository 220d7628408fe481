"""Validates a role that is given: never above, outside or longer than the role of who gives it."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.last_day import LastDayField
from accounts.models import Organisation, RoleGrant, User
from accounts.permissions import (
    GRANTABLE,
    Role,
    Scope,
    current_grants,
    grantable_by,
    may_grant,
    scope_of,
)
from lib.folding import sorting_key
from roster.forms import ReasonForm
from territory.models import Area

NATION, AREAS = "nation", "areas"


class RoleForm(ReasonForm):
    """Which role, where and until when."""

    role = forms.ChoiceField(
        label=_("Rol"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Elige un rol.")},
    )
    where = forms.ChoiceField(
        label=_("¿Dónde vale?"),
        choices=[(NATION, _("En todo el país")), (AREAS, _("Solo en las regiones que marco"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Formadores y revisores trabajan para todo el país. Un operador de algunas regiones ve "
            "a las personas y entidades de ellas, y nada de lo que es de todo el sitio."
        ),
        error_messages={"required": _("Elige dónde vale.")},
    )
    areas = forms.MultipleChoiceField(
        label=_("Regiones"), required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = forms.MultipleChoiceField(
        label=_("Tipos de entidad"),
        choices=Organisation.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Sin marcar ninguno, vale en todos."),
    )
    last_day = LastDayField(
        required=False, help_text=_("Solo el rol de operador puede quedar sin fecha.")
    )

    def __init__(self, data=None, *, person: User, granter: User, initial: dict | None = None):
        super().__init__(data, person=person, initial=initial)
        self.granter = granter
        grants = current_grants(granter)
        roles = {role for grant in grants for role in grantable_by(grant)}
        self.fields["role"].choices = [
            (value, label)
            for value, label in RoleGrant.Role.choices
            if value in roles and value not in {Role.LEARNER, Role.LIAISON}
        ]
        scopes = [scope_of(grant) for grant in grants if grant.role in GRANTABLE]
        is_national = any(scope.areas is None for scope in scopes)
        codes = {code for scope in scopes for code in scope.areas or ()}
        areas = Area.objects.filter(valid_to=None).values_list("code", "name")
        self.fields["areas"].choices = [
            (code, name)
            for code, name in sorted(areas, key=lambda area: sorting_key(area[1]))
            if is_national or code in codes
        ]
        if not is_national:
            del self.fields["where"]
        if Role.OPERATOR not in roles:
            self.fields["last_day"].required = True
            self.fields["last_day"].help_text = ""

    def clean(self):
        data = super().clean()
        is_national = data.get("where") == NATION
        if is_national and data.get("areas"):
            self.add_error(
                "where",
                _t(
                    "Marcaste también regiones. Elige «Solo en las regiones que marco», o quita "
                    "las marcas."
                ),
            )
        if not is_national and "areas" in data and not data["areas"] and not self.errors:
            self.add_error("areas", _t("Marca al menos una región."))
        is_without_end = "last_day" in data and data["last_day"] is None
        if is_without_end and data.get("role") not in {None, Role.OPERATOR}:
            self.add_error("last_day", _t("Escribe el último día del rol."))
        if not self.errors and not may_grant(self.granter, data["role"], *self._limits()):
            raise ValidationError(
                _t(
                    "Nadie da un rol más amplio que el suyo, ni más largo: revisa dónde y hasta "
                    "cuándo vale."
                )
            )
        return data

    def _limits(self) -> tuple[Scope, date | None]:
        """Return the scope, and the first day without the role."""
        data = self.cleaned_data
        areas = None if data.get("where") == NATION else frozenset(data["areas"])
        kinds = frozenset(data["kinds"]) if data["kinds"] else None
        day = data["last_day"]
        return Scope(areas, kinds), day and day + timedelta(days=1)

    def facts(self) -> dict[str, object]:
        scope, ends_on = self._limits()
        return {"role": self.cleaned_data["role"], "scope": scope, "ends_on": ends_on}
