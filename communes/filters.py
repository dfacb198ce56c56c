"""Narrowing the register of decisions and the list of recognitions. A copied address shows the same rows.

Whatever is asked about the units of a decision is asked only of the rows that the person may see: else the
answer would tell an officer which other communes a decision names.
"""

import re
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from communes.choices import DecisionKind, RecognitionState, Tier
from communes.models import Confirmation, Decision, Document, Level, Period, Recognition, Unit
from ntm.core.dates import today
from ntm.core.filters import BaseFilterSet
from ntm.core.text import clean

_NAME = {"max_length": 120}


def years(first: int = 2011) -> list[tuple[str, str]]:
    """The years of the programme so far, the last one first."""
    return [(str(year), str(year)) for year in range(today().year, first - 1, -1)]


def level_names() -> list[tuple[str, str]]:
    """Code and name of every level, communes first, as the latest period words it."""
    rows = Level.objects.order_by("tier", "rank", "period__first_year").values_list("code", "name")
    return list(dict(rows).items())


def number_like(text: str) -> Q:
    """A document's number that contains the text, also typed without Đ or in small letters ("12/qd-ubnd")."""
    typed = clean(text)
    with_stroke = re.sub("q[dđ]", "QĐ", typed.replace("đ", "Đ"), flags=re.IGNORECASE)
    found = Q()
    for variant in {typed, typed.upper(), with_stroke, with_stroke.upper()}:
        found |= Q(number__icontains=variant)
    return found


def decisions_about(rows: QuerySet[Recognition]) -> Q:
    """The decisions that make, end or confirm one of these recognitions."""
    confirming = Confirmation.objects.filter(recognition__in=rows).values("decision")
    return Q(pk__in=rows.values("decision")) | Q(pk__in=rows.values("ended_by")) | Q(pk__in=confirming)


class DecisionFilter(BaseFilterSet):
    """By year of signing, kind, level, a unit's name, number."""

    nam = django_filters.ChoiceFilter(
        label="Năm ban hành", field_name="document__issued_on__year", empty_label="Mọi năm"
    )
    loai = django_filters.ChoiceFilter(
        label="Loại", choices=DecisionKind.choices, field_name="kind", empty_label="Mọi loại"
    )
    muc = django_filters.ChoiceFilter(label="Mức", method="by_level", empty_label="Mọi mức")
    ten = django_filters.CharFilter(label="Tên đơn vị", method="by_unit", **_NAME)
    so = django_filters.CharFilter(label="Số quyết định", method="by_number", max_length=80)

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["nam"].extra["choices"] = years()
        self.filters["muc"].extra["choices"] = level_names()

    def _seen(self) -> QuerySet[Recognition]:
        return Recognition.objects.visible_to(self.request.user)

    def by_level(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        return rows.filter(decisions_about(self._seen().filter(level__code=value)))

    def by_unit(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        named = Unit.objects.named_like(value)
        return rows.filter(decisions_about(self._seen().filter(unit__in=named)))

    def by_number(self, rows: QuerySet[Decision], name: str, value: str) -> QuerySet[Decision]:
        return rows.filter(document__in=Document.objects.filter(number_like(value)))


class RecognitionFilter(BaseFilterSet):
    """By year achieved, level, period, state, district, a unit's name, the decision's number."""

    nam_dat = django_filters.ChoiceFilter(label="Đạt trong năm", method="by_year", empty_label="Mọi năm")
    den_nam = django_filters.ChoiceFilter(
        label="Đạt đến hết năm", field_name="achieved_year", lookup_expr="lte",
        empty_label="Mọi năm",
    )  # fmt: skip
    muc = django_filters.ChoiceFilter(label="Mức", field_name="level__code", empty_label="Mọi mức")
    giai_doan = django_filters.ModelChoiceFilter(
        label="Giai đoạn", queryset=Period.objects.all(), field_name="level__period", to_field_name="code",
        empty_label="Mọi giai đoạn",
    )  # fmt: skip
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", choices=RecognitionState.choices, field_name="state", empty_label="Mọi tình trạng"
    )
    huyen = django_filters.ChoiceFilter(label="Huyện", method="by_district", empty_label="Mọi huyện")
    ten = django_filters.CharFilter(label="Tên đơn vị", method="by_unit", **_NAME)
    quyet_dinh = django_filters.CharFilter(label="Số quyết định", method="by_number", max_length=80)

    class Meta:
        model = Recognition
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["nam_dat"].extra["choices"] = self.filters["den_nam"].extra["choices"] = years()
        self.filters["muc"].extra["choices"] = level_names()
        self.filters["huyen"].extra["choices"] = self._districts()

    def _districts(self) -> list[tuple[str, str]]:
        rows = Unit.objects.visible_to(self.request.user).filter(tier=Tier.DISTRICT)
        names = {unit.code: unit.full_name for unit in rows.order_by("sort_key", "valid_from")}
        return list(names.items())

    def by_year(self, rows: QuerySet[Recognition], name: str, value: str) -> QuerySet[Recognition]:
        """What is only known "by 2022" was never achieved *in* 2022."""
        return rows.filter(achieved_year=value, by_year=False)

    def by_district(self, rows: QuerySet[Recognition], name: str, value: str) -> QuerySet[Recognition]:
        places = Unit.objects.filter(tier=Tier.DISTRICT, code=value).values("place")
        return rows.filter(Q(unit__parent__in=places) | Q(unit__place__in=places))

    def by_unit(self, rows: QuerySet[Recognition], name: str, value: str) -> QuerySet[Recognition]:
        return rows.filter(unit__in=Unit.objects.named_like(value))

    def by_number(self, rows: QuerySet[Recognition], name: str, value: str) -> QuerySet[Recognition]:
        return rows.filter(decision__document__in=Document.objects.filter(number_like(value)))
