"""Spreadsheets in and out, whatever the subject."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "ntm.sheets"
    verbose_name = "Bảng tính"

    def ready(self) -> None:
        # The audit codes and the kind of work of this app; registering them has no other effect.
        from ntm.audit.undoing import when_undone  # noqa: PLC0415
        from ntm.sheets import actions, services  # noqa: F401, PLC0415
        from ntm.sheets.imports import confirming  # noqa: F401, PLC0415

        when_undone(services.note_undone)
