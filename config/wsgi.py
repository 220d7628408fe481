"""Serves the site in production, unless its set-up is unsafe."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.environment import stop_without

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

try:
    settings.DATABASES  # noqa: B018 - the first look reads them, and makes the secret
except OSError as error:
    stop_without(error)
application = get_wsgi_application()

# Its models exist only now.
from operations.checks import leave_database, refuse_unsafe_setup  # noqa: E402

try:
    if warning := refuse_unsafe_setup():
        print(warning, file=sys.stderr)  # noqa: T201 - the operator reads this on the terminal
except ImproperlyConfigured as refusal:
    print(refusal, file=sys.stderr)  # noqa: T201 - the operator reads this on the terminal
    sys.exit(1)
finally:
    leave_database()
