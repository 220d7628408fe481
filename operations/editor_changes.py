"""Notes in the trail what somebody changed with the editor: how it is arranged, which pages the
site shows, which files they use.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.http import HttpResponseBase
from django.utils import timezone
from wagtail.models import Collection, PageLogEntry, Site, Task, Workflow

from accounts.policies import PersonRequest
from audit.services import record_act
from provider.models import Provider

View = Callable[..., HttpResponseBase]
Facts = dict[str, Any]
Snapshot = dict[tuple[str, int], Facts]

# What a screen arranges, by the namespace of its addresses. These tables hold a few dozen rows.
ARRANGED: dict[str, tuple[type[models.Model], ...]] = {
    "wagtailsites": (Site,),
    "wagtailadmin_collections": (Collection,),
    "wagtailadmin_workflows": (Workflow, Task),
    "wagtailsettings": (Provider,),
}
# Rows of other tables that are a part of one of these.
PARTS: dict[type[models.Model], tuple[str, ...]] = {
    Collection: ("view_restrictions", "group_permissions"),
    Workflow: ("workflow_tasks", "workflow_pages", "workflow_content_types"),
}
# The place in the tree is told as the collection above.
PLACES = {"path", "depth", "numchild"}
# A draft reaches nobody and is kept as a revision with its author; the editor saves one every few
# seconds.
DRAFTS = ("wagtail.edit", "wagtail.comments.")


def notes_changes(view: View) -> View:
    """Leave a line for each site, collection, workflow and task that a request changed, with the
    names of the fields (R17).
    """

    @wraps(view)
    def noted(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        kinds = (
            {kind for namespace in match.namespaces for kind in ARRANGED.get(namespace, ())}
            if match
            else set()
        )
        if request.method != "POST" or not kinds or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with changes_noted(kinds, actor_key=request.user.learner_key, now=timezone.now()):
            return view(request, *args, **kwargs)

    return noted


@contextmanager
def changes_noted(
    kinds: set[type[models.Model]], *, actor_key: UUID, now: datetime
) -> Iterator[None]:
    """Compare the rows before and after, in one transaction with what changes them."""
    with transaction.atomic():
        before = snapshot(kinds)
        yield
        after = snapshot(kinds)
        for (kind, key), facts in {**before, **after}.items():
            earlier, later = before.get((kind, key)), after.get((kind, key))
            if earlier == later:
                continue
            fields = sorted(
                name for name in facts if earlier and later and earlier.get(name) != later.get(name)
            )
            act = "changed" if fields else "added" if later else "deleted"
            details = {"fields": fields} if fields else None
            record_act(
                actor_key=actor_key,
                action=f"{kind}_{act}",
                object_type=kind,
                object_key=str(key),
                now=now,
                details=details,
            )


def snapshot(kinds: set[type[models.Model]]) -> Snapshot:
    """Return what the rows of some tables hold, with their parts."""
    return {
        (str(kind._meta.model_name), row.pk): facts_of(row)
        for kind in kinds
        for row in kind._default_manager.all()
    }


def facts_of(row: models.Model) -> Facts:
    """Return the fields of a row, those of its kind of task included, and the rows that are a part
    of it.
    """
    whole = row.specific if isinstance(row, Task) else row
    facts: Facts = {
        field.name: field.value_from_object(whole)
        for field in whole._meta.concrete_fields
        if field.name not in PLACES
    }
    facts |= {
        field.name: sorted(part.pk for part in field.value_from_object(whole))
        for field in whole._meta.many_to_many
    }
    for name in PARTS.get(type(row), ()):
        facts[name] = sorted(getattr(row, name).values_list(), key=repr)
    if isinstance(row, Collection):
        facts["parent"] = row.path[: -row.steplen]
    return facts


def note_act_on_page(entry: PageLogEntry) -> None:
    """Write the line of an act that Wagtail logs about a page: published, withdrawn, moved,
    deleted, locked, closed to some…
    """
    if entry.action.startswith(DRAFTS):
        return
    facts = {"revision": entry.revision_id} if entry.revision_id else {}
    record_act(
        actor_key=entry.user.learner_key if entry.user else None,
        action="page_" + entry.action.removeprefix("wagtail.").replace(".", "_"),
        object_type="page",
        object_key=str(entry.page.translation_key),
        now=entry.timestamp,
        details=facts,
    )


def note_act_on_file(file: models.Model, act: str, actor_key: UUID | None) -> None:
    """Write the line of a picture or document that somebody added, changed or deleted."""
    kind = str(file._meta.model_name).removeprefix("custom")
    record_act(
        actor_key=actor_key,
        action=f"{kind}_{act}",
        object_type=kind,
        object_key=str(file.pk),
        now=timezone.now(),
    )
