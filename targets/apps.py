"""Annual plans: what the province promised."""

from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "targets"
    verbose_name = "Kế hoạch"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from targets import actions, subjects  # noqa: F401, PLC0415
        from targets.sheets import telling  # noqa: PLC0415

        subjects.tell()
        telling.tell()
