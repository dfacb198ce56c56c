"""One decision as its page tells it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communes.choices import DecisionKind, RecognitionState
from communes.marks import state_mark
from communes.models import Confirmation, Decision, Document, Recognition, Reorganisation, Unit
from communes.reach import reach_of, reach_with
from communes.selectors.register import places_of, register, scan_is_open, uncorrected, units_unseen
from communes.selectors.taken_back import entries_of_taken_back
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.selectors import HistoryItem, described
from ntm.core.dates import format_date
from ntm.core.templatetags.components import ngay_gio

_VERBS = {
    DecisionKind.RECOGNISE: "Công nhận",
    DecisionKind.CONFIRM: "Xác nhận tiếp tục đạt",
    DecisionKind.REVOKE: "Thu hồi",
}
_KINDS = {DecisionKind.RECOGNISE: "ok", DecisionKind.CONFIRM: "info", DecisionKind.REVOKE: "err"}


@dataclass(frozen=True)
class Line:
    """One recognition in a table of the page. `after`: what ended or replaced it, with an address."""

    row: Recognition
    year: str
    after: tuple[str, str] | None = None
    correct_url: str = ""
    take_url: str = ""

    @property
    def unit_url(self) -> str:
        return self.row.unit.get_absolute_url()

    @property
    def state(self) -> SafeString:
        return state_mark(self.row)


@dataclass(frozen=True)
class Section:
    """A table of the page: what the decision made, ended or confirmed. `units`: as the register counts them."""

    key: str
    title: str
    lines: tuple[Line, ...]
    units: int


@dataclass(frozen=True)
class DecisionView:
    """All that the page shows. `unseen`: how many units the decision names that the reader may not see."""

    decision: Any
    title: str
    kind: str
    facts: list[tuple[str, Any]]
    sections: list[Section]
    unseen: int
    add_url: str
    history: list[HistoryItem]


def decision_page(decision: Any, user: Any, *, may_record: bool) -> DecisionView:
    """Read and arrange a row of `register`. The number of queries does not depend on how many units it names."""
    reach = reach_of(user)
    whole = decision.province_id in reach.provinces | reach.past_provinces
    may_correct = (
        may_record and decision.province_id in reach_with(user, "communes.record_decision").provinces
    )
    number = decision.document.number
    return DecisionView(
        decision=decision,
        title=f"Quyết định số {number}" if number else decision.document.title,
        kind=_KINDS[DecisionKind(decision.kind)],
        facts=_facts(decision, user),
        sections=_taking_back(_sections(decision, may_correct), decision)
        if may_correct
        else _sections(decision, False),
        unseen=units_unseen(decision),
        add_url=_add_url(decision, may_correct),
        history=_history(decision, user, whole),
    )


def _sections(decision: Any, may_correct: bool) -> list[Section]:
    keys = {row.pk for row in decision.seen_made}
    made = [_line(row, may_correct, keys) for row in decision.seen_made]
    ended = [_line(row, False) for row in decision.seen_ended]
    confirmed = [_line(row.recognition, False) for row in decision.seen_confirmed]
    tables = (
        ("made", _VERBS[DecisionKind(decision.kind)], made, uncorrected(decision.seen_made)),
        ("confirmed", _VERBS[DecisionKind.CONFIRM], confirmed, [line.row for line in confirmed]),
        ("ended", "Hết hiệu lực theo quyết định này", ended, [line.row for line in ended]),
    )
    return [
        Section(key, title, tuple(lines), places_of(counted))
        for key, title, lines, counted in tables
        if lines
    ]


def _taking_back(sections: list[Section], decision: Any) -> list[Section]:
    """The tables with the way to take a row back that was entered by mistake."""
    confirmations = {row.recognition_id: row.pk for row in decision.seen_confirmed}

    def url(key: str, row: Recognition) -> str:
        if key == "confirmed":
            return reverse("communes:take-back-confirmation", args=[confirmations[row.pk]])
        if key == "ended":
            return reverse("communes:take-back-revocation", args=[row.pk])
        in_force = row.state == RecognitionState.IN_FORCE
        return reverse("communes:take-back", args=[row.pk]) if in_force else ""

    return [
        replace(one, lines=tuple(replace(line, take_url=url(one.key, line.row)) for line in one.lines))
        for one in sections
    ]


def _add_url(decision: Any, may_write: bool) -> str:
    recognises = decision.kind == DecisionKind.RECOGNISE
    return reverse("communes:add-units", args=[decision.pk]) if may_write and recognises else ""


def _line(row: Recognition, may_correct: bool, seen: Iterable[int] = ()) -> Line:
    """`seen`: the rows of this decision that the reader may see; a correction to another one stays unnamed."""
    year = f"đến {row.achieved_year}" if row.by_year else str(row.achieved_year)
    correctable = may_correct and row.state == RecognitionState.IN_FORCE
    url = reverse("communes:correct", args=[row.pk]) if correctable else ""
    return Line(row, year, _ended_by(row) or _replaced_by(row, seen), url)


def _ended_by(row: Recognition) -> tuple[str, str] | None:
    if row.ended_by is None:
        return None
    return f"Theo quyết định {row.ended_by.document.number}", row.ended_by.get_absolute_url()


def _replaced_by(row: Recognition, seen: Iterable[int]) -> tuple[str, str] | None:
    if row.state == RecognitionState.CORRECTED and row.replaced_by_id is None:
        return "Đã rút, không có lượt thay.", ""
    if row.replaced_by_id not in set(seen) or row.replaced_by is None:
        return None
    return f"Nay là {row.replaced_by}", ""


def _facts(decision: Any, user: Any) -> list[tuple[str, Any]]:
    entered_by = decision.entered_by.full_name if decision.entered_by else "Hệ thống"
    own = [("Người ghi", entered_by), ("Ghi lúc", ngay_gio(decision.entered_at))]
    return [*_paper(decision.document), *own, ("Văn bản", _scan_link(decision, user)), *_source(decision)]


def sections_of_document(document: Document, user: Any) -> tuple[list[Section], int]:
    """What the document decides about levels as far as the person may see it, and about how many other units."""
    decision = register(user).filter(document=document).first()
    return (_sections(decision, False), units_unseen(decision)) if decision is not None else ([], 0)


def document_facts(document: Document, user: Any, *, is_open: bool) -> list[tuple[str, Any]]:
    """What a document is, and what it decides as far as the person may know."""
    facts = _paper(document)
    decision = getattr(document, "decision", None)
    if decision is not None:
        link = format_html('<a href="{}">{}</a>', decision.get_absolute_url(), decision.get_kind_display())
        facts.append(("Nội dung", link))
    if document.url:
        facts.append(("Nơi công bố", format_html('<a href="{0}" rel="noreferrer">{0}</a>', document.url)))
    for act in _reorganisations(document, user):
        facts.append((f"Đợt sắp xếp từ {format_date(act.effective_on)}", act.title))
    if is_open:
        facts += [("Tệp", document.file_name), ("Mã băm SHA-256", document.sha256)]
    return [*facts, *_source(document)]


def _reorganisations(document: Document, user: Any) -> QuerySet[Reorganisation]:
    """What the document reorganises, where a unit that the person may see is part of it."""
    units = Unit.objects.visible_to(user)
    theirs = Q(successions__predecessor__in=units) | Q(successions__successor__in=units)
    return document.reorganisations.filter(theirs).distinct().order_by("effective_on")


def _paper(document: Document) -> list[tuple[str, Any]]:
    return [
        ("Số, ký hiệu", document.number or "chưa rõ"),
        ("Ngày ban hành", format_date(document.issued_on) if document.issued_on else "chưa rõ"),
        ("Cơ quan ban hành", document.authority),
        ("Trích yếu", document.title),
    ]


def _source(row: Any) -> list[tuple[str, Any]]:
    return [("Nguồn", row.source)] if row.source else []


def _scan_link(decision: Any, user: Any) -> Any:
    page = reverse("communes:document", args=[decision.document_id])
    if not scan_is_open(decision, user):
        return format_html('<a href="{}">Xem văn bản</a>', page)
    file = reverse("communes:document-file", args=[decision.document_id])
    name = decision.document.file_name
    return format_html('<a href="{}">Xem văn bản</a> · <a href="{}">Tải tệp {}</a>', page, file, name)


def _history(decision: Decision, user: Any, whole: bool) -> list[HistoryItem]:
    """Who wrote what down when. Whoever sees only part of the decision sees the entries of that part, without the
    values: a correction names the unit that it was corrected to."""
    about = Q(object_type=type_of(decision), object_id=str(decision.pk))
    about |= Q(object_type=type_of(Document), object_id=str(decision.document_id))
    about |= _entries_of(Recognition, decision.seen_made)  # type: ignore[attr-defined]
    about |= _entries_of(Confirmation, decision.seen_confirmed)  # type: ignore[attr-defined]
    ended = _entries_of(Recognition, decision.seen_ended)  # type: ignore[attr-defined]
    about |= ended & Q(action="recognition.revoked")
    about |= entries_of_taken_back(decision, user)
    entries = list(LogEntry.objects.filter(about).order_by("-number")[:500])
    acts = [list(act) for _, act in groupby(entries, key=lambda entry: (entry.batch, entry.action))]
    items = described([act[0] for act in acts])
    return [_told(act, item, whole) for act, item in zip(acts, items, strict=True)]


def _told(act: list[LogEntry], item: HistoryItem, whole: bool) -> HistoryItem:
    """One entry by its object's name and values; several of one act by their number, the table above names them."""
    if len(act) > 1:
        return replace(item, what=f"{item.what}: {len(act)} dòng", changes=[])
    return replace(item, what=f"{item.what}: {act[0].object_label}", changes=item.changes if whole else [])


def _entries_of(model: Any, rows: Iterable[Any]) -> Q:
    return Q(object_type=type_of(model), object_id__in=[str(row.pk) for row in rows])
