"""Brought files as their people find them again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from ntm.audit.offers import RESTORES
from ntm.core.access import may
from ntm.jobs.models import Job
from ntm.sheets.models import STAYS, Upload, UploadQuerySet, UploadState

#: The kind of job that writes a file.
CONFIRM = "confirm-import"
_AT_IT = "Đang ghi ở nền"


def jobs_of(uploads: Iterable[Upload], user: Any) -> dict[int, Job]:
    """The jobs that wait to write these files or are at it, by the file's key. One query."""
    keys = {upload.pk for upload in uploads}
    found = Job.objects.visible_to(user).live().filter(kind=CONFIRM)
    return {row.parameters["upload"]: row for row in found if row.parameters["upload"] in keys}


def undo_url(upload: Upload, user: Any) -> str:
    """Where what the file wrote is taken back; empty where it wrote nothing that goes back, or the person does not
    take back."""
    if upload.state != UploadState.STORED or upload.batch is None or STAYS in upload.written:
        return ""
    if not may(user, RESTORES):
        return ""
    return reverse("audit:undo", args=[upload.batch])


def own_uploads(user: Any) -> UploadQuerySet:
    """A person's files, without what was shown and chosen, which may be as long as the files themselves."""
    return Upload.objects.visible_to(user).defer("shown", "choices", "excluded")


def dressed(uploads: Sequence[Upload], user: Any) -> Sequence[Upload]:
    """The same files, each with what a list says of it: its job, what it wrote, its way back. One query."""
    jobs = jobs_of(uploads, user)
    for row in uploads:
        row.job = jobs.get(row.pk)  # type: ignore[attr-defined]
        row.state_words = _AT_IT if row.job else row.get_state_display()  # type: ignore[attr-defined]
        row.row_count, row.cell_count = row.written.get("rows"), row.written.get("cells")  # type: ignore[attr-defined]
        row.undo_url = undo_url(row, user)  # type: ignore[attr-defined]
        row.undo_words = "Hoàn tác" if row.undo_url else ""  # type: ignore[attr-defined]
    return uploads
