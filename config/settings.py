"""Reads the environment and configures Django; every difference between two sites is a variable
here.
"""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO

from config.databases import as_replica, is_sqlite, with_options
from config.environment import (
    env,
    hosts_with,
    read_bool,
    read_cache,
    read_codes,
    read_count,
    read_database,
    read_folder,
    read_hosts,
    read_mail,
    read_other_port,
    read_path,
    read_port,
    read_replica,
    read_sender,
    read_site_address,
    read_spare_database,
)
from config.keys import secret_from_file

os.umask(
    0o077
)  # what the site and its commands write is for their own user: databases, keys, uploads, copies

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

DEBUG = read_bool("DEBUG")
DEMO = read_bool("DEMO")
DEMO_PUBLIC = read_bool("DEMO_PUBLIC")
HOST, PORT = env.str("HOST", "127.0.0.1"), read_port("PORT", 8000)
# Measures for Prometheus, on loopback alone; 0 measures nothing. The processes of the web server
# count in one folder, whose name the library reads as it is imported.
METRICS_PORT = read_other_port("METRICS_PORT", PORT)
if METRICS_PORT:
    folder = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(VAR_DIR / "metrics"))
    Path(folder).mkdir(parents=True, exist_ok=True)
BASE_URL = read_site_address("BASE_URL", f"http://{HOST}:{PORT}")
ALLOWED_HOSTS = hosts_with(
    BASE_URL, read_hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
)
SECRET_KEY = env.str("SECRET_KEY", "") or secret_from_file(VAR_DIR / "secret-key")
IS_SECURE = BASE_URL.startswith("https://")

# --- Rooms, from the ground up (docs/architecture.md) -------------------------------------------
ROOMS = [
    "audit",
    "territory",
    "provider",
    "accounts",
    "privacy",
    "norms",
    "content",
    "notices",
    "courses",
    "learning",
    "questions",
    "quizzes",
    "certificates",
    "roster",
    "reporting",
    "support",
    "web",
    "operations",
]
INSTALLED_APPS = [
    *(["demo"] if DEMO else []),
    *reversed(ROOMS),
    "wagtail.contrib.forms",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.apps.AdminUsersConfig",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "post_office",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # its answers vary in length, so that a token cannot be guessed from them
    "web.compression.CompressionMiddleware",
    "web.logs.RequestLogMiddleware",
    "web.security.ContentSecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "web.refusals.RefusedMethodMiddleware",
    "web.maintenance.MaintenanceMiddleware",
    "web.database_retry.DatabaseRetryMiddleware",
    "web.refusals.UnreadableMiddleware",
    "web.refusals.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.sessions.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.shared_device.SharedDeviceMiddleware",
    "accounts.sent_acts.ActMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if METRICS_PORT:
    MIDDLEWARE.insert(0, "web.metrics.RequestMetricsMiddleware")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "lib.form_rendering.KeepsWhatIsTyped"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.act_tags",
                "lib.breadcrumbs",
                "lib.icons",
                "lib.languages",
                "lib.letters",
            ],
        },
    }
]

# --- Database: SQLite that keeps what it acknowledged, or PostgreSQL ----------------------------
SQLITE_FILE = f"sqlite:///{VAR_DIR / 'puriq.sqlite3'}"
DATABASES = {"default": with_options(read_database("DATABASE_URL", SQLITE_FILE))}
# A copy that follows the database, for the reads of figures alone (lib/replica.py).
if replica := read_replica("DATABASE_REPLICA_URL", DATABASES["default"]):
    DATABASES["replica"] = as_replica(replica)
    DATABASE_ROUTERS = ["lib.replica.ReplicaRouter"]
DRILL_DATABASE_URL = read_spare_database("DRILL_DATABASE_URL")  # backup_drill tries a backup in it
# Three hot reads keep the SQL that Django wrote for them (lib/prepared.py); 0 has it written anew.
PREPARED_QUERIES = read_bool("PREPARED_QUERIES", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": read_cache("CACHE_URL", "locmemcache://puriq")}
CACHES["default"].setdefault("OPTIONS", {})
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] = 2000
# What a lesson says is the same for everybody: each process keeps it, because to fetch it from
# Redis costs more than half of a statement.
CACHES["bodies"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "bodies",
    "OPTIONS": {"MAX_ENTRIES": 500},
}
# A shared cache counts tries for all machines; without one a file counts for all processes of this
# machine.
CACHES["limits"] = (
    {"BACKEND": "lib.counts.FileCounts", "LOCATION": str(VAR_DIR / "limits.sqlite3")}
    if CACHES["default"]["BACKEND"].endswith("LocMemCache")
    else {**CACHES["default"], "KEY_PREFIX": "limits"}
)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People
# ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.signing_in.PersonBackend"]
# Argon2id costs a sixth of scrypt at the strength that is recommended for both: a class of a
# hundred signs in together.
PASSWORD_HASHERS = [
    "accounts.passwords.PatientArgon2Hasher",
    "accounts.passwords.PatientScryptHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
PERSONAL_DATA_KEYS = read_path("PERSONAL_DATA_KEYS", VAR_DIR / "personal-data-keys.json")
ERASURE_LIST = read_path("ERASURE_LIST", VAR_DIR / "erasures.jsonl")
LOGIN_URL = "/cuenta/ingresar/"
LOGIN_REDIRECT_URL = "/mi-aprendizaje/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "/cuenta/salida/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = False  # ours count for all processes together (accounts/limits.py)
# Behind a proxy everybody would come from its address: the limits above would stop the whole
# country at once.
ALLAUTH_TRUSTED_PROXY_COUNT = read_count("TRUSTED_PROXIES", 1 if IS_SECURE else 0, most=9)
ACCOUNT_PRESERVE_USERNAME_CASING = (
    False  # opaque names are small letters: the lookup uses the index
)
# Django's own: the library's would copy each e-mail into a table of its own, out of reach of
# corrections.
# A class, no secret.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.ChallengeForm",
    "authenticate_webauthn": "accounts.second_factor_forms.PasskeyChallengeForm",
    "add_webauthn": "accounts.second_factor_forms.AddPasskeyForm",
    "activate_totp": "accounts.second_factor_forms.ActivateForm",
    "deactivate_totp": "accounts.second_factor_forms.RemoveForm",
    "generate_recovery_codes": "accounts.second_factor_forms.FreshCodesForm",
}
MFA_REAUTHENTICATION_REQUIRED = False  # each form asks for the password itself
MFA_RECOVERY_CODES_SHOW_ONCE = True
# In steps of half a minute: a telephone's clock may be off by one. A demonstration's secret is
# public, and a code is taken once: with more of them its visitors do not take them from each other.
MFA_TOTP_TOLERANCE = 60 if DEMO else 1
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_NAME = "puriq_sesion"
CSRF_COOKIE_NAME = "puriq_csrf"
CSRF_FAILURE_VIEW = "web.views.errors.csrf_failure"

