"""Settings, all from the environment; see `ntm/environment.py` for what may be said and `.env.example` for how."""

from csp.constants import NONE, SELF

from ntm import databases, environment
from ntm.environment import BASE_DIR

env = environment.load()

# --- the machine ---------------------------------------------------------------------------------------------
DEBUG = environment.boolean(env, "DEBUG", default=False)
HTTPS = environment.boolean(env, "HTTPS", default=True)
SECRET_KEY = environment.secret(env, "SECRET_KEY")
AUDIT_KEY = environment.own_key(env, "AUDIT_KEY", SECRET_KEY=SECRET_KEY)
FACTOR_KEY = environment.own_key(env, "FACTOR_KEY", SECRET_KEY=SECRET_KEY, AUDIT_KEY=AUDIT_KEY)
FACTOR_KEY_FALLBACKS = environment.older_keys(
    env, "FACTOR_KEY_FALLBACKS", SECRET_KEY=SECRET_KEY, AUDIT_KEY=AUDIT_KEY, FACTOR_KEY=FACTOR_KEY
)
ALLOWED_HOSTS = environment.hosts(env, "ALLOWED_HOSTS", default=("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = environment.origins(env, "CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = environment.whole_number(env, "TRUSTED_PROXIES", default=0, low=0, high=5)

DATABASES = {"default": databases.database(env)}
# One for all processes; in the database, so that nothing else has to run beside it.
CACHES = {
    "default": {
        "BACKEND": "ntm.core.cache.CountingDatabaseCache",
        "LOCATION": "ntm_cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the office ----------------------------------------------------------------------------------------------
DEFAULT_PROVINCE = environment.province(env)
OFFICE_NAME = env.str("OFFICE_NAME", default="Văn phòng Điều phối Nông thôn mới")
FIRST_YEAR = 2021
#: For how long a whole batch of writes may be taken back.
UNDO_DAYS = environment.whole_number(env, "UNDO_DAYS", default=30, low=0, high=3650)

# --- the application -----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "ntm.admin.NTMAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_filters",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "import_export",
    "ntm.core",
    "ntm.audit",
    "ntm.accounts",
    "ntm.jobs",
    "ntm.backup",
    "ntm.sheets",
    "communes",
    "targets",
    "funding",
    "ntm.reports",
]

MIDDLEWARE = [
    # Outside of everything that may answer by itself, so that errors carry their headers too.
    "ntm.core.middleware.EveryAnswer",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ntm.core.middleware.PrivatePages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "communes.middleware.HeadedPages",
    "ntm.accounts.middleware.SignedIn",
    "ntm.accounts.middleware.MembersOnly",
    "allauth.account.middleware.AccountMiddleware",
    "ntm.audit.middleware.AuditContext",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ntm.core.limits.RateLimits",
    "ntm.core.problems.Conflicts",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ntm.urls"
WSGI_APPLICATION = "ntm.wsgi.application"
FORM_RENDERER = "ntm.core.forms_renderer.Renderer"

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
                "ntm.context.page",
            ],
            "builtins": ["ntm.core.templatetags.components"],
        },
    },
]

# --- who comes in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "communes.backends.AssignmentBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_MIN_LENGTH = environment.whole_number(env, "PASSWORD_MIN_LENGTH", default=10, low=8, high=64)
PASSWORD_COMMON = environment.boolean(env, "PASSWORD_COMMON", default=True)
PASSWORD_HISTORY = environment.whole_number(env, "PASSWORD_HISTORY", default=5, low=0, high=24)
PASSWORD_MAX_AGE_DAYS = environment.whole_number(env, "PASSWORD_MAX_AGE_DAYS", default=0, low=0, high=3650)
# Each reads the settings above when it is asked, so that they are the only place that says the policy.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "full_name", "email")}},
    {"NAME": "ntm.accounts.passwords.Length"},
    {"NAME": "ntm.accounts.passwords.Common"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "ntm.accounts.passwords.History"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "ntm.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "ntm.accounts.forms.LoginForm",
    "change_password": "ntm.accounts.forms.OwnPasswordForm",
    "reauthenticate": "ntm.accounts.forms.PasswordAgainForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Wrong passwords are counted by axes, per user and address; a second counter would only blur the message.
ACCOUNT_RATE_LIMITS = False

# Codes of an app, and recovery codes: no keys to plug in, no mail. Who must have one is by role.
MFA_ROLES = environment.role_codes(env, "MFA_ROLES", default=("administrator", "approver", "specialist"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "ntm.accounts.adapter.FactorAdapter"

AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = "ntm.accounts.attempts.counted_by"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "ntm.accounts.signing_in.locked_out"
AXES_USERNAME_CALLABLE = "ntm.accounts.attempts.attempted_name"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
AXES_HTTP_RESPONSE_CODE = 429
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if TRUSTED_PROXIES else ["REMOTE_ADDR"]
)

SESSION_IDLE_MINUTES = environment.whole_number(env, "SESSION_IDLE_MINUTES", default=15, low=1, high=720)
SESSION_IDLE_MINUTES_ADMINISTRATOR = environment.whole_number(
    env, "SESSION_IDLE_MINUTES_ADMINISTRATOR", default=5, low=1, high=720
)
SESSION_HOURS = environment.whole_number(env, "SESSION_HOURS", default=12, low=1, high=24)
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "ntm.accounts.signing_in.csrf_failure"

# --- what leaves the machine ---------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- how much one person may ask for ---------------------------------------------------------------------------
#: Files in ten minutes, searches in one; see `ntm/core/limits.py`. The list of a figure is a search, too: it reads as
#: much as one that is typed. A year's page leads to 141 lists, its page of criteria to 134: whoever follows them all
#: within a minute, on two pages or by a script, is at work. Files: both formats of each list, for the five years of a
#: period, are up to 1,410. Beyond that it is ten lists a second, or five files in two, for as long as it goes on.
RATE_LIMITS = {
    "exports": environment.whole_number(env, "EXPORT_LIMIT", default=1500, low=1, high=100_000),
    "searches": environment.whole_number(env, "SEARCH_LIMIT", default=600, low=1, high=100_000),
}

# --- long work -------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
#: How many jobs one person may have that wait or run; from how many rows on a list's file is made by a job.
JOBS_PER_PERSON = environment.whole_number(env, "JOBS_PER_PERSON", default=3, low=1, high=100)
# About two seconds of work on a small server: what is longer is a job (writing a file of results, undoing a batch).
LARGE_WRITE_CELLS = environment.whole_number(env, "LARGE_WRITE_CELLS", default=5000, low=100, high=1_000_000)
READERS_AT_ONCE = environment.whole_number(env, "READERS_AT_ONCE", default=2, low=1, high=64)
UPLOAD_DAYS = environment.whole_number(env, "UPLOAD_DAYS", default=30, low=1, high=3650)
LARGE_FILE_ROWS = environment.whole_number(env, "LARGE_FILE_ROWS", default=20_000, low=100, high=1_000_000)

# --- words and numbers ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["ntm.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
# Left off: it would print the year as 2.023 and read a typed "0.125" as 125.
USE_THOUSAND_SEPARATOR = False

# --- files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = environment.folder(env, "STATIC_ROOT", "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = environment.uploads(env, [STATIC_ROOT, *STATICFILES_DIRS])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "ntm.core.static.HashedStaticFiles"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "ntm.core.uploads.BoundedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- packages ------------------------------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "components/table.html"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "ntm.core.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.choice(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
