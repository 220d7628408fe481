"""Gives a person a role within a scope."""

from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.management.arguments import operator_named, person_named, role_named
from accounts.models import Organisation, RoleGrant
from accounts.queries import chosen_organisation
from accounts.services import BeyondTheCeiling, LastOperator, grant_role
from territory.models import Area

KINDS = ", ".join(Organisation.Kind.values)


class Command(BaseCommand):
    help = (
        "Da a una persona un rol con su alcance; en el historial queda el operador de --as. Si "
        "ya lo tiene, cambia su alcance y su fin. Sin "
        "--areas vale en todo el país; sin --kinds, en todo tipo de entidad."
    )

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="CORREO", help=_("De una persona registrada"))
        parser.add_argument("role", metavar="ROL", help=", ".join(RoleGrant.Role.values))
        parser.add_argument(
            "--as",
            dest="operator",
            metavar="CORREO",
            required=True,
            help=_("El operador que da el rol"),
        )
        parser.add_argument(
            "--areas",
            nargs="+",
            default=[],
            metavar="CODIGO",
            help=_("Códigos INEI de regiones, como 24 para Tumbes"),
        )
        parser.add_argument("--kinds", nargs="+", default=[], metavar="TIPO", help=KINDS)
        parser.add_argument(
            "--institution",
            metavar="IDENTIFICADOR",
            help=_("De un enlace: su entidad, por el identificador de su dirección"),
        )
        parser.add_argument(
            "--until",
            metavar="FECHA",
            help=_("Último día del rol, como 2027-03-31; sin esto, no termina"),
        )

    def handle(self, *args, **options):
        role, operator, person = (
            role_named(options["role"]),
            operator_named(options["operator"]),
            person_named(options["email"]),
        )
        areas, kinds = known_areas(listed(options["areas"])), known_kinds(listed(options["kinds"]))
        now = timezone.now()
        ends_on = day_after(options["until"], timezone.localdate(now))
        place = known_institution(options["institution"])
        check_scope(role, place, has_end=ends_on is not None, has_other=bool(areas or kinds))
        try:
            grant = grant_role(
                user=person,
                role=role,
                is_national=not areas and place is None,
                area_codes=[area.code for area in areas],
                kinds=kinds,
                organisation=place,
                ends_on=ends_on,
                granted_by=operator,
                now=now,
            )
        except LastOperator as error:
            raise CommandError(
                _(
                    "Es el único operador sin fecha de fin: da antes ese rol a otra persona, sin "
                    "--until ni alcance."
                )
            ) from error
        except BeyondTheCeiling as error:
            raise CommandError(
                _("Nadie se da un rol, ni da uno más amplio o más largo que el suyo.")
            ) from error
        where = ", ".join(area.name for area in areas) or _("todo el país")
        where = place.name if place else where
        until = (
            _("hasta el %(day)s") % {"day": options["until"]} if ends_on else _("sin fecha de fin")
        )
        words = {
            "email": options["email"],
            "role": grant.get_role_display(),
            "where": where,
            "kinds": ", ".join(kinds),
            "until": until,
        }
        if kinds:
            self.stdout.write(
                _("%(email)s: %(role)s, %(where)s, solo %(kinds)s, %(until)s.") % words
            )
        else:
            self.stdout.write(_("%(email)s: %(role)s, %(where)s, %(until)s.") % words)


def listed(given: list[str]) -> list[str]:
    """Return what was written with spaces, commas or both between."""
    return [word for text in given for word in text.replace(",", " ").split()]


def known_areas(codes: list[str]) -> list[Area]:
    """Return the areas of INEI codes. Raises CommandError with those that exist."""
    areas = {area.code: area for area in Area.objects.filter(valid_to=None)}
    if unknown := [code for code in codes if code not in areas]:
        listed_areas = ", ".join(f"{code} {area.name}" for code, area in sorted(areas.items()))
        raise CommandError(
            _("No existe la región %(code)s. Hay: %(areas)s.")
            % {"code": ", ".join(unknown), "areas": listed_areas}
        )
    return [areas[code] for code in sorted(set(codes))]


def known_kinds(kinds: list[str]) -> list[str]:
    """Return kinds of institution. Raises CommandError with those that exist."""
    if unknown := [kind for kind in kinds if kind not in Organisation.Kind.values]:
        raise CommandError(
            _("No existe el tipo de entidad %(kind)s. Hay: %(kinds)s.")
            % {"kind": ", ".join(unknown), "kinds": KINDS}
        )
    return sorted(set(kinds))


def known_institution(typed: str | None) -> Organisation | None:
    """Return the institution of an identifier. Raises CommandError when there is none."""
    if not typed:
        return None
    place = chosen_organisation(typed)
    if place is None:
        raise CommandError(_("No existe la entidad %(typed)s.") % {"typed": typed})
    return place


def check_scope(role: str, place: Organisation | None, *, has_end: bool, has_other: bool) -> None:
    """Raise CommandError where a liaison has no institution or no end, or somebody else has one."""
    is_liaison = role == RoleGrant.Role.LIAISON
    if is_liaison != (place is not None) or (is_liaison and (has_other or not has_end)):
        raise CommandError(
            _("El rol de enlace lleva --institution y --until, sin --areas ni --kinds; otro, no.")
        )


def day_after(last: str | None, today: date) -> date | None:
    """Return the first day without the role.

    Raises CommandError for no day, or one that is over.
    """
    if not last:
        return None
    try:
        day = date.fromisoformat(last)
    except ValueError as error:
        raise CommandError(
            _("--until es una fecha como 2027-03-31, no «%(told)s».") % {"told": last}
        ) from error
    if day < today:
        raise CommandError(
            _("El %(day)s ya pasó. Para quitar un rol usa end_role.") % {"day": last}
        )
    if day == date.max:
        raise CommandError(_("Sin fecha de fin se escribe sin --until."))
    return day + timedelta(days=1)
