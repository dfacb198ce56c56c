"""Brought files as their people find them again."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ntm.audit.offers import RESTORES
from ntm.core.access import may
from ntm.jobs.models import Job
from ntm.sheets.models import Upload, UploadQuerySet, UploadState

#: The kind of job that writes a file.
CONFIRM = "confirm-import"


def jobs_of(uploads: Iterable[Upload], user: Any) -> dict[int, Job]:
    """The jobs that wait to write these files or are at it, by the file's key. One query."""
    keys = {upload.pk for upload in uploads}
    found = Job.objects.visible_to(user).live().filter(kind=CONFIRM)
    return {row.parameters["upload"]: row for row in found if row.parameters["upload"] in keys}


def undo_url(upload: Upload, user: Any) -> str:
    """Where what the file wrote is taken back; empty where it wrote nothing, or the person does not take back."""
    if upload.state != UploadState.STORED or upload.batch is None or not may(user, RESTORES):
        return ""
    return reverse("audit:undo", args=[upload.batch])


class Uploads:
    """A person's files, as a list reads them: counted, cut into pages, each with its job and its way back."""

    def __init__(self, user: Any, rows: UploadQuerySet | None = None) -> None:
        self.user = user
        # What was shown and chosen may be as long as the files themselves.
        self.rows = (
            Upload.objects.visible_to(user).defer("shown", "choices", "excluded") if rows is None else rows
        )

    def __len__(self) -> int:
        return self.rows.count()

    def __getitem__(self, wanted: slice) -> "Uploads":
        return Uploads(self.user, self.rows[wanted])

    def __iter__(self) -> Iterator[Upload]:
        found = list(self.rows)
        jobs = jobs_of(found, self.user)
        late = timezone.now() - timedelta(days=settings.UNDO_DAYS)
        for row in found:
            row.job = jobs.get(row.pk)  # type: ignore[attr-defined]
            row.undo_url = undo_url(row, self.user) if row.at > late else ""  # type: ignore[attr-defined]
            row.row_count, row.cell_count = row.written.get("rows"), row.written.get("cells")  # type: ignore[attr-defined]
            row.undo_words = "Hoàn tác" if row.undo_url else ""  # type: ignore[attr-defined]
            yield row
