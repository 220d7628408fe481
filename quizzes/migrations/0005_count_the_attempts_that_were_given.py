from django.db import migrations


def count(apps, schema_editor):
    """One that opened another opened one; again it is the same."""
    attempts = apps.get_model("quizzes", "Attempt").objects
    attempts.filter(opens_another=True, opens_more=0).update(opens_more=1)


def say(apps, schema_editor):
    """Say again which opened another."""
    attempts = apps.get_model("quizzes", "Attempt").objects
    attempts.filter(opens_more__gt=0).update(opens_another=True)


class Migration(migrations.Migration):

    dependencies = [("quizzes", "0004_several_attempts_are_given")]

    operations = [migrations.RunPython(count, say)]
