"""Narrowing a year's money by source."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from funding.models import Amount, Source
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
