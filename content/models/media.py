"""Defines our own images and documents, from the first migration, so that fields can be added
later.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from lib.text_fields import tidy_texts


class TidiedNames:
    """What authors upload: its name and description hold nothing that nobody sees."""

    def full_clean(self, *args, **kwargs):
        tidy_texts(self)
        super().full_clean(*args, **kwargs)


class CustomImage(TidiedNames, AbstractImage):
    """A picture with the description that people who cannot see it will hear."""

    personal_data = False

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("imagen")
        verbose_name_plural = _("imágenes")


class CustomRendition(AbstractRendition):
    """A picture in one size."""

    personal_data = False

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_size"
            )
        ]


class CustomDocument(TidiedNames, AbstractDocument):
    """A file to download."""

    personal_data = False

    admin_form_fields = Document.admin_form_fields

    def clean(self):
        """A file that its form refused already is not told to lack an ending too."""
        if self.file:
            super().clean()

    class Meta(AbstractDocument.Meta):
        verbose_name = _("documento")
        verbose_name_plural = _("documentos")
