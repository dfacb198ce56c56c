"""What a person typed beside what somebody else stored in the meantime."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models

from ntm.audit.models import LogEntry
from ntm.core.dates import format_date

HIDDEN_FIELDS = ("version", "token")


@dataclass(frozen=True)
class ConflictRow:
    """One field: what was typed and what is stored."""

    label: str
    mine: str
    theirs: str
    differs: bool


@dataclass(frozen=True)
class Conflict:
    """`by` and `at` are those of the newest entry in the record."""

    rows: list[ConflictRow]
    by: str
    at: datetime | None


def conflict_of(form: forms.BaseForm, current: models.Model) -> Conflict:
    """Compare a validated form with the row as it stands now."""
    last = LogEntry.objects.of(current).first()
    rows = [
        _row(form, name, field, current)
        for name, field in form.fields.items()
        if name not in HIDDEN_FIELDS and hasattr(current, name)
    ]
    return Conflict(rows, last.actor_name if last else "người khác", last.at if last else None)


def _row(form: forms.BaseForm, name: str, field: forms.Field, current: models.Model) -> ConflictRow:
    mine = _said(form, name, field, form.cleaned_data.get(name))
    theirs = _said(form, name, field, getattr(current, name))
    return ConflictRow(str(field.label or name), mine, theirs, mine != theirs)


def _said(form: forms.BaseForm, name: str, field: forms.Field, value: Any) -> str:
    """A form whose values are stored in another spelling than people read gives it by `in_words(name, value)`."""
    own: str | None = form.in_words(name, value) if value and hasattr(form, "in_words") else None
    return shown(field, value) if own is None else own


def shown(field: forms.Field, value: Any) -> str:
    """A value as the form's reader knows it: names of choices, dd/mm/yyyy, Có/Không."""
    if value is None or value == "":
        return ""
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, models.QuerySet | list | tuple):
        return ", ".join(sorted(_named(item) for item in value))
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices
        return str(dict(choices).get(value, value))
    return _named(value)


def _named(value: Any) -> str:
    """A row by its name, also one that bears it elsewhere (`names_of`, as in a history); anything else as text."""
    if hasattr(value, "names_of"):
        names: dict[Any, str] = value.names_of([value.pk])
        return names.get(value.pk, str(value))
    return str(value)
