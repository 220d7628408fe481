"""Keeps the editorial kit: pages, images and documents."""

from content.models.addresses import FormerAddress
from content.models.media import CustomDocument, CustomImage, CustomRendition
from content.models.pages import HomePage, SitePage, StandardPage

__all__ = [
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "FormerAddress",
    "HomePage",
    "SitePage",
    "StandardPage",
]
