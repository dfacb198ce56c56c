"""What the command prints: who signs in how, which rows are whose, and where they are seen."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from communes.models import Evidence, Remark, Result, Submission, Unit
from ntm.reports.acceptance.world import World

#: Kind of row → the routes that show it by its key.
_BY_KEY = {
    "submission": ("communes:submission",),
    "evidence": ("communes:evidence-file",),
    "result": ("communes:judge", "communes:return-result"),
    "remark": ("communes:answer-remark",),
    "decision": ("communes:decision",),
    "document": ("communes:document", "communes:document-file"),
    "bare_document": ("communes:document", "communes:document-attach"),
    "recognition": ("communes:correct",),
    "condition_check": ("communes:condition-file",),
    "round": ("communes:round", "communes:round-returns"),
    "criteria_set": ("communes:criteria-set", "communes:criteria-export"),
    "criteria_draft": ("communes:criteria-set",),
    "indicator": ("communes:criteria-indicator",),
    "amount": ("funding:change",),
    "allocation": ("funding:change-allocation",),
    "upload": ("sheets:upload", "sheets:columns", "sheets:faults-csv"),
}


def answer(world: World, seed: int, scale: str) -> dict[str, Any]:
    return {
        "seed": seed,
        "scale": scale,
        "logins": [
            {
                "username": person.username,
                "password": person.password,
                "role": person.role,
                "unit": person.unit,
            }
            for person in world.people.values()
        ],
        "units": {letter: _unit(Unit.objects.get(pk=unit.pk)) for letter, unit in world.units.items()},
        "ids": {letter: dict(kinds) for letter, kinds in world.rows.items()},
        "urls": {letter: list(dict.fromkeys(_urls(world, letter))) for letter in {*world.units, *world.rows}},
        "canaries": dict(world.canaries.given),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "id": unit.pk, "place": unit.place_id, "province": unit.province_id, "code": unit.code,
        "name": unit.full_name, "valid_to": unit.valid_to.isoformat() if unit.valid_to else None,
    }  # fmt: skip


def _urls(world: World, letter: str) -> Iterator[str]:
    """The pages and files of everything that is kept under the letter."""
    unit = world.units.get(letter)
    if unit is not None and unit.parent_id:
        yield unit.get_absolute_url()
    for kind, keys in world.rows.get(letter, {}).items():
        for name in _BY_KEY.get(kind, ()):
            yield from (reverse(name, args=[key]) for key in keys if kind != "remark" or _is_open(key))
        if kind in _BY_RETURN:
            yield from (where for key in keys for where in _BY_RETURN[kind](key))


def _is_open(key: int) -> bool:
    """A remark that was answered has no page to answer it on."""
    return Remark.objects.filter(pk=key, closed_at=None).exists()


def _pages_of_return(key: int) -> Iterator[str]:
    row = Submission.objects.select_related("unit", "round").get(pk=key)
    for name in ("grid", "recognition-case", "conditions"):
        yield reverse(f"communes:{name}", kwargs={"code": row.unit.code, "year": row.round.year})


def _pages_of_cell(key: int) -> Iterator[str]:
    row = Result.objects.select_related("submission__unit", "submission__round", "indicator").get(pk=key)
    of = row.submission
    where = {"code": of.unit.code, "year": of.round.year, "indicator": row.indicator.code}
    yield reverse("communes:cell", kwargs=where)


def _page_behind(key: int) -> Iterator[str]:
    yield from _pages_of_cell(Evidence.objects.get(pk=key).result_id)


_BY_RETURN: dict[str, Callable[[int], Iterator[str]]] = {
    "submission": _pages_of_return,
    "result": _pages_of_cell,
    "evidence": _page_behind,
}
