"""What narrows the list behind a number of a unit's return."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from communes.models import CriteriaSet, Submission
from communes.selectors.return_links import meant
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
        sets = {row.round.criteria_set.key: _name(row.round.criteria_set) for row in submissions}
        if sets and shown.get("bo") not in sets:
            found = meant(submissions[::-1], shown.get("bo", ""))
            shown["bo"] = found.round.criteria_set.key if found else next(iter(sets))
        super().__init__(shown)
        states = [("", "Mọi kết quả"), *WORDS.items()]
        if shown["loai"] == INDICATORS:
            states.append((RETURNED, "Bị trả lại"))
        for name, choices in (("bo", list(sets.items()) or [("", "–")]), ("kq", states)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - both are declared above
            field.choices = choices


def _name(row: CriteriaSet) -> str:
    return f"{row.level.name} ({row.edition})" if row.edition else row.level.name
