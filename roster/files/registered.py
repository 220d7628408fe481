"""Tells which institution of the register a row of a list means.

It is told by its code, its RUC, or its name and district, also by those it had before: what changed
is changed there, and never added again.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Headcount, Organisation, OrganisationChange
from roster.files.columns import Shape
from roster.files.institutions import plain_name

Kind = Organisation.Kind
COUNTED = {f"count_{group}": group for group in Headcount.Group.values}
INSTITUTIONS = Shape(
    {
        "code": gettext_lazy("Código"),
        "ruc": gettext_lazy("RUC"),
        "kind": gettext_lazy("Tipo"),
        "name": gettext_lazy("Nombre"),
        "ubigeo": gettext_lazy("Ubigeo"),
        "parent": gettext_lazy("Depende de"),
        "email": gettext_lazy("Correo"),
        "telephone": gettext_lazy("Teléfono"),
        **{name: Headcount.Group(group).label for name, group in COUNTED.items()},
        "source": gettext_lazy("Fuente"),
        "counted_on": gettext_lazy("Fecha del dato"),
    },
    ("kind", "name", "ubigeo"),
    {
        "code": ("codigo de la entidad", "cod", "codigo siaf", "codigo entidad"),
        "ruc": ("numero de ruc", "nro ruc", "n ruc"),
        "kind": ("tipo de entidad", "tipo entidad", "clase"),
        "name": ("entidad", "nombre de la entidad", "institucion", "razon social"),
        "ubigeo": ("codigo ubigeo", "ubigeo inei", "ubigeo reniec", "cod ubigeo"),
        "parent": ("entidad superior", "pliego", "adscrita a"),
        "email": ("correo electronico", "e mail", "email", "correo institucional"),
        "telephone": ("telefono fijo", "celular"),
        "count_all": ("personal", "trabajadores", "numero de trabajadores"),
        "source": ("fuente del dato", "origen"),
        "counted_on": ("fecha", "fecha de corte"),
    },
    {},
)


@dataclass(frozen=True)
class InstitutionCandidate:
    """An institution that a row names, in values that can be stored; keys of rows are 0 for none.
    What a list leaves empty is "" and changes nothing.
    """

    row: int
    organisation: int
    kind: str
    name: str
    district: str
    parent: int = 0
    told: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    counted_on: str = ""
    changes: bool = True


class Register:
    """The institutions of the register as rows of a list name them."""

    def __init__(self) -> None:
        rows = Organisation.objects.select_related("district__area", "entry__merged_into")
        self.by_pk = {row.pk: row for row in rows}
        self.by_number: dict[tuple[str, str], Organisation] = {}
        self.by_place: dict[tuple[str, str], list[Organisation]] = defaultdict(list)
        self.by_area: dict[tuple[str, str, str], list[Organisation]] = defaultdict(list)
        for row in self.by_pk.values():
            self._take(row)
        moved = (OrganisationChange.Action.RENAMED, OrganisationChange.Action.MOVED)
        former = OrganisationChange.objects.filter(action__in=moved)
        for pk, before in former.values_list("organisation", "before"):
            place = (plain_name(before["name"]), before["district"])
            if self.by_pk[pk] not in self.by_place[place]:
                self.by_place[place].append(self.by_pk[pk])
        self.headcounts: dict[tuple[int, str], Headcount] = {}
        for count in Headcount.objects.order_by("counted_on", "pk"):
            self.headcounts[count.organisation_id, count.group] = count

    def _take(self, row: Organisation) -> None:
        name = plain_name(row.name)
        self.by_place[name, row.district_id].append(row)
        self.by_area[row.kind, name, row.district.area_id].append(row)
        if not row.told.merged_into_id:
            for field_name in ("code", "ruc"):
                if number := getattr(row.told, field_name):
                    self.by_number[field_name, number] = row

    def find(self, values: Mapping[str, str], area: str) -> Organisation | None:
        """Return the institution that a row means; None for one that is not there yet.

        Raises ValueError, with the text for the person, for what cannot be told for sure.
        """
        numbered = [
            found
            for name in ("code", "ruc")
            if (found := self.by_number.get((name, values[name]))) is not None
        ]
        if len(numbered) == 2 and numbered[0].pk != numbered[1].pk:
            raise ValueError(
                _("el código es de «%(code)s» y el RUC de «%(ruc)s». Corrige uno de los dos.")
                % {"code": numbered[0], "ruc": numbered[1]}
            )
        if numbered:
            return numbered[0]
        name = plain_name(values["name"])
        there = self.by_place.get((name, values["district"]), [])
        same = [row for row in there if row.kind == values["kind"]] or there
        if len(same) > 1:
            raise ValueError(
                _("hay varias con ese nombre en ese distrito. Agrega su código o su RUC.")
            )
        if same:
            return same[0]
        near = self.by_area.get((values["kind"], name, area), [])
        if values["kind"] != Kind.DISTRICT and near:
            raise ValueError(
                _(
                    "ya está en %(place)s. Si cambió de distrito, cámbiala en su página o agrega "
                    "su código o su RUC a las dos."
                )
                % {"place": near[0].district.name}
            )
        return None


def closed_in_words(known: Organisation) -> str:
    """Return that an institution is closed, and what to do."""
    if known.told.merged_into:
        return _("se unió a «%(other)s». Escribe esa, o quita la fila.") % {
            "other": known.told.merged_into
        }
    return _("está cerrada. Ábrela en su página, o quita la fila.")
