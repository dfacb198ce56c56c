"""How recorded values of this app read: as on the page of the row."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from communes.choices import AttributeKind
from communes.judging import Held, Measure, number, quantity, show
from communes.models import Attribute, Result, Submission, Threshold
from communes.models.attributes import in_words
from ntm.audit.words import Words, register


def _measures(model: Any, keys: Iterable[int]) -> dict[int, Measure]:
    """How the indicators of these rows are measured."""
    columns = ("kind", "unit_of_measure", "grades")
    rows = model.objects.filter(pk__in=list(keys)).order_by()
    found = rows.values_list("pk", *(f"indicator__{name}" for name in columns))
    return {key: Measure(kind, unit, tuple(grades)) for key, kind, unit, grades in found}


def _results(keys: Iterable[int]) -> dict[int, Words]:
    """A value with its unit, "Đạt" or the grade's name; the parts of a share as numbers."""
    return {key: _result(measure) for key, measure in _measures(Result, keys).items()}


def _result(measure: Measure) -> Words:
    def words(name: str, value: Any) -> str | None:
        if name == "value":
            return show(measure, Held(value=Decimal(value)))
        return number(Decimal(value)) if name in ("numerator", "denominator") else None

    return words


def _thresholds(keys: Iterable[int]) -> dict[int, Words]:
    kinds = dict(Threshold.objects.filter(pk__in=list(keys)).order_by().values_list("pk", "attribute"))
    return {key: _threshold(measure, kinds[key]) for key, measure in _measures(Threshold, kinds).items()}


def _threshold(measure: Measure, attribute: str) -> Words:
    def words(name: str, value: Any) -> str | None:
        if name == "value":
            return quantity(measure, Decimal(value))
        return in_words(attribute, value) if name == "attribute_value" else None

    return words


def _attributes(keys: Iterable[int]) -> dict[int, Words]:
    rows = Attribute.every.filter(pk__in=list(keys)).order_by().values_list("pk", "kind")
    return {key: _attribute(kind) for key, kind in rows}


def _attribute(kind: str) -> Words:
    return lambda name, value: in_words(kind, value) if name == "value" else None


def _submissions(keys: Iterable[int]) -> dict[int, Words]:
    """What was known of the unit when its return was opened."""

    def words(name: str, value: Any) -> str | None:
        return "; ".join(_fact(kind, told) for kind, told in value.items()) if name == "facts" else None

    return dict.fromkeys(keys, words)


def _fact(kind: str, value: str) -> str:
    label = AttributeKind(kind).label if kind in AttributeKind.values else kind
    return f"{label}: {in_words(kind, value)}"


def tell() -> None:
    """Called when the applications are ready."""
    register(Result, _results)
    register(Threshold, _thresholds)
    register(Attribute, _attributes)
    register(Submission, _submissions)
