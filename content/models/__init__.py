"""Keeps the editorial kit: pages, images and documents."""

from content.models.media import CustomDocument, CustomImage, CustomRendition
from content.models.pages import HomePage, StandardPage

__all__ = ["CustomDocument", "CustomImage", "CustomRendition", "HomePage", "StandardPage"]
