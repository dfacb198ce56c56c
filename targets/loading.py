"""The published plans as demonstration data, through the same verbs as everybody's. Safe to repeat."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.conf import settings

from communes.choices import Tier
from communes.models import Document, Place, Unit
from communes.selectors.provinces import default_province_id
from communes.services.documents import Paper, add_document
from ntm.audit import log as audit
from ntm.core.dates import year_end
from ntm.core.errors import Refused
from ntm.core.provenance import Trust
from targets.lines import Promise, TargetLine
from targets.models import Plan
from targets.selectors import levels_of
from targets.services import approve, change_draft, draft_plan, register_units

Row = dict[str, str]

PLANS = Path(__file__).parent / "reference" / "plans.csv"


@dataclass(frozen=True)
class Named:
    """Units that a year's plan names for a level, given by whoever loads the units."""

    level_code: str
    units: Sequence[Unit]
    trust: str = Trust.VERIFIED
    source: str = ""


def read_rows(path: Path) -> list[Row]:
    """The rows of a reference file of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def home_province() -> Place:
    """The province that the setting names. Raises `Refused` where no such province is loaded."""
    found = default_province_id()
    if found is None:
        there = Unit.objects.filter(tier=Tier.PROVINCE, valid_to=None).order_by("code")
        codes = ", ".join(f"{unit.code} ({unit.name})" for unit in there) or "chưa có tỉnh nào"
        raise Refused(
            f"DEFAULT_PROVINCE={settings.DEFAULT_PROVINCE}: không có tỉnh nào đang mang mã này trong dữ liệu đã nạp "
            f"({codes}). Hãy sửa DEFAULT_PROVINCE."
        )
    return Place.objects.get(pk=found)


def published_document(title: str, authority: str, province: Place, *, source: str = "") -> Document:
    """The document with this title and no number, made on first use."""
    found = Document.objects.filter(number="", title=title, authority=authority, province=province).first()
    if found is not None:
        return found
    paper = Paper(number="", issued_on=None, authority=authority, title=title, source=source)
    return add_document(paper=paper, province=province, by=audit.SYSTEM)


def load_plans(registered: Mapping[int, Sequence[Named]] | None = None, *, path: Path = PLANS) -> list[Plan]:
    """Draft, name and approve the plans of the file; a year that has any plan is left alone.

    `registered` adds units by name before a year's plan is approved. Returns the plans that were made.
    """
    province, made = home_province(), []
    for year, rows in groupby(read_rows(path), key=lambda row: int(row["year"])):
        if not Plan.objects.filter(province=province, year=year).exists():
            made.append(_load(province, year, list(rows), (registered or {}).get(year, ())))
    return made


@audit.verb
def _load(province: Place, year: int, rows: Sequence[Row], named: Sequence[Named]) -> Plan:
    first, by = rows[0], audit.SYSTEM
    levels = {level.code: level for level in levels_of(year)}
    document = published_document(first["document"], first["authority"], province, source=first["source"])
    plan = draft_plan(
        province=province, year=year, document=document, trust=first["trust"], source=first["source"], by=by
    )
    lines = [
        TargetLine(levels[row["level"]], int(row["value"]), row["kind"], row["trust"], row["source"])
        for row in rows
    ]
    promises = [
        Promise(levels[row["level"]], _unit(province, code, year), row["trust"], row["source"])
        for row in rows
        for code in row["registered"].split()
    ]
    plan = change_draft(
        plan, expected_version=plan.version, targets=lines, registrations=promises, document=document, by=by
    )
    for names in named:
        register_units(plan, names.level_code, names.units, trust=names.trust, source=names.source, by=by)
    return approve(plan, approved_on=None, by=by)


def _unit(province: Place, code: str, year: int) -> Unit:
    return Unit.objects.filter(province=province).on(year_end(year)).get(code=code)
