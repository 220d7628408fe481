"""Reads the register of institutions, and lets people and figures follow what changes in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import Headcount, Membership, Organisation, OrganisationChange, User
from accounts.permissions import STEWARDS, organisations_visible_to
from accounts.queries import organisations_found
from accounts.services import follow_merges
from learning.transfers import mend_places
from lib.identifiers import read_uuid
from lib.ruc import plain_ruc
from territory.models import District


def sought_institutions(user: User, sought: dict[str, str]) -> QuerySet[Organisation]:
    """Return the institutions in the scope of a person that a filter means, with place and how many
    serve there (`people`). Two statements, and the rows.
    """
    rows = organisations_visible_to(user, STEWARDS)
    here = Membership.objects.filter(organisation=OuterRef("pk"), ended_on=None)
    if sought.get("estado") == "cerradas":
        rows = rows.filter(entry__closed_on__isnull=False)
    else:
        rows = rows.filter(entry__closed_on=None)
    if sought.get("estado") == "vacias":
        rows = rows.filter(~Exists(here))
    if sought.get("tipo"):
        rows = rows.filter(kind=sought["tipo"])
    if sought.get("region"):
        rows = rows.filter(district__area=sought["region"])
    if text := sought.get("buscar", "").strip():
        by_words = Q(uuid__in=[one.uuid for one in organisations_found(text)])
        by_number = Q(entry__code__iexact=text) | Q(entry__ruc=plain_ruc(text) or "-")
        rows = rows.filter(by_words | by_number)
    return rows.select_related("district__province", "district__area", "entry").order_by(
        "name", "pk"
    )


def people_at(organisations: Iterable[Organisation]) -> dict[int, int]:
    """Return how many people serve today at each institution, by its key. One statement."""
    keys = [organisation.pk for organisation in organisations]
    posts = Membership.objects.filter(organisation__in=keys, ended_on=None).order_by()
    return dict(posts.values_list("organisation").annotate(count=Count("pk")))


def newest_headcounts(organisation: Organisation) -> list[Headcount]:
    """Return the newest headcount of each group, in their order. One statement."""
    newest: dict[str, Headcount] = {}
    for row in organisation.headcounts.order_by("-counted_on", "-pk"):
        newest.setdefault(row.group, row)
    return [newest[group] for group in Headcount.Group.values if group in newest]


FIELDS = {
    "kind": gettext_lazy("Tipo"),
    "name": gettext_lazy("Nombre"),
    "district": gettext_lazy("Distrito"),
    "code": gettext_lazy("Código"),
    "ruc": gettext_lazy("RUC"),
    "parent": gettext_lazy("Depende de"),
    "email": gettext_lazy("Correo"),
    "telephone": gettext_lazy("Teléfono"),
    "merged_into": gettext_lazy("Pasa a"),
    "organisation": gettext_lazy("Se unió"),
    "group": gettext_lazy("Grupo"),
    "count": gettext_lazy("Personas"),
    "source": gettext_lazy("Fuente"),
    "counted_on": gettext_lazy("Fecha del dato"),
}
NAMES_OTHERS = ("parent", "merged_into", "organisation")


@dataclass(frozen=True)
class TimelineRow:
    """A change in words: each field with what it was and what it is since («» for nothing)."""

    change: OrganisationChange
    fields: list[tuple[str, str, str]]


def history_of(organisation: Organisation) -> list[TimelineRow]:
    """Return the changes of an institution in words, the newest first. Three statements."""
    changes = list(organisation.changes.order_by("-pk")[:50])
    told = [value for change in changes for value in (change.before, change.after)]
    districts = {facts.get("district") for facts in told} - {None}
    others = {facts.get(name) for facts in told for name in NAMES_OTHERS}
    words: dict[str, dict[Any, str]] = {
        "district": dict(District.objects.filter(code__in=districts).values_list("code", "name")),
        "kind": {key: str(label) for key, label in Organisation.Kind.choices},
        "group": {key: str(label) for key, label in Headcount.Group.choices},
    }
    named = Organisation.objects.filter(uuid__in=[read_uuid(other) for other in others if other])
    by_uuid = {str(uuid): name for uuid, name in named.values_list("uuid", "name")}
    words |= dict.fromkeys(NAMES_OTHERS, by_uuid)
    return [
        TimelineRow(
            change,
            [
                (
                    str(FIELDS[name]),
                    _in_words(name, change.before.get(name), words),
                    _in_words(name, value, words),
                )
                for name, value in change.after.items()
                if name in FIELDS and (value not in ("", None) or change.before.get(name))
            ],
        )
        for change in changes
    ]


def _in_words(name: str, value: Any, words: dict[str, dict[Any, str]]) -> str:
    if value in ("", None):
        return ""
    if name == "counted_on":
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return words.get(name, {}).get(value, str(value))


def former_names(organisation: Organisation) -> str:
    """Return the names that an institution had before, the newest first. One statement."""
    renamed = organisation.changes.filter(action=OrganisationChange.Action.RENAMED)
    names = [before["name"] for before in renamed.order_by("-pk").values_list("before", flat=True)]
    return "; ".join(dict.fromkeys(names))


def settle_institutions(now: datetime) -> None:
    """Let people follow a merge, and what they have in progress the place of their institution. It
    may be repeated, and run twice at once.
    """
    follow_merges(now)
    mend_places(now=now)
