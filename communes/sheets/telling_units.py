"""The kinds of sheets about the register of units, their attributes and their recognitions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from communes.forms.candidates import home_province
from communes.forms.decisions import PastDayField
from communes.models import Level
from communes.services.attributes import RIGHT as ATTRIBUTES
from communes.services.ground import RIGHT as DECISIONS
from communes.services.lineage import RIGHT as UNITS
from communes.sheets.links import ATTRIBUTE, RECOGNITION, UNIT
from communes.sheets.recognising import Recognising
from communes.sheets.register import Register
from communes.sheets.unit_attributes import UnitAttributes
from ntm.core.dates import DateError, format_date, parse_date, today
from ntm.core.forms import BaseForm
from ntm.sheets.imports.kinds import Kind, Target

_FROM_DAY, _FROM_BEFORE = "ngay", "truoc"


class _DayForm(BaseForm):
    ngay = PastDayField(label="Ngày")

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial={"ngay": format_date(today())})


class _AttributeForm(_DayForm):
    ngay = PastDayField(
        label="Có hiệu lực từ ngày",
        help_text="Giá trị khác với giá trị đang có được ghi từ ngày này; mẫu có các đơn vị của ngày này.",
    )


class _RecognitionForm(_DayForm):
    muc = forms.ChoiceField(label="Mức")
    ngay = PastDayField(
        label="Địa bàn của ngày",
        help_text="Mẫu có các đơn vị thuộc Chương trình vào ngày này. Quyết định cũ: chọn ngày mà các đơn vị đó còn.",
    )
    field_order = ("muc", "ngay")

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data)
        rows = Level.objects.select_related("period").order_by("-period__first_year", "tier", "rank")
        self.fields["muc"].choices = [(str(row.pk), str(row)) for row in rows]  # type: ignore[attr-defined]


class _UnitForm(_DayForm):
    ngay = PastDayField(label="Địa bàn của ngày", help_text="Mẫu có các đơn vị của ngày này.")
    tu = forms.ChoiceField(
        label="Đơn vị mới có hiệu lực",
        choices=[(_FROM_DAY, "Từ ngày nêu trên"), (_FROM_BEFORE, "Từ trước khi có số liệu")],
    )


class _OfAProvince(Kind):
    """Sheets about the province that heads the person's pages. The form checks all that an address says."""

    def params(self, user: Any, asked: Mapping[str, str]) -> dict[str, str] | None:
        """Refused before a day is chosen where the right does not hold there."""
        home_province(user, self.permission)
        form = self.form(user, asked)
        if not form.is_valid():
            return None
        said: dict[str, Any] = form.cleaned_data
        return {
            name: format_date(value) if isinstance(value, date) else value for name, value in said.items()
        }


def _day(params: Mapping[str, str]) -> date | None:
    """The day that kept parameters name; one that has not come yet is none."""
    try:
        day = parse_date(params.get("ngay", ""))
    except DateError:
        return None
    return day if day <= today() else None


class AttributeKind(_OfAProvince):
    code, title, permission = ATTRIBUTE, "Thuộc tính của các đơn vị", ATTRIBUTES

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _AttributeForm(data)

    def target(self, user: Any, params: Mapping[str, str]) -> Target | None:
        province, day = home_province(user, self.permission), _day(params)
        return UnitAttributes(user, province, day) if day else None


class RecognitionKind(_OfAProvince):
    code, title, permission = RECOGNITION, "Quyết định công nhận ở một mức", DECISIONS

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _RecognitionForm(data)

    def target(self, user: Any, params: Mapping[str, str]) -> Target | None:
        province, day, key = home_province(user, self.permission), _day(params), params.get("muc", "")
        rows = Level.objects.select_related("period")
        level = (
            rows.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 16 else None
        )
        return Recognising(user, province, level, day) if day and level else None


class UnitKind(_OfAProvince):
    code, title, permission = UNIT, "Đơn vị hành chính", UNITS

    def form(self, user: Any, data: Mapping[str, Any] | None) -> BaseForm:
        return _UnitForm(data)

    def target(self, user: Any, params: Mapping[str, str]) -> Target | None:
        province, day = home_province(user, self.permission), _day(params)
        if day is None or params.get("tu") not in (_FROM_DAY, _FROM_BEFORE):
            return None
        return Register(user, province, day, day if params["tu"] == _FROM_DAY else None)


def every_kind() -> tuple[Kind, ...]:
    return AttributeKind(), RecognitionKind(), UnitKind()
