"""Narrowing a year's money: by source, and allocations by what they say."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from funding.choices import Breakdown, Stage
from funding.models import Allocation, Amount, Purpose, Source
from funding.selectors import sources_under
from ntm.core.forms import BaseForm


class AmountFilter(BaseForm):
    """A source stands for everything under it."""

    nguon = forms.ChoiceField(label="Nguồn vốn", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.values_list("code", "name")
        self.fields["nguon"].choices = [("", "Mọi nguồn"), *sources]  # type: ignore[attr-defined]

    @staticmethod
    def apply(rows: QuerySet[Amount], cleaned: dict[str, Any]) -> QuerySet[Amount]:
        code = cleaned["nguon"]
        return rows.filter(source_of_funds__in=sources_under(code)) if code else rows


class AllocationFilter(BaseForm):
    """Which of a year's allocations. Only with a stage and one way of dividing may rows be added up: a plan and what
    came of it, or the same money divided twice, are no sum."""

    WHOLE = "chung"

    nguon = forms.ChoiceField(label="Nguồn vốn", required=False)
    giai_doan = forms.ChoiceField(
        label="Số liệu", required=False, choices=[("", "Mọi số liệu"), *Stage.choices]
    )
    chia = forms.ChoiceField(
        label="Cách chia",
        required=False,
        choices=[("", "Mọi cách chia"), (WHOLE, "Cả nguồn, không chia"), *Breakdown.choices],
    )
    noi_dung = forms.ChoiceField(label="Nội dung chi", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.values_list("code", "name")
        self.fields["nguon"].choices = [("", "Mọi nguồn"), *sources]  # type: ignore[attr-defined]
        purposes = Purpose.objects.values_list("code", "name")
        self.fields["noi_dung"].choices = [("", "Mọi nội dung"), *purposes]  # type: ignore[attr-defined]

    @classmethod
    def apply(cls, rows: QuerySet[Allocation], cleaned: dict[str, Any]) -> QuerySet[Allocation]:
        if code := cleaned["nguon"]:
            rows = rows.filter(source_of_funds__in=sources_under(code))
        if stage := cleaned["giai_doan"]:
            rows = rows.filter(stage=stage)
        if chosen := cleaned["chia"]:
            rows = rows.filter(**{"purpose": None} if chosen == cls.WHOLE else {"purpose__breakdown": chosen})
        return rows.filter(purpose__code=cleaned["noi_dung"]) if cleaned["noi_dung"] else rows

    @staticmethod
    def adds_up(cleaned: dict[str, Any]) -> bool:
        return bool(cleaned.get("giai_doan") and (cleaned.get("chia") or cleaned.get("noi_dung")))
