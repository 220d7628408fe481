"""Refuses to delete files that readers see, before the question whether one is sure, and whatever
way it is asked.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from wagtail.documents import get_document_model
from wagtail.documents.views.bulk_actions.delete import DeleteBulkAction as DeleteDocuments
from wagtail.images import get_image_model
from wagtail.images.views.bulk_actions.delete import DeleteBulkAction as DeleteImages

from content.files_in_use import deletion_refusals

View = Callable[..., HttpResponse]


def keeps_files_in_use(view: View) -> View:
    """Lead back from the screen that deletes one file to its own, with the pages that show it."""

    @wraps(view)
    def asked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        match = request.resolver_match
        models = {"wagtailimages": get_image_model(), "wagtaildocs": get_document_model()}
        is_deletion = match.namespaces and match.url_name in {"delete", "delete_multiple"}
        may_know = request.user.has_perm("wagtailadmin.access_admin")
        model = models.get(match.namespaces[-1]) if is_deletion and may_know else None
        if model is None:
            return view(request, *args, **kwargs)
        (key,) = match.kwargs.values() or match.args
        refusals = deletion_refusals(model.objects.filter(pk=key))
        for sentence in refusals:
            messages.error(request, sentence)
        return (
            redirect(f"{match.namespaces[-1]}:edit", key)
            if refusals
            else view(request, *args, **kwargs)
        )

    return asked


class RefusesFilesInUse:
    """An act that deletes many files, and none of them when one is in use."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        refusals = deletion_refusals(self.get_actionable_objects()[0])
        for sentence in refusals:
            messages.error(request, sentence)
        return (
            HttpResponseRedirect(self.next_url)
            if refusals
            else super().dispatch(request, *args, **kwargs)
        )


class DeleteUnusedImages(RefusesFilesInUse, DeleteImages):
    """Wagtail's act, for pictures that nobody sees."""


class DeleteUnusedDocuments(RefusesFilesInUse, DeleteDocuments):
    """Wagtail's act, for documents that nobody sees."""
