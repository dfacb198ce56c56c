"""Places, criteria, results, decisions."""

from django.apps import AppConfig


class CommunesConfig(AppConfig):
    name = "communes"
    verbose_name = "Địa bàn và quyết định"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from communes import actions, horizons, record_words, restoring, subjects  # noqa: F401, PLC0415
        from communes.sheets import telling  # noqa: PLC0415

        horizons.tell()
        subjects.tell()
        restoring.tell()
        record_words.tell()
        telling.tell()
