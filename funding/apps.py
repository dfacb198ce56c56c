"""Where money comes from."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
    verbose_name = "Nguồn vốn"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from funding import actions, subjects, subjects_allocations  # noqa: F401, PLC0415
        from funding.sheets import telling  # noqa: PLC0415

        subjects.tell()
        subjects_allocations.tell()
        telling.tell()
