"""Documents, periods and levels from the reference files."""

from typing import TypeVar

from django.db import models

from communes.models import Document, Level, Period
from communes.reference import day, rows
from ntm.audit import log as audit

M = TypeVar("M", bound=models.Model)


@audit.verb
def load_documents(*, by: audit.System) -> dict[str, Document]:
    """The national documents by number; those that are there stay as the office keeps them."""
    found = {document.number: document for document in Document.objects.filter(province=None).order_by("-pk")}
    for row in rows("documents"):
        if row["number"] not in found:
            document = Document(
                number=row["number"],
                issued_on=day(row["issued_on"]),
                authority=row["authority"],
                title=row["title"],
                trust=row["trust"],
                source=row["source"],
            )
            found[document.number] = _add("document.added", document, by)
    return found


@audit.verb
def load_levels(documents: dict[str, Document], *, by: audit.System) -> None:
    """Periods, which earlier ones each counts, and the levels of each."""
    periods = {period.code: period for period in Period.objects.all()}
    for row in rows("periods"):
        if row["code"] in periods:
            continue
        period = Period(
            code=row["code"],
            first_year=int(row["first_year"]),
            last_year=int(row["last_year"]),
            document=documents.get(row["document"]),
        )
        periods[period.code] = _add("catalogue.added", period, by)
        period.counts.set(periods[code] for code in row["counts"].split(";") if code)
    have = set(Level.objects.values_list("period__code", "code"))
    for row in rows("levels"):
        if (row["period"], row["code"]) not in have:
            _add("catalogue.added", _level(row, periods), by)


def _level(row: dict[str, str], periods: dict[str, Period]) -> Level:
    return Level(
        period=periods[row["period"]],
        code=row["code"],
        tier=row["tier"],
        rank=int(row["rank"]),
        name=row["name"],
        short_name=row["short_name"],
        city_name=row["city_name"],
        confirmed=row["confirmed"] == "1",
    )


def _add(action: str, row: M, by: audit.System) -> M:
    row.save()
    audit.record(action, row, by=by)
    return row
