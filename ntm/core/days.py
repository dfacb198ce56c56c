"""A day of one year, as an address asks for it: `?ngay=30/06/2023`."""

from datetime import date
from typing import Any

from django import forms

from ntm.core.dates import as_of, format_date
from ntm.core.forms import BaseForm, DayField


class DayOfYearField(DayField):
    """A day from the first of the year up to its end, or to today where that comes first. Empty: the year's own.
    `first`: another first day."""

    def __init__(self, *, year: int, today: date, first: date | None = None) -> None:
        self.first, self.last, self.year = first or date(year, 1, 1), as_of(year, today), year
        super().__init__(label="Số liệu đến ngày", required=False, example=format_date(self.last))

    def check(self, day: date) -> None:
        if self.first <= day <= self.last:
            return
        said = format_date(day)
        what = (
            f"Ngày {said} chưa đến."
            if day > self.last and day.year == self.last.year
            else f"Ngày {said} không thuộc năm {self.year}."
        )
        if self.first > self.last:
            raise forms.ValidationError(what)
        raise forms.ValidationError(
            f"{what} Hãy chọn một ngày từ {format_date(self.first)} đến {format_date(self.last)}."
        )


class DayOfYearForm(BaseForm):
    """Only the day. `day`: what was asked for, None where nothing was, or where it is refused."""

    def __init__(self, data: Any, *, year: int, today: date, first: date | None = None) -> None:
        super().__init__({"ngay": data.get("ngay", "")})
        self.fields["ngay"] = DayOfYearField(year=year, today=today, first=first)

    @property
    def day(self) -> date | None:
        return self.cleaned_data["ngay"] if self.is_valid() else None
