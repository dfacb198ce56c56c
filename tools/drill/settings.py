"""The application's own settings, plus the commands of the drills and the page that they save through."""

from ntm.settings import *  # noqa: F403
from ntm.settings import DATABASES as _DATABASES
from ntm.settings import INSTALLED_APPS as _APPS
from tools.drill.protection import OFF

INSTALLED_APPS = [*_APPS, "tools.drill"]
ROOT_URLCONF = "tools.drill.urls"

if OFF and str(_DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
    # A transaction that begins with reading and goes on to write cannot wait for its turn.
    _DATABASES["default"]["OPTIONS"]["transaction_mode"] = "DEFERRED"  # type: ignore[index]
