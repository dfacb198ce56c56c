"""Asking what the system knew at the end of a past day."""

from datetime import date, timedelta
from typing import Any

from django import forms

from ntm.core.dates import today
from ntm.core.forms import BaseForm


class ThenForm(BaseForm):
    """`?luc=2026-11-20`; without it, yesterday."""

    luc = forms.DateField(
        label="Dữ liệu có trong hệ thống đến hết ngày",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, asked: Any) -> None:
        yesterday = today() - timedelta(days=1)
        super().__init__(asked if asked.get("luc") else {"luc": yesterday.isoformat()})

    def clean_luc(self) -> date:
        day: date = self.cleaned_data["luc"]
        if day > today():
            raise forms.ValidationError("Chưa đến ngày này.")
        return day
