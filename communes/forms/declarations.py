"""Declaring a year complete, and taking that back."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from communes.filters import years
from communes.models import Document, Place
from communes.services.declarations import check_may_declare
from ntm.core.errors import Refused
from ntm.core.forms import BaseForm
from ntm.core.text import clean


class DeclareStepForm(BaseForm):
    """A year, none chosen beforehand, and the paper by which the office reported it, if there is one. It stands in the
    address. `opening`: the question is about to be asked, so a year that cannot be declared is refused here; an
    answer is refused by the verb."""

    nam = forms.TypedChoiceField(
        label="Năm",
        coerce=int,
        choices=lambda: [("", "Chọn năm"), *years(settings.FIRST_YEAR)[1:]],
        error_messages={"required": "Chọn năm cần xác nhận."},
    )
    so = forms.CharField(
        label="Số, ký hiệu văn bản báo cáo", required=False, max_length=80,
        help_text="Văn bản phải có sẵn trong sổ.",
    )  # fmt: skip

    def __init__(self, *args: Any, user: Any, province: Place, opening: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user, self._province, self._opening = user, province, opening

    def clean_nam(self) -> int:
        year: int = self.cleaned_data["nam"]
        if self._opening:
            try:
                check_may_declare(self._province, year)
            except Refused as refusal:
                raise ValidationError(refusal.message) from refusal
        return year

    def clean_so(self) -> str:
        number = clean(self.cleaned_data["so"])
        found = list(Document.objects.visible_to(self._user).filter(number=number)[:2]) if number else []
        if number and len(found) != 1:
            why = "Không có văn bản" if not found else "Có nhiều văn bản"
            raise ValidationError(f"{why} mang số {number} trong sổ.")
        self.document = found[0] if found else None
        return number


class WithdrawForm(BaseForm):
    reason = forms.CharField(label="Lý do rút xác nhận", max_length=500, widget=forms.Textarea({"rows": 3}))
