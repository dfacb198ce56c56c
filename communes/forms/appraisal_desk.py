"""Narrowing a department's desk, and one word on many results."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from communes.forms.appraisal import WordForm
from communes.selectors.appraisal import entered_by_results, evidence_marks
from communes.selectors.appraisal_desk import STATES, WAITING, DeskLine, Duty
from communes.selectors.criteria_sets import label_of
from communes.services.appraisal import Seen
from ntm.core.forms import BaseForm

_GONE = "Không có lựa chọn này. Hãy chọn lại."


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, error_messages={"invalid_choice": _GONE}
    )


class PicksField(forms.MultipleChoiceField):
    """Takes whatever is well formed: what can no longer be judged is the verb's to refuse, in its own words."""

    def valid_value(self, value: str) -> bool:
        key, version, _ = [*value.split(":"), "", ""][:3]
        return all(part.isascii() and part.isdecimal() and len(part) < 18 for part in (key, version))


class DeskForm(BaseForm):
    """Round, indicator, district, state; left alone: everything that waits."""

    unsaid = ("tinh_trang",)

    def __init__(self, data: QueryDict, *, duties: list[Duty], districts: list[tuple[str, str]]) -> None:
        shown = data.copy()
        shown.setdefault("tinh_trang", WAITING)
        super().__init__(shown)
        rounds = [(str(duty.round.pk), str(duty.round)) for duty in duties]
        self.fields |= {
            "tinh_trang": _choice("Tình trạng", STATES),
            "ky": _choice("Kỳ nhập liệu", [("", "Mọi kỳ đang mở"), *rounds]),
            "chi_tieu": _choice("Chỉ tiêu", [("", "Mọi chỉ tiêu được giao"), *_indicators(duties)]),
            "huyen": _choice("Huyện, thành phố", [("", "Mọi huyện"), *districts]),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["tinh_trang"] = cleaned.get("tinh_trang") or WAITING
        return cleaned


def _indicators(duties: Sequence[Duty]) -> list[tuple[str, str]]:
    """One choice per set and indicator, with the set's name: sets use the same codes for other things."""
    sets = {duty.round.criteria_set_id: duty.round.criteria_set for duty in duties}
    often = Counter(row.level_id for row in sets.values())
    found: dict[str, str] = {}
    for duty in duties:
        row = duty.round.criteria_set
        name = row.level.short_name if often[row.level_id] == 1 else label_of(row)
        found |= {str(one.pk): f"{name}: {one.code}. {one.row.name[:60]}" for one in duty.mine}
    return list(found.items())


class ManyForm(WordForm):
    """The results to judge, each ticked with what was shown of it: "12:3:7.8" is result 12 in version 3 with the
    files 7 and 8."""

    picks = PicksField(
        label="Kết quả",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chưa chọn kết quả nào."},
    )
    field_order = ("picks", "verdict", "basis", "number")

    def __init__(self, *args: Any, lines: list[DeskLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [line.row.pk for line in lines]
        marks, own = evidence_marks(keys), entered_by_results(keys, self._user)
        self.open = [
            (_pick(line, marks.get(line.row.pk, "")), line) for line in lines if line.row.pk not in own
        ]
        self.closed = [line for line in lines if line.row.pk in own]

    def seen(self) -> dict[int, Seen | None]:
        """What was shown of each ticked result."""
        return dict(map(_read, self.cleaned_data["picks"]))


def _pick(line: DeskLine, mark: str) -> str:
    return f"{line.row.pk}:{line.row.version}:{mark}"


def _read(pick: str) -> tuple[int, Seen | None]:
    key, version, files = [*pick.split(":"), ""][:3]
    return int(key), Seen(int(version), files)
