"""Names topics in one way, whoever types them: “Recepción” and “recepcion” are one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import register_form_field_override

from lib.composing import composed


def topic_of(typed: str) -> str:
    """Return the topic that was meant by what was typed: small letters and numbers, with dashes
    between words.
    """
    return slugify(composed(typed, "NFKD"))


class TopicFormField(forms.CharField):
    """A topic as people type it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        topic = topic_of(text)
        if text and not topic:
            raise ValidationError(_("Escribe el tema con letras o números."))
        return topic


class TopicField(models.SlugField):
    """Keeps a topic; its form takes it with accents, capitals and spaces."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        # Past SlugField's own, which refuses what slugs do not hold instead of reading it.
        return super(models.SlugField, self).formfield(**{"form_class": TopicFormField, **kwargs})


# Wagtail's own for slugs drops letters in the browser, before anything here reads them: “Niñez”
# came as “niez”.
register_form_field_override(TopicField, override={"widget": forms.TextInput})
