"""Plays the demonstration: the cast and fifty histories act by act, the rest at once by the same
rules.
"""

import time
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.permissions import GUARDED, Role
from accounts.second_factor import DEMO_SECRET, give_second_factor
from accounts.services import confirm_first_entry, create_person, grant_role
from audit.sealing import seal_pending_entries
from certificates.services import number_waiting_certificates
from courses.editions import outline_of
from courses.models import CourseHead
from demo.cast import CAST, PASSWORD, Person
from demo.playing import Replay, play
from demo.story import Act, first_half, histories
from operations.origin import may_hold_demo_people
from provider.services import change_provider
from reporting.services import rebuild_tallies

PLAYED_ACT_BY_ACT = 50
LIAISON_LASTS = timedelta(days=180)
# Nobody takes it for a real one: no such ministry exists, and no such place.
PROVIDER = {
    "name": "Ministerio de Caminos Inventados (demostración)",
    "short_name": "MINCAMINOS (inventado)",
    "ruc": "20000000010",
    "legal_basis": "Ninguna: es una demostración, con una institución inventada.",
    "officer_name": "Pía Reservada Inventada",
    "officer_email": "datos@demo.example",
    "email": "academia@demo.example",
    "telephone": "(00) 000 0000",
    "address": "Jirón de la Demostración s/n",
    "issuer": "Escuela de Caminantes (demostración)",
    "first_signer_name": "Bruno Ejemplo Ficticio",
    "first_signer_post": "Director inventado de la Escuela de Caminantes",
}
DOCUMENTS = {
    "lina@demo.example": "40000001",
    "omar@demo.example": "40000002",
    "rosa@demo.example": "40000003",
}


class Command(BaseCommand):
    help = "Carga las personas de demostración y sus historias. Se puede repetir; solo con DEMO=1."

    def add_arguments(self, parser):
        parser.add_argument(
            "--learners",
            metavar="CANTIDAD",
            type=int,
            default=2000,
            help=_("Cuántas personas; sin esto, 2000"),
        )
        parser.add_argument(
            "--seed",
            metavar="SEMILLA",
            type=int,
            default=2026,
            help=_("Un número entero: el mismo da las mismas historias"),
        )

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError(
                _("La demostración tiene una contraseña conocida: solo se carga con DEMO=1.")
            )
        if User.objects.filter(is_demo=True).exists():
            self.stdout.write(_("Demostración: ya estaba cargada"))
            return
        if not may_hold_demo_people():
            raise CommandError(
                _(
                    "Esta base se hizo sin personas de demostración, o ya tiene personas reales: "
                    "usa otra."
                )
            )
        head = CourseHead.objects.select_related("latest_edition").filter(is_open=True).first()
        if head is None:
            raise CommandError(
                _("Todavía no hay un curso abierto: ejecuta antes load_starter_courses.")
            )
        start, now = time.monotonic(), timezone.now()
        with transaction.atomic():
            self.load(head, now, options["learners"], options["seed"])
        summary = {
            "count": User.objects.filter(is_demo=True).count(),
            "seconds": time.monotonic() - start,
        }
        self.stdout.write(_("Demostración: %(count)d personas en %(seconds).0f s") % summary)

    def load(self, head, now, count, seed):
        """Load everything in one transaction: a demonstration is whole or absent."""
        change_provider(values=PROVIDER, actor_key=None, now=now)
        outline, password_hash = outline_of(head.latest_edition_id), make_password(PASSWORD)
        for person in CAST:
            self.load_person(person, head, now, password_hash)
        self.stdout.write(_("Demostración: %(count)d personajes") % {"count": len(CAST)})
        organisations = places()
        story = histories(
            count=max(count - len(CAST), 0),
            seed=seed,
            outline=outline,
            places=len(organisations),
            now=now,
        )
        for history in islice(story, PLAYED_ACT_BY_ACT):
            user = create_person(
                first_name=history.first_name,
                last_name=history.last_name,
                email=f"persona{history.number}@demo.example",
                organisation=organisations[history.place],
                post=history.post,
                password_hash=password_hash,
                now=history.enrolled_at,
                is_demo=True,
            )
            play(user, head, history.enrolled_at, history.acts)
        self.stdout.write(
            _("Demostración: %(count)d historias, acto por acto") % {"count": PLAYED_ACT_BY_ACT}
        )
        replay = Replay(head, organisations, password_hash)
        for history in story:
            replay.add(history)
        replay.rows.store()
        self.stdout.write(
            _("Demostración: %(count)d historias de una vez") % {"count": len(replay.rows.users)}
        )
        number_waiting_certificates(now=now)
        while seal_pending_entries():
            pass
        rebuild_tallies(now=now)

    def load_person(self, person: Person, head, now, password_hash):
        """Load one of the cast with institution, role and history."""
        organisation = None
        if person.kind:
            candidates = Organisation.objects.filter(kind=person.kind)
            organisation = (
                (candidates.filter(district_id=person.place) if person.place else candidates)
                .order_by("pk")
                .first()
            )
        start = now - timedelta(days=40)
        document = DOCUMENTS.get(person.email, "")
        user = create_person(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            document_type="dni" if document else "",
            document_number=document,
            organisation=organisation,
            post=person.post,
            password_hash=password_hash,
            now=start,
            is_demo=True,
        )
        confirm_first_entry(user=user, post=person.post, now=start)
        Membership.objects.filter(user=user).update(confirmed_at=start)
        if person.role:
            scope = {
                "is_national": not person.areas,
                "area_codes": person.areas,
                "kinds": person.kinds,
            }
            if person.role == Role.LIAISON:
                ends_on = timezone.localdate() + LIAISON_LASTS
                scope = {"organisation": organisation, "ends_on": ends_on}
            grant_role(user=user, role=person.role, now=start, **scope)
        if person.role in GUARDED:
            give_second_factor(user, DEMO_SECRET)
        keys = [activity.key for activity in outline_of(head.latest_edition_id).activities]
        keys_done = {"lina@demo.example": first_half(keys), "rosa@demo.example": keys}.get(
            person.email
        )
        if keys_done is not None:
            outline = outline_of(head.latest_edition_id)
            days = enumerate(keys_done, start=1)
            acts = [
                Act(
                    key,
                    start + timedelta(days=day),
                    1.0 if outline.by_key[key].kind == "quiz" else None,
                )
                for day, key in days
            ]
            play(user, head, start, acts)


def places() -> list[Organisation]:
    """Return institutions of every area, one of each kind and area first, so that a small
    demonstration covers the country.
    """
    rows = list(
        Organisation.objects.exclude(kind=Organisation.Kind.MINISTRY)
        .select_related("district")
        .order_by("pk")
    )
    first: dict[tuple[str, str], Organisation] = {}
    for row in rows:
        first.setdefault((row.district.area_id, row.kind), row)
    leading = list(first.values())
    leading_keys = {row.pk for row in leading}
    return leading + [row for row in rows if row.pk not in leading_keys]
