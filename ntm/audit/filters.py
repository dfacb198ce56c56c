"""Narrowing the record."""

from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model

from ntm.audit.events import KINDS
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.registry import ACTIONS
from ntm.audit.selectors import type_label
from ntm.core.filters import BaseFilterSet
from ntm.core.forms import DayField
from ntm.core.text import sort_key

SYSTEM, MACHINE = "system", "Hệ thống"
_ALL = "Tất cả"
#: Models of packages, and the record's own, have no entries.
_OURS = ("accounts", "communes", "targets", "funding")


class DayFilter(django_filters.Filter):  # type: ignore[misc]
    """A day, however the address names it; shown as people write it."""

    field_class = DayField


class EntryFilter(BaseFilterSet):
    """Who, what, when and about what. `request.user` decides which people the list offers."""

    nguoi = django_filters.ChoiceFilter(label="Người làm", empty_label=_ALL, method="by_actor")
    viec = django_filters.ChoiceFilter("action", label="Việc", empty_label=_ALL)
    loai = django_filters.ChoiceFilter("object_type", label="Loại", empty_label=_ALL)
    tu = DayFilter(label="Từ ngày", method="from_day")
    den = DayFilter(label="Đến ngày", method="to_day")
    tim = django_filters.CharFilter(
        label="Từ ngữ", method="by_words", max_length=200, help_text="Tên đối tượng, lý do, người làm"
    )
    ma = django_filters.CharFilter("object_id", label="Mã dòng", max_length=40, widget=forms.HiddenInput)

    class Meta:
        model = LogEntry
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["nguoi"].extra["choices"] = [(SYSTEM, "Hệ thống"), *_people(self.request.user)]
        self.filters["viec"].extra["choices"] = _in_order(ACTIONS.items())
        self.filters["loai"].extra["choices"] = _in_order(_types())

    def by_actor(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(actor=None, actor_name=MACHINE) if value == SYSTEM else rows.filter(actor=value)

    def from_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.since(value)

    def to_day(self, rows: Any, name: str, value: Any) -> Any:
        return rows.until(value)

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.about(value)


def _people(user: Any) -> list[tuple[str, str]]:
    people = get_user_model()._default_manager.known_to(user)
    rows = people.values_list("pk", "full_name", "username")
    return _in_order((str(pk), f"{name} ({login})") for pk, name, login in rows)


def _types() -> list[tuple[str, str]]:
    found = list(KINDS.items())
    for label in _OURS:
        for model in apps.get_app_config(label).get_models():
            if not model._meta.proxy:
                found.append((type_of(model), type_label(type_of(model))))
    return found


def _in_order(pairs: Any) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: sort_key(pair[1]))
