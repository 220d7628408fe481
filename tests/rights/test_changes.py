"""Whatever somebody changes with the editor is in the trail, with the names of the fields and
without what stands in them (R17).
"""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    Page,
    Site,
    Workflow,
)

from audit.models import AuditEntry
from content.models import CustomDocument, CustomImage
from tests.rights.asking import address_of, ask, browser, known_routes
from tests.rights.conftest import OPEN_FILES
from tests.rights.table import read_table, rows_of
from tests.rights.world import World

pytestmark = OPEN_FILES
TABLE = read_table()
Request = tuple[str, dict[str, object]]
Line = tuple[str, list[str] | None]

TABLE_OF = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# What the editor writes beside the act itself: its own bookkeeping, drafts with their author, what
# can be made again.
BESIDE = {
    "content_customrendition",
    "django_tasks_database_dbtaskresult",
    "wagtailadmin_editingsession",
    "wagtailadmin_formstate",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription",
    "wagtailcore_referenceindex",
    "wagtailcore_revision",
    "wagtailcore_uploadedfile",
    "wagtailsearch_indexentry",
    "wagtailsearch_indexentry_fts",
    "wagtailsearch_sqliteftsindexentry",
    "wagtailusers_userprofile",
}
# What a draft changes in the row of its page.
OF_DRAFTS = {
    "wagtailcore_page",
    "wagtailcore_comment",
    "wagtailcore_commentreply",
    "courses_lessonpage",
}


def formset(prefix: str, rows: list[dict[str, object]], before: int = 0) -> dict[str, object]:
    """Return what a set of forms sends."""
    counts = {
        "TOTAL_FORMS": len(rows),
        "INITIAL_FORMS": before,
        "MIN_NUM_FORMS": 0,
        "MAX_NUM_FORMS": 1000,
    }
    told = {f"{prefix}-{name}": count for name, count in counts.items()}
    return told | {
        f"{prefix}-{place}-{name}": value
        for place, row in enumerate(rows)
        for name, value in row.items()
    }


def apart() -> Collection:
    """The collection beside the root, with the permission to arrange collections, which no role has
    here.
    """
    kinds = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="collection"
    )
    operators, root = Group.objects.get(name="Operadores"), Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=operators, collection=root, permission=kind)
            for kind in kinds
        ],
        ignore_conflicts=True,
    )
    return Collection.objects.get(name="Aparte")


def group() -> int:
    return Group.objects.get(name="Revisores").pk


def new_site(world: World) -> Request:
    return reverse("wagtailsites:add"), {
        "hostname": "otro.example",
        "port": 80,
        "site_name": "Otro",
        "root_page": Page.objects.get(depth=2).pk,
    }


def renamed_site(world: World) -> Request:
    site = Site.objects.get()
    form = {
        "hostname": site.hostname,
        "port": site.port,
        "site_name": "Otro nombre",
        "root_page": site.root_page_id,
        "is_default_site": "on",
    }
    return reverse("wagtailsites:edit", args=[site.pk]), form


def deleted_site(world: World) -> Request:
    site = Site.objects.create(
        hostname="otro.example", port=80, root_page=Page.objects.get(depth=2)
    )
    return reverse("wagtailsites:delete", args=[site.pk]), {}


def new_collection(world: World) -> Request:
    return reverse("wagtailadmin_collections:add"), {"name": "Nueva", "parent": apart().pk}


def renamed_collection(world: World) -> Request:
    return reverse("wagtailadmin_collections:edit", args=[apart().pk]), {
        "name": "Otra",
        "parent": Collection.get_first_root_node().pk,
    }


def moved_collection(world: World) -> Request:
    other = Collection.get_first_root_node().add_child(name="Zona")
    return reverse("wagtailadmin_collections:edit", args=[apart().pk]), {
        "name": "Aparte",
        "parent": other.pk,
    }


def deleted_collection(world: World) -> Request:
    CustomDocument.objects.all().delete()
    CustomImage.objects.all().delete()
    return reverse("wagtailadmin_collections:delete", args=[apart().pk]), {}


def closed_collection(world: World) -> Request:
    address = reverse("wagtailadmin_collections:set_privacy", args=[apart().pk])
    return address, {"restriction_type": "password", "password": "clave del documento"}


def opened_collection(world: World) -> Request:
    CollectionViewRestriction.objects.create(collection=apart(), restriction_type="login")
    return reverse("wagtailadmin_collections:set_privacy", args=[apart().pk]), {
        "restriction_type": "none"
    }


