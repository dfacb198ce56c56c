"""Sheets that people have brought and not confirmed: names, contents and kept columns hold their unit's canary."""

import hashlib

from communes.models import Submission
from communes.sheets.links import RETURN
from ntm.core.uploads import Scan
from ntm.reports.acceptance.returns import YEAR
from ntm.reports.acceptance.world import World
from ntm.sheets.services import keep_mapping, receive

#: Whose sheet it is, by the letter of the unit.
_BRINGERS = {"A": "officer_a", "B": "officer_b"}


def bring(world: World) -> None:
    """A sheet of each unit's own people for the return of the running year."""
    for letter, name in _BRINGERS.items():
        by = world.people[name].user
        unit = world.units[letter]
        row = Submission.objects.get(
            unit__place_id=unit.place_id, round__year=YEAR, pk__in=_returns(world, letter)
        )
        scan = _sheet(world, letter)
        params = {"phieu": str(row.pk)}
        upload = receive(scan, kind=RETURN, params=params, by=by, province_id=unit.province_id)
        header = hashlib.sha256(scan.content).hexdigest()
        words = world.canaries.text("Biểu của xã", letter)
        keep_mapping(kind=RETURN, name=words, header=header, columns={"0": "ma"}, by=by)
        world.keep(letter, "upload", upload)


def _returns(world: World, letter: str) -> list[int]:
    return world.rows[letter]["submission"]


def _sheet(world: World, letter: str) -> Scan:
    words = world.canaries
    content = f"Mã;Kết quả;Ghi chú\n1.1;{words.word(letter)};{words.word(letter)}\n".encode()
    name = f"{words.text('Bảng kết quả', letter)}.csv"
    return Scan("text/csv", ".csv", name, hashlib.sha256(content).hexdigest(), content)
