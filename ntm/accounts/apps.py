"""Who the user is."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ntm.accounts"
    verbose_name = "Tài khoản"

    def ready(self) -> None:
        # The audit codes of this app; registering them has no other effect.
        from ntm.accounts import actions, signins, subjects  # noqa: F401, PLC0415

        signins.connect()
        subjects.tell()
