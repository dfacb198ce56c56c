"""Opening a round, its deadlines, locking it, narrowing its returns, accepting many of them."""

from typing import Any

from django import forms
from django.http import QueryDict

from communes.choices import Term
from communes.filters import years
from communes.forms.appraisal import reason_field
from communes.forms.appraisal_desk import PicksField
from communes.models import CriteriaSet
from communes.selectors.appraisal_rounds import GROUPS, Candidate
from communes.selectors.criteria_sets import label_of
from communes.services.appraisal import Seen
from communes.services.rounds import Deadlines
from ntm.core.forms import BaseForm, DayField

_EXAMPLE = "31/12/2026"


class DeadlinesForm(BaseForm):
    """The last day of each step. None is set by itself; an empty one is no deadline."""

    enter_by = DayField(label="Hạn xã gửi", example=_EXAMPLE, required=False)
    review_by = DayField(label="Hạn huyện thẩm tra", example=_EXAMPLE, required=False)
    judge_by = DayField(label="Hạn sở, ngành thẩm định", example=_EXAMPLE, required=False)
    accept_by = DayField(label="Hạn tỉnh chấp nhận", example=_EXAMPLE, required=False)

    def deadlines(self) -> Deadlines:
        """Of a valid form."""
        names = ("enter_by", "review_by", "judge_by", "accept_by")
        return Deadlines(**{name: self.cleaned_data[name] for name in names})


class SetField(forms.ModelChoiceField):
    """Sets by name, with whose they are, which revision and since when: a copy keeps its name."""

    def label_from_instance(self, obj: CriteriaSet) -> str:
        return label_of(obj)


class OpenForm(DeadlinesForm):
    """Year, term, set, and the deadlines."""

    year = forms.TypedChoiceField(label="Năm", coerce=int, choices=years)
    term = forms.ChoiceField(label="Kỳ", choices=Term.choices)
    criteria_set = SetField(
        label="Bộ tiêu chí", queryset=CriteriaSet.objects.none(), empty_label=None,
        help_text="Chỉ có các bộ đã ban hành.",
    )  # fmt: skip
    field_order = ("year", "term", "criteria_set", "enter_by", "review_by", "judge_by", "accept_by")

    def __init__(self, *args: Any, sets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria_set"].queryset = sets  # type: ignore[attr-defined]


class LockForm(BaseForm):
    """Why a year is locked or unlocked."""

    reason = reason_field("Lý do")


class ReturnsForm(BaseForm):
    """State and district of the returns of a round."""

    def __init__(self, data: QueryDict, *, districts: list[tuple[str, str]]) -> None:
        super().__init__(data)
        gone = {"invalid_choice": "Không có lựa chọn này. Hãy chọn lại."}
        self.fields["tinh_trang"] = forms.ChoiceField(
            label="Tình trạng", required=False, choices=[("", "Tất cả"), *GROUPS], error_messages=gone
        )
        self.fields["huyen"] = forms.ChoiceField(
            label="Huyện, thành phố",
            required=False,
            choices=[("", "Mọi huyện"), *districts],
            error_messages=gone,
        )


class AcceptManyForm(BaseForm):
    """The returns to accept, each ticked with what was shown of it: "12:3:5.0"."""

    picks = PicksField(
        label="Phiếu",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chưa chọn phiếu nào."},
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = [(f"{c.row.pk}:{c.row.version}:{c.files}", c) for c in candidates if not c.obstacle]
        self.closed = [c for c in candidates if c.obstacle]

    def seen(self) -> dict[int, Seen]:
        """What was shown of each ticked return."""
        found = {}
        for pick in self.cleaned_data["picks"]:
            key, version, files = [*pick.split(":"), ""][:3]
            found[int(key)] = Seen(int(version), files)
        return found
