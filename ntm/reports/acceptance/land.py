"""Two provinces. In the first three communes A, B, C, one that two others merged into, and a district that ended."""

from datetime import date

from communes.choices import AttributeKind, UnitKind
from communes.models import Unit
from communes.services.attributes import record_attribute
from communes.services.documents import Paper, add_document
from communes.services.lineage import Formation, Part, reorganise
from communes.services.register import NewUnit
from communes.services.units import open_units
from ntm.audit import log as audit
from ntm.reports.acceptance.world import EARLIER, World

NEW_MAP = date(2025, 7, 1)
#: Codes that no province of the country bears.
PROVINCES = {"P": ("98", "Thượng Du"), "Q": ("99", "Hạ Du")}
DISTRICTS = {"P": ("D", "981", "Vân Lĩnh"), "Q": ("Y", "991", "Hải Lĩnh")}
NAMES = {
    "A": ("98001", "Bản Mẫu"),
    "B": ("98004", "Khe Sâu"),
    "C": ("98007", "Đồng Vang"),
    "M1": ("98010", "Suối Trong"),
    "M2": ("98013", "Núi Hồng"),
    "M": ("98016", "Trong Hồng"),
    "X": ("99001", "Bến Xa"),
}


def open_land(world: World) -> None:
    """The units as they were until 30/06/2025."""
    for province, (code, name) in PROVINCES.items():
        top = _new(world, province, code, name, UnitKind.TINH, None)
        letter, code, name = DISTRICTS[province]
        district = _new(world, letter, code, name, UnitKind.HUYEN, top)
        for commune in EARLIER[province]:
            _new(world, commune, *NAMES[commune], UnitKind.XA, district)


def _new(world: World, letter: str, code: str, name: str, kind: str, parent: Unit | None) -> Unit:
    facts = NewUnit(
        code, world.canaries.text(name, letter), kind, parent.place if parent else None,
        source=world.canaries.text("Danh mục", letter),
    )  # fmt: skip
    (unit,) = open_units([facts], valid_from=None, by=audit.SYSTEM)
    world.units[letter] = world.earlier[letter] = unit
    return unit


def record_facts(world: World) -> None:
    """Two attributes of each commune, from before our records."""
    for province, letters in EARLIER.items():
        for letter in letters:
            for kind, value in ((AttributeKind.ATK, "1"), (AttributeKind.POPULATION, "5200")):
                row = record_attribute(
                    world.units[letter], kind=kind, value=value, valid_from=None,
                    source=world.canaries.text("Báo cáo", letter), by=world.office(province, "specialist"),
                )  # fmt: skip
                world.keep(letter, "attribute", row)


def redraw(world: World) -> None:
    """01/07/2025: the districts end, two communes become one, the others go on below the province."""
    for province, (letter, *_) in DISTRICTS.items():
        by, words = world.office(province, "specialist"), world.canaries
        paper = Paper(
            words.text("1683/NQ", province), date(2025, 6, 16), words.text("Ủy ban", province),
            words.text("Sắp xếp đơn vị hành chính cấp xã", province), file=words.scan("nghi quyet", province),
        )  # fmt: skip
        document = add_document(paper=paper, province=world.place(province), by=by)
        world.keep(province, "document", document)
        ended = Formation(world.units[province], [_part(world, letter)])
        changes = [_successor(world, province, one) for one in EARLIER[province] if one not in ("M1", "M2")]
        if province == "P":
            merged = NewUnit(*_facts(world, "M"), UnitKind.XA, world.place(province))
            changes.append(Formation(merged, [_part(world, "M1"), _part(world, "M2")], formed_anew=True))
        row = reorganise(
            document=document, effective_on=NEW_MAP, title=words.text("Sắp xếp", province),
            changes=[*changes, ended], source=words.text("Công báo", province), by=by,
        )  # fmt: skip
        world.keep(province, "reorganisation", row)
        for link in row.successions.exclude(successor=world.units[province]).select_related("successor"):
            world.units[_letter_of(link.successor.code)] = link.successor


def _facts(world: World, letter: str) -> tuple[str, str]:
    code, name = NAMES[letter]
    return code, world.canaries.text(name, letter)


def _successor(world: World, province: str, letter: str) -> Formation:
    """The same place below the province, under the same name."""
    old = world.units[letter]
    new = NewUnit(
        old.code, old.name, old.kind, world.place(province), source=world.canaries.text("Nghị quyết", letter)
    )
    return Formation(new, [_part(world, letter)])


def _part(world: World, letter: str) -> Part:
    words = world.canaries
    return Part(world.units[letter], source=words.text("Đề án", letter), note=words.text("Toàn bộ", letter))


def _letter_of(code: str) -> str:
    return next(letter for letter, (known, _) in NAMES.items() if known == code)
