"""What the pages of an import show."""

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.safestring import SafeString

from ntm.audit.reach import READS_RECORD
from ntm.core.access import may
from ntm.core.numbers import integer
from ntm.sheets.imports.kinds import Change, Target, links
from ntm.sheets.imports.planned import ADDED, CHANGED, SAME, TABS, WRONG, Line, Plan, moved_since
from ntm.sheets.imports.since import Late
from ntm.sheets.models import LEFT, ColumnMapping, Upload, UploadState
from ntm.sheets.selectors import jobs_of, undo_urls

_PER_PAGE = 50
_CELL = '<div><span class="col">{}</span> <span class="vals">{} → <b>{}</b></span>{}</div>'
_LATE = (
    '<div><span class="col">{}</span> <span class="vals">giữ <b>{}</b></span> '
    "đã thay đổi từ khi xuất (khi xuất: {})</div>"
)
_NOTHING = "<i>(trống)</i>"
#: So many cells of a row are shown at once; the rest opens.
_AT_ONCE = 5
#: So many rows are named in a notice.
_NAMED = 20


@dataclass(frozen=True)
class Tab:
    word: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Cell:
    """One cell that would change, with its column's title. `then`: what stood there as the list left, where somebody
    else has changed it since; None: nobody has, or nobody can tell."""

    title: str
    change: Change
    then: str | None = None

    @property
    def drawn(self) -> SafeString:
        """As markup: a page shows thousands, and a template for each took longer than all the rest of the preview."""
        before = f"<s>{escape(self.change.before)}</s>" if self.change.before else _NOTHING
        then = "" if self.then is None else f" (khi xuất: {escape(self.then) or '(trống)'})"
        return SafeString(
            _CELL.format(escape(self.title), before, escape(self.change.after) or "(trống)", then)
        )


@dataclass(frozen=True)
class LateCell:
    """One cell that stays as somebody else has changed it since the list left."""

    title: str
    late: Late

    @property
    def drawn(self) -> SafeString:
        now, then = (escape(text) or "(trống)" for text in (self.late.now, self.late.then))
        return SafeString(_LATE.format(escape(self.title), now, then))


@dataclass(frozen=True)
class Trouble:
    """One sentence with all the cells of a row that it is about."""

    places: str
    sentence: str


@dataclass(frozen=True)
class Shown:
    """One row of the page: what is wrong, what would change; beside a fault the changes open on request. `moved`: what
    is said of a row that somebody has changed meanwhile."""

    line: Line
    troubles: list[Trouble]
    first: list[Cell]
    rest: list[Cell]
    late: list[LateCell]
    moved: str

    @property
    def more(self) -> str:
        """What opens the rest."""
        return f"Thêm {len(self.rest)} ô" if self.first else f"{len(self.rest)} ô khác số đang có"


def preview_context(upload: Upload, target: Target, plan: Plan, query: Any) -> dict[str, Any]:
    """The context of the preview."""
    current = _current(plan, query.get("xem", ""))
    lines = [line for line in plan.lines if line.status == current]
    page = Paginator(lines, _PER_PAGE).get_page(query.get("page"))
    moved = moved_since(plan, upload.shown)
    return {
        "upload": upload,
        "target": target,
        "plan": plan,
        "tabs": [Tab(word, label, plan.counts[word], word == current) for word, label in TABS],
        "current": current,
        "page": page,
        "lines": [_shown(line, plan) for line in page],
        "total": len(lines),
        "moved": moved[:_NAMED],
        "moved_count": len(moved),
        "late": [line for line in plan.lines if line.moved and line.excluded],
        "over": [line for line in plan.taken if line.moved],
        "kept": sum(len(line.late) for line in plan.lines),
        "kept_rows": [line for line in plan.lines if line.late][:_NAMED],
        "excluded": sum(line.excluded for line in plan.lines),
        "proposed": [line for line in plan.lines if line.proposed and not line.excluded],
        "foreign": [line for line in plan.wrong if line.is_unknown],
        "faults_url": faults_url(upload, plan) if plan.faults else "",
        "mapping": _mapping(upload, plan),
        "undo_days": settings.UNDO_DAYS,
        "job": jobs_of([upload], upload.by).get(upload.pk),
        "again_url": links(upload.kind, upload.params).page,
    }


def done_context(upload: Upload, target: Target, user: Any) -> dict[str, Any]:
    """The context of the page after the write."""
    is_stored = upload.state == UploadState.STORED
    batch = upload.batch if is_stored else None
    return {
        "upload": upload,
        "target": target,
        "is_stored": is_stored,
        "is_cleaned": upload.state == UploadState.CLEANED,
        "undo_days": settings.UNDO_DAYS,
        "batch_url": reverse("audit:batch", args=[batch]) if batch and may(user, READS_RECORD) else "",
        "undo_url": undo_urls([upload], user).get(upload.pk, ""),
        "undone": _undone(upload),
    }


def _undone(upload: Upload) -> str:
    """That what the file wrote was taken back, and what of it was not; empty where nobody did."""
    left = upload.written.get(LEFT)
    if left is None:
        return ""
    stays = f" {integer(left)} dòng giữ nguyên vì đã có người sửa sau đó hoặc không xóa được." if left else ""
    return f"Lần ghi này đã được hoàn tác.{stays}"


def faults_url(upload: Upload, plan: Plan) -> str:
    return reverse(f"sheets:faults-{plan.brought.kind}", args=[upload.pk])


def _current(plan: Plan, asked: str) -> str:
    """The tab that is open: the one asked for, else the first that holds what a person must look at."""
    if asked in dict(TABS):
        return asked
    return next((word for word in (WRONG, CHANGED, ADDED) if plan.counts[word]), SAME)


def _shown(line: Line, plan: Plan) -> Shown:
    titles, both = plan.titles, {} if plan.untold else line.both
    cells = [
        Cell(titles.get(change.column, change.column), change, both.get(change.column))
        for change in line.changes
    ]
    at_once = 0 if line.faults else _AT_ONCE
    late = [LateCell(titles.get(one.column, one.column), one) for one in line.late]
    moved = _moved(plan) if line.moved else ""
    return Shown(line, _troubles(line), cells[:at_once], cells[at_once:], late, moved)


def _moved(plan: Plan) -> str:
    """The words beside a row of which somebody has changed a cell; none where nobody can tell."""
    return "Đã đổi sau khi tải mẫu" if plan.then is None else "" if plan.untold else "Hai bên cùng sửa"


def _troubles(line: Line) -> list[Trouble]:
    places: dict[str, list[str]] = defaultdict(list)
    for fault in line.faults:
        places[fault.sentence].append(fault.place)
    return [Trouble(_joined(some), sentence) for sentence, some in places.items()]


def _joined(places: list[str]) -> str:
    """ "Kết quả!F5, G5 và 10 ô khác": the sheet is named once."""
    sheet = places[0].rpartition("!")[0]
    bare = [place.removeprefix(f"{sheet}!") for place in places]
    shown = ", ".join([places[0], *bare[1:_AT_ONCE]])
    return f"{shown} và {len(bare) - _AT_ONCE} ô khác" if len(bare) > _AT_ONCE else shown


def _mapping(upload: Upload, plan: Plan) -> ColumnMapping | None:
    """What the person once said about the same header, unless columns were chosen for this file already."""
    if plan.layout is None or upload.choices.get("columns"):
        return None
    rows = ColumnMapping.objects.filter(by=upload.by_id, kind=upload.kind, header=plan.layout.signature)
    return rows.first() if plan.layout.unknown or plan.lacks_columns or plan.header_faults else None
