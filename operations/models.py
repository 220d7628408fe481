"""Keeps how the site was made, when its parts last showed that they live, and what its clock
said.
"""

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
