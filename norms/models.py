"""Keeps the register of norms: what the law says, in which state, compared with its text when."""

from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

# The register was written from copies of the official texts of this month.
COPY_READ_ON = date(2026, 6, 30)


class Norm(index.Indexed, models.Model):
    """One norm.

    Its code (`LEY-27891`) is its key everywhere, so that content can carry it from site to site.
    """

    personal_data = False

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("Vigente")
        IN_FORCE_AMENDED = "in_force_amended", _("Vigente, con modificaciones")
        AWAITING_REGULATION = "awaiting_regulation", _("Su vigencia depende de un reglamento")
        HORIZON_PASSED = "horizon_passed", _("Su horizonte terminó; por verificar")
        TERM_PASSED = "term_passed", _("Su plazo terminó")
        FULFILLED = "fulfilled", _("Ya se cumplió")
        NON_BINDING = "non_binding", _("Instrumento no vinculante")
        PRECEDENT = "precedent", _("Sentencia que orienta")
        REPEALED = "repealed", _("Derogada")
        TO_VERIFY = "to_verify", _("Por verificar")

    code = models.CharField(_("código"), max_length=60, primary_key=True)
    type = models.CharField(_("tipo"), max_length=60)
    number = models.CharField(_("número"), max_length=80)
    title = models.CharField(_("título"), max_length=300)
    date_text = models.CharField(
        _("fecha"), max_length=10, help_text=_("Año, año y mes, o fecha completa (AAAA-MM-DD)")
    )
    issuer = models.CharField(_("emisor"), max_length=160)
    state = models.CharField(
        _("estado"), max_length=20, choices=State.choices, default=State.TO_VERIFY
    )
    state_note = models.CharField(_("nota sobre el estado"), max_length=200, blank=True)
    confidence = models.CharField(_("confianza"), max_length=10, default="high")
    url = models.URLField(_("dirección"), max_length=600, blank=True)
    topics = models.JSONField(_("temas"), default=list, blank=True)
    checked_on = models.DateField(
        _("comparada con su texto el"),
        null=True,
        blank=True,
        help_text=_("Vacía: nadie la comparó después de la copia con que se escribió el registro"),
    )

    search_fields = [
        index.AutocompleteField(name) for name in ("written_number", "title", "issuer")
    ]

    class Meta:
        verbose_name = _("norma")
        verbose_name_plural = _("normas")
        ordering = ["type", "code"]

    def __str__(self):
        return self.title

    def get_state_display(self) -> str:
        """Return the state in words; Django's own lists every choice anew, which lessons and
        results feel.
        """
        return str(STATE_LABELS.get(self.state, self.state))

    @property
    def cited(self) -> str:
        """The norm as officials cite it: `Ley 30001, Ley de Reinserción…`; its title alone when it
        has no number.
        """
        has_number = any(letter.isdigit() for letter in self.number) and self.type != "Constitución"
        if not has_number or self.number in self.title:
            return self.title
        kind = "Ley" if self.type.startswith("Ley") else self.type
        # «DS 004-2019-JUS», «Exp. 02744-2015»: the number says itself what it is.
        name = self.number if self.number[0].isalpha() else f"{kind} {self.number}"
        return f"{name}, {self.title}"

    def written_number(self) -> str:
        """Return code and number as people type them: with hyphens and without, as PostgreSQL reads
        `-1350` as below zero.
        """
        heading = f"{self.code} {self.number}"
        return f"{heading} {heading.replace('-', ' ')}"

    @property
    def known_on(self) -> date:
        """The date up to which its text is known: when somebody compared it, or the copy it was
        written from.
        """
        return self.checked_on or COPY_READ_ON

    @property
    def known_line(self) -> str:
        """Up to when its text is known, as a citation says it."""
        if self.checked_on:
            day = date_format(self.checked_on, "d/m/Y")
            return gettext("Comparada con su texto el %(day)s") % {"day": day}
        month = date_format(COPY_READ_ON, r"F \d\e Y")
        return gettext("Copia consultada: %(month)s") % {"month": month}

    @property
    def is_in_force(self) -> bool:
        """True for a norm that binds as it stands."""
        return self.state in {self.State.IN_FORCE, self.State.IN_FORCE_AMENDED}

    @property
    def is_verified(self) -> bool:
        """True when its text was seen in an official or agreeing source."""
        return self.confidence == "high" and self.state != self.State.TO_VERIFY

    @property
    def is_dependable(self) -> bool:
        """True when a lesson may cite it without a warning."""
        return self.is_in_force and self.is_verified


STATE_LABELS = {state.value: state.label for state in Norm.State}


class RegisterVersion(models.Model):
    """A single row whose number rises with each change of the register: cached lessons carry it in
    their key.
    """

    personal_data = False

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("versión del registro")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_register_version")
        ]

    def __str__(self):
        return str(self.number)


# The number of the register as a column of another statement: written out, because it is part of
# every page of a course.
REGISTER_NUMBER = models.Func(
    template="COALESCE((SELECT number FROM norms_registerversion WHERE id = 1), 0)",
    output_field=models.PositiveBigIntegerField(),
)
