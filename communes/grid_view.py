"""The grid as a template draws it: attributes, classes and words, ready made."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.forms.utils import flatatt
from django.utils.safestring import SafeString

from communes.choices import IndicatorKind, ValueState, Verdict
from communes.judging import Bar
from communes.selectors.grid import COPIED, DOUBTFUL, PLAIN, STALE, UNSAVED, WRONG, Group, Line, Sheet, shown
from ntm.core.templatetags.components import ngay_gio

#: The filters, with the words of the address. "" shows all.
FILTERS = (
    ("", "Tất cả", ""),
    ("trong", "Còn trống", ""),
    ("loi", "Lỗi", "bad"),
    ("xem-lai", "Cần xem lại", "wn"),
    ("chep", "Chép, chờ xác nhận", ""),
    ("chua-dat", "Chưa đạt", ""),
)
_TYPES = {
    IndicatorKind.NUMBER: "n",
    IndicatorKind.PERCENT: "p",
    IndicatorKind.YES_NO: "b",
    IndicatorKind.GRADED: "g",
    IndicatorKind.TEXT: "t",
}
#: Of a verdict: the class of its words, and the sign before them.
_SAID = {
    Verdict.MET: ("k-d", "✓ "),
    Verdict.NOT_MET: ("k-c", "○ "),
    Verdict.NOT_EVALUABLE: ("k-n", "– "),
    Verdict.NOT_APPLICABLE: ("k-n", "– "),
}


@dataclass(frozen=True)
class CellView:
    """One line of the table. `attrs`: of the input or select; `options`: of a select; `verdict`: class and words."""

    line: Line
    attrs: SafeString
    css: str
    verdict: tuple[str, str]
    hidden: bool
    is_blank_form: bool = False

    @property
    def code(self) -> str:
        return self.line.code

    @property
    def name(self) -> str:
        return self.line.one.row.name

    @property
    def unit(self) -> str:
        """The unit behind the name; what a yes/no or graded cell takes is plain from the cell."""
        one = self.line.one
        if one.row.kind == IndicatorKind.PERCENT:
            return "%"
        return one.row.unit_of_measure if one.row.kind == IndicatorKind.NUMBER else ""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """Of a graded cell: what is posted, what is read, whether it is chosen. Empty: a text input."""
        if self.line.one.row.kind != IndicatorKind.GRADED:
            return []
        now = "" if self.is_blank_form else self.line.raw
        known = ["", *self.line.one.measure.grades, "-", "?"]
        words = {"": "", "-": "Không áp dụng", "?": "Chưa có số liệu"}
        # What somebody typed that is no grade stays in sight, marked as wrong.
        odd = [] if now in known else [now]
        return [(one, words.get(one, one), one == now) for one in [*known, *odd]]

    @property
    def cases(self) -> list[tuple[int, str, bool]]:
        chosen = self.line.result.case_id if self.line.result else None
        return [(bar.key, bar.case, bar.key == chosen) for bar in self.line.cases]

    @property
    def asks_note(self) -> bool:
        """A dash needs its reason."""
        return self.line.raw.strip() in ("-", "–", "—") and not self.line.closed

    @property
    def confirms(self) -> str:
        """What a box beside the cell says, for those without the script."""
        if self.line.closed:
            return ""
        words = {COPIED: "Xác nhận số chép", DOUBTFUL: "Giữ số này, đã kiểm tra"}
        return words.get(self.line.mark, "")

    @property
    def remark(self) -> str:
        """Why the cell was returned."""
        row: Any = self.line.result
        return row.remark or "chưa ghi lý do" if self.line.is_returned else ""

    @property
    def has_more(self) -> bool:
        """Whether anything stands under the name: most lines are spared the look."""
        return bool(self.cases or self.asks_note or self.remark or self.marks or self.theirs or self.confirms)

    @property
    def marks(self) -> str:
        """What else there is about the cell."""
        row: Any = self.line.result
        if row is None:
            return ""
        found = [f"{row.files} tệp" if row.files else "", "có ghi chú" if row.note else ""]
        return " · ".join(filter(None, found))

    @property
    def theirs(self) -> str:
        """What somebody else has stored meanwhile, who and when."""
        if self.line.mark != STALE:
            return ""
        row = self.line.result
        if row is None:
            return "Đang lưu: ô trống."
        who = row.entered_by.full_name if row.entered_by else "Hệ thống"
        value = shown(self.line.one, row) or "ô trống"
        return f"Đang lưu: {value} ({who}, {ngay_gio(row.entered_at)})."


@dataclass(frozen=True)
class GroupView:
    group: Group
    cells: tuple[CellView, ...]

    @property
    def hidden(self) -> bool:
        return all(cell.hidden for cell in self.cells)


@dataclass(frozen=True)
class FilterView:
    word: str
    label: str
    css: str
    count: int
    is_on: bool
    url: str


def groups_of(sheet: Sheet, *, narrowed: str = "", blank: bool = False) -> list[GroupView]:
    return [
        GroupView(group, tuple(cell_of(line, narrowed, blank) for line in group.lines))
        for group in sheet.groups
    ]


def filters_of(sheet: Sheet, narrowed: str, tail: str) -> list[FilterView]:
    """Links; without the script they narrow the page that the server sends."""
    joint = f"{tail}&" if tail else "?"
    return [
        FilterView(
            word,
            label,
            css,
            sheet.count(word),
            word == narrowed,
            f"{joint}loc={word}" if word else tail or "?",
        )
        for word, label, css in FILTERS
    ]


def cell_of(line: Line, narrowed: str = "", blank: bool = False) -> CellView:
    css = {PLAIN: "ret" if line.is_returned else ""}.get(line.mark, line.mark)
    return CellView(
        line=line,
        attrs=SafeString(flatatt(_attributes(line, blank))),
        css=""
        if blank
        else f"st-{css}"
        if css
        else ("st-lock" if line.closed and line.closed != "Chỉ xem" else ""),
        verdict=("k-b", "") if blank else verdict_of(line),
        hidden=not line.passes(narrowed),
        is_blank_form=blank,
    )


def verdict_of(line: Line) -> tuple[str, str]:
    """The class and the words of the column "Đánh giá"."""
    if line.mark == WRONG and line.typed is not None:
        return "k-e", line.typed.sentence
    if line.mark == STALE:
        return "k-e", "Ô này vừa được người khác sửa"
    if line.mark == UNSAVED:
        return "k-b", "● chưa lưu"
    if line.mark == COPIED:
        year = line.result.copied_from if line.result else None
        return "k-o", f"Chép từ {year}" if year else "Chép, chờ xác nhận"
    css, sign = _SAID.get(Verdict(line.finding.verdict), ("", "")) if line.finding.verdict else ("k-b", "")
    words = line.finding.brief[:1].upper() + line.finding.brief[1:]
    if line.mark == DOUBTFUL:
        change = line.question.split(". ")[0]
        return "k-w", f"{sign}{words}; {change[:1].lower()}{change[1:]}"
    return css, f"{sign}{words}"


def _attributes(line: Line, blank: bool) -> dict[str, Any]:
    one, reading = line.one, line.one.reading
    kind = _TYPES[IndicatorKind(one.row.kind)]
    found: dict[str, Any] = {"name": one.code, "id": f"c-{one.code}"}
    if kind != "g":
        found |= {"value": "" if blank else line.raw, "enterkeyhint": "next"}
        found |= {"inputmode": "decimal"} if kind in "np" else {}
        found |= {"readonly": True} if line.closed else {}
    elif line.closed:
        found["disabled"] = True
    found |= {"aria-labelledby": f"n-{one.code}", "aria-describedby": f"k-{one.code}", "data-t": kind}
    if line.mark == WRONG:
        found["aria-invalid"] = "true"
    # What is usual is left out: two decimals, not below 0.
    numbers = {
        "d": reading.decimals if reading.decimals != 2 else None,
        "lo": {None: "", Decimal(0): None}.get(reading.minimum, reading.minimum),
        "hi": reading.maximum,
        "soft": one.row.soft_limit,
    }
    said = {
        "v": line.version or None,
        "s": line.state if line.state in (ValueState.COPIED, ValueState.NO_DATA) else None,
        "o": line.stored if line.raw != line.stored else None,
        "last": line.last_raw or None,
        "u": one.measure.unit if kind == "n" else None,
        "a": "1" if reading.asks_absence else None,
        "b": _bars(line.bars, line) or None,
        "q": line.question or None,
        "j": line.result.judged if line.result and line.result.judged else None,
        "n": line.note or None,
    }
    return found | {
        f"data-{name}": plain(value)
        for name, value in ((numbers if kind in "np" else {}) | said).items()
        if value is not None
    }


def _bars(bars: tuple[Bar, ...], line: Line) -> str:
    """A single plain threshold as "gte 90", anything else as JSON: operator, value, text, key, case."""
    if len(bars) == 1 and not bars[0].text:
        return f"{bars[0].operator} {plain(bars[0].value)}".strip()
    rows = [[bar.operator, plain(bar.value), bar.text, bar.key, bar.case] for bar in bars]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def plain(value: Any) -> str:
    """A number as scripts read it; everything else as it is."""
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
