"""Narrowing a list by its address, and saying in words what it was narrowed to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms


def chips(form: forms.Form, data: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    """Each filter in force as (words, address without it); what a form lists in `unsaid` is its default."""
    found = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name) if form.is_bound and form.is_valid() else None
        said = name not in getattr(form, "unsaid", ())
        if not said or value in (None, "", [], False) or isinstance(field.widget, forms.HiddenInput):
            continue
        rest = {key: text for key, text in data.items() if key not in (name, "page") and text}
        found.append((f"{field.label}: {_words(field, value)}", f"{path}?{urlencode(rest)}"))
    return found


def _words(field: forms.Field, value: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices:
        return str(dict(choices).get(value, value))
    if value is True:
        return "có"
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str(value)


class BaseFilterSet(django_filters.FilterSet):
    """A FilterSet as `ListPage` wants it: rows, and chips."""

    def rows(self) -> Any:
        return self.qs

    def chips(self) -> list[tuple[str, str]]:
        return chips(self.form, self.data)


class ScopeFilter:
    """The same for rows that are computed: a bound form, and the function that applies it."""

    def __init__(self, form: forms.Form, rows: Any) -> None:
        self.form = form
        self._rows = rows

    def rows(self) -> Any:
        """Call only when the form is valid."""
        return self._rows(self.form.cleaned_data)

    def chips(self) -> list[tuple[str, str]]:
        return chips(self.form, self.form.data)
