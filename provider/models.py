"""Keeps which institution stands behind the site: one row, in words that everybody may read."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from lib.ruc import RucField
from lib.text_fields import tidy_texts, validate_name, validate_printable

SITE_NAME = "Puriq"


@register_setting(icon="home", order=1)
class Provider(BaseGenericSetting):
    """Who runs the site, answers for the data of its people and issues its certificates.

    Certificates copy what it says when they come into being. The people named here are named for
    the post that they hold, and everybody reads it.
    """

    personal_data = False
    select_related = ["logo"]

    name = models.CharField(
        _("nombre"),
        max_length=150,
        blank=True,
        validators=[validate_printable],
        help_text=_("Completo, como en su ficha RUC. Lo dicen los certificados."),
    )
    short_name = models.CharField(
        _("nombre corto o sigla"),
        max_length=40,
        blank=True,
        help_text=_("Para textos cortos, como los de Ayuda."),
    )
    ruc = RucField(_("RUC"), max_length=11, blank=True, help_text=_("11 números."))
    logo = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logotipo"),
        help_text=_("Escribe en la imagen su descripción: la oyen quienes no ven."),
    )
    legal_basis = models.TextField(
        _("base legal"),
        max_length=600,
        blank=True,
        help_text=_("La norma por la que la institución capacita y guarda estos datos."),
    )
    officer_name = models.CharField(
        _("oficial de datos personales"),
        max_length=150,
        blank=True,
        validators=[validate_name],
        help_text=_("Nombres y apellidos de quien responde por los datos personales."),
    )
    officer_email = models.EmailField(_("correo del oficial de datos"), blank=True)
    email = models.EmailField(
        _("correo de contacto"),
        blank=True,
        help_text=_("Lo leen todas las personas: usa uno de la institución, no uno personal."),
    )
    telephone = models.CharField(_("teléfono"), max_length=40, blank=True)
    address = models.CharField(_("dirección"), max_length=200, blank=True)
    issuer = models.CharField(
        _("quién emite los certificados"),
        max_length=150,
        blank=True,
        validators=[validate_printable],
        help_text=_("Si es una escuela o un área. Vacío: la misma institución."),
    )
    first_signer_name = models.CharField(
        _("quién responde por los certificados"),
        max_length=120,
        blank=True,
        validators=[validate_name, validate_printable],
        help_text=_("Nombres y apellidos. Se copia en cada certificado nuevo."),
    )
    first_signer_post = models.CharField(
        _("su cargo"), max_length=120, blank=True, validators=[validate_printable]
    )
    second_signer_name = models.CharField(
        _("otra persona que responde"),
        max_length=120,
        blank=True,
        validators=[validate_name, validate_printable],
    )
    second_signer_post = models.CharField(
        _("su cargo"), max_length=120, blank=True, validators=[validate_printable]
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("name", "short_name", "ruc", "logo")],
            heading=_("Institución"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("email", "telephone", "address")],
            heading=_("Contacto"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("legal_basis", "officer_name", "officer_email")],
            heading=_("Datos personales"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "issuer",
                    "first_signer_name",
                    "first_signer_post",
                    "second_signer_name",
                    "second_signer_post",
                )
            ],
            heading=_("Certificados nuevos (los ya emitidos no cambian)"),
        ),
    ]

    class Meta:
        verbose_name = _("institución responsable")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_provider"),
            # No pattern: that is a function of Django's, and a bare SQLite checks each backup.
            models.CheckConstraint(
                condition=Q(ruc="") | (Q(ruc__startswith="20") & Q(Exact(Length("ruc"), 11))),
                name="provider_ruc_is_one",
            ),
        ]

    @classmethod
    def _get_or_create(cls) -> "Provider":
        """Two first looks at its screen make one row."""
        return cls.base_queryset().get_or_create(pk=1)[0]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the one row."""
        self.pk = 1
        super().save(*args, **kwargs)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Take out of its texts what nobody sees, before they are measured."""
        tidy_texts(self)
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        """Refuse half of a pair: a post of nobody, a person without a post or an e-mail."""
        errors = {}
        for name, other, words in (
            ("first_signer_name", "first_signer_post", _now("Escribe también el cargo.")),
            ("first_signer_post", "first_signer_name", _now("Escribe también quién lo ocupa.")),
            ("second_signer_name", "second_signer_post", _now("Escribe también el cargo.")),
            ("second_signer_post", "second_signer_name", _now("Escribe también quién lo ocupa.")),
            ("officer_name", "officer_email", _now("Escribe también su correo.")),
        ):
            if getattr(self, name) and not getattr(self, other):
                errors[other] = words
        if errors:
            raise ValidationError(errors)

    @property
    def called(self) -> str:
        """The short name; without one the whole name, and the site's where nobody wrote either."""
        return self.short_name or self.name or SITE_NAME

    @property
    def on_certificates(self) -> str:
        """The provider as a certificate says it: its name, with the RUC when it has one."""
        if not self.name:
            return SITE_NAME
        return f"{self.name}, RUC {self.ruc}" if self.ruc else self.name

    @property
    def certifies(self) -> str:
        """Who certifies, in the largest letters of a certificate."""
        return self.issuer or self.name or SITE_NAME

    @property
    def signers(self) -> list[dict[str, str]]:
        """Who answers for the certificates: `[{name, post}]`, at most two."""
        pairs = (
            (self.first_signer_name, self.first_signer_post),
            (self.second_signer_name, self.second_signer_post),
        )
        return [{"name": name, "post": post} for name, post in pairs if name]


class SiteNotice(models.Model):
    """What everybody is told about a time in which the site will not serve: one row, or none."""

    personal_data = False

    text = models.CharField(_("aviso"), max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("aviso de mantenimiento")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_notice_of_the_site"),
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")), name="a_notice_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_notice_says_something"),
        ]

    def __str__(self):
        return self.text
