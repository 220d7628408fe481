"""Serves what authors uploaded to whoever may open a page that shows it; authors and reviewers see
all of it.
"""

import mimetypes
from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.documents.models import AbstractDocument
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page, ReferenceIndex

from accounts.models import User
from accounts.policies import public
from courses.models import ActivityPage
from learning.permissions import enrolments_of
from learning.queries import open_course_of
from provider.queries import the_provider

Upload = AbstractImage | AbstractDocument


@public
@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Give a picture as pages show it; its original, as it was uploaded, only to who works in the
    editor.
    """
    image_model = get_image_model()
    rendition = (
        image_model.get_rendition_model().objects.select_related("image").filter(file=name).first()
    )
    if rendition is None:
        file, may_open = (
            image_model.objects.filter(file=name).first(),
            works_in_editor(request.user),
        )
    else:
        file, may_open = rendition, may_open_upload(request.user, rendition.image)
    if file is None or not may_open or not file.file.storage.exists(name):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    tag = f'"{file._meta.model_name}-{file.pk}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    else:
        with file.file.open("rb") as stream:
            answer = HttpResponse(stream.read(), content_type=kind)
    # The right is asked each time, the picture sent once.
    answer["Cache-Control"] = "private, no-cache"
    answer["ETag"] = tag
    return answer


def may_open_upload(user: User | AnonymousUser, upload: Upload) -> bool:
    """Say whether a person may open a published page that uses it, as every page does with the
    logo: four statements at most.
    """
    if isinstance(upload, AbstractImage) and upload.pk == the_provider().logo_id:
        return True
    if works_in_editor(user):
        return True
    kind = ContentType.objects.get_for_model(Page)
    used_by = (
        ReferenceIndex.get_references_to(upload)
        .filter(base_content_type=kind)
        .values_list("object_id", flat=True)
    )
    pages = Page.objects.filter(pk__in=[int(key) for key in used_by], live=True)
    return any(may_open_page(user, page) for page in pages.specific(defer=True))


def may_open_page(user: User | AnonymousUser, page: Page) -> bool:
    """Say whether a person may open a published page: an activity is for who studies its course,
    the others are for everybody.
    """
    if not isinstance(page, ActivityPage):
        return True
    course = open_course_of(page) if user.is_authenticated else None
    return course is not None and enrolments_of(user).filter(course=course.head).exists()


def works_in_editor(user: User | AnonymousUser) -> bool:
    """True for authors, reviewers and operators."""
    return user.has_perm("wagtailadmin.access_admin")
