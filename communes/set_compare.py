"""What differs between a draft and a file, in words, before anybody confirms it. No database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from communes.judging import Bar, Measure, number
from communes.set_content import Content, CriterionLine, IndicatorLine, ThresholdLine, indicators_of
from communes.set_words import COLUMN_OF, KINDS, TRUST, UNITS, words_of, years_words

ADD, CHANGE, DROP = "add", "change", "drop"


@dataclass(frozen=True)
class Change:
    """One thing that would become another: what, its name, and (column, before, after)."""

    kind: str
    what: str
    name: str
    differences: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Criteria and indicators count one each; thresholds are differences of their indicator."""

    changes: tuple[Change, ...]
    unchanged: int

    def count(self, kind: str) -> int:
        return sum(change.kind == kind for change in self.changes)

    @property
    def added(self) -> int:
        return self.count(ADD)

    @property
    def changed(self) -> int:
        return self.count(CHANGE)

    @property
    def dropped(self) -> int:
        return self.count(DROP)


def compare(old: Content, new: Content, departments: Mapping[int, str]) -> Comparison:
    """What a draft would have to change to say what the file says. The same content: no change at all."""
    before, after = {one.number: one for one in old}, {one.number: one for one in new}
    changes = [*_criteria(before, after), *_indicators(indicators_of(old), indicators_of(new), departments)]
    order = [[one.number for one in content] for content in (old, new)]
    codes = [list(indicators_of(content)) for content in (old, new)]
    if _moved(*order) or _moved(*codes):
        changes.append(Change(CHANGE, "Thứ tự", "Thứ tự tiêu chí, chỉ tiêu theo tệp"))
    touched = sum(change.kind in (CHANGE, DROP) and change.what != "Thứ tự" for change in changes)
    return Comparison(tuple(changes), len(before) + len(indicators_of(old)) - touched)


def _criteria(before: Mapping[str, CriterionLine], after: Mapping[str, CriterionLine]) -> Iterable[Change]:
    for key, line in after.items():
        old = before.get(key)
        if old is None:
            yield Change(ADD, f"Tiêu chí {key}", line.name)
        elif old != line:
            yield Change(CHANGE, f"Tiêu chí {key}", line.name, _differences(old.values(), line.values(), {}))
    for key, line in before.items():
        if key not in after:
            yield Change(DROP, f"Tiêu chí {key}", line.name)


def _indicators(
    before: Mapping[str, tuple[str, IndicatorLine]],
    after: Mapping[str, tuple[str, IndicatorLine]],
    departments: Mapping[int, str],
) -> Iterable[Change]:
    for code, (number_of, line) in after.items():
        if code not in before:
            bars = threshold_words(line)
            yield Change(ADD, f"Chỉ tiêu {code}", line.name, (("Ngưỡng", "", bars),) if bars else ())
            continue
        found = _changed(before[code], (number_of, line), departments)
        if found:
            yield Change(CHANGE, f"Chỉ tiêu {code}", line.name, found)
    for code, (_, line) in before.items():
        if code not in after:
            yield Change(DROP, f"Chỉ tiêu {code}", line.name)


def _changed(
    old: tuple[str, IndicatorLine], new: tuple[str, IndicatorLine], departments: Mapping[int, str]
) -> tuple[tuple[str, str, str], ...]:
    found = list(_differences(old[1].values(), new[1].values(), departments))
    if old[0] != new[0]:
        found.insert(0, ("Số tiêu chí", old[0], new[0]))
    if set(old[1].thresholds) != set(new[1].thresholds):
        words = threshold_words(old[1]), threshold_words(new[1])
        found.append(("Ngưỡng", *(words if words[0] != words[1] else (_sources(old[1]), _sources(new[1])))))
    return tuple(found)


def threshold_words(line: IndicatorLine) -> str:
    """Every threshold of an indicator in one line."""
    measure = Measure(line.kind, line.unit_of_measure, line.grades)
    return "; ".join(_bar_words(measure, bar) for bar in line.thresholds)


def _bar_words(measure: Measure, bar: ThresholdLine) -> str:
    words = words_of(measure, Bar(bar.operator, bar.value, bar.text))
    years = years_words(bar.first_year, bar.last_year)
    whom = [
        UNITS.get((bar.attribute, bar.attribute_value), ""), bar.case, years if years != "mọi năm" else "",
        bar.text if bar.value is not None else "",
    ]  # fmt: skip
    said = ", ".join(word for word in whom if word)
    return f"{words} ({said})" if said else words


def _sources(line: IndicatorLine) -> str:
    return "; ".join(f"{TRUST.get(bar.trust, bar.trust)}: {bar.source}" for bar in line.thresholds)


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any], departments: Mapping[int, str]
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            COLUMN_OF.get(name, name),
            _words(name, old[name], departments),
            _words(name, new[name], departments),
        )
        for name in new
        if old[name] != new[name]
    )


def _words(name: str, value: Any, departments: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if name == "department_id":
        return departments.get(value, str(value))
    if name in ("kind", "trust"):
        return str({**KINDS, **TRUST}.get(value, value))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Decimal):
        return number(value)
    return "; ".join(value) if isinstance(value, list) else str(value)


def _moved(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether what both have stands in another order."""
    common = set(old) & set(new)
    return [key for key in old if key in common] != [key for key in new if key in common]
