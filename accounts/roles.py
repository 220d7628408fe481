"""Declares the groups that open Wagtail's editor to roles, and what each group may do there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
)

from accounts.models import RoleGrant, User

Role = RoleGrant.Role
EVERY_PAGE = (
    "add_page",
    "change_page",
    "publish_page",
    "bulk_delete_page",
    "lock_page",
    "unlock_page",
)


@dataclass(frozen=True)
class DeclaredGroup:
    """What the holders of one role may do in the editor.

    `models` are `app.model` with every permission on them, or `app.model.permission`; `pages` apply
    below the authored pages, or to the whole tree; `media` are acts on images and documents of the
    root collection.
    """

    name: str
    pages: tuple[str, ...]
    media: tuple[str, ...]
    models: tuple[str, ...] = ()
    whole_tree: bool = False


DECLARED = {
    Role.AUTHOR: DeclaredGroup(
        "Formadores",
        pages=("add_page", "change_page", "publish_page"),
        media=("add", "change", "choose"),
    ),
    Role.REVIEWER: DeclaredGroup("Revisores", pages=("change_page",), media=("choose",)),
    # People and sites belong to operators alone: whoever may change users can make themselves
    # administrator. Not even they change groups, which are declared here, or delete a person: that
    # is erasure, which leaves its line (privacy/erasure.py).
    Role.OPERATOR: DeclaredGroup(
        "Operadores",
        pages=EVERY_PAGE,
        media=("add", "change", "delete", "choose"),
        models=(
            "accounts.user.add_user",
            "accounts.user.change_user",
            "auth.group.view_group",
            "provider.provider.change_provider",
            "wagtailcore.site",
            "wagtailcore.collection",
            "wagtailcore.workflow",
            "wagtailcore.task",
        ),
        whole_tree=True,
    ),
}
GROUP_OF_ROLE: dict[str, str] = {role: group.name for role, group in DECLARED.items()}
_authored_pages: set[tuple[str, str]] = set()


_after_sync: list[Callable[[], None]] = []


def after_sync(act: Callable[[], None]) -> None:
    """Let a room above write what depends on the groups, after each time they were written."""
    _after_sync.append(act)


def declare_authored_pages(label: str) -> None:
    """Let a room above say below which kind of page authors work: `courses.CataloguePage`."""
    app, model = label.lower().split(".")
    _authored_pages.add((app, model))


@transaction.atomic
def sync_roles(*, today: date) -> None:
    """Write the declared groups into the database, take away what is not declared, and put the
    people of `today` in them.

    To be run again when the authored pages were made, and daily, because grants end on a day.
    Idempotent.
    """
    for role, rights in DECLARED.items():
        group, _ = Group.objects.get_or_create(name=rights.name)
        write_permissions(group, rights)
        group.user_set.set(holders_of(role, today))
    # Wagtail's own two groups would be a second, undeclared way in.
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
    # Its workflow asks those moderators: whoever sent a page there would wait for nobody. Ours is
    # written below.
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    Task.objects.filter(name="Moderators approval", workflow_tasks=None, task_states=None).delete()
    for act in _after_sync:
        act()


def holders_of(role: str, today: date):
    """Return the people who hold a role on a day; an operator, for the whole nation."""
    in_force = RoleGrant.objects.filter(RoleGrant.not_ended(today), role=role, starts_on__lte=today)
    if role == Role.OPERATOR:
        in_force = in_force.filter(is_national=True, kinds=[])
    return User.objects.filter(pk__in=in_force.values("user"))


def group_name_of(grant: RoleGrant) -> str | None:
    """Return the group in which a grant puts its holder; None where it opens no editor, as that of
    an operator of a part of the nation.
    """
    if grant.role == Role.OPERATOR and not (grant.is_national and not grant.kinds):
        return None
    return GROUP_OF_ROLE.get(grant.role)


def write_permissions(group: Group, declared: DeclaredGroup) -> None:
    """Make the permissions of a group equal to what is declared."""
    group.permissions.set(
        permissions_of("wagtailadmin.admin", ("access_admin",)) + model_permissions(declared)
    )
    acts = permissions_of("wagtailcore.page", declared.pages)
    goal = {(page.pk, act.pk) for page in pages_of(declared) for act in acts}
    present = {
        (row.page_id, row.permission_id): row.pk
        for row in GroupPagePermission.objects.filter(group=group)
    }
    GroupPagePermission.objects.filter(
        pk__in=[pk for pair, pk in present.items() if pair not in goal]
    ).delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission_id=act)
        for page, act in sorted(goal - present.keys())
    )
    root, media = Collection.get_first_root_node(), media_permissions(declared)
    GroupCollectionPermission.objects.filter(group=group).exclude(
        collection=root, permission__in=media
    ).delete()
    present = set(
        GroupCollectionPermission.objects.filter(group=group).values_list(
            "permission_id", flat=True
        )
    )
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=act)
        for act in media
        if act.pk not in present
    )


def pages_of(declared: DeclaredGroup) -> list[Page]:
    """Return the pages below which the group works."""
    if declared.whole_tree:
        return list(Page.objects.filter(depth=1))
    kinds = Q(pk__in=[])
    for app, model in _authored_pages:
        kinds |= Q(content_type__app_label=app, content_type__model=model)
    return list(Page.objects.filter(kinds))


def permissions_of(label: str, codenames: tuple[str, ...]) -> list[Permission]:
    """Return the named permissions of one model, `app.model`."""
    app, model = label.split(".")
    return list(
        Permission.objects.filter(
            content_type__app_label=app, content_type__model=model, codename__in=codenames
        )
    )


def model_permissions(declared: DeclaredGroup) -> list[Permission]:
    """Return the permissions on the models of the group."""
    kinds = Q(pk__in=[])
    for label in declared.models:
        app, model, *codename = label.split(".")
        kind = Q(content_type__app_label=app, content_type__model=model)
        kinds |= kind & Q(codename__in=codename) if codename else kind
    return list(Permission.objects.filter(kinds))


def media_permissions(declared: DeclaredGroup) -> list[Permission]:
    """Return the permissions on images and documents.

    Wagtail asks for those of its own two models, whatever model the site uses in their place.
    """
    return [
        permission
        for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document"))
        for permission in permissions_of(
            f"{app}.{model}", tuple(f"{act}_{model}" for act in declared.media)
        )
    ]
