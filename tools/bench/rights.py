"""The same pages, opened by a person of one commune and by one who works for the whole province: being let in to less
must not cost more. Knows nothing of Django."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tools.bench.browser import Answer, Browser
from tools.bench.measure import Lane, Limit

#: Pages that both may open, by the code of the commune. The year's page is not one of them.
PAGES = {
    "Địa bàn": "/dia-ban/?nam=2023",
    "Hồ sơ xã": "/dia-ban/xa/{code}/2023/",
    "Kết quả của xã": "/dia-ban/xa/{code}/2023/ket-qua/",
    "Lưới nhập liệu": "/nhap-lieu/{code}/2023/",
}
#: Who opens them: the account that is restricted, and the one that it is held against.
NARROW, WIDE = "cán bộ xã", "chuyên viên tỉnh"
LIMIT = 1.2


def title(page: str, who: str) -> str:
    return f"{page} ({who})"


def titles() -> Iterator[str]:
    """One above the other in the table."""
    return (title(page, who) for page in PAGES for who in (NARROW, WIDE))


def asks(code: str, people: Mapping[str, Browser]) -> dict[str, Callable[..., Answer]]:
    """How each page is asked for by each of the two, by title. Both open the pages of the same commune."""
    return {
        title(page, who): partial(browser.get, path.format(code=code))
        for page, path in PAGES.items()
        for who, browser in people.items()
    }


def limits(lanes: Mapping[str, Lane]) -> list[Limit]:
    """How many times as long each page takes the restricted person."""
    return [
        Limit(
            f"{page}: {NARROW} so với {WIDE}",
            lanes[title(page, NARROW)].median / lanes[title(page, WIDE)].median,
            LIMIT,
        )
        for page in PAGES
    ]
