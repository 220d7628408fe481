from django.db import migrations

from content.addresses import is_plain_slug, plain_slug


def make_plain(apps, schema_editor):
    """Give every page an address that the routes take; drafts keep the same one, so that publishing them changes nothing."""
    Page = apps.get_model("wagtailcore", "Page")
    FormerAddress = apps.get_model("content", "FormerAddress")
    for pk in Page.objects.filter(depth__gt=1).order_by("depth", "path").values_list("pk", flat=True):
        page = Page.objects.get(pk=pk)
        if is_plain_slug(page.slug):
            continue
        siblings = Page.objects.filter(depth=page.depth, path__startswith=page.path[:-4]).exclude(pk=pk)
        slug = plain_slug(page.title, page.content_type.model, set(siblings.values_list("slug", flat=True)))
        before = page.url_path
        after = before[: -len(page.slug) - 1] + slug + "/"
        for below in Page.objects.filter(path__startswith=page.path):
            path = below.url_path.strip("/").partition("/")[2]
            if below.first_published_at and path and len(path) <= 255:
                FormerAddress.objects.update_or_create(path=path, defaults={"page_id": below.pk})
            Page.objects.filter(pk=below.pk).update(url_path=after + below.url_path[len(before) :])
        Page.objects.filter(pk=pk).update(slug=slug)
        rename_drafts(apps, pk, slug)


def rename_drafts(apps, pk, slug):
    for revision in apps.get_model("wagtailcore", "Revision").objects.filter(object_id=str(pk)):
        if revision.content.get("slug") and "url_path" in revision.content:
            revision.content["slug"] = slug
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0004_former_addresses"),
    ]

    operations = [
        # The old names could not be opened: there is nothing to go back to.
        migrations.RunPython(make_plain, migrations.RunPython.noop, elidable=False),
    ]
