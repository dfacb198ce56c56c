"""The leader's page in a real browser: five seconds on a phone, two sheets of paper, no JavaScript."""

import re
from collections.abc import Callable

import pytest

from ntm import environment
from tests.browser.conftest import Visitor

YEAR = "/tong-quan/2023/"


def test_the_answer_and_every_result_show_on_a_phone_without_scrolling(visit: Callable[..., Visitor]):
    page = visit("lanhdao").open(YEAR, width=390, height=844)
    bar_top = page.locator(".mob").bounding_box()["y"]
    assert page.locator("h1").inner_text().replace("\n", " ") == (
        "Năm 2023 hoàn thành cả 4 chỉ tiêu kế hoạch, trong đó 3 chỉ tiêu vượt"
    )
    assert page.get_by_text("Còn 8 xã chưa đạt.").is_visible()
    for row in page.locator(".kpi tbody tr").all():
        figure = row.locator(".c-kq b").bounding_box()
        assert figure["y"] + figure["height"] <= bar_top


def test_the_year_prints_on_two_pages(visit: Callable[..., Visitor]):
    """By districts, and on the new map with the old one below it."""
    visitor = visit("lanhdao")
    for year in (2023, 2025):
        printed = visitor.open(f"/tong-quan/{year}/").pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2, year


def test_the_later_years_print_without_losing_a_tile(visit: Callable[..., Visitor]):
    visitor = visit("lanhdao")
    page = visitor.open("/tong-quan/2025/")
    page.emulate_media(media="print")
    assert page.locator(".grid92 .t").count() == 92
    assert page.locator(".grid92 .t").last.bounding_box()["width"] > 5


def test_everything_is_there_without_javascript(visit: Callable[..., Visitor]):
    visitor = visit("lanhdao", javascript=False)
    page = visitor.open(YEAR)
    figures = page.locator("a[data-figure]").count()
    assert figures >= 20
    page.locator(".kpi tbody tr").first.locator(".c-kq a[data-figure]").first.click()
    assert page.locator("[data-count]").get_attribute("data-count") == "10"


def test_arrow_keys_walk_the_tiles_of_a_district(visit: Callable[..., Visitor]):
    page = visit("lanhdao").open(YEAR)
    tiles = page.locator(".blk").first.locator("a.t")
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    assert tiles.nth(1).evaluate("tile => tile === document.activeElement")
    assert page.locator(".blk").first.locator("a.t[tabindex='0']").count() == 1


def test_the_projector_shows_the_answer_without_the_tool_bar(visit: Callable[..., Visitor]):
    page = visit("lanhdao").open(f"{YEAR}?che-do=trinh-chieu", width=1920, height=1080)
    assert page.locator("h1").is_visible()
    assert not page.locator(".ctx").is_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "trinh-chieu" not in url)


@pytest.mark.parametrize("path", ["/tong-quan/2023/", "/tieu-chi/2023/"])
def test_whoever_follows_every_figure_of_a_page_is_not_stopped(
    visit: Callable[..., Visitor], path: str
) -> None:
    """Each link of two such pages within a minute; both files of each list, for each year of a period, in ten."""
    source = (environment.BASE_DIR / "ntm" / "settings.py").read_text(encoding="utf-8")
    usual = {name: int(number) for name, number in re.findall(r'"(\w+)_LIMIT", default=(\d+)', source)}
    page = visit("lanhdao").open(path)
    found = page.eval_on_selector_all(
        "a[data-figure], a[data-sum]", "links => links.map(link => link.getAttribute('href'))"
    )
    assert 2 * len(found) <= usual["SEARCH"], len(found)
    assert len(set(found)) > 60 and 5 * 2 * len(set(found)) <= usual["EXPORT"], len(set(found))
