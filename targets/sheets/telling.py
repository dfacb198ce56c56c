"""The kinds of sheets of this app."""

from collections.abc import Mapping
from typing import Any

from django import forms

from ntm.core.forms import BaseForm
from ntm.sheets.imports.kinds import Kind, register
from targets.choices import PlanState
from targets.models import Plan
from targets.services import RIGHT
from targets.sheets.draft import OfDraft
from targets.sheets.links import NAMES, NUMBERS
from targets.sheets.names import DraftNames
from targets.sheets.numbers import DraftNumbers
from targets.years import home_of, year_of


class _YearForm(BaseForm):
    nam = forms.ChoiceField(label="Dự thảo kế hoạch năm")


class _DraftKind(Kind):
    permission = RIGHT
    shape: type[OfDraft]

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        """The years that have a draft."""
        form = _YearForm(data)
        rows = Plan.objects.filter(province_id=home_of(user, RIGHT), state=PlanState.DRAFT)
        years = rows.order_by("-year").values_list("year", flat=True)
        form.fields["nam"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]
        if not years:
            form.fields["nam"].help_text = "Chưa có dự thảo nào. Hãy lập dự thảo ở trang Kế hoạch trước."
        return form

    def target(self, user: Any, params: Mapping[str, str]) -> OfDraft | None:
        year = year_of(params)
        return self.shape(user, home_of(user, RIGHT), year) if year else None


class NumbersKind(_DraftKind):
    """A row for each level."""

    code, title, shape = NUMBERS, "Chỉ tiêu của dự thảo kế hoạch", DraftNumbers


class NamesKind(_DraftKind):
    """A row for each unit in the programme."""

    code, title, shape = NAMES, "Đơn vị đăng ký trong dự thảo kế hoạch", DraftNames


def tell() -> None:
    """Called when the applications are ready."""
    for kind in (NumbersKind(), NamesKind()):
        register(kind)
