"""Jobs as people read them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ntm.core.numbers import integer
from ntm.core.templatetags.components import ngay_gio
from ntm.jobs import live
from ntm.jobs.choices import LIVE, State
from ntm.jobs.files import KEPT, folder
from ntm.jobs.models import Job
from ntm.jobs.registry import KINDS

#: For how long one's own page of work still shows what is over.
SHOWN = timedelta(days=3)
_MOST, _AT_ALL = 10, 200
_KINDS = {
    State.DONE: "ok",
    State.FAILED: "err",
    State.CANCELLED: "",
    State.WAITING: "wait",
    State.RUNNING: "info",
}


@dataclass(frozen=True)
class Shown:
    """A job, how far it is in words, and what is to be said beside it."""

    job: Job
    done: int
    total: int | None
    words: str
    note: str

    @property
    def kind(self) -> str:
        """How its state is coloured."""
        return _KINDS[State(self.job.state)]

    @property
    def is_live(self) -> bool:
        return self.job.is_live

    @property
    def sentence(self) -> str:
        """What came of it."""
        return str(self.job.result.get("sentence") or self.job.failure)

    @property
    def url(self) -> str:
        """Where the result is to be seen."""
        return str(self.job.result.get("url") or "")

    @property
    def file_url(self) -> str:
        """Where the file is fetched that it made."""
        kind = str(self.job.file.get("stored", "")).rpartition(".")[2]
        return reverse("jobs:file", args=[self.job.pk, kind]) if kind else ""


def shown(job: Job) -> Shown:
    """A job as it stands this second."""
    progress = live.progress_of(job)
    unit = KINDS[job.kind].unit if job.kind in KINDS else "dòng"
    words = ""
    if progress.total:
        words = f"{integer(progress.done)} trên {integer(progress.total)} {unit}"
    elif progress.done:
        words = f"{integer(progress.done)} {unit}"
    return Shown(job, progress.done, progress.total, words, _note(job))


def recent_of(user: Any) -> list[Shown]:
    """A person's own jobs: those that go on, and those that ended in the last days; the newest first. One query."""
    lately = Q(state__in=LIVE) | Q(finished_at__gte=timezone.now() - SHOWN)
    return [shown(job) for job in Job.objects.visible_to(user).filter(lately)[:_MOST]]


def all_of(user: Any) -> list[Shown]:
    """Every job of the person that is still kept, the newest first. One query, and one where a job waits or runs."""
    return [shown(job) for job in Job.objects.visible_to(user)[:_AT_ALL]]


def file_is_there(job: Job) -> bool:
    """Whether the file that the job made may still be fetched."""
    stored = job.file.get("stored")
    if not stored or job.finished_at is None or timezone.now() - job.finished_at > KEPT:
        return False
    return (folder() / stored).is_file()


def facts_of(job: Job) -> list[tuple[str, object]]:
    """Who asked, for what, and when what happened."""
    facts: list[tuple[str, object]] = [("Việc số", job.pk), ("Về", job.label or job.title)]
    moments = (("Đặt lúc", job.asked_at), ("Bắt đầu lúc", job.started_at), ("Kết thúc lúc", job.finished_at))
    return facts + [(label, ngay_gio(moment)) for label, moment in moments if moment is not None]


def _note(job: Job) -> str:
    """Why it takes so long, where that is known."""
    if job.state == State.WAITING and live.no_worker():
        return "Chưa có tiến trình nào chạy việc nền trên máy chủ; việc sẽ chạy khi có. Nếu chờ lâu, hãy báo quản trị."
    if job.state == State.RUNNING and live.is_silent(job):
        return "Đã lâu không có tín hiệu của tiến trình đang chạy việc này; nếu đã dừng, việc sẽ được báo không thành."
    if job.state == State.RUNNING and live.stop_is_asked(job.pk):
        return "Đang dừng theo yêu cầu của bạn."
    return ""
