"""A whole year as one workbook: the figures of its page, and behind them the year's lists, each as its own page shows
it to the same person. What they may not open is not in it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from typing import Any

from django.http import FileResponse
from django.urls import reverse

from communes.tallies import WORDS
from ntm.core.access import may
from ntm.core.books import ABOUT, Book
from ntm.core.exports import FIRST, Sheet, workbook
from ntm.jobs.list_files import list_at
from ntm.reports.documents import year_rows, year_sheet
from ntm.reports.selectors.criteria import Asked, CriteriaYear, criteria_year
from ntm.reports.selectors.criteria_rows import matrix_rows, matrix_sheet
from ntm.reports.selectors.overview import Overview

#: The tab, the list whose file it holds, and the query that narrows it to the year where the address does not.
_LISTS = (
    ("Chỉ tiêu kế hoạch", "targets:targets-xlsx", ""),
    ("Đơn vị đăng ký", "targets:registrations-xlsx", ""),
    ("Quyết định", "communes:decisions-xlsx", "?nam={year}"),
    ("Lượt công nhận", "communes:recognitions-xlsx", "?nam_dat={year}"),
    ("Nguồn vốn", "funding:amounts-xlsx", ""),
    ("Phân bổ vốn", "funding:allocations-xlsx", ""),
    ("Đơn vị và mức đạt", "communes:units-xlsx", "?nam={year}"),
)
_INDICATORS = ("Mã", "Chỉ tiêu", "Phiếu đã gửi", *WORDS.values())
#: A tab holds no more signs, and none of these.
_TAB, _NO_TAB = 31, str.maketrans("[]:*?/\\", "       ")

Part = tuple[str, Sheet, Iterable[Sequence[Any]]]


def year_workbook(overview: Overview, user: Any) -> FileResponse:
    """The first sheet is the page's figures, the second the contents; the lists follow."""
    lists = list(_lists(overview.year, user))
    sheet = year_sheet(overview, str(user), [part for _, part, _ in lists])

    def write(target: Any) -> int:
        book = Book(target, sheet.title, sheet.by)
        number = book.add(FIRST, sheet, year_rows(overview))
        book.begin_about()
        taken = {FIRST.casefold(), ABOUT.casefold()}
        for name, part, rows in chain(lists, _criteria(overview, str(user))):
            book.add(_tab(name, taken), part, rows)
        book.describe(sheet, number)
        book.close()
        return number

    return workbook(sheet, write)


def _tab(name: str, taken: set[str]) -> str:
    """The name as a tab may bear it: short enough, and that of no other tab, whatever the capitals."""
    name = name.translate(_NO_TAB)
    for at in count(1):
        tail = f" ({at})" if at > 1 else ""
        tab = name[: _TAB - len(tail)].strip() + tail
        if tab.casefold() not in taken:
            break
    taken.add(tab.casefold())
    return tab


def _lists(year: int, user: Any) -> Iterator[Part]:
    """A list of a year that its own filter does not know has no rows and no sheet."""
    for name, route, query in _LISTS:
        by_year = [] if query else [year]
        view = list_at(reverse(route, args=by_year) + query.format(year=year), user)
        if not may(user, view.permission):
            continue
        narrowed = view.get_filter()
        if narrowed is None or narrowed.form.is_valid():
            yield name, *view.sheet(view.get_rows(narrowed), narrowed)


def _criteria(overview: Overview, by: str) -> Iterator[Part]:
    """By criteria set of the year: each unit with its level and the criteria it meets, and each indicator."""

    def about(title: str, header: Sequence[str]) -> Sheet:
        return Sheet(title, "", header, f"Năm: {overview.year}", by=by, day=overview.scope.day)

    first = criteria_year(overview.scope, "")
    if first is None:
        return
    for choice in first.choices:
        found = (
            first
            if choice == first.choice
            else CriteriaYear(overview.scope, choice, first.choices, first.year_book)
        )
        title = f"Tiêu chí năm {found.year}, bộ {choice.level_name}"
        header, rows = matrix_sheet(found, matrix_rows(found, found.members(Asked())))
        level = choice.level_name[:1].lower() + choice.level_name[1:]
        yield f"Tiêu chí {level}", about(title, header), rows
        indicators = about(f"Từng chỉ tiêu: {title}", _INDICATORS)
        yield f"Chỉ tiêu {level}", indicators, _indicators(found)


def _indicators(criteria: CriteriaYear) -> Iterator[Sequence[Any]]:
    """How many of the submitted returns say what on each indicator."""
    returns = [row for row in criteria.members(Asked()) if row.counted]
    for one in criteria.set_book.indicators.values():
        states = [criteria.state_of(row, one) for row in returns]
        yield (one.code, one.row.name, len(returns), *(states.count(state) for state in WORDS))
