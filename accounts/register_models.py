"""Defines the institutions where people serve, their history, how many people they have, and what
somebody wrote of one that is not there.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lib.append_only import AppendOnly
from lib.ruc import RucField
from territory.models import District


class OrganisationQuerySet(models.QuerySet):
    """Institutions of the register."""

    def open(self) -> "OrganisationQuerySet":
        """Keep those that were not closed, alone or by a merge: people may serve there."""
        return self.filter(entry__closed_on=None)


class Organisation(models.Model):
    """An institution of the State where people serve, with its place.

    One that was closed keeps its row: records of its days are counted there.
    """

    personal_data = False

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministerio")
        REGIONAL = "regional", _("Gobierno regional")
        PROVINCIAL = "provincial", _("Municipalidad provincial")
        DISTRICT = "district", _("Municipalidad distrital")
        UGEL = "ugel", _("UGEL")
        DIRESA = "diresa", _("DIRESA o GERESA")
        OTHER = "other", _("Otra entidad")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("nombre"), max_length=200)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, verbose_name=_("distrito de la sede")
    )
    changed_at = models.DateTimeField(
        auto_now=True, help_text="Tells when a search must read the institutions again"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("entidad")
        verbose_name_plural = _("entidades")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "district"], name="one_organisation_per_name_and_place"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def told(self) -> "RegisterEntry":
        """What the register tells beside name and place; an empty entry where nobody wrote one.

        A statement, unless `entry` was selected with it.
        """
        return getattr(self, "entry", None) or RegisterEntry(organisation=self)


class RegisterEntry(models.Model):
    """What the register tells of an institution beside its name and place; it comes with the first
    thing that somebody writes.
    """

    personal_data = False

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    code = models.CharField(
        _("código"), max_length=20, blank=True, help_text="Of the official register it comes from"
    )
    ruc = RucField(_("RUC"), max_length=11, blank=True)
    parent = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries_below",
        verbose_name=_("depende de"),
        help_text="As somebody wrote it; without one, it follows from the territory",
    )
    email = models.EmailField(_("correo de la entidad"), blank=True)
    telephone = models.CharField(_("teléfono de la entidad"), max_length=40, blank=True)
    closed_on = models.DateField(_("cerrada el"), null=True, blank=True)
    merged_into = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    class Meta:
        verbose_name = _("datos de una entidad")
        verbose_name_plural = _("datos de entidades")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code="") & Q(merged_into=None),
                name="one_organisation_per_code",
            ),
            models.UniqueConstraint(
                fields=["ruc"],
                condition=~Q(ruc="") & Q(merged_into=None),
                name="one_organisation_per_ruc",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(closed_on__isnull=False),
                name="organisation_is_closed_by_its_merge",
            ),
            models.CheckConstraint(
                condition=(Q(parent=None) | ~Q(parent=F("organisation")))
                & (Q(merged_into=None) | ~Q(merged_into=F("organisation"))),
                name="organisation_is_neither_its_parent_nor_merged_into_itself",
            ),
        ]

    def __str__(self):
        return str(self.organisation)


class OrganisationChange(AppendOnly):
    """One change of an institution: what it was, what it is since, and why.

    Who did it says the trail alone.
    """

    personal_data = False

    class Action(models.TextChoices):
        ADDED = "organisation_added", _("Agregada")
        CORRECTED = "organisation_corrected", _("Datos corregidos")
        COUNTED = "organisation_counted", _("Personal anotado")
        RENAMED = "organisation_renamed", _("Cambió de nombre")
        MOVED = "organisation_moved", _("Cambió de tipo o de distrito")
        MERGED = "organisation_merged", _("Unida a otra")
        JOINED = "organisation_joined", _("Otra se unió a esta")
        CLOSED = "organisation_closed", _("Cerrada")
        REOPENED = "organisation_reopened", _("Abierta otra vez")

    uuid = models.UUIDField(
        unique=True, help_text="Given by the client: the same again is the same change"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    action = models.CharField(max_length=24, choices=Action.choices)
    before = models.JSONField(default=dict, help_text="Values by field that are over")
    after = models.JSONField(default=dict, help_text="Values by field that hold since")
    reason = models.CharField(_("motivo"), max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("cambio de una entidad")
        verbose_name_plural = _("cambios de entidades")
        indexes = [models.Index(fields=["organisation", "-id"], name="changes_of_organisation")]

    def __str__(self):
        return f"{self.action} {self.at}"


class Headcount(AppendOnly):
    """How many people of a group an institution has on a day, and where that was read; the newest
    one of a group holds.
    """

    personal_data = False

    class Group(models.TextChoices):
        ALL = "all", _("Todo el personal")
        AUTHORITIES = "authorities", _("Autoridades elegidas")
        MANAGERS = "managers", _("Funcionarias y funcionarios")
        COUNTER = "counter", _("Atención al público")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="headcounts"
    )
    group = models.CharField(_("grupo"), max_length=12, choices=Group.choices)
    count = models.PositiveIntegerField(_("personas"))
    source = models.CharField(_("fuente"), max_length=120)
    counted_on = models.DateField(_("fecha del dato"))
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("personal de una entidad")
        verbose_name_plural = _("personal de entidades")
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="headcount_has_a_source")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "group", "-counted_on", "-id"], name="newest_headcounts"
            )
        ]

    def __str__(self):
        return f"{self.organisation} · {self.group}: {self.count}"


class MissingInstitution(models.Model):
    """What somebody wrote of an institution that they did not find in the register, until they
    serve in one.
    """

    personal_data = True

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="missing_institution"
    )
    words = models.CharField(_("su entidad, como la escribió"), max_length=200)
    post = models.CharField(_("cargo"), max_length=120, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("entidad que falta")
        verbose_name_plural = _("entidades que faltan")
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="missing_institution_has_words")
        ]

    def __str__(self):
        return f"{self.user}"
