"""Serves the reference as the site is served."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench.reference.settings")
application = get_wsgi_application()
