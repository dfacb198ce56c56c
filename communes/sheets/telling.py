"""The kinds of sheets of this app."""

from collections.abc import Mapping
from typing import Any

from django import forms

from communes.models import Round, Submission
from communes.reach import reach_of
from communes.selectors import returns
from communes.sheets.links import INDICATOR, RETURN, ROUND
from communes.sheets.one_indicator import OneIndicator
from communes.sheets.one_return import OneReturn
from communes.sheets.results import Results, writable
from communes.sheets.telling_units import every_kind
from communes.sheets.whole_round import WholeRound
from ntm.core.dates import today
from ntm.core.forms import BaseForm
from ntm.sheets.imports.kinds import Kind, register


def key_of(params: Mapping[str, str], name: str) -> int | None:
    """A row's key as an address gives it."""
    text = params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


class _ReturnForm(BaseForm):
    phieu = forms.ChoiceField(label="Phiếu kết quả")


class _RoundForm(BaseForm):
    ky = forms.ChoiceField(label="Kỳ nhập liệu")


class _IndicatorForm(_RoundForm):
    chi_tieu = forms.CharField(
        label="Mã chỉ tiêu", max_length=12, help_text="Ví dụ 2.1; mã như ở bộ tiêu chí của kỳ."
    )


class _ResultKind(Kind):
    permission = returns.RIGHT


class ReturnKind(_ResultKind):
    """One commune: a row for each indicator."""

    code, title = RETURN, "Kết quả của một xã"

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        form = _ReturnForm(data)
        rows = returns.newest_first(returns.open_now(returns.writable_returns(user), today()))
        form.fields["phieu"].choices = [(str(row.pk), str(row)) for row in rows]  # type: ignore[attr-defined]
        return form

    def target(self, user: Any, params: Mapping[str, str]) -> Results | None:
        found = writable(user, pk=key_of(params, "phieu"))
        return OneReturn(user, found) if found else None


class RoundKind(_ResultKind):
    """Many communes: a row for each, a column for each indicator."""

    code, title = ROUND, "Kết quả của mọi xã trong kỳ"

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _with_rounds(_RoundForm(data), user)

    def target(self, user: Any, params: Mapping[str, str]) -> Results | None:
        found = _of_round(user, params)
        return WholeRound(user, found) if found else None


class IndicatorKind(_ResultKind):
    """One indicator of many communes: a row for each commune."""

    code, title = INDICATOR, "Kết quả một chỉ tiêu của mọi xã"

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _with_rounds(_IndicatorForm(data), user)

    def target(self, user: Any, params: Mapping[str, str]) -> Results | None:
        found = _of_round(user, params)
        target = OneIndicator(user, found, params.get("chi_tieu", "")) if found else None
        return target if target is not None and target.exists else None


def _with_rounds(form: BaseForm, user: Any) -> BaseForm:
    rows = Round.objects.filter(province_id__in=reach_of(user).provinces, locked_at=None)
    rows = rows.select_related("criteria_set__level").order_by("-year", "term", "pk")
    form.fields["ky"].choices = [(str(row.pk), str(row)) for row in rows]  # type: ignore[attr-defined]
    return form


def _of_round(user: Any, params: Mapping[str, str]) -> list[Submission]:
    """As the page of one indicator over all units decides: for people of a whole province."""
    if not reach_of(user).provinces:
        return []
    return writable(user, round_id=key_of(params, "ky"))


def tell() -> None:
    """Called when the applications are ready."""
    for kind in (ReturnKind(), RoundKind(), IndicatorKind(), *every_kind()):
        register(kind)
