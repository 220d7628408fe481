from django.db import migrations
from django.db.models import Count, OuterRef, Subquery


def count(apps, schema_editor):
    """Count for each person who has notices; again it is the same."""
    unread = apps.get_model("notices", "Notice").objects.filter(read_at=None)
    counted = unread.filter(learner=OuterRef("learner_key")).order_by().values("learner")
    people = apps.get_model("accounts", "User").objects.filter(
        learner_key__in=unread.values("learner")
    )
    people.update(unread_notices=Subquery(counted.annotate(count=Count("pk")).values("count")))


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0012_people_know_how_much_they_have_not_read"),
        ("notices", "0002_notices"),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
