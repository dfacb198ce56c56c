"""The tree of sources and the published money as demonstration data, through the verbs. Safe to repeat."""

from pathlib import Path

from funding.models import Amount, Source
from funding.services import add_source, enter_amount
from ntm.audit import log as audit
from targets.loading import home_province, published_document, read_rows

REFERENCE = Path(__file__).parent / "reference"


@audit.verb
def load_sources(*, path: Path = REFERENCE / "sources.csv") -> list[Source]:
    """Add the sources that are not there yet; what the office renamed or moved stays so. Returns the new."""
    known = {source.code: source for source in Source.objects.all()}
    made = []
    for row in read_rows(path):
        if row["code"] in known:
            continue
        source = add_source(
            code=row["code"],
            name=row["name"],
            parent=known[row["parent"]] if row["parent"] else None,
            order=int(row["order"]),
            last_year=int(row["last_year"]) if row["last_year"] else None,
            by=audit.SYSTEM,
        )
        known[source.code] = source
        made.append(source)
    return made


@audit.verb
def load_amounts(*, path: Path = REFERENCE / "amounts.csv") -> list[Amount]:
    """Enter the published amounts of years that have none. Returns the new ones."""
    province = home_province()
    touched = set(Amount.objects.filter(province=province).values_list("year", flat=True))
    sources = {source.code: source for source in Source.objects.all()}
    return [
        enter_amount(
            province=province,
            year=int(row["year"]),
            source=sources[row["source_of_funds"]],
            amount=int(row["amount"]),
            qualifier=row["qualifier"],
            document=published_document(row["document"], row["authority"], province, source=row["source"]),
            note=row["note"],
            trust=row["trust"],
            origin=row["source"],
            by=audit.SYSTEM,
        )
        for row in read_rows(path)
        if int(row["year"]) not in touched
    ]
