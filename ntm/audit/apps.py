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
        post_migrate.connect(_protect, sender=self, dispatch_uid="audit.protect")


def _protect(*, using: str, **kwargs: Any) -> None:
    if "audit_logentry" in connections[using].introspection.table_names():
        guards.protect(connections[using])
