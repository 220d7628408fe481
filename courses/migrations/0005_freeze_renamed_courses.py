from django.db import migrations
from django.utils import timezone

from content.addresses import is_plain_slug


def mark_dirty(apps, schema_editor):
    """Let courses whose last edition holds an address that no route takes be frozen again, with the mended names."""
    CourseHead = apps.get_model("courses", "CourseHead")
    for head in CourseHead.objects.exclude(latest_edition=None).select_related("latest_edition"):
        stored = head.latest_edition.outline
        leaves = [leaf for module in stored["modules"] for leaf in module["activities"]]
        slugs = [slug for node in (stored["course"], *stored["modules"], *leaves) for slug in node["slugs"].values()]
        if not all(map(is_plain_slug, slugs)):
            CourseHead.objects.filter(pk=head.pk).update(is_dirty=True, dirty_since=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("courses", "0004_course_says_why_it_stays"),
        ("content", "0005_plain_addresses"),
    ]

    operations = [
        migrations.RunPython(mark_dirty, migrations.RunPython.noop, elidable=False),
    ]
