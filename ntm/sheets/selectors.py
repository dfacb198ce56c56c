"""Brought files as their people find them again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from ntm.audit.models import LogEntry
from ntm.audit.offers import RESTORES
from ntm.audit.querysets import type_of
from ntm.audit.undoing import oldest
from ntm.core.access import may
from ntm.jobs.models import Job
from ntm.sheets.models import LEFT, STAYS, Upload, UploadQuerySet, UploadState

#: The kind of job that writes a file.
CONFIRM = "confirm-import"
_AT_IT = "Đang ghi ở nền"


def jobs_of(uploads: Iterable[Upload], user: Any) -> dict[int, Job]:
    """The jobs that wait to write these files or are at it, by the file's key. One query."""
    keys = {upload.pk for upload in uploads}
    found = Job.objects.visible_to(user).live().filter(kind=CONFIRM)
    return {row.parameters["upload"]: row for row in found if row.parameters["upload"] in keys}


def undo_urls(uploads: Iterable[Upload], user: Any) -> dict[int, str]:
    """Where what these files wrote is taken back, by the file's key; none where one wrote nothing that goes back, or
    too long ago, or it was taken back, or the person does not take back. At most one query."""
    stored = [row for row in uploads if row.state == UploadState.STORED and row.batch is not None]
    wrote = [row for row in stored if row.written.keys().isdisjoint((STAYS, LEFT))]
    if not wrote or not may(user, RESTORES):
        return {}
    entries = LogEntry.objects.filter(
        object_type=type_of(Upload), object_id__in=[str(row.pk) for row in wrote]
    )
    told = entries.filter(action="upload.stored", at__gte=oldest())
    late = set(told.values_list("object_id", flat=True))
    return {row.pk: reverse("audit:undo", args=[row.batch]) for row in wrote if str(row.pk) in late}


def own_uploads(user: Any) -> UploadQuerySet:
    """A person's files, without what was shown and chosen, which may be as long as the files themselves."""
    return Upload.objects.visible_to(user).defer("shown", "choices", "excluded")


def _state(upload: Upload) -> str:
    left = upload.written.get(LEFT)
    if left is None:
        return str(upload.get_state_display())
    return "Đã hoàn tác một phần" if left else "Đã hoàn tác"


def dressed(uploads: Sequence[Upload], user: Any) -> Sequence[Upload]:
    """The same files, each with what a list says of it: its job, what it wrote, its way back. Two queries."""
    jobs, ways = jobs_of(uploads, user), undo_urls(uploads, user)
    for row in uploads:
        row.job = jobs.get(row.pk)  # type: ignore[attr-defined]
        row.state_words = _AT_IT if row.job else _state(row)  # type: ignore[attr-defined]
        row.row_count, row.cell_count = row.written.get("rows"), row.written.get("cells")  # type: ignore[attr-defined]
        row.undo_url = ways.get(row.pk, "")  # type: ignore[attr-defined]
        row.undo_words = "Hoàn tác" if row.undo_url else ""  # type: ignore[attr-defined]
    return uploads
