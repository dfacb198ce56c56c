"""Backup and restore."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "ntm.backup"
    verbose_name = "Sao lưu"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from ntm.backup import actions  # noqa: F401, PLC0415
