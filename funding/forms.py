"""What people type about money."""

from typing import Any

from django import forms

from communes.models import Document
from funding.choices import Breakdown, Qualifier, Stage
from funding.models import Allocation, Amount, Purpose, Source
from funding.services import FIRST_YEAR
from funding.services_allocations import Portion
from ntm.core.dates import today
from ntm.core.forms import BaseForm, MoneyField, YearField
from ntm.core.numbers import integer
from targets.forms import DocumentField


class SourceField(forms.ModelChoiceField):
    """A source with the branch that it stands in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Source.objects.select_related("parent__parent"), empty_label="Chọn nguồn vốn", **kwargs
        )

    def label_from_instance(self, obj: Any) -> str:
        path, source = [], obj
        while source is not None:
            path.append(source.name)
            source = source.parent
        return " › ".join(reversed(path))


class PurposeField(forms.ModelChoiceField):
    """A purpose with the breakdown that it belongs to; none: the source as a whole."""

    def __init__(self, **kwargs: Any) -> None:
        whole = "Cả nguồn, không chia"
        super().__init__(Purpose.objects.all(), required=False, empty_label=whole, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{Breakdown(obj.breakdown).label}: {obj.name}"


class MoneyForm(BaseForm):
    """What every row of money says. The names are the models', so that a conflict shows both values."""

    year = YearField(label="Năm", minimum=FIRST_YEAR)
    source_of_funds = SourceField(label="Nguồn vốn")
    amount = MoneyField(
        label="Số tiền", help_text="Nhập số đồng hoặc kèm đơn vị, ví dụ: 277 tỷ; 15,5 triệu; 1.234.567."
    )
    qualifier = forms.ChoiceField(
        label="Cách ghi",
        choices=Qualifier.choices,
        initial=Qualifier.EXACT,
        help_text="“Trên” khi văn bản chỉ nêu mức tối thiểu, “Khoảng” khi là số ước.",
    )
    document = DocumentField(label="Văn bản")
    note = forms.CharField(label="Ghi chú", max_length=500, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].maximum = today().year + 1  # type: ignore[attr-defined]
        self.fields["document"].queryset = Document.objects.visible_to(user)  # type: ignore[attr-defined]


class AmountForm(MoneyForm):
    """What a source brought in a year."""

    def facts(self) -> dict[str, Any]:
        """The arguments of the verbs that this form holds."""
        cleaned = self.cleaned_data
        names = ("year", "amount", "qualifier", "document", "note")
        return {name: cleaned[name] for name in names} | {"source": cleaned["source_of_funds"]}


class AllocationForm(MoneyForm):
    """What was planned or spent of a source, perhaps for one purpose."""

    purpose = PurposeField(label="Nội dung chi")
    stage = forms.ChoiceField(label="Số liệu", choices=Stage.choices, initial=Stage.PLAN)
    field_order = ("year", "stage", "source_of_funds", "purpose", "amount", "qualifier", "document", "note")

    def portion(self) -> Portion:
        """What the verbs are told."""
        cleaned = self.cleaned_data
        names = ("stage", "amount", "purpose", "qualifier", "document", "note")
        return Portion(cleaned["source_of_funds"], **{name: cleaned[name] for name in names})


def stored_values(row: Amount | Allocation) -> dict[str, Any]:
    """A row as its form shows it: every đồng, in groups of three."""
    more = {"stage": row.stage, "purpose": row.purpose_id} if isinstance(row, Allocation) else {}
    return more | {
        "year": row.year,
        "source_of_funds": row.source_of_funds_id,
        "amount": integer(row.amount),
        "qualifier": row.qualifier,
        "document": row.document_id,
        "note": row.note,
    }
