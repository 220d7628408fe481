"""A file whose title is refused is not kept aside as it came."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import UploadedFile

from accounts.roles import sync_roles
from content.models import CustomDocument, CustomImage

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ada(client, ada, site):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    return client


def photo() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (160, 120), "teal").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "\ue000", "a\0b", "a" * 256])
@pytest.mark.parametrize(
    ("room", "model", "name", "content"),
    [
        ("wagtailimages", CustomImage, "foto.jpg", photo()),
        ("wagtaildocs", CustomDocument, "guia.pdf", b"%PDF-1.4\n%%EOF"),
    ],
)
def test_a_title_that_is_refused_is_told_and_nothing_is_kept(
    as_ada, room, model, name, content, title
):
    sent = {"title": title, "collection": 1, "files[]": SimpleUploadedFile(name, content)}
    told = as_ada.post(reverse(f"{room}:add_multiple"), sent).json()
    assert told["success"] is False
    assert told["error_message"].startswith("No se guardó el archivo. ")
    assert not UploadedFile.objects.exists()
    assert not model.objects.exists()
