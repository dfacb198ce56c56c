"""The lowest app: what every other app needs, and nothing of theirs."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ntm.core"
    verbose_name = "Nền tảng"

    def ready(self) -> None:
        # Importing registers the system checks and the lookup; nothing else may happen here.
        from ntm.core import checks, lookups  # noqa: F401, PLC0415
