"""Deletes the files that were put aside while a title was missing: they came as they were sent, and
nobody would have deleted them.
"""

from django.db import migrations


def delete_files(apps, schema_editor):
    """Delete each file that was put aside, and its row."""
    for upload in apps.get_model("wagtailcore", "UploadedFile").objects.iterator():
        upload.file.delete(save=False)
        upload.delete()


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0001_initial"),
        ("wagtailcore", "0093_uploadedfile"),
    ]

    operations = [migrations.RunPython(delete_files, migrations.RunPython.noop)]
