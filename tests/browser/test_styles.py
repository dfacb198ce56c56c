"""Rules that another style sheet, or a screen's width, could undo unseen."""

from collections.abc import Callable

from django.conf import settings

from tests.browser.conftest import Visitor


def test_no_style_asks_how_a_phone_is_held():
    styles = list((settings.BASE_DIR / "static" / "css").rglob("*.css"))
    assert styles and not [path for path in styles if "orientation:" in path.read_text().replace(" ", "")]


def test_the_admins_first_button_is_written_like_the_others(visit: Callable[..., Visitor]):
    page = visit("quantri").open("/quan-tri/communes/level/1/change/")
    looks = page.eval_on_selector_all(
        ".submit-row input[type=submit]",
        "found => found.map(e => [getComputedStyle(e).textTransform, getComputedStyle(e).fontWeight].join())",
    )
    assert len(looks) > 1
    assert set(looks) == {"none,500"}


def test_what_is_for_screen_readers_is_not_seen_in_the_admin(visit: Callable[..., Visitor]):
    page = visit("quantri").open("/quan-tri/communes/level/1/history/")
    page.locator("details summary").first.click()
    box = page.locator("caption.sr").first.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (1, 1)


def test_a_list_is_cards_on_a_phone_and_a_table_elsewhere(visit: Callable[..., Visitor]):
    visitor = visit("lanhdao")
    seen = {}
    for width in (390, 800, 1440):
        page = visitor.open("/nguon-von/2023/", width=width)
        seen[width] = page.locator("td.wide").first.evaluate(
            """cell => [
                getComputedStyle(cell).minWidth, getComputedStyle(cell, "::before").content,
                getComputedStyle(cell.parentElement).display, cell.closest(".scroll").scrollWidth > innerWidth]"""
        )
    assert seen == {
        390: ["0px", '"Văn bản: "', "flex", False],
        800: ["256px", "none", "table-row", True],
        1440: ["0px", "none", "table-row", False],
    }
