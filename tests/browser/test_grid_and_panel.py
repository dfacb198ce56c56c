"""The entry grid and its side panel at one cell: whose write is whose while neither knows of the other's yet."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.grids import GridSite, Visits, cell, hold, put, save_parts, saved


def open_panel(page: Page, code: str) -> None:
    cell(page, code).focus()
    page.keyboard.press("Control+Enter")
    page.locator(".det form").first.wait_for()


def note_in_panel(page: Page, words: str) -> None:
    page.locator(".det #cell_note").fill(words)
    page.locator(".det form .btn.p").first.click()
    page.locator(".det").get_by_text("Đã lưu.").wait_for()


def let_go(page: Page, held: list[Route]) -> None:
    """Everything that waits, and whatever comes later."""
    pass_on(page)
    for route in held:
        route.continue_()


def pass_on(page: Page) -> None:
    """What comes from now on; taking the old handler away would let go what it holds."""
    page.route("**/o/", lambda route: route.continue_())


def asked(page: Page, held: list[Route], count: int = 1) -> None:
    """Wait until so many requests of the grid are held."""
    for _ in range(50):
        if len(held) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(held)} of {count} requests")


def write_of_a_colleague(grid: GridSite, visits: Visits, code: str, typed: str) -> None:
    theirs = visits.open(grid.officer)
    put(theirs, code, typed)
    saved(theirs)
    theirs.close()


@pytest.mark.parametrize(("code", "left"), [("3.1", True), ("17.2", False)])
def test_what_a_colleague_wrote_is_shown_though_the_panel_has_asked_after_it(
    grid: GridSite, visits: Visits, code, left
):
    """`left`: the value is typed, and its cell left, before the panel's question is answered; else it stands half
    typed in its cell."""
    held: list[Route] = []
    mine = visits.open(grid.officer, username="xa_a")
    write_of_a_colleague(grid, visits, code, "80")
    hold(mine, held)
    open_panel(mine, code)
    asked(mine, held)
    cell(mine, code).focus()
    mine.keyboard.type("90")
    if left:
        mine.keyboard.press("Enter")
    with mine.expect_response("**/o/"):
        let_go(mine, held)
    cell(mine, code).press("Enter")
    box = mine.locator(".cf")
    box.wait_for()
    assert "Chuyên viên Văn phòng Điều phối đã ghi “80”" in box.inner_text()
    assert "bạn nhập “90”" in box.inner_text()
    assert grid.stored(grid.officer)[code][1] == 80
    box.get_by_text("Giữ của tôi: 90").click()
    saved(mine)
    assert grid.stored(grid.officer)[code][1] == 90


def test_a_note_saved_in_the_panel_makes_no_colleague_s_value_one_s_own(grid: GridSite, visits: Visits):
    held: list[Route] = []
    mine = visits.open(grid.officer, username="xa_a")
    write_of_a_colleague(grid, visits, "17.8", "80")
    hold(mine, held)
    open_panel(mine, "17.8")
    asked(mine, held)
    note_in_panel(mine, "Theo biên bản kiểm kê")
    put(mine, "17.8", "90")
    let_go(mine, held)
    mine.locator(".cf", has_text="“80”").wait_for()
    assert grid.stored(grid.officer)["17.8"][1] == 80


@pytest.mark.parametrize("turn", [1, -1])
def test_what_is_typed_before_the_panel_s_write_is_known_is_no_dispute(grid: GridSite, visits: Visits, turn):
    """Whichever of the two is answered first: the panel's question, or the value that was typed meanwhile."""
    code, held = grid.fresh(), []
    page = visits.open(code)
    hold(page, held)
    save_parts(page)
    put(page, "2.1", "90")
    page.wait_for_timeout(1200)
    let_go(page, held[::turn])
    saved(page)
    expect(cell(page, "2.1")).to_have_value("90")
    assert page.locator(".cf").count() == 0 and grid.stored(code)["2.1"][1] == 90


def test_an_answer_that_comes_late_puts_no_older_value_back(grid: GridSite, visits: Visits):
    code, held = grid.fresh(), []
    page = visits.open(code)
    hold(page, held)
    save_parts(page)
    asked(page, held)
    # What the server knew when it was asked, told only once something newer is stored.
    late = held[0].fetch()
    pass_on(page)
    put(page, "2.1", "90")
    saved(page)
    with page.expect_response("**/o/"):
        held[0].fulfill(response=late)
    put(page, "2.2", "70")
    saved(page)
    expect(cell(page, "2.1")).to_have_value("90")
    put(page, "2.1", "91")
    saved(page)
    assert page.locator(".cf").count() == 0 and grid.stored(code)["2.1"][1] == 91


def test_a_note_of_the_panel_stays_under_a_value_typed_before_it_was_known(grid: GridSite, visits: Visits):
    code, held = grid.fresh(), []
    page = visits.open(code)
    open_panel(page, "2.1")
    hold(page, held)
    note_in_panel(page, "Theo biên bản kiểm kê")
    put(page, "2.1", "90")
    let_go(page, held)
    saved(page)
    open_panel(page, "2.1")
    expect(page.locator(".det #cell_note")).to_have_value("Theo biên bản kiểm kê")
    assert page.locator(".cf").count() == 0 and grid.stored(code)["2.1"][1] == 90


def test_a_value_that_waits_since_before_the_panel_s_write_is_disputed(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    page.route("**/o/", lambda route: route.abort())
    put(page, "2.1", "90")
    page.get_by_text("Mất mạng: 1 ô giữ trên máy").wait_for()
    save_parts(page)
    pass_on(page)
    page.locator(".cf", has_text="“81,25”").wait_for()
    assert grid.stored(code)["2.1"][1] == 81.25


def unanswered(grid: GridSite, visits: Visits, context: Any = None) -> tuple[str, Page, list[Route]]:
    """A panel whose question about its cell hangs, beside 2.1, which the network refuses."""
    code, held = grid.fresh(), []
    page = visits.open(code, context)

    def answer(route: Route) -> None:
        if '"raw"' not in route.request.post_data:
            held.append(route)
        else:
            route.abort()

    page.route("**/o/", answer)
    put(page, "2.1", "90")
    page.get_by_text("Mất mạng: 1 ô giữ trên máy").wait_for()
    open_panel(page, "2.2")
    asked(page, held)
    return code, page, held


def test_a_question_that_fails_stops_no_resending(grid: GridSite, visits: Visits):
    context = visits.context()
    # The page's own pauses, up to eight seconds until a value is sent again, pass twenty times as fast.
    context.add_init_script(
        "{ const later = setTimeout; setTimeout = (act, wait, ...of) => later(act, wait / 20, ...of); }"
    )
    code, page, held = unanswered(grid, visits, context)
    page.wait_for_timeout(700)
    pass_on(page)
    held[0].abort()
    saved(page)
    assert grid.stored(code)["2.1"][1] == 90


def test_what_is_typed_while_a_cell_is_asked_after_is_sent_on_leaving(grid: GridSite, visits: Visits):
    code, page, held = unanswered(grid, visits)
    pass_on(page)
    with page.expect_response("**/o/"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")
    saved(page)
    assert grid.stored(code)["2.1"][1] == 90
    held[0].abort()
