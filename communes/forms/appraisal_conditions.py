"""What was found about a condition; which level a page is about; narrowing the alerts."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from communes.choices import ConditionKind, Verdict
from communes.conditions import Found
from communes.models import Condition
from communes.services.appraisal_conditions import Check
from ntm.core.forms import BaseForm, WholeNumberField
from ntm.core.numbers import NumberError, parse_percent
from ntm.core.uploads import ScanField

_SAID = [(Verdict.MET.value, Verdict.MET.label), (Verdict.NOT_MET.value, Verdict.NOT_MET.label)]


class ShareField(forms.CharField):
    """A percent as people type it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return parse_percent(text, max_places=2)
        except NumberError as error:
            raise forms.ValidationError(str(error)) from error


class CheckForm(BaseForm):
    """Which fields there are depends on the kind of condition."""

    value = ShareField(label="Tỷ lệ hài lòng (%)")
    sample = WholeNumberField(label="Số phiếu khảo sát", minimum=1, maximum=10**7)
    verdict = forms.ChoiceField(label="Đánh giá", choices=_SAID, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Ghi chú, căn cứ", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    file = ScanField(label="Tệp (báo cáo khảo sát, văn bản xác nhận)", required=False)

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if condition.kind != ConditionKind.SURVEY:
            del self.fields["value"], self.fields["sample"]
        elif condition.value is not None:
            del self.fields["verdict"]
        else:
            said = self.fields["verdict"]
            said.required = False
            said.choices = [("", "Chưa kết luận"), *_SAID]  # type: ignore[attr-defined]
            said.help_text = "Chưa có tỷ lệ phải đạt. Người kết luận phải ghi căn cứ vào ghi chú."

    def check(self) -> Check:
        """Of a valid form."""
        values = self.cleaned_data
        found = Found(values.get("verdict", ""), values.get("value"), values.get("sample"), values["note"])
        return Check(found, values["file"])


class AlertsForm(BaseForm):
    """Level and district."""

    def __init__(
        self, data: QueryDict, *, levels: list[tuple[str, str]], districts: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        gone = {"invalid_choice": "Không có lựa chọn này. Hãy chọn lại."}
        for name, label, every, choices in (
            ("muc", "Mức đang giữ", "Mọi mức", levels),
            ("huyen", "Huyện, thành phố", "Mọi huyện", districts),
        ):
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("", every), *choices], error_messages=gone
            )
