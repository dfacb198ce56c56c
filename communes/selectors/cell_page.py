"""One cell as its page tells it: an indicator of a unit's return, with all that is known beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe

from communes.choices import ReviewState, SubmissionState, Term, ValueState
from communes.judging import UNSAID, Bar, Finding, Held, Measure, need_of, number, show
from communes.marks import trust_mark
from communes.models import Department, Document, Evidence, Judgement, Remark, Result, Submission, Threshold
from communes.reach import reach_of
from communes.selectors.appraisal import review_on
from communes.selectors.appraisal_page import may_answer
from communes.selectors.cell_history import CellChange, cell_history
from communes.selectors.criteria import CriterionFacts, IndicatorFacts, SetBook, book_of
from communes.selectors.return_links import HALF_YEAR, meant
from communes.set_words import note_beside
from ntm.core.dates import format_date, today
from ntm.core.numbers import decimal
from ntm.core.templatetags.components import ngay_gio

#: How a verdict is shown: the kind of its chip and the sign on it.
MARKS = {
    "met": ("ok", "check"),
    "not_met": ("err", "close"),
    "not_evaluable": ("warn", "info"),
    "not_applicable": ("", "minus"),
}


@dataclass(frozen=True)
class ThresholdLine:
    """A threshold that applies: in words, for which case, and what it rests on."""

    need: str
    case: str
    document: str
    document_url: str
    origin: str
    trust: str
    is_provincial: bool


@dataclass(frozen=True)
class EvidenceLine:
    """A file behind the cell. `size` in bytes; None where it is gone from the disk."""

    row: Evidence
    size: int | None

    @property
    def who(self) -> str:
        return self.row.added_by.full_name if self.row.added_by else "Hệ thống"

    @property
    def weight(self) -> str:
        """ "35 KB", "2,4 MB"."""
        if self.size is None:
            return "không còn trên máy chủ"
        if self.size < 1024 * 1024:
            return f"{max(1, round(self.size / 1024))} KB"
        return f"{decimal(Decimal(self.size) / (1024 * 1024), 1)} MB"


@dataclass(frozen=True)
class Neighbour:
    """The indicator before or after this one."""

    label: str
    code: str
    name: str
    url: str
    sign: str


@dataclass(frozen=True)
class Cell:
    """An indicator of a submission. `row` None: nothing was ever entered."""

    submission: Submission
    book: SetBook
    one: IndicatorFacts
    row: Result | None

    @property
    def year(self) -> int:
        return self.submission.round.year

    @property
    def set_key(self) -> str:
        return self.submission.round.criteria_set.key

    @property
    def version(self) -> int:
        """The version with which it may be saved; 0 where there is nothing yet."""
        return self.row.version if self.row else 0

    @property
    def state(self) -> str:
        return self.row.state if self.row else ValueState.EMPTY

    @property
    def bars(self) -> list[Bar]:
        return self.one.bars_in(self.submission.facts, self.year)

    @property
    def finding(self) -> Finding:
        return self.one.judge(self.row, self.submission.facts, self.year) if self.row else UNSAID

    @property
    def unit_url(self) -> str:
        """The unit's page in the return's year."""
        return self.submission.unit.url_for(self.year)

    def url(self, code: str = "") -> str:
        """The page of this cell, or of the same unit's cell of another indicator."""
        address = reverse("communes:cell", args=[self.submission.unit.code, self.year, code or self.one.code])
        return f"{address}{self.tail}"

    @property
    def tail(self) -> str:
        """The query string that names the set, and the half year where it is one."""
        half = f"&ky={HALF_YEAR}" if self.submission.round.term == Term.HALF else ""
        return f"?bo={self.set_key}{half}"

    @property
    def grid_url(self) -> str:
        """The whole return."""
        return f"{reverse('communes:grid', args=[self.submission.unit.code, self.year])}{self.tail}"


