"""Names that operators and authors give on Wagtail's own screens hold nothing that nobody sees."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    Page,
    Site,
    Task,
    Workflow,
)

from accounts.roles import sync_roles
from content.models import CustomDocument
from tests.rights.test_changes import formset

pytestmark = pytest.mark.django_db
TYPED, STORED = " Nin\u0303ez\u200b \u202ey\u2060  familia ", "Niñez y familia"
UNSEEN = "\u2060\u3164\u200b"


@pytest.fixture
def operator(client, oscar, site):
    sync_roles(today=timezone.localdate())
    operators, root = Group.objects.get(name="Operadores"), Collection.get_first_root_node()
    for kind in Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="collection"
    ):
        GroupCollectionPermission.objects.create(group=operators, collection=root, permission=kind)
    client.force_login(oscar)
    return client


def test_name_of_a_site(operator):
    form = {
        "hostname": "otro.example",
        "port": 80,
        "site_name": TYPED,
        "root_page": Page.objects.get(depth=2).pk,
    }
    assert operator.post(reverse("wagtailsites:add"), form).status_code == 302
    assert Site.objects.get(hostname="otro.example").site_name == STORED


def test_name_of_a_collection(operator):
    form = {"name": TYPED, "parent": Collection.get_first_root_node().pk}
    assert operator.post(reverse("wagtailadmin_collections:add"), form).status_code == 302
    assert Collection.objects.get(depth=2).name == STORED
    answer = operator.post(reverse("wagtailadmin_collections:add"), form | {"name": UNSEEN})
    assert answer.status_code == 200
    assert answer.context["form"].errors["name"]
    assert Collection.objects.filter(depth=2).count() == 1


def test_name_of_a_task_and_of_a_workflow(operator):
    group = Group.objects.get(name="Revisores").pk
    address = reverse("wagtailadmin_workflows:add_task", args=["wagtailcore", "groupapprovaltask"])
    assert operator.post(address, {"name": TYPED, "groups": [group]}).status_code == 302
    task = GroupApprovalTask.objects.get(name=STORED)
    form = (
        {"name": TYPED}
        | formset("workflow_tasks", [{"task": task.pk, "ORDER": 1}])
        | formset("pages", [])
    )
    assert operator.post(reverse("wagtailadmin_workflows:add"), form).status_code == 302
    assert Workflow.objects.filter(name=STORED).exists()
    chooser = (
        reverse("wagtailadmin_workflows:task_chooser_create")
        + "?create_model=wagtailcore.groupapprovaltask"
    )
    assert (
        operator.post(
            chooser, {"create-task-name": f"{TYPED}2", "create-task-groups": [group]}
        ).status_code
        == 200
    )
    assert Task.objects.filter(name=f"{STORED} 2").exists()


def test_tags_typed_beside_a_file(operator, document):
    form = {
        "title": "Anexo",
        "collection": document.collection_id,
        "tags": f'"{TYPED}", plazos\u200b',
    }
    assert operator.post(reverse("wagtaildocs:edit", args=[document.pk]), form).status_code == 302
    assert set(document.tags.names()) == {STORED, "plazos"}


def test_tags_given_to_several_files_at_once(operator, document):
    address = reverse("wagtail_bulk_action", args=["content", "customdocument", "add_tags"])
    assert operator.post(f"{address}?id={document.pk}", {"tags": "plazos\u200b"}).status_code == 302
    assert set(Tag.objects.values_list("name", flat=True)) == {"plazos"}


def test_a_password_stays_as_it_was_typed(operator):
    collection = Collection.get_first_root_node().add_child(name="Aparte")
    address = reverse("wagtailadmin_collections:set_privacy", args=[collection.pk])
    assert (
        operator.post(
            address, {"restriction_type": "password", "password": "dos  espacios"}
        ).status_code
        == 200
    )
    assert CollectionViewRestriction.objects.get().password == "dos  espacios"


@pytest.fixture
def document(site):
    return CustomDocument.objects.create(title="Anexo", file="documents/anexo.txt", file_size=5)