def workflow_form(name: str) -> dict[str, object]:
    tasks = [{"task": GroupApprovalTask.objects.get(name="Tarea").pk, "ORDER": 1}]
    return {"name": name} | formset("workflow_tasks", tasks) | formset("pages", [])


def new_workflow(world: World) -> Request:
    return reverse("wagtailadmin_workflows:add"), workflow_form("Nuevo")


def edited_workflow(world: World) -> Request:
    return reverse(
        "wagtailadmin_workflows:edit", args=[Workflow.objects.get(name="Flujo").pk]
    ), workflow_form("Otro")


def disabled_workflow(world: World) -> Request:
    return reverse(
        "wagtailadmin_workflows:disable", args=[Workflow.objects.get(name="Flujo").pk]
    ), {}


def enabled_workflow(world: World) -> Request:
    Workflow.objects.filter(name="Flujo").update(active=False)
    return reverse(
        "wagtailadmin_workflows:enable", args=[Workflow.objects.get(name="Flujo").pk]
    ), {}


def unassigned_workflow(world: World) -> Request:
    page = Page.objects.get(workflowpage__workflow__name="Revisión")
    return reverse(
        "wagtailadmin_workflows:remove", args=[page.pk, page.workflowpage.workflow_id]
    ), {}


def new_task(world: World) -> Request:
    return reverse("wagtailadmin_workflows:add_task", args=["wagtailcore", "groupapprovaltask"]), {
        "name": "Otra",
        "groups": [group()],
    }


def chosen_task(world: World) -> Request:
    form = {"create-task-name": "Otra", "create-task-groups": [group()]}
    return reverse(
        "wagtailadmin_workflows:task_chooser_create"
    ) + "?create_model=wagtailcore.groupapprovaltask", form


def edited_task(world: World) -> Request:
    task = GroupApprovalTask.objects.get(name="Tarea")
    return reverse("wagtailadmin_workflows:edit_task", args=[task.pk]), {
        "name": "Tarea",
        "groups": [group()],
    }


def disabled_task(world: World) -> Request:
    return reverse(
        "wagtailadmin_workflows:disable_task", args=[GroupApprovalTask.objects.get(name="Tarea").pk]
    ), {}


def enabled_task(world: World) -> Request:
    GroupApprovalTask.objects.filter(name="Tarea").update(active=False)
    return reverse(
        "wagtailadmin_workflows:enable_task", args=[GroupApprovalTask.objects.get(name="Tarea").pk]
    ), {}


def help_page() -> Page:
    """A published page without records."""
    return Page.objects.live().filter(depth=3).exclude(numchild__gt=0).order_by("pk").first()


def withdrawn_page(world: World) -> Request:
    return reverse("wagtailadmin_pages:unpublish", args=[help_page().pk]), {}


def deleted_page(world: World) -> Request:
    return reverse("wagtailadmin_pages:delete", args=[help_page().pk]), {}


def locked_page(world: World) -> Request:
    return reverse("wagtailadmin_pages:lock", args=[help_page().pk]), {}


def closed_page(world: World) -> Request:
    return reverse("wagtailadmin_pages:set_privacy", args=[help_page().pk]), {
        "restriction_type": "login"
    }


def withdrawn_pages(world: World) -> Request:
    return reverse(
        "wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]
    ) + f"?id={help_page().pk}", {}


def document() -> CustomDocument:
    return CustomDocument.objects.get(title="Anexo")


def image() -> CustomImage:
    return CustomImage.objects.get(title="Foto")


def new_document(world: World) -> Request:
    form = {
        "title": "Otro",
        "file": ContentFile(b"Otro", "otro.txt"),
        "collection": apart().pk,
        "tags": "",
    }
    return reverse("wagtaildocs:add"), form


def renamed_document(world: World) -> Request:
    return reverse("wagtaildocs:edit", args=[document().pk]), {
        "title": "Otro",
        "collection": apart().pk,
        "tags": "",
    }


def deleted_document(world: World) -> Request:
    return reverse("wagtaildocs:delete", args=[document().pk]), {}


def deleted_image(world: World) -> Request:
    return reverse("wagtailimages:delete", args=[image().pk]), {}


def gathered_images(world: World) -> Request:
    address = reverse("wagtail_bulk_action", args=["content", "customimage", "add_to_collection"])
    return f"{address}?id={image().pk}", {"collection": Collection.get_first_root_node().pk}


