from django.db import migrations

from accounts.documents import without_numbers
from roster.files.columns import PEOPLE, column_title, kept_headings, plain_heading
from roster.files.registered import INSTITUTIONS


def clear_numbers(apps, _schema_editor):
    """Take documents out of what stands unsealed in the lists that are there."""
    for file in apps.get_model("roster", "RosterFile").objects.iterator(chunk_size=500):
        shape = PEOPLE if file.subject == "people" else INSTITUTIONS
        kept = kept_headings(file.headings, shape)
        told = [
            text or (column_title(place) if before else "")
            for place, (text, before) in enumerate(zip(kept, file.headings, strict=True))
        ]
        if told != file.headings:
            file.headings = told
            fields = {}
            for text, name in zip(told, file.chosen, strict=True):
                if text and not fields.get(plain_heading(text)):
                    fields[plain_heading(text)] = name
            file.fields = fields
        file.name, file.sheet = without_numbers(file.name), without_numbers(file.sheet)
        file.save(update_fields=["headings", "fields", "name", "sheet"])


class Migration(migrations.Migration):

    dependencies = [
        ("roster", "0011_columns_are_chosen_by_place"),
    ]

    operations = [
        migrations.RunPython(clear_numbers, migrations.RunPython.noop),
    ]
