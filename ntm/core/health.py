"""Whether the service lives and whether it can work, for the machine that watches it. Neither tells a version."""

import shutil
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from ntm.core.access import PUBLIC, declared

_DISK_LEFT_AT_LEAST = 200 * 1024 * 1024
_warnings: dict[str, Callable[[], bool]] = {}


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready to serve: the database answers, no migration is waiting, the disk has room. 503 with the failing part.

    `warnings`: what is wrong though pages can be served.
    """
    checks = {"database": _database(), "disk": _disk()}
    ready = all(checks.values())
    warnings = [name for name, is_wrong in _warnings.items() if checks["database"] and is_wrong()]
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks, "warnings": warnings},
        status=200 if ready else 503,
    )


def warn(name: str, is_wrong: Callable[[], bool]) -> None:
    """One more thing to look at; called when the applications are ready. Asked only while the database answers."""
    _warnings[name] = is_wrong


def _database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:
        return False


def _disk() -> bool:
    folder = settings.MEDIA_ROOT
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free >= _DISK_LEFT_AT_LEAST


declared(healthz, PUBLIC)
declared(readyz, PUBLIC)
