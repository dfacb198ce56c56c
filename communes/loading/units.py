"""Units and their reorganisations from the reference files.

The files hold the state at the end of 2023 and every change since 2022. What stood before the first change is
found by undoing the changes up to then; it is opened with an unknown first day, then the changes are played
forward.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from communes.choices import Tier
from communes.models import Document, Place, Succession, Unit
from communes.reference import OURS, rows
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from communes.services.units import open_units
from ntm.audit import log as audit
from ntm.core.errors import Refused

_SNAPSHOT_OF = "2023-12-31"
Row = dict[str, str]


def load_units(documents: dict[str, Document], *, by: audit.System, folder: Path = OURS) -> None:
    """Open what is missing of the first state, then carry out the reorganisations not yet recorded.

    One resolution may be about several provinces, each loaded on another day: recorded is what became of a unit.
    """
    changes = rows("lineage", folder)
    _open_first_state(first_state(changes, folder), by)
    recorded = set(
        Succession.objects.values_list(
            "reorganisation__document__number", "reorganisation__effective_on", "predecessor__code"
        )
    )
    for row in rows("reorganisations", folder):
        event = (row["resolution"], date.fromisoformat(row["effective"]))
        of_event = [change for change in changes if _same_event(change, row)]
        if not any((*event, change["old_code"]) in recorded for change in of_event):
            _carry_out(row, of_event, _document(documents, row["resolution"]), by, folder)


def _document(documents: dict[str, Document], number: str) -> Document:
    if number not in documents:
        raise Refused(f"không có văn bản số {number} trong documents.csv.")
    return documents[number]


def first_state(changes: Iterable[Row], folder: Path = OURS) -> list[Row]:
    """The units before the first change: the snapshot with every change up to it undone, newest first."""
    state = {row["code"]: row for row in rows("units-2023", folder)}
    past = [change for change in changes if change["effective"] <= _SNAPSHOT_OF]
    for day in sorted({change["effective"] for change in past}, reverse=True):
        of_day = [change for change in past if change["effective"] == day]
        for change in of_day:
            state.pop(change["new_code"], None)
        for change in of_day:
            state[change["old_code"]] = _facts(change, "old") | {"source": change["source"]}
    return sorted(state.values(), key=lambda row: row["code"])


def _open_first_state(wanted: Iterable[Row], by: audit.System) -> None:
    known = dict(Unit.objects.filter(valid_from=None).values_list("code", "place_id"))
    places = {code: Place(pk=pk) for code, pk in known.items()}
    state = [row for row in wanted if row["code"] not in known]
    for digits in (2, 3, 5):
        batch = [_new_unit(row, places) for row in state if len(row["code"]) == digits]
        if batch:
            opened = open_units(batch, valid_from=None, by=by)
            places |= {unit.code: unit.place for unit in opened}


def _carry_out(
    row: Row, changes: list[Row], document: Document, by: audit.System, folder: Path = OURS
) -> None:
    open_now = {u.code: u for u in Unit.objects.filter(valid_to=None).select_related("place")}
    places = {u.code: u.place for u in open_now.values() if u.tier != Tier.COMMUNE}
    sources = {new["code"]: new["source"] for new in rows("units-2025", folder)} if row["formed_anew"] else {}
    formed: dict[str, list[Row]] = {}
    for change in changes:
        formed.setdefault(change["new_code"], []).append(change)
    reorganise(
        document=document,
        effective_on=date.fromisoformat(row["effective"]),
        title=row["title"],
        changes=[
            Formation(
                successor=_successor(parts, places, sources.get(code)),
                parts=[_part(change, open_now) for change in parts],
                formed_anew=bool(row["formed_anew"]),
            )
            for code, parts in formed.items()
        ],
        by=by,
        trust=row["trust"],
        source=row["source"],
    )


def _successor(parts: list[Row], places: dict[str, Place], source: str | None) -> NewUnit:
    change = parts[0]
    about = {"trust": change["trust"], "source": source or change["source"]}
    return _new_unit(_facts(change, "new") | about, places)


def _facts(change: Row, side: str) -> Row:
    """The old or the new unit of a change, in the columns of a list of units."""
    return {key: change[f"{side}_{key}"] for key in ("code", "kind", "name", "parent_code")}


def _part(change: Row, open_now: dict[str, Unit]) -> Part:
    code = change["old_code"]
    if code not in open_now:
        raise Refused(f"không có đơn vị mã {code} còn hiệu lực trước ngày {change['effective']}.")
    return Part(
        open_now[code],
        change["share"],
        trust=change["trust"],
        source=change["source"],
        note=change["note"],
    )


def _new_unit(row: Row, places: dict[str, Place]) -> NewUnit:
    parent = places.get(row["parent_code"])
    if parent is None and row["parent_code"]:
        raise Refused(f"không có đơn vị cấp trên mã {row['parent_code']} của {row['kind']} {row['name']}.")
    facts = {"trust": row["trust"]} if "trust" in row else {}
    return NewUnit(row["code"], row["name"], row["kind"], parent, source=row["source"], **facts)


def _same_event(change: Row, row: Row) -> bool:
    return (change["effective"], change["resolution"]) == (row["effective"], row["resolution"])
