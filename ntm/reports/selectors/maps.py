"""The tile maps: every commune one square, by district while there are districts, on the province's grid since."""

from dataclasses import dataclass
from decimal import Decimal

from communes.choices import Tier
from communes.selectors.records import LandUnit
from communes.selectors.tilegrid import district_positions, placed
from communes.selectors.yearbook import YearBook
from ntm.core.numbers import percent
from ntm.reports.selectors.figures import Figure, Figures, unit_url

_UNKNOWN, _PENDING, _OUTSIDE = "na", "wait", "off"


@dataclass(frozen=True)
class Tile:
    """One unit: its sign (a rank, or na, wait, off), where it leads and what it says."""

    sign: int | str
    url: str
    label: str


@dataclass(frozen=True)
class GridTile(Tile):
    """A tile with its column and row on the province's grid, from 0."""

    column: int = 0
    row: int = 0


@dataclass(frozen=True)
class Block:
    """A district: how many of its communes are NTM, its own standing, and its tiles."""

    name: str
    code: str
    url: str
    standing: str
    standing_kind: str
    standing_icon: str
    met: Figure
    total: Figure
    missing: Figure
    tiles: tuple[Tile, ...]
    counts: tuple[Figure, ...]

    @property
    def percent(self) -> Decimal | None:
        return percent(self.met.value, self.total.value)


@dataclass(frozen=True)
class TileMap:
    """Either blocks or a grid. `until` is the year whose decisions colour it, None where nothing is known."""

    blocks: tuple[Block, ...]
    grid: tuple[GridTile, ...]
    until: int | None

    @property
    def signs(self) -> frozenset[int | str]:
        """Those that its tiles show."""
        return frozenset(
            tile.sign for tile in (*self.grid, *(tile for block in self.blocks for tile in block.tiles))
        )


def tile_map(book: YearBook, figures: Figures, planned: frozenset[int]) -> TileMap:
    """The map of the scope's day. `planned`: places of districts that next year's plan names. Where the sum of the year
    is not known, communes and districts alike keep what the decisions known give them."""
    until = book.dating.last_known_year("ntm")
    communes = list(book.communes.values())
    if not book.every_district:
        return TileMap((), _grid(book, figures), until)
    known = figures.is_known("chua-dat")
    grouped: dict[int, list[LandUnit]] = {}
    for unit in communes:
        grouped.setdefault(unit.parent_id or 0, []).append(unit)
    positions = district_positions()
    ordered = sorted(
        book.every_district.values(),
        key=lambda unit: (positions.get(unit.code, (99, 99))[::-1], unit.sort_key),
    )
    blocks = (_block(book, figures, unit, grouped.get(unit.place_id, []), known, planned) for unit in ordered)
    return TileMap(tuple(blocks), (), until)


def sign_of(book: YearBook, unit: LandUnit) -> int | str:
    """The sign of a commune-level unit on the scope's day."""
    if unit.place_id not in book.communes:
        return _OUTSIDE
    if book.is_pending(unit.place_id):
        return _PENDING
    rank = book.ranks[unit.place_id]
    return rank if rank or unit.tier in book.known_tiers else _UNKNOWN


def _block(
    book: YearBook,
    figures: Figures,
    district: LandUnit,
    communes: list[LandUnit],
    known: bool,
    planned: frozenset[int],
) -> Block:
    code = district.code
    standing, kind = _standing(book, district, planned)
    ranked = sorted(communes, key=lambda unit: (book.ranks[unit.place_id], unit.sort_key))
    exact = [level for level in book.rules.levels if level.tier == Tier.COMMUNE]
    return Block(
        name=district.short_name,
        code=code,
        url=unit_url(district, figures.year),
        standing=standing,
        standing_kind=kind,
        standing_icon="check" if kind in ("new", "done") else "",
        met=figures.figure("luy-ke", "ntm", known=known, district=code),
        total=figures.figure("tat-ca", district=code),
        missing=figures.figure("chua-dat", known=known, district=code),
        tiles=tuple(
            Tile(sign_of(book, unit), unit_url(unit, figures.year), _label(figures, unit)) for unit in ranked
        ),
        counts=tuple(
            figures.figure("dung-muc", level.code, known=book.exact_known(level), district=code)
            for level in exact[1:]
        ),
    )


def _standing(book: YearBook, district: LandUnit, planned: frozenset[int]) -> tuple[str, str]:
    movement = book.movements.get("district_ntm")
    if movement is not None:
        is_city = movement.level.words_for(district.kind)[0] != movement.level.short_name
        if district.place_id in movement.achieved:
            return f"{'Hoàn thành' if is_city else 'Đạt'} {book.scope.year}", "new"
        if district.place_id in movement.cumulative:
            # Beside a city's name there is no room for more.
            return "Hoàn thành" if is_city else "Đã đạt", "done"
    return (f"KH {book.scope.year + 1}", "plan") if district.place_id in planned else ("", "")


def _label(figures: Figures, unit: LandUnit) -> str:
    outside = unit.place_id not in figures.book.communes
    words = "Ngoài Chương trình" if outside else figures.level_name(unit)
    return f"{unit.full_name} · {words}"


def _grid(book: YearBook, figures: Figures) -> tuple[GridTile, ...]:
    """Every unit of the day, also those formed after the day that the grid was drawn for."""
    units = sorted((*book.communes.values(), *book.outside), key=lambda unit: (unit.sort_key, unit.code))
    positions = placed(units, book.descents)
    tiles = (
        GridTile(
            sign_of(book, unit), unit_url(unit, figures.year), _label(figures, unit), *positions[unit.pk]
        )
        for unit in units
    )
    return tuple(sorted(tiles, key=lambda tile: (tile.row, tile.column)))
