"""Places, criteria, results, decisions."""

from django.apps import AppConfig


class CommunesConfig(AppConfig):
    name = "communes"
    verbose_name = "Địa bàn và quyết định"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from communes import actions, horizons, record_words, restoring, subjects  # noqa: F401, PLC0415
        from communes.selectors.provinces import lacks_default_province  # noqa: PLC0415
        from communes.sheets import telling  # noqa: PLC0415
        from ntm.core import health  # noqa: PLC0415

        health.warn("province", lacks_default_province)
        horizons.tell()
        subjects.tell()
        restoring.tell()
        record_words.tell()
        telling.tell()
