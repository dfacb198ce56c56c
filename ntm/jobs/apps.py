"""Work that takes longer than a page may: asked for, run by a process of its own, shown while it runs."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ntm.jobs"
    verbose_name = "Việc chạy nền"

    def ready(self) -> None:
        # The audit codes and the kinds of work of this app; registering them has no other effect.
        from ntm.core import health  # noqa: PLC0415
        from ntm.jobs import actions, list_files, live, undo_batch  # noqa: F401, PLC0415

        health.warn("worker", live.no_worker)
        list_files.tell()
        undo_batch.tell()
