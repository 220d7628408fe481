"""Lists the acts on an institution, with their forms and words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.permissions import STEWARDS, Role
from accounts.services import (
    Ground,
    close_organisation,
    correct_organisation,
    merge_organisation,
    record_headcount,
    relocate_organisation,
    rename_organisation,
    reopen_organisation,
)
from roster.institution_forms import (
    ContactFields,
    DataForm,
    GroundForm,
    HeadcountForm,
    MergeForm,
    RelocateForm,
    RenameForm,
)


@dataclass(frozen=True)
class RegisterAct:
    """One act on an institution: its form and how that begins, what does it, and what is told
    before and afterwards. `roles` are those that do it, `is_of_closed` which ones it is for.
    """

    title: Any
    form: type[GroundForm]
    do: Callable[[Organisation, dict[str, Any], Ground], object]
    done: Any
    button: Any = ""
    told_before: Any = ""
    roles: tuple[str, ...] = (Role.OPERATOR,)
    is_of_closed: bool = False
    initial: Callable[[Organisation], dict[str, Any]] = lambda organisation: {}


def place_of(organisation: Organisation) -> str:
    """Return a name with its place, as a search finds it again."""
    district = organisation.district
    return f"{organisation.name} {district.name} {district.province.name}"


def about(organisation: Organisation) -> dict[str, Any]:
    """Return how the form about an institution begins."""
    entry = organisation.told
    return {
        "code": entry.code,
        "ruc": entry.ruc,
        "email": entry.email,
        "telephone": entry.telephone,
        "parent": place_of(entry.parent) if entry.parent else "",
    }


REGISTER_ACTS: dict[str, RegisterAct] = {
    "datos": RegisterAct(
        title=gettext_lazy("Corrige sus datos"),
        form=DataForm,
        do=correct_organisation,
        done=gettext_lazy("Guardamos sus datos."),
        initial=about,
    ),
    "contacto": RegisterAct(
        title=gettext_lazy("Corrige su contacto"),
        form=ContactFields,
        do=correct_organisation,
        done=gettext_lazy("Guardamos su contacto."),
        roles=STEWARDS,
        initial=about,
    ),
    "personal": RegisterAct(
        title=gettext_lazy("Anota cuánto personal tiene"),
        form=HeadcountForm,
        do=lambda organisation, facts, ground: record_headcount(
            organisation, ground=ground, **facts
        ),
        done=gettext_lazy("Anotamos su personal."),
        button=gettext_lazy("Anota"),
        roles=STEWARDS,
        told_before=gettext_lazy(
            "Vale el dato más reciente de cada grupo; los anteriores quedan con su fuente."
        ),
    ),
    "renombrar": RegisterAct(
        title=gettext_lazy("Cámbiale el nombre"),
        form=RenameForm,
        do=lambda organisation, facts, ground: rename_organisation(
            organisation, facts["name"], ground
        ),
        done=gettext_lazy("Cambiamos su nombre."),
        told_before=gettext_lazy(
            "El nombre de antes queda en su historia. Los certificados emitidos no cambian."
        ),
        initial=lambda organisation: {"name": organisation.name},
    ),
    "trasladar": RegisterAct(
        title=gettext_lazy("Cambia su tipo o su distrito"),
        form=RelocateForm,
        do=lambda organisation, facts, ground: relocate_organisation(
            organisation, ground=ground, **facts
        ),
        done=gettext_lazy("Cambiamos su tipo o su distrito."),
        told_before=gettext_lazy(
            "Sigue siendo la misma entidad: su gente se queda en ella. Lo que ya terminaron cuenta "
            "en el distrito de antes; sus cursos sin terminar pasan al nuevo."
        ),
        initial=lambda organisation: {
            "kind": organisation.kind,
            "district": organisation.district_id,
        },
    ),
    "unir": RegisterAct(
        title=gettext_lazy("Únela a otra"),
        form=MergeForm,
        do=lambda organisation, facts, ground: merge_organisation(
            organisation, facts["into"], ground
        ),
        done=gettext_lazy("La unimos. Su gente pasa a la otra entidad con su cargo, sola."),
        button=gettext_lazy("Únela"),
        told_before=gettext_lazy(
            "Esta se cierra y no se puede abrir otra vez. Su gente pasa a la otra con su cargo; lo "
            "que ya terminaron cuenta en esta."
        ),
    ),
    "cerrar": RegisterAct(
        title=gettext_lazy("Ciérrala"),
        form=GroundForm,
        do=lambda organisation, facts, ground: close_organisation(organisation, ground),
        done=gettext_lazy("La cerramos."),
        button=gettext_lazy("Cierra la entidad"),
        told_before=gettext_lazy(
            "Nadie podrá elegirla. Se cierra cuando ya nadie trabaja en ella; lo que su gente "
            "terminó ahí queda."
        ),
    ),
    "abrir": RegisterAct(
        title=gettext_lazy("Ábrela otra vez"),
        form=GroundForm,
        do=lambda organisation, facts, ground: reopen_organisation(organisation, ground),
        done=gettext_lazy("La abrimos otra vez."),
        button=gettext_lazy("Abre la entidad"),
        is_of_closed=True,
    ),
}
