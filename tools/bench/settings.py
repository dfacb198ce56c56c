"""The application's own settings, plus what only a measurement needs: an empty page and a probe."""

from ntm.settings import *  # noqa: F403
from ntm.settings import INSTALLED_APPS as _APPS
from ntm.settings import MIDDLEWARE as _MIDDLEWARE

INSTALLED_APPS = [*_APPS, "tools.bench"]
MIDDLEWARE = ["tools.bench.probe.Probe", *_MIDDLEWARE]
ROOT_URLCONF = "tools.bench.urls"
