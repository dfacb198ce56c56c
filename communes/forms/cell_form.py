"""What people type on the page of one cell."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from communes import cells
from communes.choices import IndicatorKind, ValueState
from communes.judging import Bar, Measure, need_of, number
from communes.models import Result
from communes.selectors.cell_page import Cell
from communes.selectors.criteria import IndicatorFacts
from communes.services.results import NOTE_LIMIT
from communes.services.results import Cell as TypedCell
from ntm.core.forms import BaseForm
from ntm.core.numbers import NBSP
from ntm.core.uploads import ScanField

_STATES = [
    (ValueState.ENTERED, "Có kết quả"),
    (ValueState.NOT_APPLICABLE, "Không áp dụng"),
    (ValueState.NO_DATA, "Chưa có số liệu"),
]
_SIGNS = {ValueState.NOT_APPLICABLE: "-", ValueState.NO_DATA: "?"}
_SHARE = ("numerator", "denominator")


def typed_text(one: IndicatorFacts, row: Result | None) -> str:
    """What stands in the cell's box: what would have to be typed to get what is stored."""
    if row is None or row.state == ValueState.EMPTY:
        return ""
    return cells.as_typed(one.reading, cells.Typed(row.state, row.value, row.text))


def options_of(measure: Measure) -> list[tuple[str, str]]:
    """What a cell chooses from; empty where it is typed."""
    if measure.kind == IndicatorKind.YES_NO:
        return [("", "–"), ("Đạt", "Đạt"), ("Chưa", "Chưa đạt")]
    if measure.kind == IndicatorKind.GRADED:
        return [("", "–"), *((grade, grade) for grade in measure.grades)]
    return []


