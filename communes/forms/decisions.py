"""What people type when they record a decision."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from communes.filters import level_names, years
from communes.forms.unit_picks import PicksField
from communes.models import Level, Recognition, Unit
from ntm.core.dates import format_date, today
from ntm.core.forms import BaseForm, DayField, YearField
from ntm.core.text import quote
from ntm.core.uploads import ScanField


def _reason(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea({"rows": 3}))


class PastDayField(DayField):
    """A day up to today."""

    def check(self, day: date) -> None:
        if day > today():
            raise forms.ValidationError(
                f"Ngày {format_date(day)} chưa đến; hôm nay là {format_date(today())}."
            )


class StepForm(BaseForm):
    """The first step: which level, for which year, signed on which day. It stands in the address."""

    muc = forms.ChoiceField(label="Mức")
    nam = forms.TypedChoiceField(label="Năm đạt", coerce=int, choices=years)
    ngay = PastDayField(label="Ngày ban hành quyết định")
    # The unit that the page was opened about; its box is then ticked.
    don_vi = forms.IntegerField(required=False, max_value=10**15, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muc"].choices = level_names()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code, year, day = cleaned.get("muc"), cleaned.get("nam"), self.day_of(cleaned)
        if year and day and year > day.year:
            self.add_error("nam", f"Năm đạt {year} sau năm ban hành quyết định ({day.year}).")
        if code and year:
            cleaned["level"] = level_of_year(code, year)
            if cleaned["level"] is None:
                self.add_error("muc", f"Giai đoạn của năm {year} không có mức này.")
        return cleaned

    def day_of(self, cleaned: dict[str, Any]) -> date | None:
        """The decision's day."""
        return cleaned.get("ngay")


class AddStepForm(StepForm):
    """Of a decision that is recorded: its day is known, or was never known."""

    ngay = None  # type: ignore[assignment]

    def __init__(self, *args: Any, day: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._day = day

    def day_of(self, cleaned: dict[str, Any]) -> date | None:
        return self._day


class ConfirmStepForm(StepForm):
    """The year is the one whose results were looked at again."""

    nam = forms.TypedChoiceField(label="Xác nhận cho năm", coerce=int, choices=years)


class RevokeStepForm(BaseForm):
    """Narrows the levels in force; one of the two must be said."""

    muc = forms.ChoiceField(label="Mức", required=False)
    ten = forms.CharField(label="Tên đơn vị", required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muc"].choices = [("", "Mọi mức"), *level_names()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("muc") or cleaned.get("ten")):
            self.add_error("ten", "Hãy gõ tên đơn vị hoặc chọn mức.")
        return cleaned

    def narrow(self, rows: QuerySet[Recognition]) -> QuerySet[Recognition]:
        """Of a valid form: the recognitions that it asks for."""
        code, name = self.cleaned_data["muc"], self.cleaned_data["ten"]
        rows = rows.filter(level__code=code) if code else rows
        return rows.filter(unit__in=Unit.objects.named_like(name)) if name else rows

    def why_none(self) -> str:
        """What is said where a valid form finds nothing."""
        code, name = self.cleaned_data["muc"], self.cleaned_data["ten"]
        at = f" ở mức “{dict(level_names())[code]}”" if code else ""
        of = f" của đơn vị có tên {quote(name)}" if name else ""
        lack = f"Không có lượt công nhận nào đang còn hiệu lực{at}{of}."
        return f"{lack} Hãy kiểm tra lại mức và tên đơn vị."


def level_of_year(code: str, year: int) -> Level | None:
    """The level of that code in the period of the year."""
    of_year = Level.objects.filter(period__first_year__lte=year, period__last_year__gte=year)
    return of_year.select_related("period").filter(code=code).first()


class PaperForm(BaseForm):
    """The paper itself. The names are those of the verbs' arguments, so that a refusal finds its field."""

    number = forms.CharField(label="Số, ký hiệu", max_length=80)
    issued_on = PastDayField(label="Ngày ban hành")
    authority = forms.CharField(label="Cơ quan ban hành", max_length=200)
    title = forms.CharField(label="Trích yếu", max_length=500, widget=forms.Textarea({"rows": 2}))
    file = ScanField(label="Bản chụp quyết định", required=False)

    def paper(self) -> dict[str, Any]:
        """The arguments that every verb takes."""
        return {
            name: self.cleaned_data[name] for name in ("number", "issued_on", "authority", "title", "file")
        }


class AddForm(BaseForm):
    """More units of one level and year, of a paper that is recorded."""

    units = PicksField(label="Đơn vị", queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["units"].show(groups)  # type: ignore[attr-defined]


class UnitsForm(AddForm, PaperForm):
    """A paper that names units of one level and year."""

    field_order = ("number", "issued_on", "authority", "title", "file", "units")


class RevokeForm(PaperForm):
    """A paper that ends recognitions."""

    effective_on = PastDayField(label="Hết hiệu lực từ ngày")
    reason = _reason("Lý do thu hồi")
    recognitions = PicksField(label="Mức bị thu hồi", queryset=Recognition.objects.none())

    def __init__(self, *args: Any, recognitions: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recognitions"].queryset = recognitions  # type: ignore[attr-defined]
        self.fields["recognitions"].show(groups)  # type: ignore[attr-defined]


class CorrectForm(BaseForm):
    """What the row should say, and why it was wrong."""

    unit = forms.ModelChoiceField(label="Đơn vị", queryset=Unit.objects.none(), empty_label=None)
    level = forms.ChoiceField(label="Mức")
    achieved_year = YearField(label="Năm đạt", minimum=1990)
    exact = forms.BooleanField(label="Đã rõ: đạt đúng trong năm này", required=False)
    reason = _reason("Lý do đính chính")

    def __init__(
        self, *args: Any, row: Recognition, units: list[Unit], districts: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._row = row
        if not row.by_year:
            del self.fields["exact"]
        field = self.fields["unit"]
        field.queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        field.choices = _by_district(units, districts)  # type: ignore[attr-defined]
        same_tier = dict(
            Level.objects.filter(tier=row.level.tier).order_by("rank").values_list("code", "name")
        )
        self.fields["level"].choices = list(same_tier.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code, year = cleaned.get("level"), cleaned.get("achieved_year")
        if code and year:
            cleaned["level_row"] = level_of_year(code, year)
            if cleaned["level_row"] is None:
                self.add_error("level", f"Giai đoạn của năm {year} không có mức này.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The arguments of the verb. A year that was left alone is not said, unless it is now known to be the very
        year: it may be known only as "by then"."""
        values = self.cleaned_data
        year = values["achieved_year"]
        left_alone = year == self._row.achieved_year and not values.get("exact")
        return {
            "unit": values["unit"],
            "level": values["level_row"],
            "achieved_year": None if left_alone else year,
            "reason": values["reason"],
        }


class TakeBackForm(BaseForm):
    """Why a row was never meant."""

    reason = _reason("Lý do rút")


class TakeBackRevocationForm(TakeBackForm):
    """Of the decision that the page was opened about: another one may end the same level later."""

    decision = forms.IntegerField(max_value=10**15, widget=forms.HiddenInput)


def _by_district(units: list[Unit], districts: dict[int, str]) -> list[tuple[str, list[tuple[int, str]]]]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for unit in units:
        groups.setdefault(districts.get(unit.parent_id or 0, ""), []).append((unit.pk, unit.full_name))
    return list(groups.items())


class ScanForm(BaseForm):
    """The scan that a document lacked."""

    file = ScanField(label="Bản chụp văn bản")