@dataclass(frozen=True)
class CellView:
    """All that the page shows of a cell."""

    cell: Cell
    criterion: CriterionFacts
    department: Department | None
    shown: str
    share: str
    verdict: str
    reason: str
    mark: tuple[str, str]
    trust: str
    last: tuple[str, str] | None
    lines: list[tuple[str, str]]
    thresholds: list[ThresholdLine]
    evidence: list[EvidenceLine]
    removed: list[EvidenceLine]
    judgements: list[Judgement]
    #: Each with the address at which this person answers it; empty where another has to, or nobody any more.
    remarks: list[tuple[Remark, str]]
    history: list[CellChange]
    steps: list[Neighbour]

    @property
    def is_asked(self) -> bool:
        """Whether a return or a question is not answered yet: the first thing to read."""
        return any(remark.closed_at is None for remark, _ in self.remarks)

    @property
    def last_year(self) -> int:
        return self.cell.year - 1

    @property
    def threshold_note(self) -> str:
        """What is known of the threshold besides; not that the province has set none, where it has."""
        has_own = any(line.is_provincial for line in self.thresholds)
        return note_beside(self.cell.one.row.threshold_note, has_own=has_own)

    @property
    def guidance(self) -> str:
        """How the indicator is reckoned, in paragraphs."""
        text = self.cell.one.row.guidance or "Bộ tiêu chí chưa ghi hướng dẫn cách tính."
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308

    @property
    def save_label(self) -> str:
        copied = self.cell.row is not None and self.cell.row.state == ValueState.COPIED
        return "Lưu và xác nhận" if copied else "Lưu"


def submission_at(user: Any, code: str, year: int, key: str = "", term: str = Term.YEAR) -> Submission | None:
    """The unit's return of the year in the set of a key (by default `ntm`, else the lowest that is open), if the
    person may see it. One query."""
    rows = Submission.objects.visible_to(user).filter(unit__code=code, round__year=year, round__term=term)
    rows = rows.select_related("round__criteria_set__level", "unit")
    found = list(rows.order_by("round__criteria_set__level__rank", "-round__criteria_set__revision", "-pk"))
    return meant(found, key) if key else meant(found, "ntm") or next(iter(found), None)


def cell_of(submission: Submission, code: str) -> Cell | None:
    """The cell of an indicator by its code; None where the set has none of that code. One query."""
    book = book_of(submission.round.criteria_set, submission.round.province_id)
    one = book.by_code.get(code)
    if one is None:
        return None
    rows = submission.results.filter(indicator_id=one.pk).select_related("entered_by")
    row = rows.annotate(stands=review_on(today())).first()
    if row is not None:
        row.review = row.stands
    return Cell(submission, book, one, row)


def cell_view(cell: Cell, user: Any) -> CellView:
    """Read what stands beside the cell. The number of queries does not depend on how much there is."""
    one, row = cell.one, cell.row
    files = _files(row)
    verdict = row.verdict if row else ""
    department = one.department_in(cell.year)
    reason = cell.finding.reason
    return CellView(
        cell=cell,
        criterion=next(found for found in cell.book.criteria if found.pk == one.criterion),
        department=Department.objects.filter(pk=department).first() if department else None,
        shown=in_words(one.measure, row),
        share=_share(row),
        verdict=row.get_verdict_display() if row and verdict else "",
        reason=f"{reason[:1].upper()}{reason[1:]}." if cell.state == ValueState.ENTERED else "",
        mark=MARKS.get(verdict, ("", "")),
        trust=trust_mark(row.trust) if row else "",
        last=_last_year(cell),
        lines=_lines(row),
        thresholds=_thresholds(cell, user),
        evidence=[file for file in files if file.row.removed_at is None],
        removed=[file for file in files if file.row.removed_at is not None],
        judgements=list(row.judgements.select_related("department", "by", "document")) if row else [],
        remarks=_remarks(cell, user),
        history=cell_history(row, one, [file.row.pk for file in files]) if row else [],
        steps=_steps(cell),
    )


def _remarks(cell: Cell, user: Any) -> list[tuple[Remark, str]]:
    if cell.row is None:
        return []
    return [
        (remark, reverse("communes:answer-remark", args=[remark.pk]))
        if remark.closed_at is None and may_answer(user, cell.submission, cell.one, remark)
        else (remark, "")
        for remark in cell.row.remarks.select_related("department", "by", "closed_by")
    ]


def _share(row: Result | None) -> str:
    if row is None or row.numerator is None or row.denominator is None:
        return ""
    return f"{number(row.numerator)}/{number(row.denominator)}"


def _lines(row: Result | None) -> list[tuple[str, str]]:
    """What else is stored: who entered it when, the note, how far the appraisal has come."""
    if row is None or (row.state == ValueState.EMPTY and not row.note):
        return []
    who = row.entered_by.full_name if row.entered_by else "Hệ thống"
    found = [("Người nhập", f"{who}, {ngay_gio(row.entered_at)}")]
    if row.note:
        found.append(("Ghi chú, lý do", row.note))
    if row.judged:
        found.append(("Sở, ngành đánh giá", str(row.get_judged_display())))
    if row.review != ReviewState.OPEN:
        found.append(("Thẩm định", str(row.get_review_display())))
    if row.is_doubtful:
        found.append(("Cần kiểm tra", "Lệch nhiều so với năm trước, chưa xác nhận"))
    return found


