from django.db import migrations

WORDS = "word, hword, hword_part"


def make_configuration(apps, schema_editor):
    """On PostgreSQL the search takes accents away; SQLite's index does so by itself."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    schema_editor.execute("CREATE TEXT SEARCH CONFIGURATION puriq (COPY = pg_catalog.simple)")
    schema_editor.execute(f"ALTER TEXT SEARCH CONFIGURATION puriq ALTER MAPPING FOR {WORDS} WITH unaccent, simple")


def drop_configuration(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION puriq")


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_configuration, drop_configuration, elidable=False),
    ]
