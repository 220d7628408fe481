"""Remembers the addresses that pages had before they were renamed or moved."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class FormerAddress(models.Model):
    """Where a page was once: `path` is what stands behind the site's own address, without slashes
    around it.
    """

    personal_data = False

    path = models.CharField(max_length=255, unique=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="former_addresses")

    class Meta:
        verbose_name = _("dirección anterior")
        verbose_name_plural = _("direcciones anteriores")

    def __str__(self):
        return self.path
