"""Departments, criteria sets and conditions of recognition from the reference files.

The sets of 2021–2025 (QĐ 318, 319, 320/QĐ-TTg of 08/03/2022) are held valid from 01/01/2022: the decisions were
signed within that year, their first threshold by year is that of 2022, and results of 2021 were still judged by
the sets of 2016–2020. The set of 2026–2030 (QĐ 51/2025/QĐ-TTg, in force 15/02/2026) applies to the results of its
whole first year.
"""

from collections import defaultdict
from decimal import Decimal

from communes.choices import IndicatorKind, SetState
from communes.models import Condition, CriteriaSet, Department, Document, Level
from communes.reference import day, rows
from communes.services.catalogues import add_row
from communes.services.set_content import fill
from communes.set_content import SOFT_LIMITS, CriterionLine, IndicatorLine, ThresholdLine
from ntm.audit import log as audit
from ntm.audit.rows import add

_Key = tuple[str, str]


@audit.verb
def load_criteria(documents: dict[str, Document], *, by: audit.System) -> None:
    """Add what is missing. A set that is there stays as it is, whatever its rows say."""
    _load_departments(by)
    levels = {(level.period.code, level.code): level for level in Level.objects.select_related("period")}
    _load_sets(documents, levels, by)
    _load_conditions(documents, levels, by)


def _load_departments(by: audit.System) -> None:
    there = set(Department.objects.values_list("code", flat=True))
    for position, row in enumerate(rows("departments"), 1):
        if row["code"] not in there:
            values = {name: row[name] for name in ("code", "name", "short_name")}
            add_row(Department(), values | {"position": position}, by=by)


def _load_sets(documents: dict[str, Document], levels: dict[_Key, Level], by: audit.System) -> None:
    there = set(CriteriaSet.objects.filter(province=None).values_list("level__period__code", "level__code"))
    missing = [row for row in rows("criteria-sets") if (row["period"], row["level"]) not in there]
    content = _contents() if missing else {}
    for row in missing:
        values = {
            "level": levels[row["period"], row["level"]],
            "name": row["name"],
            "state": SetState.PUBLISHED,
            "document": documents[row["document"]],
            "valid_from": day(row["valid_from"]),
            "trust": row["trust"],
            "source": row["source"],
        }
        made = add(CriteriaSet(), values, action="criteria.published", by=by)
        fill(made, content[row["key"]], by=by)


def _contents() -> dict[str, list[CriterionLine]]:
    """What each set of the files says, by its key."""
    departments = dict(Department.objects.values_list("code", "pk"))
    bars: dict[_Key, list[ThresholdLine]] = defaultdict(list)
    for row in rows("thresholds"):
        bars[row["set"], row["indicator"]].append(_threshold(row))
    inside: dict[_Key, list[IndicatorLine]] = defaultdict(list)
    for row in rows("indicators"):
        line = _indicator(row, departments.get(row["department"]), bars[row["set"], row["code"]])
        inside[row["set"], row["criterion"]].append(line)
    found: dict[str, list[CriterionLine]] = defaultdict(list)
    for row in rows("criteria"):
        indicators = tuple(inside[row["set"], row["number"]])
        line_of = CriterionLine(row["number"], row["name"], row["group"], row["is_key"] == "1", indicators)
        found[row["set"]].append(line_of)
    return found


def _indicator(row: dict[str, str], department: int | None, bars: list[ThresholdLine]) -> IndicatorLine:
    return IndicatorLine(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        unit_of_measure=row["unit"],
        decimals=int(row["decimals"]),
        maximum=Decimal(100) if row["kind"] == IndicatorKind.PERCENT else None,
        soft_limit=SOFT_LIMITS.get(row["kind"]),
        grades=tuple(row["grades"].split("|")) if row["grades"] else (),
        guidance=row["guidance"],
        threshold_note=row["threshold_note"],
        department_id=department,
        trust=row["trust"],
        source=row["source"],
        thresholds=tuple(bars),
    )


def _threshold(row: dict[str, str]) -> ThresholdLine:
    return ThresholdLine(
        operator=row["operator"],
        value=Decimal(row["value"]) if row["value"] else None,
        text=row["text"],
        case=row["case"],
        attribute=row["attribute"],
        attribute_value=row["attribute_value"],
        first_year=int(row["first_year"]) if row["first_year"] else None,
        last_year=int(row["last_year"]) if row["last_year"] else None,
        trust=row["trust"],
        source=row["source"],
    )


def _load_conditions(documents: dict[str, Document], levels: dict[_Key, Level], by: audit.System) -> None:
    """What recognition at a level asks for besides its criteria."""
    there = set(Condition.objects.values_list("level__period__code", "level__code", "code"))
    for position, row in enumerate(rows("conditions"), 1):
        if (row["period"], row["level"], row["code"]) in there:
            continue
        values = {name: row[name] for name in ("code", "name", "kind", "trust", "source")} | {
            "level": levels[row["period"], row["level"]],
            "value": Decimal(row["value"]) if row["value"] else None,
            "document": documents[row["document"]],
            "position": position,
        }
        add(Condition(), values, action="catalogue.added", by=by)
