"""Writing what a criteria set says. Inside a verb that has checked the right and locked the set."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from communes.models import CriteriaSet, Criterion, Indicator, Threshold
from communes.services.documents import Actor
from communes.set_content import Content, IndicatorLine, ThresholdLine
from ntm.audit import log as audit

_BATCH = 200


def fill(criteria_set: CriteriaSet, content: Content, *, by: Actor) -> None:
    """Give an empty set its content, in one statement for each kind of row."""
    criteria = [
        Criterion(criteria_set=criteria_set, position=place, **line.values())
        for place, line in enumerate(content, 1)
    ]
    _add(Criterion, criteria, "criterion.added", criteria_set, by)
    pairs = [(row, one) for row, line in zip(criteria, content, strict=True) for one in line.indicators]
    indicators = [_indicator(criteria_set, row, one, place) for place, (row, one) in enumerate(pairs, 1)]
    _add(Indicator, indicators, "indicator.added", criteria_set, by)
    bars = [
        threshold(indicator, bar)
        for indicator, (_, one) in zip(indicators, pairs, strict=True)
        for bar in one.thresholds
    ]
    _add(Threshold, bars, "threshold.added", criteria_set, by)


def threshold(indicator: Indicator, line: ThresholdLine, **more: Any) -> Threshold:
    """An unsaved threshold of the indicator."""
    return Threshold(indicator=indicator, **{**vars(line), **more})


def put(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Set these values on the row; whether any of them is another. 90 and 90.0000 are the same."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)


def drop(rows: Iterable[models.Model], action: str, criteria_set: CriteriaSet, by: Actor) -> None:
    """Take rows out of a draft; the record keeps what they said."""
    for row in rows:
        audit.record(action, row, by=by, before=audit.snapshot(row), province_id=criteria_set.province_id)
        row.delete()


def _indicator(criteria_set: CriteriaSet, criterion: Criterion, line: IndicatorLine, place: int) -> Indicator:
    return Indicator(criteria_set=criteria_set, criterion=criterion, position=place, **line.values())


def _add(
    model: type[models.Model], rows: Sequence[models.Model], action: str, of: CriteriaSet, by: Actor
) -> None:
    model._default_manager.bulk_create(rows, batch_size=_BATCH)
    for row in rows:
        audit.record(action, row, by=by, province_id=of.province_id)
