"""Documents, periods and levels from the reference files."""

from pathlib import Path

from communes.models import Document, Level, Period
from communes.reference import OURS, day, rows
from communes.services.catalogues import add_row
from communes.services.documents import Paper, add_document
from ntm.audit import log as audit


def load_documents(*, by: audit.System, folder: Path = OURS) -> dict[str, Document]:
    """The national documents by number; those that are there stay as the office keeps them."""
    found = {document.number: document for document in Document.objects.filter(province=None).order_by("-pk")}
    for row in rows("documents", folder):
        if row["number"] not in found:
            paper = Paper(
                number=row["number"],
                issued_on=day(row["issued_on"]),
                authority=row["authority"],
                title=row["title"],
                trust=row["trust"],
                source=row["source"],
            )
            found[paper.number] = add_document(paper=paper, province=None, by=by)
    return found


def load_levels(documents: dict[str, Document], *, by: audit.System) -> None:
    """Periods, which earlier ones each counts, and the levels of each."""
    periods = {period.code: period for period in Period.objects.all()}
    for row in rows("periods"):
        if row["code"] not in periods:
            values = {
                "code": row["code"],
                "first_year": int(row["first_year"]),
                "last_year": int(row["last_year"]),
                "document": documents.get(row["document"]),
                "counts": [periods[code] for code in row["counts"].split(";") if code],
            }
            periods[row["code"]] = add_row(Period(), values, by=by)
    recorded = set(Level.objects.values_list("period__code", "code"))
    for row in rows("levels"):
        if (row["period"], row["code"]) not in recorded:
            add_row(Level(), _level(row, periods), by=by)


def _level(row: dict[str, str], periods: dict[str, Period]) -> dict[str, object]:
    return {
        "period": periods[row["period"]],
        "code": row["code"],
        "tier": row["tier"],
        "rank": int(row["rank"]),
        "name": row["name"],
        "short_name": row["short_name"],
        "city_name": row["city_name"],
        "confirmed": row["confirmed"] == "1",
    }
