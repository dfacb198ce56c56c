"""Spreadsheets in and out, whatever the subject."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "ntm.sheets"
    verbose_name = "Bảng tính"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from ntm.sheets import actions  # noqa: F401, PLC0415
