"""What a page offers beside an entry: its own page, and putting its row back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from ntm.audit.models import LogEntry
from ntm.audit.reach import READS_RECORD
from ntm.audit.restorers import is_following, restorer_of, why_not, why_stays
from ntm.audit.selectors import HistoryItem, described
from ntm.audit.undoing import oldest, too_late
from ntm.core.access import may
from ntm.core.ui import Action

RESTORES = "audit.restore_entry"


def offered(user: Any, entries: Sequence[LogEntry]) -> list[HistoryItem]:
    """Entries in words, each with what this reader may do about it."""
    items = described(list(entries))
    pairs = zip(items, entries, strict=True)
    return [replace(item, links=(*_page(user, entry), *restoring(user, entry))) for item, entry in pairs]


def restoring(user: Any, entry: LogEntry) -> list[tuple[str, str]]:
    """The way to the page that puts the entry's row back, for whoever may write such rows; none beside an entry that
    moved nothing of what can be put back (somebody signed in)."""
    restorer = restorer_of(entry.object_type, entry.action)
    if restorer is None or entry.changes.keys().isdisjoint(restorer.fields):
        return []
    if not (may(user, RESTORES) and may(user, restorer.permission)):
        return []
    return [
        ("Khôi phục giá trị", reverse("audit:restore", args=[entry.number])),
        ("Hoàn tác cả lần ghi", reverse("audit:undo", args=[entry.batch])),
    ]


def undoing(user: Any, first: LogEntry, batch: Any) -> tuple[list[Action], str]:
    """What may be done about a whole batch (`first`: an entry of it; `batch`: all of them): the way to the page that
    takes it back, for whoever may write something; or why nothing of it goes back, and what there is instead. One
    query."""
    kinds = batch.about_rows().order_by().values_list("object_type", "action").distinct()
    told = {(kind, action): _why_none(kind, action) for kind, action in kinds if not is_following(action)}
    if not told:
        return [], ""
    if first.at < oldest():
        return [], too_late()
    if all(told.values()):
        return [], " ".join(sorted(set(told.values())))
    if not may(user, RESTORES):
        return [], ""
    return [Action("Hoàn tác lần ghi này", reverse("audit:undo", args=[first.batch]), "history")], ""


def _why_none(kind: str, action: str) -> str:
    """Why no row that an action of the batch is about goes back; empty where one may."""
    return why_not(kind, action) if restorer_of(kind, action) is None else why_stays(action)


def _page(user: Any, entry: LogEntry) -> list[tuple[str, str]]:
    if not may(user, READS_RECORD):
        return []
    return [(f"Mục số {entry.number}", reverse("audit:entry", args=[entry.number]))]
