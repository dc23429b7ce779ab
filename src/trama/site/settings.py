"""Settings of the site, all from the environment; with nothing set it is one operator on this machine.

``TRAMA_HOME``          folder of the lake and of the register (``./var``)
``TRAMA_DATABASE``      ``postgresql://user:password@host:port/name`` instead of the SQLite register
``TRAMA_HOSTS``         names the site answers to, comma separated, besides this machine
``TRAMA_DEBUG``         ``1`` for Django's own error pages
``TRAMA_FRONTEND``      folder of the built front end
``TRAMA_INSTITUTION``   name of the office, instead of the norms package's
``TRAMA_ACCESSIBILITY`` address of the accessibility declaration, linked from the foot of each page
"""

from __future__ import annotations

import os
from pathlib import Path

from trama.lake import home
from trama.site.register import register_database
from trama.site.secret import secret_key

HOME = home()
HERE = Path(__file__).resolve().parent
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

DEBUG = os.environ.get("TRAMA_DEBUG") == "1"
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = [*LOCAL_HOSTS, *filter(None, os.environ.get("TRAMA_HOSTS", "").split(","))]
LOCAL_MODE = set(ALLOWED_HOSTS) == set(LOCAL_HOSTS)
INSTITUTION = os.environ.get("TRAMA_INSTITUTION", "")
ACCESSIBILITY_URL = os.environ.get("TRAMA_ACCESSIBILITY", "")

ROOMS = ["conoscere", "riconoscere", "scenari"]
"""The verbs that have content, and the scenarios: each is ``trama.apps.<room>`` under ``/<room>/``."""

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "trama.apps.lavori",
    *(f"trama.apps.{room}" for room in ROOMS),
    "trama.apps.riconoscere.invarianza",
    "trama.apps.riconoscere.localizza",
    "trama.apps.riconoscere.lum",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "trama.site.headers.SecurityHeaders",
    "trama.site.assets.Assets",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "trama.site.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "trama.site.slashes.FinalSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "trama.site.errors.AnticipatedErrors",
]
ROOT_URLCONF = "trama.site.urls"
ASGI_APPLICATION = "trama.site.asgi.application"
APPEND_SLASH = False

DATABASES = {"default": register_database(HOME, os.environ.get("TRAMA_DATABASE", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "trama.site.typography.Templates",
        "NAME": "django",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "trama.site.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "trama.site.tags"],
        },
    }
]

LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Europe/Rome"
USE_TZ = True
USE_I18N = True

FRONTEND = Path(os.environ.get("TRAMA_FRONTEND") or HERE.parents[2] / "frontend" / "dist")
STATIC_URL = "/static/"
STATICFILES_DIRS = [FRONTEND] if FRONTEND.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.*-[A-Z0-9]{8}\.[a-z0-9]+$"

SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "trama.site.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL_MODE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "level": "INFO" if DEBUG else "ERROR",
            "formatter": "line",
        }
    },
    "loggers": {"django": {"handlers": ["stderr"], "level": "INFO"}},
}
"""What fails unforeseen is told where the site was started: when, which address, which line; never a body."""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