ACTS: list[tuple[Callable[[World], Request], Line]] = [
    (new_site, ("site_added", None)),
    (renamed_site, ("site_changed", ["site_name"])),
    (deleted_site, ("site_deleted", None)),
    (new_collection, ("collection_added", None)),
    (renamed_collection, ("collection_changed", ["name"])),
    (moved_collection, ("collection_changed", ["parent"])),
    (deleted_collection, ("collection_deleted", None)),
    (closed_collection, ("collection_changed", ["view_restrictions"])),
    (opened_collection, ("collection_changed", ["view_restrictions"])),
    (new_workflow, ("workflow_added", None)),
    (edited_workflow, ("workflow_changed", ["name", "workflow_tasks"])),
    (disabled_workflow, ("workflow_changed", ["active"])),
    (enabled_workflow, ("workflow_changed", ["active"])),
    (unassigned_workflow, ("workflow_changed", ["workflow_pages"])),
    (new_task, ("task_added", None)),
    (chosen_task, ("task_added", None)),
    (edited_task, ("task_changed", ["groups"])),
    (disabled_task, ("task_changed", ["active"])),
    (enabled_task, ("task_changed", ["active"])),
    (withdrawn_page, ("page_unpublish", None)),
    (deleted_page, ("page_delete", None)),
    (locked_page, ("page_lock", None)),
    (closed_page, ("page_view_restriction_create", None)),
    (withdrawn_pages, ("page_unpublish", None)),
    (new_document, ("document_added", None)),
    (renamed_document, ("document_changed", None)),
    (deleted_document, ("document_deleted", None)),
    (deleted_image, ("image_deleted", None)),
    (gathered_images, ("image_changed", None)),
]


@pytest.mark.parametrize(("act", "line"), ACTS, ids=[act.__name__ for act, _line in ACTS])
def test_every_act_of_an_operator_is_one_line(world, act, line):
    oscar = world.people["Óscar"]
    address, form = act(world)
    known = set(AuditEntry.objects.values_list("pk", flat=True))
    answer = browser(oscar).post(address, form)
    assert answer.status_code in {200, 302}, answer.content
    entries = AuditEntry.objects.exclude(pk__in=known)
    assert [(entry.action, entry.details.get("fields")) for entry in entries] == [line]
    assert {entry.actor_key for entry in entries} == {oscar.learner_key}
    assert "clave" not in str(entries[0].details)


def test_sending_a_form_unchanged_leaves_no_line(world):
    site = Site.objects.get()
    form = {
        "hostname": site.hostname,
        "port": site.port,
        "site_name": site.site_name,
        "root_page": site.root_page_id,
        "is_default_site": "on",
    }
    known = AuditEntry.objects.count()
    assert (
        browser(world.people["Óscar"])
        .post(reverse("wagtailsites:edit", args=[site.pk]), form)
        .status_code
        == 302
    )
    assert AuditEntry.objects.count() == known


def test_a_draft_is_no_line_and_its_publication_is_one(world):
    page = help_page().specific
    known = AuditEntry.objects.count()
    revision = page.save_revision(user=world.people["Ada"], log_action=True)
    assert AuditEntry.objects.count() == known
    revision.publish(user=world.people["Óscar"])
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_key, entry.details) == (
        "page_publish",
        str(page.translation_key),
        {"revision": revision.pk},
    )


@pytest.mark.parametrize("name", ["Ada", "Óscar"])
def test_no_address_of_the_editor_changes_rows_without_a_line(world, name):
    """Each address with the little that its form may need: what changed a row beside the
    bookkeeping has a line.
    """
    client, silent = browser(world.people[name]), []
    form = {"name": "Otro", "title": "Otro", "restriction_type": "login", "action-unpublish": "1",
    "position": "0", "mark_as_active": "False",
            "name_email-first_name": "Otra", "name_email-last_name": "Persona",
            "theme-theme": "dark", "theme-contrast": "system",
            "theme-density": "default", "notifications-submitted_notifications": "on", "tags": "",
            "first_name": "Otra",
            "email": "otra@demo.example", "is_active": "on", **formset("pages", []),
            **formset("workflow_tasks", [])}  # fmt: skip
    for route in [route for route in known_routes() if route.startswith("gestion/")]:
        for of in dict.fromkeys(row.of for row in rows_of(route, TABLE) if "POST" in row.methods):
            answer = ask(client, "POST", address_of(route, world.samples[of]), form)
            tables = {found[1] for found in map(TABLE_OF.match, answer.written) if found} - BESIDE
            is_draft = route.startswith("gestion/pages/") and tables <= OF_DRAFTS
            if tables and not is_draft and "audit_auditentry" not in tables:
                silent.append((route, of, sorted(tables)))
    assert not silent, silent
