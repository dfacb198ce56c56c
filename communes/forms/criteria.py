"""What people type about criteria sets, their rows, thresholds and duties."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from communes.choices import ATTRIBUTE_VALUES, THRESHOLD_ATTRIBUTES, IndicatorKind, Operator, SetState
from communes.judging import number
from communes.models import CriteriaSet, Criterion, Department, Document, Indicator, Level, Period, Threshold
from communes.services.thresholds import ThresholdValues
from communes.set_content import OPERATORS
from communes.set_words import TRUST, UNITS
from ntm.core.dates import format_date
from ntm.core.forms import BaseForm, DayField, WholeNumberField
from ntm.core.numbers import NumberError, parse_decimal
from ntm.core.text import clean

_TRUST = list(TRUST.items())


class NumberField(forms.CharField):
    """A decimal as people type it; anything that could be read in two ways is asked back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return parse_decimal(text, max_places=4)
        except NumberError as error:
            raise forms.ValidationError(str(error)) from error


class DocumentField(forms.ModelChoiceField):
    """A document of the nation or of the person's own province, newest first."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Văn bản phải có sẵn trong sổ; thêm mới ở Quản trị, mục Văn bản.")
        super().__init__(queryset=Document.objects.none(), empty_label="Chọn văn bản", **kwargs)

    def narrow(self, user: Any, province_id: int | None) -> None:
        rows = Document.objects.visible_to(user)
        self.queryset = rows.filter(province=None) | rows.filter(province_id=province_id)

    def label_from_instance(self, obj: Document) -> str:
        day = f" ngày {format_date(obj.issued_on)}" if obj.issued_on else ""
        title = obj.title if len(obj.title) <= 60 else f"{obj.title[:60]}…"
        return f"{obj.number}{day} – {title}" if obj.number else title


class SetFilterForm(BaseForm):
    """Narrows the list of sets."""

    giai_doan = forms.ModelChoiceField(
        label="Giai đoạn", queryset=Period.objects.order_by("-first_year"), to_field_name="code",
        required=False, empty_label="Mọi giai đoạn",
    )  # fmt: skip
    tinh_trang = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Mọi tình trạng"), *SetState.choices]
    )


class ViewForm(BaseForm):
    """For which year and which units the thresholds of a set are shown."""

    nam = forms.TypedChoiceField(label="Năm", coerce=int, required=False)

    def __init__(self, *args: Any, years: range, attributes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nam"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        for kind in attributes:
            values = ATTRIBUTE_VALUES[kind][1]
            choices = [("", "Mọi xã"), *((value, _unit_words(kind, value)) for value in values)]
            self.fields[kind] = forms.ChoiceField(label=_KINDS[kind], choices=choices, required=False)
        self._attributes = attributes

    def facts(self) -> dict[str, str]:
        """The attributes that were chosen."""
        values = getattr(self, "cleaned_data", {})
        return {kind: values[kind] for kind in self._attributes if values.get(kind)}


_KINDS: Mapping[str, str] = {
    "commune_group": "Nhóm xã", "area_type": "Khu vực", "especially_difficult": "Đặc biệt khó khăn",
    "ethnic_mountain": "Vùng DTTS&MN", "atk": "An toàn khu",
}  # fmt: skip


def _unit_words(kind: str, value: str) -> str:
    words = UNITS[kind, value]
    return f"{words[:1].upper()}{words[1:]}"


class NewSetForm(BaseForm):
    """An empty draft."""

    level = forms.ModelChoiceField(
        label="Mức", queryset=Level.objects.select_related("period").order_by("-period__first_year", "tier", "rank"),
        empty_label="Chọn mức",
    )  # fmt: skip
    name = forms.CharField(label="Tên bộ tiêu chí", max_length=200)


class NameForm(BaseForm):
    """What a draft is called."""

    name = forms.CharField(label="Tên bộ tiêu chí", max_length=200)


class RetroactiveField(forms.BooleanField):
    """The person's word that the paper holds for days before it was issued."""

    def __init__(self) -> None:
        super().__init__(
            label="Văn bản ghi hiệu lực hồi tố",
            required=False,
            help_text="Chỉ đánh dấu khi áp dụng cho thời gian trước ngày ban hành và văn bản nói rõ như vậy.",
        )


class PublishForm(BaseForm):
    """From which day, by which paper."""

    valid_from = DayField(label="Áp dụng từ ngày", example="01/01/2024")
    document = DocumentField(label="Văn bản ban hành")
    is_retroactive = RetroactiveField()

    def __init__(self, *args: Any, user: Any, province_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].narrow(user, province_id)  # type: ignore[attr-defined]