# --- Words, numbers and time of Peru
# -----------------------------------------------------------------
LANGUAGE_CODE = "es"
for code, name in (
    ("qu", "Runa simi"),
    ("ay", "Aymar aru"),
):  # Django has no entry for either (doors for later)
    LANG_INFO.setdefault(code, {"bidi": False, "code": code, "name": name, "name_local": name})
LANGUAGES = [("es", "Español")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True
TIME_ZONE = "America/Lima"
USE_THOUSAND_SEPARATOR = True

# --- Files
# -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = read_folder("MEDIA_ROOT", VAR_DIR / "media")
# As the umask above: no other user reads uploads, the site serves them. Our own static files are no
# secret, whoever collects them.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365

# --- Wagtail
# -----------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Puriq"
# The editor reads and writes days as Peru does (config/formats), and its hours are Lima's, whatever
# the device says.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Milliseconds without typing: a prepaid line sends the whole form each time.
WAGTAIL_AUTOSAVE_INTERVAL = 3000
# A lesson of sixty blocks has over a thousand fields; Django's own limit refused it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses are plain letters (content/addresses.py)
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "content.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "content.CustomDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# Told by their content and within limits (content/uploads.py); saved, never opened inside the site.
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv"]
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_MAX_UPLOAD_SIZE = WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "content.uploads.DocumentForm"
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.uploads.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 24_000_000  # 6000 × 4000; 190 MB while it is checked
IS_SQLITE = is_sqlite(DATABASES["default"])
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database" if IS_SQLITE else "content.search"}
}
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.signing.publish_signed_revision"
# The two outside calls of Wagtail's admin: officials' addresses and versions stay here.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS = []
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False  # nobody chooses a password for somebody else
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

# --- Mail ---------------------------------------------------------------------------------------
vars().update(read_mail("EMAIL_URL", "consolemail://"))
# Every letter waits in the database first; the worker hands it to this (notices/services.py).
LETTER_BACKEND, EMAIL_BACKEND = vars()["EMAIL_BACKEND"], "notices.backend.LetterQueue"
EMAIL_TIMEOUT = 60  # seconds; without an end a silent server would hold the worker for good
DEFAULT_FROM_EMAIL = read_sender("DEFAULT_FROM_EMAIL", "Puriq <no-responder@localhost>")
SHORT_MESSAGES = env.str("SHORT_MESSAGES", "")  # notices/short_messages.py; empty: nobody carries

# --- Help: working days within which who runs the site answers a question; the receipt says so
HELP_ANSWER_DAYS = read_count("HELP_ANSWER_DAYS", 3, least=1, most=60)

# --- Safety
# ------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_SECURE
# Browsers keep to https for a day. For a year, with every name below and on their own lists, only
# where it is asked for: on the name of a municipality that would lock its other services out, and
# it takes months to undo.
HSTS_PRELOAD = read_bool("HSTS_PRELOAD")
SECURE_HSTS_SECONDS = (60 * 60 * 24 * (365 if HSTS_PRELOAD else 1)) if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_SECURE and HSTS_PRELOAD
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_SECURE else []
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; font-src 'self'; "
    "media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
    "'self'"
)
# Wagtail's editor needs inline styles and scripts and frames its own preview; nothing foreign even
# there.
EDITOR_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "frame-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
)
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}

# Wagtail shows its preview in a frame of our own pages, so SAMEORIGIN stays; names below ours and
# lists of browsers are asked for by HSTS_PRELOAD. An operator may accept further risks by their
# codes.
SILENCED_SYSTEM_CHECKS = [
    "security.W005",
    "security.W019",
    "security.W021",
    *read_codes("ACCEPTED_RISKS"),
]

# --- Logs: lines of JSON without addresses, bodies or names (web/logs.py)
# ---------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "web.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("django_tasks", "django_tasks_db", "wagtail", "modelsearch")
    }
    # With a handler of its own its lines would be no JSON; what it says names addresses.
    | {"post_office": {"handlers": ["console"], "level": "CRITICAL", "propagate": False}}
    # A pool that finds no server says so with each try; the site says it once for each request, and
    # at its start.
    | {"psycopg.pool": {"level": "ERROR"}}
    # Django's own lines about requests hold addresses; ours tell the same without them.
    | {
        name: {"level": "CRITICAL", "propagate": False}
        for name in ("django.request", "django.security", "django.server")
    },
}
