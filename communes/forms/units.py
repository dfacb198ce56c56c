"""What may stand in the address of the pages of units."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from communes.choices import Tier
from communes.selectors.levels_on import STATES, PageDay
from communes.selectors.records import LevelInfo
from communes.selectors.unit_list import MARKS, tiers_asked
from ntm.core.dates import format_date
from ntm.core.forms import BaseForm, DayField
from ntm.core.text import clean

_ANY = [("", "Tất cả")]
_MARKS = [(str(kind.value), text) for kind, text in MARKS.items()]
_STATES = [(code, text) for code, (text, _) in STATES.items()]


class DayThatCame(DayField):
    """A day up to the one that the page calls today."""

    def __init__(self, today: date, label: str = "Ngày") -> None:
        super().__init__(label=label, required=False)
        self.today = today

    def check(self, day: date) -> None:
        if day > self.today:
            raise forms.ValidationError(f"Ngày {format_date(day)} chưa đến.")


class OtherDayForm(BaseForm):
    """`?ngay=` of a unit's page."""

    label = "Xem ngày khác"

    def __init__(self, data: QueryDict, *, today: date) -> None:
        super().__init__(data)
        self.fields["ngay"] = DayThatCame(today, self.label)


class DayForm(OtherDayForm):
    """`?nam=` or `?ngay=`; a day outranks a year."""

    label = "Ngày"

    def __init__(self, data: QueryDict, *, today: date, default_year: int) -> None:
        shown = data.copy()
        if not shown.get("nam") and not shown.get("ngay"):
            # So that the page shows which year it opened with.
            shown["nam"] = str(default_year)
        super().__init__(shown, today=today)
        self.today, self.default_year = today, default_year
        years = range(today.year, settings.FIRST_YEAR - 1, -1)
        self.fields["nam"] = forms.TypedChoiceField(
            label="Năm",
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", "Theo ngày"), *((year, str(year)) for year in years)],
            error_messages={"invalid_choice": f"Năm phải từ {settings.FIRST_YEAR} đến {today.year}."},
        )
        self.order_fields(["nam", "ngay"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("ngay") or cleaned.get("nam") == self.default_year:
            # Nothing is narrowed by these, so no chip says so.
            cleaned["nam"] = None
        return cleaned

    def page_day(self) -> PageDay:
        """The day that was asked for; of a form with errors, the default year's."""
        if self.is_valid() and self.cleaned_data["ngay"]:
            return PageDay.of_day(self.cleaned_data["ngay"], self.today)
        asked = self.cleaned_data.get("nam") if self.is_valid() else None
        return PageDay.of_year(asked or self.default_year, self.today)


class UnitFilterForm(DayForm):
    """All that narrows the list. Which districts and levels there are depends on the day."""

    def __init__(
        self,
        data: QueryDict,
        *,
        provinces: Sequence[tuple[str, str]],
        districts: Sequence[tuple[str, str, str]],
        levels: Sequence[LevelInfo],
        home: str,
        today: date,
        default_year: int,
    ) -> None:
        data, named = data.copy(), bool(clean(data.get("ten", "")))
        if "tinh" not in data and len(provinces) > 1:
            # Where past provinces are visible too, the list opens with the user's own, or with that of the district
            # asked for; "Tất cả" is a choice.
            data["tinh"] = next((of for code, _, of in districts if code == data.get("huyen")), home)
        inside = [(code, name) for code, name, of in districts if data.get("tinh", "") in ("", of)]
        if not named and data.get("cap") == "xa":
            data["cap"] = ""
        super().__init__(data, today=today, default_year=default_year)
        self._tiers = {level.code: level.tier for level in levels}
        self.fields |= {
            "cap": _choice("Cấp", _tier_choices(named)),
            "tinh": _choice("Tỉnh", _ANY + list(provinces), "Ngày này không có tỉnh mang mã đó."),
            "huyen": _choice("Huyện, thành phố", _ANY + inside, "Ngày này tỉnh không có huyện mang mã đó."),
            "muc": _choice(
                "Mức",
                _ANY + [(level.code, _name_of(level)) for level in levels] + _STATES,
                "Giai đoạn này không có mức đó.",
            ),
            "thuoc_tinh": _choice("Thuộc tính", _ANY + _MARKS),
            "khu_vuc": _choice("Khu vực", _ANY + [(code, f"Khu vực {code}") for code in ("I", "II", "III")]),
            "ten": forms.CharField(label="Tên", required=False, max_length=120),
        }
        # A choice of one is none; but what stands in the address is checked all the same.
        for name, useful in (("tinh", len(provinces) > 1), ("huyen", bool(inside))):
            if not useful and not self.data.get(name):
                del self.fields[name]
        self.unsaid = {"tinh"} if self.data.get("tinh") == home else set()
        self.order_fields(["nam", "ngay", "cap", "tinh", "huyen", "muc", "thuoc_tinh", "khu_vuc", "ten"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned |= {name: cleaned.get(name, "") for name in ("tinh", "huyen")}
        tiers = tiers_asked(cleaned)
        level_tier = self._tiers.get(cleaned.get("muc", ""))
        if level_tier and level_tier not in tiers:
            words = ", ".join(Tier(tier).label.lower() for tier in tiers)
            self.add_error("muc", f"Mức này không dùng cho {words}.")
        if tiers == (Tier.PROVINCE,):
            cleaned["huyen"] = ""
        return cleaned


def _name_of(level: LevelInfo) -> str:
    return level.short_name if level.tier == Tier.COMMUNE else level.name


def _tier_choices(named: bool) -> list[tuple[str, str]]:
    """Left alone, the choice is communes; once a name is typed, every tier below the province.

    One blank stands for both, so that a name typed into the list as it opened is looked for everywhere.
    """
    blank = [("", "Mọi cấp"), ("xa", "Cấp xã")] if named else [("", "Cấp xã")]
    return [*blank, ("huyen", "Cấp huyện"), ("tinh", "Cấp tỉnh")]


def _choice(label: str, choices: Sequence[tuple[str, str]], refusal: str = "") -> forms.ChoiceField:
    errors = {"invalid_choice": refusal or "Hãy chọn một giá trị trong danh sách."}
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=errors)
