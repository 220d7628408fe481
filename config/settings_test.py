"""Makes tests fast and offline; everything else is the real configuration."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-" + "0" * 50)
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("PERSONAL_DATA_KEYS", os.path.join(tempfile.mkdtemp(prefix="puriq-tests-"), "keys.json"))

from config.settings import *  # noqa: F403 - a test configuration is the real one with few changes

DATABASES["default"].setdefault("TEST", {})  # noqa: F405
MEDIA_ROOT = tempfile.mkdtemp(prefix="puriq-media-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Quiet: a failing test shows what it logged, not what every page of the small course logged on the way.
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
