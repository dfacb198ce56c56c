"""What the drills save: a decision about three communes of a team, with its scan. Recognised and revoked in turn,
so that a team never runs out of work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from communes.choices import RecognitionState, Tier, UnitKind
from communes.models import Level, Place, Recognition, Unit
from communes.selectors.provinces import default_province_id
from communes.services.decisions import recognise, revoke
from ntm.core.dates import today
from ntm.core.provenance import Trust
from ntm.core.uploads import read_scan

PER_TEAM = 3
AUTHORITY = "Diễn tập"
YEAR = 2023
SIGNED_ON = date(2024, 1, 5)


def province() -> Place:
    return Place.objects.get(pk=default_province_id() or 0)


def level() -> Level:
    return Level.objects.get(code="ntm", period__first_year__lte=YEAR, period__last_year__gte=YEAR)


def open_communes(first: int, count: int) -> list[Unit]:
    """Communes of nobody's, with codes from 90000 + first on; straight into the tables, as fixtures are."""
    home = province()
    places = Place.objects.bulk_create([Place() for _ in range(count)])
    units = [
        Unit(place=place, province=home, parent=home, tier=Tier.COMMUNE, kind=UnitKind.XA, code=f"{90000 + number}",
             name=f"Diễn Tập {number}", trust=Trust.ILLUSTRATIVE)
        for number, place in enumerate(places, start=first)
    ]  # fmt: skip
    return Unit.objects.bulk_create(units)


def team_codes(team: int) -> list[str]:
    return [f"{90000 + team * PER_TEAM + number}" for number in range(PER_TEAM)]


def open_teams(teams: int) -> None:
    open_communes(0, teams * PER_TEAM)


def save(team: int, number: str, *, by: Any) -> None:
    """The team's next decision, under this number."""
    units = list(Unit.objects.filter(code__in=team_codes(team)).order_by("code"))
    places = [unit.place_id for unit in units]
    standing = list(Recognition.objects.filter(place_id__in=places, state=RecognitionState.IN_FORCE))
    scan = read_scan(ContentFile(f"%PDF-1.4\n{number}\n%%EOF\n".encode(), name="quyet-dinh.pdf"))
    paper: dict[str, Any] = {
        "province": province(), "number": number, "authority": AUTHORITY, "title": f"Diễn tập {number}",
        "file": scan, "by": by,
    }  # fmt: skip
    if standing:
        revoke(
            recognitions=standing, issued_on=today(), effective_on=today(), reason="Diễn tập thu hồi", **paper
        )
    else:
        recognise(level=level(), achieved_year=YEAR, units=units, issued_on=SIGNED_ON, **paper)


@contextmanager
def torn_apart() -> Iterator[None]:
    """The negative control: what belongs to one transaction is committed piece by piece."""

    def piecemeal(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        # A commit inside a savepoint would end it; Django counts one only after it has opened it.
        within = connection.savepoint_ids or sql.startswith("SAVEPOINT")
        if connection.in_atomic_block and not within:
            connection.connection.commit()
        return result

    with connection.execute_wrapper(piecemeal):
        yield
