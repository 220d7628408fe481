"""Keeps how the site was made, when its parts last showed that they live, what its clock said, and
incidents with what was done about them.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly


class SiteOrigin(models.Model):
    """How this database was made: one row, written by the first `set_up`.

    It travels with every copy of the database.
    """

    personal_data = False

    made_at = models.DateTimeField()
    is_demonstration = models.BooleanField(
        help_text="Demonstration people, whose password is published, may be loaded here"
    )

    class Meta:
        verbose_name = _("origen del sitio")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="a_site_has_one_origin")
        ]

    def __str__(self):
        return f"{self.made_at:%Y-%m-%d}"


class Pulse(models.Model):
    """When a part of the site last showed that it lives: one row for each part."""

    personal_data = False

    class Part(models.TextChoices):
        PROBE = "probe", _("sonda")
        WORKER = "worker", _("proceso de tareas")
        BACKUP = "backup", _("copia")
        DRILL = "drill", _("prueba de restaurar")

    part = models.CharField(max_length=10, choices=Part.choices, unique=True)
    at = models.DateTimeField()
    place = models.CharField(
        max_length=400,
        blank=True,
        help_text="The folder of the last backup, the file of the last drill",
    )

    class Meta:
        verbose_name = _("pulso")

    def __str__(self):
        return f"{self.part} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def beat(cls, part: str, now: datetime, place: str = "") -> None:
        """Store that a part lives. One statement."""
        row = cls(part=part, at=now, place=place)
        cls.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["part"], update_fields=["at", "place"]
        )


class ClockReading(models.Model):
    """What the clock of one machine said when the due jobs ran last, beside how long the machine
    was running.
    """

    personal_data = False

    machine = models.CharField(
        max_length=100, unique=True, help_text="New with every start of the machine"
    )
    read_at = models.DateTimeField()
    running = models.FloatField(help_text="Seconds")
    doubted_at = models.DateTimeField(
        null=True, blank=True, help_text="What it said when it had jumped"
    )
    doubted_running = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("lectura del reloj")

    def __str__(self):
        return f"{self.machine} {self.read_at}"


class LightReading(models.Model):
    """How a part of the site was when it was measured last: one row for each light."""

    personal_data = False

    class State(models.TextChoices):
        GOOD = "GOOD", _("Bien")
        LOOK = "LOOK", _("Mira")
        BAD = "BAD", _("Falla")

    name = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=4, choices=State.choices)
    seen = models.TextField(help_text="What was seen, for operators")
    step = models.TextField(blank=True, help_text="The step to take")
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("luz")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["GOOD", "LOOK", "BAD"]), name="a_light_has_a_state"
            )
        ]

    def __str__(self):
        return f"{self.name} {self.state}"


class FailedJob(models.Model):
    """A due job that failed when it ran last: its row goes when it succeeds."""

    personal_data = False

    name = models.CharField(max_length=60, unique=True)
    since = models.DateTimeField(help_text="When it failed first, without success in between")
    at = models.DateTimeField(help_text="When it failed last")

    class Meta:
        verbose_name = _("tarea que falló")

    def __str__(self):
        return self.name

    @classmethod
    def note(cls, names: Iterable[str], now: datetime) -> None:
        """Store which jobs failed now; a job that is not among them did not. Two statements."""
        failed = list(names)
        cls.objects.exclude(name__in=failed).delete()
        cls.objects.bulk_create(
            [cls(name=name, since=now, at=now) for name in failed],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["at"],
        )


class Incident(models.Model):
    """Something that endangered data of people, from when it was seen until it is closed. What is
    known of it stands in its entries.
    """

    personal_data = True

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField(_("en pocas palabras"), max_length=120)
    detected_at = models.DateTimeField(help_text="From here the 48 hours run")
    opened_at = models.DateTimeField()
    opened_by_key = models.UUIDField(help_text="Opaque identifier of the operator")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("incidente")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(detected_at__lte=models.F("opened_at")),
                name="an_incident_was_detected_before_it_was_opened",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="an_incident_has_a_title"),
        ]

    def __str__(self):
        return self.title


class IncidentEntry(AppendOnly):
    """One thing that was learned or done about an incident. It is written once; what turns out to
    be wrong is corrected by another one.
    """

    personal_data = True

    class Kind(models.TextChoices):
        HAPPENED = "happened", _("Qué pasó")
        SCOPE = "scope", _("Qué datos y de cuántas personas")
        MEASURE = "measure", _("Medida tomada")
        CONTAINED = "contained", _("Contención")
        EVIDENCE = "evidence", _("Evidencia guardada")
        AUTHORITY = "authority", _("Aviso a la autoridad")
        AFFECTED = "affected", _("Aviso a las personas afectadas")
        NOTE = "note", _("Otra anotación")
        CLOSED = "closed", _("Cierre")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="entries")
    uuid = models.UUIDField(unique=True, help_text="The identifier that the client sent")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.TextField(_("anotación"), max_length=3000)
    people = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many people are affected, as far as is known"
    )
    done_at = models.DateTimeField(null=True, blank=True, help_text="When a step was done")
    is_skipped = models.BooleanField(default=False, help_text="A step that is not done, with why")
    at = models.DateTimeField()
    by_key = models.UUIDField(help_text="Opaque identifier of the operator")

    class Meta:
        verbose_name = _("anotación de un incidente")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(kind="closed"),
                name="an_incident_is_closed_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(words=""), name="an_entry_of_an_incident_has_words"
            ),
            models.CheckConstraint(
                condition=models.Q(people=None) | models.Q(kind="scope"),
                name="people_of_an_incident_stand_with_its_scope",
            ),
            models.CheckConstraint(
                condition=models.Q(is_skipped=False) | models.Q(done_at=None),
                name="a_step_is_done_or_skipped",
            ),
        ]

    def __str__(self):
        return f"{self.incident_id} {self.kind}"
