"""Stores the official areas, provinces and districts of Peru with their codes and validity."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DatedQuerySet(models.QuerySet):
    """Rows whose codes may go out of use."""

    def in_force(self) -> "DatedQuerySet":
        """Keep the rows whose code is in use today."""
        return self.filter(valid_to__isnull=True)


class Dated(models.Model):
    """A code that is never deleted: one that disappears keeps its row and gets the day it went out
    of use.
    """

    valid_from = models.DateField(_("vigente desde"), null=True, blank=True)
    valid_to = models.DateField(
        _("vigente hasta"),
        null=True,
        blank=True,
        help_text=_("Primer día en que el código ya no se usa"),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_in_force(self) -> bool:
        return self.valid_to is None


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True)
        | Q(valid_to__isnull=True)
        | Q(valid_from__lt=F("valid_to")),
        name=name,
    )


class Area(Dated):
    """One of 24 departments, Callao, or one of the two halves of Lima (docs: data/README.md)."""

    personal_data = False

    code = models.CharField(_("código"), max_length=4, primary_key=True)
    name = models.CharField(_("nombre"), max_length=60)
    slug = models.SlugField(_("nombre en la dirección"), max_length=60, unique=True)
    reniec_code = models.CharField(_("código de RENIEC"), max_length=4)
    tile_row = models.PositiveSmallIntegerField(
        _("fila en la cuadrícula"), help_text=_("Desde 1, de norte a sur")
    )
    tile_column = models.PositiveSmallIntegerField(
        _("columna en la cuadrícula"), help_text=_("Desde 1, de oeste a este")
    )

    class Meta:
        verbose_name = _("región")
        verbose_name_plural = _("regiones")
        ordering = [
            "code"
        ]  # INEI numbers departments by the alphabet, so this is also their order by name
        constraints = [
            models.UniqueConstraint(
                fields=["tile_row", "tile_column"],
                condition=Q(valid_to__isnull=True),
                name="one_area_per_tile",
            ),
            models.UniqueConstraint(
                fields=["reniec_code"],
                condition=Q(valid_to__isnull=True),
                name="one_area_per_reniec_code",
            ),
            ends_after_it_begins("area_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class Province(Dated):
    """A province under its INEI code."""

    personal_data = False

    code = models.CharField(_("código de INEI"), max_length=4, primary_key=True)
    reniec_code = models.CharField(_("código de RENIEC"), max_length=4)
    name = models.CharField(_("nombre"), max_length=60)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="provinces", verbose_name=_("región")
    )

    class Meta:
        verbose_name = _("provincia")
        verbose_name_plural = _("provincias")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["reniec_code"],
                condition=Q(valid_to__isnull=True),
                name="one_province_per_reniec_code",
            ),
            ends_after_it_begins("province_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name


class District(Dated):
    """A district under its INEI code (ubigeo); the area is its province's, kept here because
    figures group by it.
    """

    personal_data = False

    code = models.CharField(_("código de INEI"), max_length=6, primary_key=True)
    reniec_code = models.CharField(_("código de RENIEC"), max_length=6, blank=True)
    name = models.CharField(_("nombre"), max_length=60)
    province = models.ForeignKey(
        Province, on_delete=models.PROTECT, related_name="districts", verbose_name=_("provincia")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="districts", verbose_name=_("región")
    )

    class Meta:
        verbose_name = _("distrito")
        verbose_name_plural = _("distritos")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["reniec_code"],
                condition=Q(valid_to__isnull=True) & ~Q(reniec_code=""),
                name="one_district_per_reniec_code",
            ),
            ends_after_it_begins("district_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.name
