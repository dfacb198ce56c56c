"""The catalogues of money and the published money as demonstration data, through the verbs. Safe to repeat."""

from pathlib import Path

from funding.choices import Stage
from funding.models import Allocation, Amount, Purpose, Source
from funding.services import add_source, enter_amount
from funding.services_allocations import Portion, enter_allocation
from funding.services_purposes import add_purpose
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
            last_year=_year(row["last_year"]),
            by=audit.SYSTEM,
        )
        known[source.code] = source
        made.append(source)
    return made


@audit.verb
def load_purposes(*, path: Path = REFERENCE / "purposes.csv") -> list[Purpose]:
    """Add the purposes that are not there yet; what the office renamed stays so. Returns the new."""
    known = set(Purpose.objects.values_list("code", flat=True))
    return [
        add_purpose(
            code=row["code"],
            name=row["name"],
            breakdown=row["breakdown"],
            order=int(row["order"]),
            first_year=_year(row["first_year"]),
            last_year=_year(row["last_year"]),
            trust=row["trust"],
            source=row["source"],
            by=audit.SYSTEM,
        )
        for row in read_rows(path)
        if row["code"] not in known
    ]


def _year(text: str) -> int | None:
    return int(text) if text else None


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


@audit.verb
def load_allocations(*, path: Path = REFERENCE / "allocations.csv") -> list[Allocation]:
    """Enter the plan by kind of work, which only illustrates, in years that have no allocation. Returns the new."""
    province = home_province()
    touched = set(Allocation.objects.filter(province=province).values_list("year", flat=True))
    sources = {source.code: source for source in Source.objects.all()}
    purposes = {purpose.code: purpose for purpose in Purpose.objects.all()}
    return [
        enter_allocation(
            Portion(
                sources[row["source_of_funds"]],
                Stage(row["stage"]),
                int(row["amount"]),
                purposes[row["purpose"]],
                row["qualifier"],
                note=row["note"],
            ),
            province=province,
            year=int(row["year"]),
            trust=row["trust"],
            origin=row["source"],
            by=audit.SYSTEM,
        )
        for row in read_rows(path)
        if int(row["year"]) not in touched
    ]
