from datetime import date

from django.db import migrations


def copy_days(apps, schema_editor):
    """Write every day as a date; there are as many statements as days."""
    rows = apps.get_model("learning", "ActivityProgress").objects
    days = rows.exclude(completed_on_day="").values_list("completed_on_day", flat=True)
    for day in days.order_by("completed_on_day").distinct():
        rows.filter(completed_on_day=day).update(completed_on=date.fromisoformat(day))


class Migration(migrations.Migration):
    dependencies = [("learning", "0004_progress_completed_on")]

    operations = [migrations.RunPython(copy_days, migrations.RunPython.noop)]
