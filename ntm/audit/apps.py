"""What happened: an append-only, chained record of every write."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from ntm.audit import guards


class AuditConfig(AppConfig):
    name = "ntm.audit"
    verbose_name = "Nhật ký"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from ntm.audit import actions, exporting  # noqa: F401, PLC0415

        exporting.tell()
        post_migrate.connect(_protect, sender=self, dispatch_uid="audit.protect")


def _protect(*, using: str, **kwargs: Any) -> None:
    guards.protect(connections[using])
