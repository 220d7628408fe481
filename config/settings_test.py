"""Makes tests fast and offline; everything else is the real configuration."""

import os
import re
import tempfile
from pathlib import Path

# A site's own variables are never followed: the suite runs on SQLite and in the process unless it
# is told otherwise.
example = (Path(__file__).parent.parent / ".env.example").read_text()
for name in re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE):
    os.environ.pop(name, None)
    if os.environ.get(f"TEST_{name}"):
        os.environ[name] = os.environ[f"TEST_{name}"]
os.environ["SECRET_KEY"] = "tests-only-" + "0" * 50
os.environ["DEMO"] = "1"
os.environ["PERSONAL_DATA_KEYS"] = os.path.join(
    tempfile.mkdtemp(prefix="puriq-tests-"), "keys.json"
)

# A test configuration is the real one with few changes.
from config.settings import *  # noqa: E402, F403

if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # noqa: F405
    CACHES["default"] |= {  # noqa: F405
        "BACKEND": "tests.caches.OwnKeysRedisCache",
        "KEY_PREFIX": f"puriq-test-{os.getpid()}",
    }
CACHES["limits"] = {  # noqa: F405
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "limits",
}
ERASURE_LIST = os.path.join(tempfile.mkdtemp(prefix="puriq-erasures-"), "erasures.jsonl")
# The site asks itself at its own address: in the tests nobody listens there.
BASE_URL = WAGTAILADMIN_BASE_URL = "http://127.0.0.1:9"
MEDIA_ROOT = tempfile.mkdtemp(prefix="puriq-media-")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = LETTER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Quiet: a failing test shows what it logged, not what every page of the small course logged on the
# way.
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
