"""Everything that the page of a year shows, its spreadsheet and its JSON: read once, shown three ways."""

from collections import Counter
from dataclasses import dataclass

from communes.choices import AttributeKind, Tier
from communes.selectors.records import districts_ended
from communes.selectors.yearbook import YearBook, earlier_book, year_book
from funding.selectors import Branch, branches_of_sources
from ntm.core.dates import format_date
from ntm.core.scope import Scope
from ntm.reports.headline import Growth, Sentence, compared, headline
from ntm.reports.selectors.criteria_line import CriteriaLine, criteria_line, with_waiting
from ntm.reports.selectors.figures import Figure, Figures
from ntm.reports.selectors.levels import LevelRow, level_row, registered_url
from ntm.reports.selectors.maps import TileMap, tile_map
from ntm.reports.selectors.money import MoneyPanel, money_panel
from ntm.reports.selectors.sums import Sums, two_plans
from targets.promises import NamedUnit, Promises


@dataclass(frozen=True)
class Registered:
    """The communes that promised the year, and how many of them are in which difficulty."""

    total: Figure
    especially_difficult: Figure
    ethnic_mountain: Figure


@dataclass(frozen=True)
class Overview:
    """A province's year. Figures are numbers with the address of their list; None is unknown. `answer` is the headline
    with its figures; `branches`: of the sources of money, also where nothing of the year's is known."""

    scope: Scope
    headline: str
    answer: tuple[str | Figure, ...]
    rows: tuple[LevelRow, ...]
    legend: tuple[tuple[int | str, str, Figure], ...]
    map: TileMap
    last_map: TileMap | None
    money: MoneyPanel | None
    branches: tuple[Branch, ...]
    registered: Registered | None
    next_rows: tuple[LevelRow, ...]
    next_names: tuple[str, ...]
    signed_later: tuple[tuple[Figure, str], ...]
    pending: Figure
    units: Figure
    illustrative: bool
    provisional: bool
    against_last_year: bool
    criteria: CriteriaLine | None = None

    @property
    def year(self) -> int:
        return self.scope.year

    @property
    def previous_year(self) -> int:
        return self.scope.year - 1

    @property
    def next_year(self) -> int:
        return self.scope.year + 1

    @property
    def districts(self) -> bool:
        """Whether there is a district tier on the scope's day."""
        return bool(self.map.blocks)

    @property
    def known(self) -> bool:
        """Whether the office knows how many communes are NTM at the end of this very year."""
        return self.missing.known

    @property
    def grew_by_achieved(self) -> bool:
        """Whether all that changed since the year before is what was achieved, so that one may say "more"."""
        lead = self.lead
        if lead is None or None in (lead.cumulative.value, lead.previous.value, lead.achieved.value):
            return False
        return (lead.cumulative.value or 0) - (lead.previous.value or 0) == lead.achieved.value

    @property
    def missing(self) -> Figure:
        """Communes that are not NTM yet."""
        return self.legend[0][2]

    @property
    def lead(self) -> LevelRow | None:
        """The widest commune level: what the sentence below the headline is about."""
        return next((row for row in self.rows if row.css == "l1"), None)


def overview(scope: Scope, *, against_last_year: bool = False) -> Overview:
    """Read the year of a province. The query count is the same for every size of province and nation."""
    book = year_book(scope, papers=False)
    figures = Figures(book)
    current, following = two_plans(scope)
    sums = Sums(figures, current, following)
    registered = Counter(unit.code for unit in current.named)
    rows = tuple(
        level_row(figures, sums, movement, registered.get(code), against_last_year=against_last_year)
        for code, movement in sums.movements.items()
    )
    named = following.registered("district_ntm")
    sentence = _sentence(book, rows, sums, against_last_year)
    criteria = criteria_line(book, figures)
    money = money_panel(scope.province_id, scope.year)
    return Overview(
        scope=scope,
        headline=str(sentence),
        answer=_answer(sentence, sums),
        rows=with_waiting(rows, criteria),
        legend=_legend(book, figures),
        map=tile_map(book, figures, frozenset(unit.place_id for unit in named)),
        last_map=_last_map(book) if not book.every_district else None,
        money=money,
        branches=money.branches if money else branches_of_sources(),
        registered=_registered(book, current),
        next_rows=tuple(row for row in rows if row.next_plan.known or row.next_cumulative.known),
        next_names=tuple(unit.name for unit in named),
        signed_later=tuple(
            (figure, row.noun) for row in rows if (figure := figures.figure("ky-sau", row.code)).value
        ),
        provisional=_is_provisional(book),
        pending=figures.figure("cho-ra-soat"),
        units=figures.figure("don-vi"),
        illustrative=any(rec.trust == "illustrative" for rec in book.recs),
        against_last_year=against_last_year,
        criteria=criteria,
    )


