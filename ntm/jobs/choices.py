"""Words for the states of a job."""

from django.db import models


class State(models.TextChoices):
    WAITING = "waiting", "Đang chờ"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Đã xong"
    FAILED = "failed", "Không thành"
    CANCELLED = "cancelled", "Đã dừng"


#: Not over yet.
LIVE = (State.WAITING, State.RUNNING)
