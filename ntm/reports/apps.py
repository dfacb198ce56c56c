"""Dashboards and report forms: reads everything; of facts it owns only what was issued."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "ntm.reports"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        # The audit codes and the checks of this app; registering them has no other effect.
        from ntm.audit import guards  # noqa: PLC0415
        from ntm.reports import actions, checks, subjects  # noqa: F401, PLC0415

        guards.also("reports_issuedform")
        subjects.tell()
