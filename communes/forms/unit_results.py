"""What narrows the list behind a number of a unit's return."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from communes.models import Submission
from communes.selectors.unit_returns import RETURNED
from communes.tallies import WORDS

CRITERIA, INDICATORS = "tieu-chi", "chi-tieu"


class UnitResultForm(forms.Form):
    """Set, criteria or indicators, and the result."""

    bo = forms.ChoiceField(label="Bộ tiêu chí", required=False)
    loai = forms.ChoiceField(
        label="Xem", choices=[(CRITERIA, "Tiêu chí"), (INDICATORS, "Chỉ tiêu")], required=False
    )
    kq = forms.ChoiceField(label="Kết quả", required=False)
    unsaid = ("bo", "loai")

    def __init__(self, data: QueryDict, *, submissions: Sequence[Submission]) -> None:
        shown = data.copy()
        shown.setdefault("loai", CRITERIA)
        levels = {row.round.criteria_set.level.code: row.round.criteria_set.level.name for row in submissions}
        if levels and shown.get("bo") not in levels:
            shown["bo"] = next(iter(levels))
        super().__init__(shown)
        states = [("", "Mọi kết quả"), *WORDS.items()]
        if shown["loai"] == INDICATORS:
            states.append((RETURNED, "Bị trả lại"))
        for name, choices in (("bo", list(levels.items()) or [("", "–")]), ("kq", states)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are declared above
            field.choices = choices
