"""The one deployed settings file. Every variable is described in docs/operations.md.

A missing or malformed variable stops the start with a sentence; a wrong combination is a
system check in consular_portal/checks.py.
"""

import os
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from consular_portal.environment import REQUIRED, Environment

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")
env = Environment(os.environ)


def in_development(value: str) -> str:
    """The default of what has a known value in development and must be set anywhere else."""
    return value if DEVELOPMENT else REQUIRED


# --- What runs here ---------------------------------------------------------------------

DEVELOPMENT = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)
# The demonstration answers with the portal's own error pages, not with Django's for developers.
DEBUG = DEVELOPMENT and not DEMO
if DEMO and not DEVELOPMENT:
    raise ImproperlyConfigured("DEMO lets officers in without a second factor: it needs DEBUG=1.")
SECRET_KEY = env.text(
    "SECRET_KEY", in_development("development-only-never-used-outside-a-developer-machine-0")
)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ["127.0.0.1", "localhost"] if DEVELOPMENT else REQUIRED)
if DEMO and not {"127.0.0.1", "localhost", "[::1]"}.issuperset(ALLOWED_HOSTS):
    raise ImproperlyConfigured("DEMO serves this machine alone: leave ALLOWED_HOSTS unset.")
PORTAL_ORIGIN = env.origin(
    "PORTAL_ORIGIN", in_development(f"http://127.0.0.1:{env.text('PORT', '8000')}")
)
CSRF_TRUSTED_ORIGINS = [PORTAL_ORIGIN]
# Number of proxies in front of the portal whose X-Forwarded-For may be believed.
PROXY_COUNT = env.number("PROXY_COUNT", 0)
# The ministry's line that answers day and night, as people dial it; empty where there is none.
EMERGENCY_PHONE = env.text("EMERGENCY_PHONE", "+7 7172 00 00 00" if DEMO else "")
WSGI_APPLICATION = "consular_portal.wsgi.application"
ROOT_URLCONF = "consular_portal.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "consular_portal.apps.ConsularPortalConfig",
    "consular_portal.apps.ConsularAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "pgtrigger",
    "pghistory",
    "accounts.apps.AccountsConfig",
    "missions.apps.MissionsConfig",
    "registrations.apps.RegistrationsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "consular_portal.errors.NotByThisMethod",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInFirst",
    "accounts.middleware.PersonalPages",
    "accounts.middleware.StaffGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "consular_portal.context_processors.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_TEMPLATE_PACK = "consular"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["consular"]

# --- Data -------------------------------------------------------------------------------

if env.text("DATABASE_URL", "") or not DEVELOPMENT:
    DATABASES = {"default": env.database("DATABASE_URL")}
else:
    from consular_portal.database import embedded_database_url

    DATABASES = {"default": env.database("DATABASE_URL", embedded_database_url(BASE_DIR))}
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=5, options="-c lock_timeout=3s -c statement_timeout=30s"
)

# The limits live here. A table that is full forgets the oldest third by name, live or not.
CACHES = {
    "default": env.cache("CACHE_URL", "dbcache://portal_cache?max_entries=1000000"),
}

# Uploads and generated files; never inside a folder that a web server publishes.
PRIVATE_FILES_ROOT = Path(
    env.text("PRIVATE_FILES_ROOT", in_development(str(BASE_DIR / "var/private")))
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_FILES_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by whoever builds the image, read by whoever serves it.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# On a developer's machine nobody collects them; they are served from where they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT

# Keys of the encrypted fields, newest first: "id:base64,id:base64" (32 bytes each).
DEVELOPMENT_FIELD_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
FIELD_KEYS = env.keys("FIELD_KEYS", in_development(f"dev:{DEVELOPMENT_FIELD_KEY}"))
# Key of the blind indexes over IIN and document numbers (base64, 32 bytes).
DEVELOPMENT_INDEX_KEY = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA="
INDEX_KEY = env.key("INDEX_KEY", in_development(DEVELOPMENT_INDEX_KEY))

# History rows are written by triggers and never changed.
PGHISTORY_APPEND_ONLY = True
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People -----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# One backend: rights that follow from postings must not come from anywhere else as well.
AUTHENTICATION_BACKENDS = ["missions.rights.PostingBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# The sign-in with a password is the officers'; nobody signs up with one.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# A blocked account is answered like any other: the page for a code that no code opens.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.StaffSignInForm",
    "request_login_code": "accounts.forms.RequestCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmCodeForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/15m/key,30/15m/ip",
    "request_login_code": "30/m/ip,5/5m/key,20/d/key",
    "login_code": "60/h/ip,20/d/key",
    "certificate_check": "30/m/ip",
    "password_link": "30/m/ip",
    "password_link_sent": "5/h/key,20/d/key",
    "password_set": "30/m/ip",
    "address_change": "20/h/ip,5/15m/key",
    "address_code": "60/h/ip",
    "address_mission": "10/h/ip,20/d/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "accounts.forms.AddKeyForm",
    "edit_webauthn": "accounts.forms.RenameKeyForm",
}
MFA_TOTP_ISSUER = "Consular registration"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Officers: how long the link to set a password works; it is used up by setting one.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# Officers: minutes without a page after which they sign in again.
STAFF_IDLE_SECONDS = 30 * 60

LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "registrations:account"
LOGOUT_REDIRECT_URL = "registrations:landing"

# --- Languages --------------------------------------------------------------------------

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", _("Kazakh")), ("ru", _("Russian")), ("en", _("English"))]
# locale/upstream holds what Django and allauth lack in Kazakh; locale holds our own strings.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "upstream"]
FORMAT_MODULE_PATH = ["consular_portal.formats"]
LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
USE_TZ = True
TIME_ZONE = "UTC"

# --- Mail -------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Consular registration <noreply@localhost>")
vars().update(env.mail("EMAIL_URL", in_development("consolemail://")))
if DEMO and not env.text("EMAIL_URL", ""):
    EMAIL_BACKEND = "accounts.mail_said.EmailBackend"
# Seconds to wait for each answer of the mail server; accounts/delivery.py counts on it.
EMAIL_TIMEOUT = 10
# Where other servers report that a message did not arrive, and the mailbox that holds the reports.
MAIL_RETURN_PATH = env.text("MAIL_RETURN_PATH", "")
BOUNCES_URL = env.text("BOUNCES_URL", "")
# The second channel; empty where there is none.
SMS_URL = env.text("SMS_URL", f"file://{BASE_DIR}/var/sms" if DEVELOPMENT else "")

# --- Browser ----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
# Many sign in on a computer that others use after them.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.unsent.expired_form"
if not DEVELOPMENT:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    if PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "registrations.upload_limit.LimitedUploadHandler",
]
# ClamAV that looks at uploads: a socket path or host:port; empty where there is none.
CLAMAV_SOCKET = env.socket("CLAMAV_SOCKET", "")

# --- Log: one line an event, never a personal value --------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_secrets": {"()": "consular_portal.log.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # A line for each rule tried on a report; accounts/undelivered.py says what broke, by its kind.
    "loggers": {"flufl.bounce": {"propagate": False}},
}
if DEMO:
    # What is said to whoever tries the portal, accounts and messages, is not to scroll away.
    quiet = {"handlers": ["stderr"], "level": "WARNING", "propagate": False}
    LOGGING["loggers"] |= {"django.server": quiet, "django_tasks": quiet}