def _is_provisional(book: YearBook) -> bool:
    """Whether a past year shows results that the office has not declared complete."""
    known = any(movement.achieved_known for movement in book.movements.values())
    return known and not book.scope.is_part_of_year and book.scope.year not in book.declared


def _sentence(book: YearBook, rows: tuple[LevelRow, ...], sums: Sums, against_last_year: bool) -> Sentence:
    scope, provisional = book.scope, _is_provisional(book)
    if against_last_year and book.map_changed:
        words = (
            f"Không so sánh được năm {scope.year} với năm {scope.year - 1}: địa giới hành chính đã thay đổi"
        )
        return Sentence((words,))
    if against_last_year and rows:
        grown = [Growth(row.noun, row.cumulative.value, row.previous.value, row.code) for row in rows]
        return compared(scope.year, grown)
    until = format_date(scope.day) if scope.is_part_of_year else ""
    return headline(scope.year, sums.measures, until=until, provisional=provisional)


def _answer(sentence: Sentence, sums: Sums) -> tuple[str | Figure, ...]:
    return tuple(piece if isinstance(piece, str) else sums.counted(piece) for piece in sentence.pieces)


def _legend(book: YearBook, figures: Figures) -> tuple[tuple[int | str, str, Figure], ...]:
    """The parts of the denominator, none counted twice, whether or not a unit is in them: sign, words, figure."""
    pending = figures.figure("cho-ra-soat")
    parts: list[tuple[int | str, str, Figure]] = [
        (0, "Chưa đạt", figures.figure("chua-dat", known=figures.is_known("chua-dat")))
    ]
    parts += [
        (level.rank, level.short_name, figures.figure("dung-muc", level.code, known=book.exact_known(level)))
        for level in book.rules.levels
        if level.tier == Tier.COMMUNE
    ]
    if pending.value:
        parts.append(("wait", "Chờ rà soát", pending))
    parts.append(("na", "Chưa có số liệu", Figure(None, "")))
    if not book.every_district:
        parts.append(("off", "Phường, ngoài Chương trình", figures.figure("ngoai-chuong-trinh")))
    return tuple(parts)


def _last_map(book: YearBook) -> TileMap | None:
    """The last state that the office knows, on the map of its own day, for years after the districts ended. None where
    there never were districts, or where no year of theirs is known."""
    ended = districts_ended(book.scope.province_id)
    if ended is None:
        return None
    last = earlier_book(book, ended.year - 1)
    known = last.dating.last_known_year("ntm")
    if known is None:
        return None
    past = last if known == last.scope.year else earlier_book(book, known)
    return tile_map(past, Figures(past), frozenset())


def _registered(book: YearBook, plan: Promises) -> Registered | None:
    named, year = plan.registered("ntm"), book.scope.year
    if not named:
        return None

    def bearing(kind: str) -> Figure:
        if not any(flag.kind == kind for unit in named for flag in book.flags.get(unit.place_id, ())):
            return Figure(None, "")
        found = sum(_bore(book, unit, kind) for unit in named)
        return Figure(found, registered_url(year, "ntm", kind))

    return Registered(
        Figure(len(named), registered_url(year, "ntm")),
        bearing(AttributeKind.ESPECIALLY_DIFFICULT),
        bearing(AttributeKind.ETHNIC_MOUNTAIN),
    )


def _bore(book: YearBook, unit: NamedUnit, kind: str) -> bool:
    """Whether the unit had the attribute on the scope's day, or at its own end if that came before."""
    return any(
        flag.kind == kind
        and flag.yes
        and (flag.valid_from is None or flag.valid_from <= book.scope.day)
        and (
            flag.valid_to is None
            or flag.valid_to > book.scope.day
            or (unit.valid_to is not None and flag.valid_to >= unit.valid_to)
        )
        for flag in book.flags.get(unit.place_id, ())
    )
