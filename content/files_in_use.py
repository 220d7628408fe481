"""Says which pages show an uploaded file, so that nobody replaces or deletes what readers see or a
reviewer reads.

Asked of the pages themselves: Wagtail's index of references is written later, by the worker.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.documents.models import AbstractDocument
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page, Revision, WorkflowState, get_page_models

Upload = AbstractImage | AbstractDocument
Reference = tuple[type, str]


class FileInUse(Exception):
    """Somebody reads this file; the message is a sentence for whoever wanted to take it away."""


def files_of(page: Page) -> set[Reference]:
    """Return model and identifier of all that the blocks of a page point at."""
    uploads = set()
    for field in stream_fields(type(page)):
        for model, key, *_place in field.stream_block.extract_references(getattr(page, field.name)):
            uploads.add((model, str(key)))
    return uploads


def marks_of_files(page: Page) -> dict[str, str]:
    """Return what tells the files that a page shows from others at the same place: name and digest
    by kind and identifier.
    """
    marks = {}
    for model, key in sorted(files_of(page), key=str):
        if not issubclass(model, Upload):
            continue
        for upload in model.objects.filter(pk=key):
            marks[f"{model._meta.model_name}:{key}"] = (
                f"{upload.file.name} {upload.file_hash}".strip()
            )
    return marks


def stream_fields(model: type[Page]) -> list[StreamField]:
    """Return the fields of a kind of page that hold blocks."""
    return [field for field in model._meta.get_fields() if isinstance(field, StreamField)]


def pages_showing(uploads: Iterable[Upload]) -> dict[str, list[str]]:
    """Map the identifier of each file in use to the titles of the pages that show it, or will once
    they are let through.
    """
    references = {(type(upload), str(upload.pk)) for upload in uploads}
    titles_by_file: dict[str, dict[int, str]] = {}
    for page in [*published_pages(), *waiting_pages()]:
        for _model, key in references & files_of(page):
            titles_by_file.setdefault(key, {})[page.pk] = page.title
    return {key: sorted(titles.values()) for key, titles in titles_by_file.items()}


def published_pages() -> Iterator[Page]:
    """Yield the published pages that have blocks."""
    for model in get_page_models():
        if stream_fields(model):
            yield from model.objects.filter(live=True).iterator()


def waiting_pages() -> Iterator[Page]:
    """Yield pages as their revisions in review, or with a date on which they are published, have
    them.
    """
    workflows = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    waiting = Q(pk__in=workflows.values("current_task_state__revision")) | Q(
        approved_go_live_at__isnull=False
    )
    for revision in Revision.page_revisions.filter(waiting):
        yield revision.as_object()


def named(titles: list[str]) -> dict[str, object]:
    """Return how many pages there are, and which, for a sentence."""
    quotes = [_("“%(title)s”") % {"title": title} for title in titles]
    return {"count": len(titles), "pages": get_text_list(quotes, _("y"))}


def replacing_refusal(upload: Upload) -> str:
    """Return why the file behind a picture or document stays, with the way out; empty when nobody
    sees it.
    """
    titles = pages_showing([upload]).get(str(upload.pk))
    if not titles:
        return ""
    sentence = ngettext(
        "Este archivo no se cambia: está en %(count)d página publicada o en revisión: %(pages)s.",
        "Este archivo no se cambia: está en %(count)d páginas publicadas o en revisión: %(pages)s.",
        len(titles),
    )
    way_out = _(
        "Sube el nuevo como otro documento y elígelo en la página: se verá cuando ese cambio se "
        "publique."
    )
    if isinstance(upload, AbstractImage):
        way_out = _(
            "Sube el nuevo como otra imagen y elígela en la página: se verá cuando ese cambio se "
            "publique."
        )
    return f"{sentence % named(titles)} {way_out}"


def deletion_refusals(uploads: Iterable[Upload]) -> list[str]:
    """Return a sentence for each file that is in use: why it is not deleted, and what to do."""
    uploads = list(uploads)
    pages = pages_showing(uploads)
    return [
        deletion_refusal(upload.title, pages[str(upload.pk)])
        for upload in uploads
        if str(upload.pk) in pages
    ]


def deletion_refusal(title: str, pages: list[str]) -> str:
    """Return why a file of that title stays, with the way out."""
    sentence = ngettext(
        "“%(title)s” no se elimina: está en %(count)d página publicada o en revisión: %(pages)s.",
        "“%(title)s” no se elimina: está en %(count)d páginas publicadas o en revisión: %(pages)s.",
        len(pages),
    )
    way_out = _("Cambia o quita ese bloque, publica el cambio y elimina el archivo después.")
    return f"{sentence % ({'title': title} | named(pages))} {way_out}"