def _steps(cell: Cell) -> list[Neighbour]:
    order = list(cell.book.indicators.values())
    at = order.index(cell.one)
    around = ((at - 1, "Chỉ tiêu trước", "prev"), (at + 1, "Chỉ tiêu sau", "next"))
    return [
        Neighbour(label, order[there].code, order[there].row.name, cell.url(order[there].code), sign)
        for there, label, sign in around
        if 0 <= there < len(order)
    ]


def in_words(measure: Measure, row: Result | None) -> str:
    """What a row holds, with its state where that is not plain: "81 % (2/3)", "không áp dụng"."""
    if row is None or row.state == ValueState.EMPTY:
        return ""
    if row.state in (ValueState.NOT_APPLICABLE, ValueState.NO_DATA):
        return ValueState(row.state).label.lower()
    shown = show(measure, Held(row.state, row.value, row.text))
    copied = f" (chép năm {row.copied_from}, chờ xác nhận)" if row.state == ValueState.COPIED else ""
    return f"{shown}{copied}"


def last_results(places: Iterable[int], submission_round: Any, code: str) -> dict[int, Result]:
    """Last year's results of an indicator by the unit's place, in the same level's set. One query."""
    rows = Result.objects.filter(
        submission__unit__place_id__in=places,
        submission__round__year=submission_round.year - 1,
        submission__round__term=submission_round.term,
        submission__round__criteria_set__level_id=submission_round.criteria_set.level_id,
        indicator__code=code,
    ).exclude(state=ValueState.EMPTY)
    found = rows.select_related("submission__unit", "indicator").order_by("pk")
    return {row.submission.unit.place_id: row for row in found}


def _last_year(cell: Cell) -> tuple[str, str] | None:
    """Last year's value in words, and how far it had come; by last year's own grades and unit."""
    place = cell.submission.unit.place_id
    row = last_results([place], cell.submission.round, cell.one.code).get(place)
    if row is None:
        return None
    measure = Measure(row.kind, row.indicator.unit_of_measure, tuple(row.indicator.grades))
    stands = SubmissionState(row.submission.state).label.lower()
    judged = f", {ReviewState(row.review).label.lower()}" if row.review == ReviewState.JUDGED else ""
    verdict = f"{row.get_verdict_display()}; " if row.verdict else ""
    return in_words(measure, row), f"{verdict}phiếu {stands}{judged}"


def _thresholds(cell: Cell, user: Any) -> list[ThresholdLine]:
    bars = {bar.key: bar for bar in cell.bars}
    rows = Threshold.objects.filter(pk__in=bars).select_related("document").order_by("pk")
    return [_line(row, bars[row.pk], cell.one.measure, user) for row in rows]


def _line(row: Threshold, bar: Bar, measure: Measure, user: Any) -> ThresholdLine:
    need = (
        need_of(measure, bar)
        if bar.operator != "judged"
        else (bar.text or "sở, ngành đánh giá theo nội dung")
    )
    return ThresholdLine(
        need=need[:1].upper() + need[1:],
        case=bar.case,
        document=_reference(row.document),
        document_url=_document_url(row.document, user),
        origin=f"Nguồn: {row.source}" if row.source else "",
        trust=trust_mark(row.trust),
        is_provincial=bar.is_provincial,
    )


def _reference(document: Document | None) -> str:
    if document is None:
        return ""
    day = f" ngày {format_date(document.issued_on)}" if document.issued_on else ""
    return f"{document}{day}"


def _document_url(document: Document | None, user: Any) -> str:
    """Only for whoever may open the document's page: a commune's people see the nation's, not the province's."""
    if document is None:
        return ""
    reach = reach_of(user)
    theirs = document.province_id is None or document.province_id in reach.provinces | reach.past_provinces
    return reverse("communes:document", args=[document.pk]) if theirs else ""


def _files(row: Result | None) -> list[EvidenceLine]:
    if row is None:
        return []
    return [
        EvidenceLine(file, _size(file)) for file in row.evidence.select_related("added_by").order_by("pk")
    ]


def _size(file: Evidence) -> int | None:
    try:
        return int(file.file.size)
    except OSError:
        return None
