"""A picture too long to be shown is refused where it is uploaded and before publishing, and never
stops the rest of a course.
"""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import sync_roles
from content.models import CustomImage
from courses.models import CourseHead, LessonPage
from tests.courses.editor import lesson_of, module_of, outline, url
from tests.factories.courses import add_lesson, text_block
from tests.rights.conftest import OPEN_FILES

pytestmark = OPEN_FILES
LONG = (100, 20_000)
TOLD = (
    "La imagen es muy larga para mostrarse: mide 100 × 20000 puntos. Córtala en partes y sube "
    "cada una."
)


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def png(size: tuple[int, int]) -> bytes:
    buffer = BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    return buffer.getvalue()


def stored(size: tuple[int, int]) -> CustomImage:
    """A picture that was uploaded before its size was asked for."""
    return CustomImage.objects.create(
        title="Captura", file=ContentFile(png(size), "captura.png"), file_size=9
    )


def figure(image: CustomImage) -> dict:
    value = {"image": image.pk, "description": "Pasos del trámite", "caption": "", "source": ""}
    return {"type": "figure", "value": value}


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "is_taken"), [(LONG, False), ((1_000, 20_000), True)])
def test_what_a_lesson_could_not_show_is_refused_at_the_upload(client, ada, size, is_taken):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    sent = {"title": "Captura", "collection": 1}
    file = SimpleUploadedFile("captura.png", png(size))
    alone = client.post(reverse("wagtailimages:add"), sent | {"file": file})
    file.seek(0)
    among_many = client.post(reverse("wagtailimages:add_multiple"), sent | {"files[]": file})
    assert among_many.json()["success"] is is_taken
    if not is_taken:
        assert alone.context["form"].errors["file"] == [TOLD]
        assert among_many.json()["error_message"] == TOLD
    assert CustomImage.objects.count() == (2 if is_taken else 0)


def test_one_that_is_stored_stops_its_page_and_not_the_course(really_published):
    lesson = lesson_of(really_published)
    lesson.body = lesson._meta.get_field("body").to_python([figure(stored(LONG))])
    assert [str(problem) for problem in lesson.publishing_problems()] == [
        f"Bloque 1, Figura › Imagen: {TOLD}"
    ]
    # What is live already.
    LessonPage.objects.filter(pk=lesson.pk).update(body=lesson.body)
    add_lesson(module_of(really_published), "l3", blocks=[text_block("Otra")])
    assert outline(really_published)["m1"] == ["l1", "l2", "l3"]
    assert not CourseHead.objects.get(key=really_published.translation_key).is_dirty


@pytest.mark.django_db
def test_where_it_is_shown_its_description_is_read(published, client, ada):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    lesson = lesson_of(published)
    lesson.body = lesson._meta.get_field("body").to_python([figure(stored(LONG))])
    lesson.save_revision(clean=False)
    body = client.get(url("view_draft", lesson.pk)).content.decode()
    assert "<p>Pasos del trámite</p>" in body
