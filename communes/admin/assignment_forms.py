"""What the admin asks for about a role that is held."""

from typing import Any

from django import forms
from django.db import models

from communes.models import Department, Unit
from communes.reach import reach_with
from ntm.accounts import roles
from ntm.accounts.forms import ReasonForm
from ntm.accounts.models import User
from ntm.core.dates import format_date
from ntm.core.forms import BaseForm, DayField

PERIOD_HELP = {
    "first_day": "Để trống: từ lúc giao. Trước ngày này vai trò chưa cho quyền gì.",
    "last_day": "Để trống: không thời hạn. Ngày này vẫn còn quyền, sang ngày sau thì hết.",
}


class UnitChoice(forms.ModelChoiceField):
    """Units of many years in one list: the name, the code, and until when."""

    def label_from_instance(self, unit: Unit) -> str:
        end = f", đến {format_date(unit.valid_to)}" if unit.valid_to else ""
        return f"{unit.full_name} ({unit.code}{end})"


def units_of(user: Any) -> models.QuerySet[Unit]:
    """Where this administrator may give roles: the units of today first, the province before its communes."""
    units = Unit.objects.filter(province_id__in=reach_with(user, "communes.assign_role").provinces)
    return units.order_by(models.F("valid_to").desc(nulls_first=True), "-tier", "sort_key", "pk")


class PeriodForm(ReasonForm):
    """From which day to which a role gives its rights."""

    first_day = DayField(label="Từ ngày", required=False, help_text=PERIOD_HELP["first_day"])
    last_day = DayField(label="Đến hết ngày", required=False, help_text=PERIOD_HELP["last_day"])
    field_order = ("first_day", "last_day", "reason")


class TransferForm(ReasonForm):
    """The new role and unit, from when, and who takes over what waits in the old one."""

    role = forms.ChoiceField(label="Vai trò mới", choices=roles.choices)
    unit = UnitChoice(label="Đơn vị mới", queryset=Unit.objects.none())
    department = forms.ModelChoiceField(
        label="Sở, ngành",
        queryset=Department.objects.all(),
        required=False,
        empty_label="Không ghi kèm",
        help_text="Chỉ chọn với vai trò “Sở, ngành”.",
    )
    from_day = DayField(label="Từ ngày", help_text="Hôm nay hoặc một ngày sau; vai trò cũ hết từ ngày này.")
    last_day = DayField(label="Đến hết ngày", required=False, help_text=PERIOD_HELP["last_day"])
    successor = forms.ModelChoiceField(
        label="Bàn giao vai trò cũ cho",
        queryset=User.objects.none(),
        required=False,
        empty_label="Không bàn giao",
        help_text="Việc đang chờ trong vai trò cũ đi theo. Không bàn giao: việc chờ người khác cùng vai trò.",
    )
    field_order = ("role", "unit", "department", "from_day", "last_day", "successor", "reason")

    def __init__(self, *args: Any, candidates: models.QuerySet[User], by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = candidates  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of(by)  # type: ignore[attr-defined]


class HandoverForm(ReasonForm):
    """Who takes over, why, and whether the leaver's account is closed."""

    successor = forms.ModelChoiceField(
        label="Người nhận", queryset=User.objects.none(), empty_label="Chọn người nhận"
    )
    close = forms.BooleanField(label="Khóa luôn tài khoản của người bàn giao", required=False)
    field_order = ("successor", "reason", "close")

    def __init__(self, *args: Any, candidates: models.QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = candidates  # type: ignore[attr-defined]


class DepartmentForm(BaseForm):
    """Which department an officer speaks for."""

    department = forms.ModelChoiceField(label="Sở, ngành", queryset=Department.objects.all())
