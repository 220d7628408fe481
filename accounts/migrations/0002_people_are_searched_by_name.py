from django.db import migrations

import accounts.models
from accounts.person_names import searched_name

AT_ONCE = 1000


def fold_names(apps, schema_editor):
    people = apps.get_model("accounts", "User").objects.only("first_name", "last_name")
    changed = []
    for person in people.iterator(chunk_size=AT_ONCE):
        person.searched_name = searched_name(person.first_name, person.last_name)
        changed.append(person)
        if len(changed) == AT_ONCE:
            people.model.objects.bulk_update(changed, ["searched_name"])
            changed = []
    people.model.objects.bulk_update(changed, ["searched_name"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='searched_name',
            field=accounts.models.SearchedNameField(blank=True, default='', editable=False, max_length=260),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop, elidable=True),
    ]
