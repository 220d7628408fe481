"""Lets a question know its lesson by key: short names are unique among siblings only."""

from collections import defaultdict

from django.db import migrations, models


def refer_by_key(apps, schema_editor):
    """Give each question the lesson of its short name where only one has it; what was ambiguous is left to its author."""
    keys = defaultdict(set)
    for slug, key in apps.get_model("courses", "LessonPage").objects.values_list("slug", "translation_key"):
        keys[slug].add(key)
    known = {slug: found.pop() for slug, found in keys.items() if len(found) == 1}
    versions = apps.get_model("quizzes", "QuestionVersion").objects
    for slug, key in known.items():
        versions.filter(lesson_slug=slug).update(lesson_key=key)
    attempts = apps.get_model("quizzes", "Attempt").objects
    for attempt in attempts.exclude(evidence=[]).only("evidence").iterator(chunk_size=500):
        for kept in attempt.evidence:
            kept["lesson"] = str(known.get(kept["lesson"], ""))
        attempts.filter(pk=attempt.pk).update(evidence=attempt.evidence)


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0001_initial"),
        ("quizzes", "0004_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="questionversion",
            name="lesson_key",
            field=models.UUIDField(blank=True, help_text="The lesson that teaches it, wherever it moves", null=True),
        ),
        migrations.RunPython(refer_by_key, migrations.RunPython.noop),
        migrations.RemoveField(model_name="questionversion", name="lesson_slug"),
    ]