class CellForm(BaseForm):
    """One cell with everything that belongs to it. The names are those of `Outcome.field`."""

    state = forms.ChoiceField(label="Tình trạng", choices=_STATES, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Ghi chú, lý do", required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 2})
    )
    field_order = ("state", "value", "numerator", "denominator", "case", "kept", "note")

    def __init__(
        self, *args: Any, one: IndicatorFacts, bars: Sequence[Bar], row: Result | None, **kwargs: Any
    ) -> None:
        self.one, self.row = one, row if row is not None and row.pk else None
        kwargs["initial"] = _initial(one, self.row) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["value"] = _value_field(one)
        if one.row.kind == IndicatorKind.PERCENT:
            for name, label in (("numerator", "hoặc tử số"), ("denominator", "và mẫu số")):
                self.fields[name] = forms.CharField(label=label, required=False, max_length=40)
                self.fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        cases = [bar for bar in bars if bar.case]
        if cases:
            choices = [(0, "Chưa chọn"), *((bar.key, _case(one.measure, bar)) for bar in cases)]
            self.fields["case"] = forms.TypedChoiceField(label="Trường hợp", coerce=int, choices=choices)
        if self.row is not None and self.row.is_doubtful:
            self.fields["kept"] = forms.BooleanField(label="Đã kiểm tra, giữ giá trị này", required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        state, value = cleaned.get("state"), cleaned.get("value", "")
        if state in _SIGNS and value and value != self.get_initial_for_field(self.fields["value"], "value"):
            label = dict(_STATES)[ValueState(state)]
            sentence = f"Đã nhập giá trị nhưng lại chọn “{label}”. Hãy chọn “Có kết quả” hoặc xóa giá trị."
            self.add_error("state", sentence)
        if state == ValueState.ENTERED and value and self._may_disagree():
            self._check_share(cleaned)
        return cleaned

    def _share(self) -> bool:
        """Whether part or whole was typed now."""
        changed = any(name in self.changed_data for name in _SHARE)
        return changed and any(self.cleaned_data.get(name) for name in _SHARE)

    def _may_disagree(self) -> bool:
        """Whether part and whole stand beside a percent that does not follow from them. What they gave before is no
        word of the person's: typed anew, they give another."""
        if not any(self.cleaned_data.get(name) for name in _SHARE):
            return False
        followed = self.row is not None and self.row.denominator is not None
        return "value" in self.changed_data or (self._share() and not followed)

    def _check_share(self, cleaned: dict[str, Any]) -> None:
        """Both must say the same; if not, the person says which one counts."""
        try:
            *_, share = cells.read_share(self.one.reading, cleaned["numerator"], cleaned["denominator"])
            typed = cells.read(self.one.reading, cleaned["value"]).value
        except cells.Unreadable as error:
            self.add_error(error.field, str(error))
            return
        if typed != share:
            parts = (
                f"tử số {cleaned['numerator']} và mẫu số {cleaned['denominator']} cho {number(share)}{NBSP}%"
            )
            sentence = (
                f"Kết quả {cleaned['value']}{NBSP}% không khớp: {parts}. Hãy sửa cho khớp; hoặc xóa kết quả để lấy "
                f"{number(share)}{NBSP}%, hoặc xóa tử số và mẫu số để giữ {cleaned['value']}{NBSP}%."
            )
            self.add_error("value", sentence)
            self.add_error("numerator", "Tử số và mẫu số không khớp với kết quả đã gõ.")

    def groups(self) -> Iterator[list[forms.BoundField]]:
        """The visible fields, those side by side that say the same thing in two ways."""
        shown = [bound for bound in self.visible_fields() if bound.name not in _SHARE]
        for bound in shown:
            beside = [self[name] for name in _SHARE if name in self.fields and bound.name == "value"]
            yield [bound, *beside]

    def cell(self) -> TypedCell:
        """A valid form as the verb takes it."""
        values = self.cleaned_data
        state = ValueState(values["state"])
        # Without a percent they say it themselves, typed now or before.
        counts = self._share() or (not values["value"] and all(values.get(name) for name in _SHARE))
        share = {name: values[name] for name in _SHARE} if counts else {}
        gone = any(name in self.changed_data for name in _SHARE) and not share
        return TypedCell(
            code=self.one.code,
            raw=_SIGNS.get(state, values["value"]),
            version=values["version"],
            note=values["note"],
            kept=bool(values.get("kept")),
            case=values.get("case"),
            no_share=gone,
            **(share if state == ValueState.ENTERED else {}),
        )


def value_form(cell: Cell, data: Any = None) -> CellForm:
    """The form of a cell with the version it was read with; of the cell as it is, or with what was typed."""
    form = CellForm(data, one=cell.one, bars=cell.bars, row=cell.row, auto_id="cell_%s")
    form.fields["version"] = forms.IntegerField(initial=cell.version, widget=forms.HiddenInput, min_value=0)
    return form


def words_of(form: CellForm) -> dict[str, str]:
    """What a form holds, label by label: as typed, or, of one to which nothing was sent, as stored."""
    found = {}
    for name, field in form.fields.items():
        if isinstance(field.widget, forms.HiddenInput) or name == "kept":
            continue
        value = form.cleaned_data.get(name, "") if form.is_bound else form.get_initial_for_field(field, name)
        found[str(field.label)] = str(dict(getattr(field, "choices", ())).get(value, value or ""))
    return found


def _initial(one: IndicatorFacts, row: Result | None) -> dict[str, Any]:
    if row is None:
        return {"state": ValueState.ENTERED, "case": 0}
    entered = row.state in (ValueState.ENTERED, ValueState.COPIED)
    return {
        "state": row.state if row.state in _SIGNS else ValueState.ENTERED,
        "value": typed_text(one, row) if entered else "",
        "numerator": "" if row.numerator is None else cells.plain(row.numerator),
        "denominator": "" if row.denominator is None else cells.plain(row.denominator),
        "case": row.case_id or 0,
        "note": row.note,
    }


def _value_field(one: IndicatorFacts) -> forms.Field:
    options = options_of(one.measure)
    if options:
        label = "Kết quả" if one.row.kind == IndicatorKind.YES_NO else "Xếp mức"
        return forms.ChoiceField(label=label, choices=[("", "Chưa nhập"), *options[1:]], required=False)
    if one.row.kind == IndicatorKind.TEXT:
        widget = forms.Textarea({"rows": 3})
        return forms.CharField(label="Nội dung", required=False, max_length=cells.TEXT_LIMIT, widget=widget)
    unit = "%" if one.row.kind == IndicatorKind.PERCENT else one.row.unit_of_measure
    made = forms.CharField(label=f"Kết quả ({unit})" if unit else "Kết quả", required=False, max_length=60)
    made.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    return made


def _case(measure: Measure, bar: Bar) -> str:
    return f"{bar.case} ({need_of(measure, bar)})"


class EvidenceForm(BaseForm):
    """A file to put behind the cell."""

    file = ScanField(label="Thêm tệp minh chứng")


class RemoveForm(forms.Form):
    """Which file to take away."""

    file = forms.IntegerField(widget=forms.HiddenInput)
