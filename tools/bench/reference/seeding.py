"""Fills the database of the reference: migrations, people, and one session each; prints the session
keys as JSON.
"""

import json
import os
import sys
from importlib import import_module

import django
from django.conf import settings


def main() -> None:
    """Migrate an empty database and store as many signed-in people as the first argument says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench.reference.settings")
    django.setup()
    # After Django is ready.
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, transaction  # noqa: PLC0415

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    call_command("migrate", verbosity=0)
    keys = []
    with transaction.atomic():
        start = User.objects.count()
        for number in range(start, start + int(sys.argv[1])):
            user = User.objects.create_user(
                f"p{number}", f"persona{number}@bench.example", "x", first_name=f"Persona {number}"
            )
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.create()
            keys.append(session.session_key)
    json.dump({"sessions": keys}, sys.stdout)


if __name__ == "__main__":
    main()
