"""Uploaded pictures and documents reach whoever may open a page that shows them, and nobody
else.
"""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image
from wagtail.documents import get_document_model

from accounts.roles import sync_roles
from content.models import CustomImage, StandardPage
from courses.editions import outline_of
from courses.models import CourseHead, LessonPage, ModulePage
from learning.services import enrol_learner
from learning.templatetags.learning_tags import data_used
from tests.factories.courses import add_lesson, publish
from tests.rights.conftest import OPEN_FILES

pytestmark = [pytest.mark.django_db, *OPEN_FILES]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def editors(ada, course):
    """Let roles open the editor, as the due jobs do."""
    sync_roles(today=timezone.localdate())


@pytest.fixture
def photograph():
    buffer = BytesIO()
    Image.new("RGB", (1200, 800), "navy").save(buffer, "JPEG")
    return CustomImage.objects.create(
        title="Ventanilla", file=ContentFile(buffer.getvalue(), "ventanilla.jpg"), file_size=9
    )


@pytest.fixture
def illustrated(course, photograph, django_capture_on_commit_callbacks) -> LessonPage:
    """A published lesson that shows the photograph."""
    figure = {
        "type": "figure",
        "value": {
            "image": photograph.pk,
            "description": "Una ventanilla",
            "caption": "",
            "source": "",
        },
    }
    with django_capture_on_commit_callbacks(execute=True):
        return add_lesson(ModulePage.objects.get(slug="m1"), "foto", blocks=[figure])


def pictures_in(page: str) -> list[str]:
    """Return the addresses of the uploaded pictures of a page."""
    return [part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/media/")]


def status_of(client, address: str) -> int:
    """Return the status of an answer that was read to its end."""
    answer = client.get(address)
    assert answer.getvalue()
    return answer.status_code


@pytest.fixture
def shown(client, course, illustrated, lina) -> str:
    """The address of the picture as Lina's lesson page shows it."""
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    client.force_login(lina)
    page = client.get("/cursos/curso/m1/foto/").content.decode()
    (address,) = pictures_in(page)
    return address


def test_a_learner_sees_the_picture_of_her_lesson(client, shown):
    answer = client.get(shown)
    assert answer.status_code == 200
    assert answer["Content-Type"] in {"image/jpeg", "image/webp"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert Image.open(BytesIO(answer.content)).width <= 1200
    assert client.head(shown).status_code == 200
    again = client.get(shown, headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_learner_sees_the_picture_before_the_worker_has_come_by(waiting_tasks, client, shown):
    assert status_of(client, shown) == 200


def test_visitors_and_who_studies_something_else_do_not(client, shown, omar):
    client.logout()
    assert client.get(shown).status_code == 404
    client.force_login(omar)
    assert client.get(shown).status_code == 404


def test_originals_and_drafts_are_for_the_editor(
    client, shown, photograph, ada, illustrated, editors
):
    original = f"/media/{photograph.file.name}"
    assert client.get(original).status_code == 404
    illustrated.unpublish()
    assert client.get(shown).status_code == 404
    client.force_login(ada)
    assert client.get(original).status_code == client.get(shown).status_code == 200


def test_a_picture_of_a_public_page_is_for_everybody(
    client, course, photograph, django_capture_on_commit_callbacks
):
    home = course and LessonPage.objects.first().get_ancestors().get(depth=2).specific
    figure = [
        {
            "type": "figure",
            "value": {
                "image": photograph.pk,
                "description": "Una ventanilla",
                "caption": "",
                "source": "",
            },
        }
    ]
    page = StandardPage(
        title="Acerca de",
        slug="acerca-de",
        body=StandardPage._meta.get_field("body").to_python(figure),
    )
    with django_capture_on_commit_callbacks(execute=True):
        home.add_child(instance=page)
        publish(page)
    rendition = photograph.get_rendition("width-400")
    assert client.get(f"/media/{rendition.file.name}").status_code == 200


def test_names_that_lead_elsewhere_are_nothing(client, ada, shown, editors):
    client.force_login(ada)
    for name in (
        "../settings.py",
        "images/../../puriq.sqlite3",
        "%2e%2e/secret-key",
        "images/",
        "nada.jpg",
        "documents/x",
    ):
        assert client.get(f"/media/{name}").status_code == 404


def test_what_a_course_costs_a_phone_counts_its_pictures(client, course, illustrated, photograph):
    outline = outline_of(CourseHead.objects.get(pk=course.pk).latest_edition_id)
    weight = next(item.weight for item in outline.activities if item.slug == "foto")
    picture = photograph.get_rendition("width-640|format-webp").file.size
    assert picture < weight < picture + 2_000
    assert "pocos datos (menos que una foto)" in client.get("/cursos/").content.decode()


def test_a_course_whose_picture_is_lost_is_still_frozen(
    course, illustrated, photograph, django_capture_on_commit_callbacks
):
    photograph.renditions.all().delete()
    photograph.file.delete(save=False)
    illustrated.refresh_from_db()
    illustrated.summary = "Otro resumen"
    with django_capture_on_commit_callbacks(execute=True):
        publish(illustrated)
    outline = outline_of(CourseHead.objects.get(pk=course.pk).latest_edition_id)
    assert (
        next(item.summary for item in outline.activities if item.slug == "foto") == "Otro resumen"
    )


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0, "pocos datos (menos que una foto)"),
        (299_999, "pocos datos (menos que una foto)"),
        (300_000, "cerca de 0.3 MB de datos"),
        (2_449_000, "cerca de 2.4 MB de datos"),
        (31_600_000, "cerca de 32 MB de datos"),
    ],
    ids=["nothing", "less", "a-photo", "some", "many"],
)
def test_what_a_course_costs_is_said_as_a_phone_pays_it(weight, words):
    assert data_used(weight) == words


def test_documents_follow_the_same_right(
    client, course, lina, omar, ada, editors, django_capture_on_commit_callbacks
):
    document = get_document_model().objects.create(
        title="Formato", file=ContentFile(b"Formato", "formato.txt"), file_size=7
    )
    client.force_login(lina)
    assert status_of(client, document.url) == 404
    block = {"type": "download", "value": {"document": document.pk, "title": "Formato"}}
    with django_capture_on_commit_callbacks(execute=True):
        add_lesson(ModulePage.objects.get(slug="m1"), "formato", blocks=[block])
    assert status_of(client, document.url) == 404
    enrol_learner(user=lina, course=course, received_at=timezone.now())
    assert status_of(client, document.url) == 200
    for person, status in ((omar, 404), (ada, 200)):
        client.force_login(person)
        assert status_of(client, document.url) == status
