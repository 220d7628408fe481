"""Keeps how the site was made, when its parts last showed that they live, and what its clock
said.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


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

    part = models.CharField(max_length=10, choices=Part.choices, unique=True)
    at = models.DateTimeField()
    place = models.CharField(max_length=400, blank=True, help_text="The folder of the last backup")

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
