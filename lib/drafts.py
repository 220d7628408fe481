"""Lets a draft keep a text that is longer than its limit: the limit is asked by whoever
publishes.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from draftjs_exporter.error import ExporterException
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.rich_text import RichText, get_text_for_indexing


class DraftTextField(forms.CharField):
    """A text of a form that Wagtail may tell to defer what publishing needs."""

    is_deferred_validation = False

    def run_validators(self, value: str) -> None:
        try:
            super().run_validators(value)
        except ValidationError as refused:
            errors = _besides_length(refused) if self.is_deferred_validation else refused.error_list
            if errors:
                raise ValidationError(errors) from refused


class DraftText(models.TextField):
    """A free text of a page: the column holds any length, `max_length` is what may be published."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": DraftTextField, **kwargs})


class DraftLine(DraftText):
    """One line of a page, kept and limited likewise."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{**kwargs, "widget": forms.TextInput})


class LineBlock(CharBlock):
    """One line of a block, kept and limited likewise."""

    def clean(self, value: str) -> str:
        try:
            return super().clean(value)
        except ValidationError as refused:
            if not self.is_deferred_validation or _besides_length(refused):
                raise
            return value


class UnreadableProse(ValueError):
    """What was sent as a text is none that the editor writes."""


# What Wagtail's reader of a text raises where it is none.
NOT_PROSE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    ExporterException,
)


class ProseBlock(RichTextBlock):
    """A text with bold, lists and links; when it is needed, something is written in it: the line
    that an empty one is stored as says nothing.
    """

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> RichText:
        """Return what the editor sent. Raises UnreadableProse when it is not in its notation, which
        Wagtail reads without a look.
        """
        try:
            return super().value_from_datadict(data, files, prefix)
        except NOT_PROSE as error:
            raise UnreadableProse from error

    def clean(self, value: RichText) -> RichText:
        prose = super().clean(value)
        if self.required and not get_text_for_indexing(prose.source).strip():
            raise ValidationError(self.field.error_messages["required"], code="required")
        return prose


def too_long(field: models.Field, text: str) -> list[str]:
    """Return the sentence that says a text of a row is longer than its field may show, or
    nothing.
    """
    try:
        if isinstance(field, models.TextField) and field.max_length:
            MaxLengthValidator(field.max_length)(text)
    except ValidationError as refused:
        return list(refused.messages)
    return []


def _besides_length(refused: ValidationError) -> list[ValidationError]:
    return [error for error in refused.error_list if error.code != "max_length"]
