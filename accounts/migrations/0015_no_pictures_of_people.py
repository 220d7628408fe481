"""Deletes the pictures that people of the editor added of themselves: no screen showed them, and
the files kept where they were taken.
"""

from django.db import migrations


def delete_pictures(apps, schema_editor):
    """Delete each picture and its file; those of a backup that is restored go the same way."""
    profiles = apps.get_model("wagtailusers", "UserProfile").objects.exclude(avatar="")
    for profile in profiles.iterator():
        profile.avatar.delete(save=False)
        profile.save(update_fields=["avatar"])


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0014_roles_that_a_backup_brought_back"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]

    operations = [migrations.RunPython(delete_pictures, migrations.RunPython.noop)]
