"""Dated facts about units from the reference file."""

from datetime import date
from pathlib import Path

from communes.models import Attribute, Document, Unit
from communes.reference import OURS, rows
from communes.services.attributes import record_attribute
from ntm.audit import log as audit
from ntm.core.errors import Refused


def load_attributes(documents: dict[str, Document], *, by: audit.System, folder: Path = OURS) -> None:
    """Record the values that are missing. A code names its unit only together with the day `code_as_of`."""
    versions: dict[str, list[Unit]] = {}
    for unit in Unit.objects.all():
        versions.setdefault(unit.code, []).append(unit)
    recorded = set(Attribute.objects.values_list("unit__place_id", "kind", "valid_from"))
    for row in rows("attributes", folder):
        as_of, first = date.fromisoformat(row["code_as_of"]), date.fromisoformat(row["valid_from"])
        named = [unit for unit in versions.get(row["code"], []) if unit.exists_on(as_of)]
        if not named:
            raise Refused(f"không có đơn vị mã {row['code']} vào ngày {row['code_as_of']}.")
        unit = named[0]
        if (unit.place_id, row["attribute"], first) in recorded:
            continue
        record_attribute(
            next(
                (u for u in versions[row["code"]] if u.place_id == unit.place_id and u.exists_on(first)), unit
            ),
            kind=row["attribute"],
            value=row["value"],
            valid_from=first,
            document=documents.get(row["document"]),
            trust=row["trust"],
            source=row["source"],
            by=by,
        )
