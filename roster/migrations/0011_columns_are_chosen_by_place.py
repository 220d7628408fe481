from django.db import migrations, models

from roster.files.columns import plain_heading


def choose_by_place(apps, _schema_editor):
    """Give each column of the lists that are there the field that its heading has."""
    for file in apps.get_model("roster", "RosterFile").objects.iterator(chunk_size=500):
        file.chosen = [file.fields.get(plain_heading(text), "") for text in file.headings]
        file.save(update_fields=["chosen"])


class Migration(migrations.Migration):

    dependencies = [
        ("roster", "0010_hints_are_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="rosterfile",
            name="chosen",
            field=models.JSONField(
                default=list,
                help_text="Field of each column in their order, as it was chosen",
            ),
        ),
        migrations.AlterField(
            model_name="rosterfile",
            name="fields",
            field=models.JSONField(
                default=dict,
                help_text="The same by plain heading: remembered for the next list",
            ),
        ),
        migrations.RunPython(choose_by_place, migrations.RunPython.noop),
    ]
