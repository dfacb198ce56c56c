"""Making a draft say what a file says: one verb, all or nothing."""

from typing import Any

from communes.models import CriteriaSet, Criterion, Duty, Indicator, Threshold
from communes.selectors.set_content import content_of, threshold_line
from communes.services.criteria_sets import check_may, locked_draft, touch
from communes.services.documents import Actor
from communes.services.set_content import drop, fill, put, threshold
from communes.set_content import Content, IndicatorLine
from ntm.audit import log as audit
from ntm.audit import rows
from ntm.core.versions import save_next


@audit.verb
def replace_content(criteria_set: CriteriaSet, *, version: int, content: Content, by: Actor) -> CriteriaSet:
    """Add, change and drop until the draft says exactly this; what already stands so keeps its row. Raises `Stale`.

    What the province had set beside the draft's base stays with the indicators that stay.
    """
    check_may(by, criteria_set.province_id)
    current = locked_draft(criteria_set, version)
    if list(content) == list(content_of(current)) and _same_bars(content, content_of(current)):
        return current
    if not Criterion.objects.filter(criteria_set=current).exists():
        fill(current, content, by=by)
        touch(current, "criteria.changed", by, current.province_id)
        return current
    write = _Write(current, by)
    criteria = write.criteria(content)
    write.indicators(content, criteria)
    write.drop_rest(content)
    touch(current, "criteria.changed", by, current.province_id)
    return current


def _same_bars(one: Content, other: Content) -> bool:
    """Lines compare without what is inside them."""
    inside = [
        [(line, line.thresholds) for criterion in content for line in criterion.indicators]
        for content in (one, other)
    ]
    return inside[0] == inside[1]


class _Write:
    """One replacement, in an order in which no row loses its parent."""

    def __init__(self, current: CriteriaSet, by: Actor) -> None:
        self.current, self.by = current, by
        self.old_criteria = {row.number: row for row in Criterion.objects.filter(criteria_set=current)}
        self.old_indicators = {
            row.code.casefold(): row for row in Indicator.objects.filter(criteria_set=current)
        }

    def criteria(self, content: Content) -> dict[str, Criterion]:
        found = {}
        for place, line in enumerate(content, 1):
            row = self.old_criteria.get(line.number) or Criterion(criteria_set=self.current)
            self._put(row, line.values() | {"position": place}, "criterion")
            found[line.number] = row
        return found

    def indicators(self, content: Content, criteria: dict[str, Criterion]) -> None:
        pairs = [(criterion, line) for criterion in content for line in criterion.indicators]
        for place, (criterion, line) in enumerate(pairs, 1):
            row = self.old_indicators.get(line.code.casefold()) or Indicator(criteria_set=self.current)
            values = line.values() | {"criterion_id": criteria[criterion.number].pk, "position": place}
            self._put(row, values, "indicator")
            self._thresholds(row, line)

    def _thresholds(self, indicator: Indicator, line: IndicatorLine) -> None:
        """A threshold that says anything else is another one."""
        wanted = list(line.thresholds)
        gone = []
        for row in Threshold.objects.filter(indicator=indicator, province_id=None).order_by("pk"):
            row.indicator = indicator
            said = threshold_line(row)
            if said in wanted:
                wanted.remove(said)
            else:
                gone.append(row)
        drop(gone, "threshold.dropped", self.current, self.by)
        for bar in wanted:
            made = threshold(indicator, bar)
            rows.check(made)
            made.save()
            self._record("threshold.added", made)

    def drop_rest(self, content: Content) -> None:
        codes = {line.code.casefold() for criterion in content for line in criterion.indicators}
        rest = [row.pk for code, row in self.old_indicators.items() if code not in codes]
        inside = {"indicator__in": rest}
        current, by = self.current, self.by
        drop(
            Duty.objects.filter(**inside).select_related("indicator", "department"),
            "duty.dropped",
            current,
            by,
        )
        drop(Threshold.objects.filter(**inside).select_related("indicator"), "threshold.dropped", current, by)
        drop(Indicator.objects.filter(pk__in=rest), "indicator.dropped", current, by)
        numbers = {line.number for line in content}
        drop(
            [row for key, row in self.old_criteria.items() if key not in numbers],
            "criterion.dropped",
            current,
            by,
        )

    def _put(self, row: Criterion | Indicator, values: dict[str, Any], word: str) -> None:
        """Store the values unless the row says so already."""
        before = audit.snapshot(row) if row.pk else None
        if not put(row, values):
            return
        rows.check(row)
        if before is None:
            row.save()
            self._record(f"{word}.added", row)
        else:
            if isinstance(row, Indicator):
                save_next(row)
            else:
                row.save()
            self._record(f"{word}.changed", row, before)

    def _record(self, action: str, row: Any, before: audit.Snapshot | None = None) -> None:
        audit.record(action, row, by=self.by, before=before, province_id=self.current.province_id)
