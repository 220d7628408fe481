"""Freezes every open course again: the content of a lesson names the files that it shows.

What shows none stays the same, and no edition comes of it.
"""

from django.db import migrations
from django.utils import timezone


def mark_open_courses(apps, schema_editor):
    heads = apps.get_model("courses", "CourseHead").objects.filter(is_open=True, is_dirty=False)
    heads.update(is_dirty=True, dirty_since=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("courses", "0009_drafts_keep_long_texts")]
    operations = [migrations.RunPython(mark_open_courses, migrations.RunPython.noop)]
