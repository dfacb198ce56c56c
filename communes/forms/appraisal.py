"""What people type when they take a step, judge, return, ask and answer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms

from communes.choices import Verdict
from communes.models import Document
from communes.services.appraisal import Seen
from ntm.core.dates import format_date, today
from ntm.core.forms import BaseForm, DayField
from ntm.core.text import clean

_EXAMPLE = "31/12/2026"


def reason_field(label: str, help_text: str = "") -> forms.CharField:
    """A text that must not be missing; its length is the verb's to refuse, beside the field."""
    return forms.CharField(
        label=label, max_length=500, help_text=help_text, widget=forms.Textarea({"rows": 3})
    )


class ComingDayField(DayField):
    """A day from today on."""

    def check(self, day: date) -> None:
        if day < today():
            raise forms.ValidationError(f"Ngày {format_date(day)} đã qua; hôm nay là {format_date(today())}.")


class StepForm(BaseForm):
    """A step that needs no word: only that what was shown is still so. `seen` names the versions of the results
    ("12:3 13:1"), `evidence` marks the files."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    evidence = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def shown(self) -> Seen:
        """For verbs that approve."""
        return Seen(self.cleaned_data["version"], self.cleaned_data["evidence"])

    def versions(self) -> dict[int, int]:
        """The versions of the results that were shown; what is no pair of numbers is left out."""
        pairs = (word.split(":") for word in self.cleaned_data.get("seen", "").split())
        return {int(p[0]): int(p[1]) for p in pairs if len(p) == 2 and all(map(_is_number, p))}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


class ReviewForm(StepForm):
    """The district may say something with it."""

    reason = forms.CharField(
        label="Ý kiến của huyện", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )


class WithdrawForm(StepForm):
    """Why the return is taken back."""

    reason = reason_field("Lý do rút lại")


class ExtendForm(StepForm):
    """Until when, and why."""

    until = ComingDayField(label="Gia hạn đến hết ngày", example=_EXAMPLE)
    reason = reason_field("Lý do gia hạn")


@dataclass(frozen=True)
class Part:
    """One criterion to open again, as a whole or by its indicators [(code, label)]."""

    number: str
    label: str
    codes: list[tuple[str, str]]
    is_whole: bool = False
    ticked: frozenset[str] = frozenset()

    @property
    def is_all(self) -> bool:
        """Its only indicator is the criterion itself."""
        return self.is_whole or (len(self.codes) == 1 and bool(self.ticked))


class ReopenForm(StepForm):
    """Until when, why, and what: everything, or only the ticked criteria and indicators."""

    until = ComingDayField(
        label="Mở lại đến hết ngày", example=_EXAMPLE, help_text="Sau ngày này phiếu tự khóa lại."
    )
    reason = reason_field("Lý do mở lại")
    criteria = forms.MultipleChoiceField(
        label="Chỉ mở các tiêu chí",
        required=False,
        error_messages={"invalid_choice": "Bộ tiêu chí này không có tiêu chí đã chọn."},
    )
    codes = forms.MultipleChoiceField(
        label="Chỉ mở một phần",
        required=False,
        help_text="Đánh dấu tiêu chí: mở mọi chỉ tiêu của tiêu chí đó. Không đánh dấu gì: mở lại cả phiếu.",
        error_messages={"invalid_choice": "Bộ tiêu chí này không có chỉ tiêu đã chọn."},
    )

    def __init__(self, *args: Any, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = parts
        self.fields["criteria"].choices = [(part.number, part.label) for part in parts]  # type: ignore[attr-defined]
        self.fields["codes"].choices = [pair for part in parts for pair in part.codes]  # type: ignore[attr-defined]

    def parts(self) -> list[Part]:
        """What can be ticked, with what is."""
        whole, single = set(self["criteria"].value() or ()), set(self["codes"].value() or ())
        return [
            replace(
                part,
                is_whole=part.number in whole,
                ticked=frozenset(code for code, _ in part.codes if code in single),
            )
            for part in self._parts
        ]

    def chosen(self) -> list[str]:
        """The codes of everything that was ticked, in the order of the set; none: the whole return."""
        whole, single = self.cleaned_data["criteria"], self.cleaned_data["codes"]
        return [
            code for part in self._parts for code, _ in part.codes if part.number in whole or code in single
        ]


class WordForm(BaseForm):
    """A department's word. `number` names a document of the register."""

    verdict = forms.ChoiceField(
        label="Đánh giá",
        widget=forms.RadioSelect,
        choices=[(v.value, v.label) for v in (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)],
        error_messages={"required": "Hãy chọn đánh giá."},
    )
    basis = reason_field(
        "Căn cứ", "Báo cáo, biên bản, số liệu đã đối chiếu; viết để người khác kiểm tra được."
    )
    number = forms.CharField(
        label="Số văn bản", required=False, max_length=80, help_text="Văn bản phải có sẵn trong sổ."
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        self.document: Document | None = None

    def clean_number(self) -> str:
        number = clean(self.cleaned_data["number"])
        found = list(Document.objects.visible_to(self._user).filter(number=number)[:2]) if number else []
        if number and len(found) != 1:
            why = "Không có văn bản" if not found else "Có nhiều văn bản"
            raise forms.ValidationError(f"{why} mang số {number} trong sổ.")
        self.document = found[0] if found else None
        return number


class JudgeForm(WordForm):
    """One result, as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    evidence = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class ReturnForm(BaseForm):
    """What is wrong with a result, and whether it goes back to the commune."""

    GIVE_BACK, ASK = "tra-lai", "hoi"
    act = forms.ChoiceField(
        label="Việc",
        widget=forms.RadioSelect,
        initial=GIVE_BACK,
        choices=[
            (GIVE_BACK, "Trả lại để xã sửa hoặc giải trình"),
            (ASK, "Chỉ hỏi hoặc góp ý, không trả lại"),
        ],
    )
    reason = reason_field("Lý do, nội dung", "Nói rõ sai ở đâu, cần bổ sung gì.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(BaseForm):
    """The commune's explanation."""

    answer = reason_field("Trả lời")
