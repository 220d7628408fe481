"""Says in words why a text is refused, and gives every form the same fields for names, lines and
free texts.
"""

import re
from collections.abc import Collection

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _

from lib.drafts import DraftLine
from lib.texts import (
    Flaw,
    Problem,
    as_written,
    markup_problem,
    name_problem,
    printing_problem,
    tidied,
)

_LONGEST_SHOWN = 20


_GROUPED = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+")


class CountField(forms.IntegerField):
    """A number of people or things as people write it: its thousands may be parted, «2.000» or
    «2 000», and nothing behind a point is cut off.
    """

    def to_python(self, value: object) -> int | None:
        """Return the number. Raises ValidationError."""
        text = "" if value is None else str(value).strip()
        if _GROUPED.fullmatch(text):
            text = re.sub(r"\D", "", text)
        elif text and not text.removeprefix("-").isdigit():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


def printing_refusal(text: str) -> str:
    """Return the sentence that says why a document cannot print a text, or an empty text when it
    can.
    """
    problem = printing_problem(as_written(text))
    return _sentence(problem) if problem else ""


def name_refusal(text: str) -> str:
    """Return the sentence that says why a text is no name, or an empty text when it is one."""
    problem = name_problem(as_written(text))
    return _sentence(problem) if problem else ""


def plain_refusal(text: str) -> str:
    """Return the sentence that says why a line reads as markup or as an address, or an empty text
    when it does not.
    """
    problem = markup_problem(text)
    return _sentence(problem) if problem else ""


def validate_printable(text: str) -> None:
    """Refuse, with the sentence for the person, what a document cannot print: for fields of models
    and blocks.
    """
    if refusal := printing_refusal(text):
        raise ValidationError(refusal, code="not_printable")


def validate_name(text: str) -> None:
    """Refuse, with the sentence for the person, what is no name."""
    if refusal := name_refusal(text):
        raise ValidationError(refusal, code="not_a_name")


def validate_plain(text: str) -> None:
    """Refuse markup and addresses, with the sentence for the person."""
    if refusal := plain_refusal(text):
        raise ValidationError(refusal, code="markup")


def tidy_texts(row: models.Model, *, besides: Collection[str] = ()) -> None:
    """Take out of the texts of a row what nobody sees, and compose them: before their length is
    measured.
    """
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        if field.name in besides or field.choices or not isinstance(value, str):
            continue
        if isinstance(field, models.CharField | DraftLine):
            setattr(row, field.attname, as_written(tidied(value)))
        elif isinstance(field, models.TextField):
            setattr(row, field.attname, tidied(value))


class MeasuredField(forms.CharField):
    """A text of which nothing is read before its length is bearable: `read_text` says how it is
    read.

    Its length is that of the text as read, which is stored. Reading makes texts shorter, by what
    nobody sees and by composed letters, and never by most of them: what is many times too long is
    refused as it came.
    """

    most_unread = 8  # times the length

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value) or ""
        if self.max_length and len(text) > self.most_unread * self.max_length:
            MaxLengthValidator(self.max_length, self.error_messages.get("max_length"))(text)
        return self.read_text(text)

    def read_text(self, text: str) -> str:
        """Return a text as it is kept: here, as it came."""
        return text


class LineField(MeasuredField):
    """One line, without what nobody sees."""

    def read_text(self, text: str) -> str:
        return as_written(tidied(text))


class PlainLineField(LineField):
    """One line about a person that others read: no markup, no address."""

    default_validators = [validate_plain]


class PrintedField(MeasuredField):
    """One line that a document prints: what it cannot draw is refused, not taken out."""

    default_validators = [validate_printable]

    def read_text(self, text: str) -> str:
        return as_written(text)


class NameField(PrintedField):
    """A name of a person, or a part of it."""

    default_validators = [validate_name]


class FreeTextField(MeasuredField):
    """Any text of some lines: what nobody sees is taken out and the rest kept."""

    widget = forms.Textarea

    def read_text(self, text: str) -> str:
        return tidied(text).strip()


def _sentence(problem: Problem) -> str:
    words = {"characters": problem.characters, "before": problem.before[-_LONGEST_SHOWN:].strip()}
    if problem.flaw is Flaw.UNSEEN and words["before"]:
        return (
            _(
                "Después de «%(before)s» hay un carácter que no se ve. Borra todo y escríbelo "
                "otra vez."
            )
            % words
        )
    if problem.flaw is Flaw.UNSEEN:
        return _("Hay un carácter que no se ve. Borra todo y escríbelo otra vez.")
    if problem.flaw is Flaw.NOT_DRAWN:
        return (
            _(
                "El certificado no puede imprimir «%(characters)s». Quítalo, o escríbelo con "
                "otras letras."
            )
            % words
        )
    if problem.flaw is Flaw.NOT_IN_NAMES:
        return _("Un nombre no lleva «%(characters)s». Quítalo.") % words
    if problem.flaw is Flaw.NUMBER:
        return _(
            "En el nombre no va el número de un documento: lo leería quien vea el certificado. "
            "Quítalo."
        )
    if problem.flaw is Flaw.MARKUP:
        return _("Aquí no va «%(characters)s». Quítalo.") % words
    return _("Escribe el nombre con letras.")
