"""A picture or document that readers see, or a reviewer reads, stays what it is until a reviewed
change lets go of it.
"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import sync_roles
from content.files_in_use import FileInUse
from content.models import CustomDocument, CustomImage, StandardPage
from courses.models import CataloguePage, ModulePage
from courses.review import send_to_review
from learning.services import enrol_learner
from tests.factories.courses import add_lesson, publish, text_block
from tests.rights.conftest import OPEN_FILES

pytestmark = [pytest.mark.django_db, *OPEN_FILES]


@pytest.fixture(autouse=True)
def own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def jpeg(colour: str = "navy") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (1200, 800), colour).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def photograph(db) -> CustomImage:
    return CustomImage.objects.create(
        title="Ventanilla", file=ContentFile(jpeg(), "ventanilla.jpg"), file_size=9
    )


@pytest.fixture
def form(db) -> CustomDocument:
    return CustomDocument.objects.create(
        title="Formato", file=ContentFile(b"Formato", "formato.txt"), file_size=7
    )


@pytest.fixture
def blocks(photograph, form) -> list[dict]:
    figure = {"image": photograph.pk, "description": "Una ventanilla", "caption": "", "source": ""}
    return [
        {"type": "figure", "value": figure},
        {"type": "download", "value": {"document": form.pk, "title": "Formato"}},
    ]


@pytest.fixture
def lesson(course, blocks, django_capture_on_commit_callbacks):
    """A published lesson that shows both."""
    with django_capture_on_commit_callbacks(execute=True):
        return add_lesson(ModulePage.objects.get(slug="m1"), "foto", blocks=blocks)


@pytest.fixture
def author(client, ada):
    sync_roles(today=timezone.localdate())
    client.force_login(ada)
    return client


def replace(client, upload, name: str, content: bytes, **other):
    """Send the form of a file as an author does; `other` goes beside the new file."""
    kind = "wagtailimages" if isinstance(upload, CustomImage) else "wagtaildocs"
    sent = {"title": upload.title, "collection": upload.collection_id} | other
    sent |= {"file": SimpleUploadedFile(name, content)} if content else {}
    return client.post(reverse(f"{kind}:edit", args=[upload.pk]), sent)


def told(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_file_that_readers_see_is_not_replaced(author, lesson, photograph, form):
    for upload, name, content in (
        (photograph, "otra.jpg", jpeg("red")),
        (form, "otro.txt", b"Otro"),
    ):
        before = upload.file.name
        answer = replace(author, upload, name, content)
        (sentence,) = answer.context["form"].errors["file"]
        assert (
            "está en 1 página publicada o en revisión: “Lección foto”. Sube el nuevo como otr"
            in sentence
        )
        upload.refresh_from_db()
        assert upload.file.name == before
        assert upload.file.storage.exists(before)


def test_its_title_is_nobody_elses_and_may_change(author, lesson, photograph, form):
    for upload in (photograph, form):
        assert replace(author, upload, "", b"", title="Otro título").status_code == 302
        upload.refresh_from_db()
        assert upload.title == "Otro título"


def test_a_file_that_nobody_sees_is_replaced(author, photograph):
    assert replace(author, photograph, "otra.jpg", jpeg("red")).status_code == 302


def test_a_file_in_use_is_not_deleted_and_nobody_is_asked(author, lesson, photograph, form):
    for kind, upload in (("wagtailimages", photograph), ("wagtaildocs", form)):
        one = reverse(f"{kind}:delete", args=[upload.pk])
        label = upload._meta
        many = (
            reverse("wagtail_bulk_action", args=[label.app_label, label.model_name, "delete"])
            + f"?id={upload.pk}"
        )
        for address in (one, many):
            for ask in (author.get, author.post):
                answer = ask(address, follow=True)
                assert "está en 1 página publicada o en revisión: “Lección foto”" in told(answer), (
                    address
                )
                assert "Sí, eliminar" not in answer.content.decode()
        assert type(upload).objects.filter(pk=upload.pk).exists()


def test_no_other_way_deletes_it(lesson, photograph, form):
    for upload in (photograph, form):
        with pytest.raises(FileInUse, match="Lección foto"), transaction.atomic():
            type(upload).objects.filter(pk=upload.pk).delete()


def test_a_stranger_learns_no_title(client, lesson, photograph, lina):
    address = reverse("wagtailimages:delete", args=[photograph.pk])
    assert "Lección foto" not in client.get(address, follow=True).content.decode()
    client.force_login(lina)
    assert "Lección foto" not in client.get(address, follow=True).content.decode()


def test_a_file_that_no_page_shows_any_more_is_deleted(author, lesson, photograph):
    lesson.body = lesson._meta.get_field("body").to_python([text_block("Sin foto")])
    publish(lesson)
    assert author.post(reverse("wagtailimages:delete", args=[photograph.pk])).status_code == 302
    assert not CustomImage.objects.filter(pk=photograph.pk).exists()


def test_what_a_reviewer_reads_or_a_date_publishes_stays(
    course, blocks, ada, raul, photograph, form
):
    sync_roles(today=timezone.localdate())
    page = (
        CataloguePage.objects.get()
        .get_parent()
        .specific.add_child(instance=StandardPage(title="Fecha", live=False))
    )
    page.body = page._meta.get_field("body").to_python(blocks[:1])
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    lesson = ModulePage.objects.get(slug="m1").get_children().first().specific
    lesson.body = lesson._meta.get_field("body").to_python(blocks[1:])
    lesson.save_revision(user=ada)
    lesson.refresh_from_db()
    assert send_to_review(lesson, ada)
    for upload, title in ((photograph, "Fecha"), (form, lesson.title)):
        with pytest.raises(FileInUse, match=title), transaction.atomic():
            upload.delete()


def test_a_page_of_plain_text_counts_too(author, course, blocks, photograph):
    home = CataloguePage.objects.get().get_parent().specific
    page = StandardPage(
        title="Acerca de", body=StandardPage._meta.get_field("body").to_python(blocks[:1])
    )
    publish(home.add_child(instance=page))
    assert "“Acerca de”" in str(
        replace(author, photograph, "otra.jpg", jpeg("red")).context["form"].errors
    )


def test_a_draft_keeps_no_file_from_changing(author, course, blocks, photograph):
    lesson = ModulePage.objects.get(slug="m1").get_children().first().specific
    lesson.body = lesson._meta.get_field("body").to_python(blocks)
    lesson.save_revision()
    assert replace(author, photograph, "otra.jpg", jpeg("red")).status_code == 302


def test_who_reads_again_after_a_withdrawal_sees_the_file_that_stands_there(
    author, course, lesson, photograph, lina, django_capture_on_commit_callbacks
):
    def pictures() -> list[int]:
        page = author.get("/cursos/curso/m1/foto/").content.decode()
        found = [
            part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/media/")
        ]
        return [author.get(address).status_code for address in found]

    enrol_learner(user=lina, course=course, received_at=timezone.now())
    ada = author.session["_auth_user_id"]
    author.force_login(lina)
    assert pictures() == [200]
    with django_capture_on_commit_callbacks(execute=True):
        lesson.unpublish()
    author.force_login(type(lina).objects.get(pk=ada))
    assert replace(author, photograph, "otra.jpg", jpeg("red")).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        publish(lesson)
    author.force_login(lina)
    assert pictures() == [200]