class CriterionForm(BaseForm):
    """One criterion of a draft."""

    number = forms.CharField(label="Số", max_length=8)
    name = forms.CharField(label="Tên tiêu chí", max_length=300)
    group = forms.CharField(label="Nhóm", max_length=120, required=False)
    is_key = forms.BooleanField(label="Tiêu chí then chốt khi xét thu hồi", required=False)


class IndicatorForm(BaseForm):
    """One indicator of a draft."""

    criterion = forms.ModelChoiceField(label="Tiêu chí", queryset=Criterion.objects.none(), empty_label=None)
    code = forms.CharField(label="Mã", max_length=12)
    name = forms.CharField(label="Tên chỉ tiêu", max_length=600, widget=forms.Textarea({"rows": 3}))
    kind = forms.ChoiceField(label="Kiểu", choices=IndicatorKind.choices)
    unit_of_measure = forms.CharField(label="Đơn vị tính", max_length=40, required=False)
    decimals = WholeNumberField(label="Số chữ số thập phân", minimum=0, maximum=4, initial=2)
    minimum = NumberField(label="Giá trị nhỏ nhất", required=False)
    maximum = NumberField(label="Giá trị lớn nhất", required=False)
    soft_limit = NumberField(
        label="Hỏi lại khi lệch năm trước từ", required=False, help_text="Để trống nếu không cần hỏi lại."
    )
    grades = forms.CharField(
        label="Các mức", required=False, widget=forms.Textarea({"rows": 4}),
        help_text="Chỉ với kiểu xếp mức: mỗi dòng một mức, từ thấp đến cao.",
    )  # fmt: skip
    department = forms.ModelChoiceField(
        label="Sở, ngành phụ trách",
        queryset=Department.objects.all(),
        required=False,
        empty_label="Chưa giao",
    )
    guidance = forms.CharField(
        label="Cách tính", required=False, widget=forms.Textarea({"rows": 3}), max_length=4000
    )
    threshold_note = forms.CharField(label="Ghi chú về ngưỡng", max_length=500, required=False)
    trust = forms.ChoiceField(label="Mức tin cậy", choices=_TRUST, initial="verified")
    source = forms.CharField(label="Nguồn", max_length=500, required=False)

    def __init__(self, *args: Any, criteria_set: CriteriaSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Criterion.objects.filter(criteria_set=criteria_set).order_by("position")
        self.fields["criterion"].queryset = rows  # type: ignore[attr-defined]

    def clean_grades(self) -> list[str]:
        lines = [clean(line) for line in self.cleaned_data["grades"].splitlines()]
        return [line for line in lines if line]

    def values(self) -> dict[str, Any]:
        """The fields of the row."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "token")}


def indicator_values(row: Indicator) -> dict[str, Any]:
    """What the form of a stored indicator begins with."""
    names = [name for name in IndicatorForm.base_fields if name not in ("grades", "criterion", "department")]
    links = {"criterion": row.criterion_id, "department": row.department_id, "grades": "\n".join(row.grades)}
    return {name: getattr(row, name) for name in names} | links


class ThresholdForm(BaseForm):
    """One threshold. `attribute` joins the kind of unit with its value; of a graded indicator, `value` is a grade."""

    operator = forms.ChoiceField(label="Cách so")
    value = NumberField(label="Giá trị", required=False)
    text = forms.CharField(
        label="Yêu cầu bằng lời", max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )
    attribute = forms.ChoiceField(label="Áp dụng cho", required=False)
    case = forms.CharField(
        label="Trường hợp", max_length=200, required=False,
        help_text="Chỉ ghi khi người nhập phải chọn một trong vài trường hợp, ví dụ “xã có trên 3 trường”.",
    )  # fmt: skip
    first_year = forms.TypedChoiceField(label="Từ năm", coerce=int, empty_value=None, required=False)
    last_year = forms.TypedChoiceField(label="Đến năm", coerce=int, empty_value=None, required=False)
    document = DocumentField(label="Văn bản quy định")
    is_retroactive = RetroactiveField()
    trust = forms.ChoiceField(label="Mức tin cậy", choices=_TRUST, initial="verified")
    source = forms.CharField(label="Nguồn", max_length=500, required=False)
    reason = forms.CharField(label="Lý do sửa", max_length=500)

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        user: Any,
        province_id: int | None,
        correcting: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        is_draft = indicator.criteria_set.state == SetState.DRAFT
        unasked = [] if is_draft else ["trust", "source"]
        if is_draft:
            del self.fields["is_retroactive"]
        for name in [*unasked, *([] if correcting and not is_draft else ["reason"])]:
            del self.fields[name]
        self.fields["document"].required = not is_draft
        self.fields["document"].narrow(user, province_id)  # type: ignore[attr-defined]
        self._offer(indicator)

    def _offer(self, indicator: Indicator) -> None:
        """The choices that make sense for this indicator."""
        period = indicator.criteria_set.level.period
        years = [("", "mọi năm"), *((y, str(y)) for y in range(period.first_year, period.last_year + 1))]
        units = [
            (f"{kind}:{value}", _unit_words(kind, value))
            for kind in THRESHOLD_ATTRIBUTES
            for value in ATTRIBUTE_VALUES[kind][1]
        ]
        labels = [(code, f"{Operator(code).label}") for code in OPERATORS[indicator.kind]]
        for name, choices in (
            ("operator", labels), ("attribute", [("", "Mọi xã"), *units]), ("first_year", years), ("last_year", years),
        ):  # fmt: skip
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if indicator.kind == IndicatorKind.GRADED:
            grades = [(str(place), grade) for place, grade in enumerate(indicator.grades)]
            self.fields["value"] = forms.TypedChoiceField(
                label="Mức phải đạt", choices=[("", "Chọn mức"), *grades], coerce=Decimal, empty_value=None,
                required=False,
            )  # fmt: skip
        elif indicator.kind in (IndicatorKind.YES_NO, IndicatorKind.TEXT):
            del self.fields["value"]

    def values(self) -> ThresholdValues:
        """The verb's argument."""
        cleaned = self.cleaned_data
        kind, _, value = (cleaned.get("attribute") or "").partition(":")
        names = (
            "operator",
            "value",
            "text",
            "case",
            "first_year",
            "last_year",
            "document",
            "trust",
            "source",
        )
        given = {name: cleaned[name] for name in names if name in cleaned}
        return ThresholdValues(**given, attribute=kind, attribute_value=value)


def threshold_values(row: Threshold) -> dict[str, Any]:
    """What the form of a stored threshold begins with."""
    names = ("operator", "text", "case", "first_year", "last_year", "trust", "source")
    graded = row.indicator.kind == IndicatorKind.GRADED and row.value is not None
    return {name: getattr(row, name) for name in names} | {
        "value": str(int(row.value)) if graded and row.value is not None else row.value,
        "attribute": f"{row.attribute}:{row.attribute_value}" if row.attribute else "",
        "document": row.document_id,
    }


class WithdrawForm(BaseForm):
    """Why a province's threshold no longer counts."""

    reason = forms.CharField(label="Lý do", max_length=500, widget=forms.Textarea({"rows": 3}))


class DutyForm(BaseForm):
    """Which indicators, one by one or by whole criteria, go to which department for which years."""

    criteria = forms.ModelMultipleChoiceField(
        label="Cả tiêu chí", queryset=Criterion.objects.none(), required=False
    )
    indicators = forms.ModelMultipleChoiceField(
        label="Chỉ tiêu", queryset=Indicator.objects.none(), required=False
    )
    department = forms.ModelChoiceField(
        label="Giao cho sở, ngành", queryset=Department.objects.all(), empty_label="Chọn sở, ngành"
    )
    first_year = forms.TypedChoiceField(label="Từ năm", coerce=int)
    last_year = forms.TypedChoiceField(label="Đến năm", coerce=int, empty_value=None, required=False)
    document = DocumentField(label="Văn bản phân công", required=False)

    def __init__(
        self, *args: Any, criteria_set: CriteriaSet, user: Any, province_id: int | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        period = criteria_set.level.period
        years = [(year, str(year)) for year in range(period.first_year, period.last_year + 1)]
        self.fields["first_year"].choices = years  # type: ignore[attr-defined]
        self.fields["last_year"].choices = [("", "về sau"), *years]  # type: ignore[attr-defined]
        for name, model in (("criteria", Criterion), ("indicators", Indicator)):
            rows = model._default_manager.filter(criteria_set=criteria_set)
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["document"].narrow(user, province_id)  # type: ignore[attr-defined]

    def chosen(self) -> list[Indicator]:
        """Each chosen indicator once, in the set's order."""
        cleaned = self.cleaned_data
        rows = self.fields["indicators"].queryset  # type: ignore[attr-defined]
        whole = rows.filter(criterion__in=cleaned["criteria"])
        return list((rows.filter(pk__in=cleaned["indicators"]) | whole).order_by("position", "pk"))
