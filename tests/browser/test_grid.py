"""The entry grid in a real browser: few keys, nothing lost, nothing written twice."""

import random

import pytest
from playwright.sync_api import Route

from tests.browser.barriers import barriers, overflow, shorten
from tests.browser.grids import OWN_SET, GridSite, Visits, cell, put, saved
from tests.ntm_set import lines

BOOLEANS = [code for code, _, unit, _ in lines() if not unit]


def number_for(code: str) -> str:
    return {"10": "43", "11": "7", "15.3": "9", "17.4": "2"}.get(code, "100")


def test_fifty_seven_indicators_by_keyboard_alone(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    presses = 0
    for indicator, _, unit, _ in lines():
        assert page.evaluate("document.activeElement.name") == indicator
        keys = [*number_for(indicator), "Enter"] if unit else ["d"]
        for key in keys:
            page.keyboard.press(key)
        presses += len(keys)
    assert presses <= 150, presses
    saved(page)
    assert len(grid.stored(code)) == 57
    assert page.locator("[data-sum=done]").inner_text() == "57"
    # 5 has two thresholds to choose from, 16 has none; all else is met.
    assert page.locator("[data-sum=met]").inner_text() == "18"


def test_every_way_of_saying_yes_and_no(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    for name, key in zip(BOOLEANS, "Đđd1xXCc0", strict=False):
        cell(page, name).focus()
        page.keyboard.type(key)
        assert not cell(page, name).evaluate("one => one === document.activeElement"), "it goes on by itself"
    shown = [cell(page, name).input_value() for name in BOOLEANS[:9]]
    assert shown == ["Đạt"] * 6 + ["Chưa"] * 3
    saved(page)
    assert [grid.stored(code)[name][1] for name in BOOLEANS[:9]] == [1] * 6 + [0] * 3


def test_a_block_with_codes_in_any_order_lands_right_and_one_undo_takes_it_back(
    grid: GridSite, visits: Visits
):
    code = grid.fresh()
    context = visits.context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=grid.address)
    page = visits.open(code, context)
    put(page, "2.1", "50")
    saved(page)
    values = {name: number_for(name) if unit else "Đạt" for name, _, unit, _ in lines()}
    rows = [f"Chỉ tiêu {name}\t90\t{value}\t{name}" for name, value in values.items()]
    random.Random(7).shuffle(rows)
    text = "\r\n".join(["Tên\tNăm 2022\tNăm 2023\tMã", *rows])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    cell(page, "10").focus()
    page.keyboard.press("Control+v")
    page.get_by_text("Đã dán 57 ô").wait_for()
    assert {name: cell(page, name).input_value() for name in values} == values
    saved(page)
    assert len(grid.stored(code)) == 57
    page.keyboard.press("Control+z")
    shown = {name: cell(page, name).input_value() for name in values}
    assert {name for name, value in shown.items() if value} == {"2.1"}
    saved(page)
    held = {name: value for name, (state, value, _) in grid.stored(code).items() if state == "entered"}
    assert held == {"2.1": 50}
    page.keyboard.press("Control+y")
    assert cell(page, "19.2").input_value() == "100"


@pytest.mark.parametrize(
    ("text", "start", "wanted"),
    [
        ("100\n80,5\n\n71.5", "2.1", {"2.1": "100", "2.2": "80,5", "2.3": "", "2.4": "71,5"}),
        ("2.10\t5", "2.1", {}),
        ("2,2\t88,6\n15.1.\t81", "1.1", {"2.2": "88,6", "15.1": "81"}),
        ("a\tb\nc\td", "2.1", {}),
        ("2.1\t5\n2.1\t6", "2.1", {"2.1": ""}),
    ],
)
def test_columns_and_what_is_not_guessed(grid: GridSite, visits: Visits, text, start, wanted):
    page = visits.open(grid.fresh())
    page.route("**/o/", lambda route: route.abort())
    cell(page, start).focus()
    page.evaluate(
        """([name, text]) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.getElementsByName(name)[0].dispatchEvent(event);
        }""",
        [start, text],
    )
    assert {name: cell(page, name).input_value() for name in wanted} == wanted


def test_what_was_typed_without_a_network_outlives_the_closed_page(grid: GridSite, visits: Visits):
    code, before = grid.fresh(), grid.writes()
    context = visits.context()
    page = visits.open(code, context)
    context.set_offline(True)
    for indicator, typed in (("1.1", "d"), ("2.1", "100"), ("2.2", "83,5"), ("3.1", "90"), ("4.1", "c")):
        put(page, indicator, typed)
    page.get_by_text("Mất mạng: 5 ô giữ trên máy").wait_for()
    assert grid.stored(code) == {}
    # Typed, and not even left: the browser is closed on it.
    cell(page, "10").focus()
    page.keyboard.type("41")
    page.wait_for_timeout(500)
    page.close()
    context.set_offline(False)
    again = visits.open(code, context)
    saved(again)
    values = {name: value for name, (_, value, _) in grid.stored(code).items()}
    assert values == {"1.1": 1, "2.1": 100, "2.2": 83.5, "3.1": 90, "4.1": 0, "10": 41}
    assert grid.writes() - before == 6


def test_a_lost_answer_and_more_typing_is_no_conflict(grid: GridSite, visits: Visits):
    code, before = grid.fresh(), grid.writes()
    page = visits.open(code)

    lost = []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/o/", lose)
    put(page, "2.1", "81")
    page.get_by_text("Mất mạng: 1 ô giữ trên máy").wait_for()
    assert grid.stored(code)["2.1"][1] == 81
    put(page, "2.1", "85")
    saved(page)
    assert grid.stored(code)["2.1"][1:] == (85, 2)
    assert page.locator(".cf").count() == 0
    assert grid.writes() - before == 2


def test_two_people_and_one_cell(grid: GridSite, visits: Visits):
    mine, theirs = visits.open(grid.officer, username="xa_a"), visits.open(grid.officer)
    put(theirs, "17.1", "85")
    saved(theirs)
    put(mine, "17.1", "90")
    box = mine.locator(".cf")
    box.wait_for()
    assert "Chuyên viên Văn phòng Điều phối đã ghi “85”" in box.inner_text()
    assert "bạn nhập “90”" in box.inner_text()
    assert grid.stored(grid.officer)["17.1"][1] == 85
    box.get_by_text("Giữ của tôi: 90").click()
    saved(mine)
    assert grid.stored(grid.officer)["17.1"][1] == 90
    put(theirs, "17.1", "70")
    theirs.locator(".cf").get_by_text("Lấy của họ: 90").click()
    saved(theirs)
    assert cell(theirs, "17.1").input_value() == "90"
    assert grid.stored(grid.officer)["17.1"][1:] == (90, 2)
    # Of one and the same value, two reasons.
    put(mine, "14.1", "-")
    mine.fill("[name='note-14.1']", "Không có đối tượng")
    mine.keyboard.press("Enter")
    saved(mine)
    theirs.reload()
    for page, reason in ((theirs, "Xã không có hộ nào"), (mine, "Theo báo cáo")):
        page.fill("[name='note-14.1']", reason)
        page.keyboard.press("Enter")
        if page is theirs:
            saved(theirs)
    box = mine.locator(".cf")
    box.wait_for()
    assert "đã ghi “- (ghi chú: Xã không có hộ nào)”" in box.inner_text()
    assert "bạn nhập “- (ghi chú: Theo báo cáo)”" in box.inner_text()
    box.get_by_text("Lấy của họ").click()
    saved(mine)
    assert mine.input_value("[name='note-14.1']") == "Xã không có hộ nào"


def test_an_ended_session_is_mended_where_one_is(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    grid.end_sessions()
    put(page, "2.1", "81")
    put(page, "2.2", "82")
    page.get_by_text("Phiên làm việc đã hết").wait_for()
    page.fill("#si-p", "khong-phai-mat-khau")
    page.keyboard.press("Enter")
    page.locator("dialog .errorlist:not(:empty)").wait_for()
    page.fill("#si-p", "mat-khau-kiem-thu-9")
    page.keyboard.press("Enter")
    saved(page)
    assert {name: value for name, (_, value, _) in grid.stored(code).items()} == {"2.1": 81, "2.2": 82}
    assert page.url.endswith(f"/nhap-lieu/{code}/2023/{OWN_SET}")


def test_the_queue_of_one_person_is_never_sent_by_another(grid: GridSite, visits: Visits):
    context = visits.context("xa_a")
    page = visits.open(grid.officer, context)
    context.set_offline(True)
    put(page, "17.11", "33")
    page.get_by_text("Mất mạng: 1 ô giữ trên máy").wait_for()
    page.close()
    # Before the network is back: what a closing page still sends of its own accord would rightly be stored.
    context.clear_cookies()
    context.set_offline(False)
    other = visits.context()
    context.add_cookies(other.cookies())
    page = visits.open(grid.officer, context)
    page.wait_for_timeout(700)
    assert cell(page, "17.11").input_value() == ""
    assert "17.11" not in grid.stored(grid.officer)


def test_signing_out_is_held_back_while_cells_wait(grid: GridSite, visits: Visits):
    context = visits.context()
    page = visits.open(grid.fresh(), context)
    page.route("**/o/", lambda route: route.abort())
    put(page, "2.1", "81")
    page.locator(".user summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_text("Còn 1 ô chưa lưu").wait_for()
    page.get_by_role("button", name="Ở lại").click()
    page.unroute("**/o/")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)


def test_copying_confirming_and_keeping(grid: GridSite, visits: Visits):
    page = visits.open(grid.officer, username="xa_a")
    page.keyboard.press("F8")
    saved(page)
    assert grid.stored(grid.officer)["1.1"][0] == "copied"
    assert page.locator("[data-sum=met]").inner_text() == "0"
    cell(page, "1.1").focus()
    page.keyboard.press("Enter")
    # What a filter hides is not confirmed.
    page.locator("[data-f=loi]").click()
    assert page.locator(".okg:visible").count() == 0
    page.locator("[data-f]").first.click()
    page.get_by_role("button", name="Xác nhận 4 ô chép").first.click()
    saved(page)
    states = {name: state for name, (state, *_) in grid.stored(grid.officer).items()}
    assert [states[name] for name in ("1.1", "1.2", "2.1", "2.4")] == [
        "entered",
        "copied",
        "entered",
        "entered",
    ]
    # Far from the 75 of last year: asked about, and kept by Enter once more.
    cell(page, "9.2").focus()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    assert "giảm 35 so với năm 2022" in page.locator("#k-9\\.2").inner_text()
    page.keyboard.press("Enter")
    assert "giảm" not in page.locator("#k-9\\.2").inner_text()
    # A number has no limit of its own: from three times last year's on, in either direction.
    put(page, "17.4", "225")
    assert "tăng 150 so với năm 2022" in page.locator("#k-17\\.4").inner_text()
    page.keyboard.press("Enter")
    assert "tăng" not in page.locator("#k-17\\.4").inner_text()
    saved(page)


def test_errors_are_said_at_once_and_nothing_wrong_is_stored(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    for typed, words in (("712", "từ 0 đến 100"), ("1.234", "hai cách hiểu"), ("chín", "không phải là số")):
        put(page, "15.1", typed)
        assert words in page.locator("#k-15\\.1").inner_text()
        assert cell(page, "15.1").get_attribute("aria-invalid") == "true"
    put(page, "15.1", "43.5")
    assert cell(page, "15.1").input_value() == "43,5"
    assert "Chưa đạt, thiếu 46,5\u00a0điểm\u00a0%" in page.locator("#k-15\\.1").inner_text()
    saved(page)
    cell(page, "1.1").focus()
    page.keyboard.type("-")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "note-1.1"
    page.keyboard.type("Không có quy hoạch riêng")
    page.keyboard.press("Enter")
    saved(page)
    assert {name: state for name, (state, *_) in grid.stored(code).items()} == {
        "15.1": "entered", "1.1": "not_applicable",
    }  # fmt: skip


def test_filters_escape_and_neighbours(grid: GridSite, visits: Visits):
    page = visits.open(grid.fresh())
    put(page, "1.1", "d")
    put(page, "2.1", "10")
    page.locator('.fl [data-f="chua-dat"]').click()
    assert page.locator("tr[data-c]:visible").count() == 1
    page.locator('.fl [data-f="trong"]').click()
    assert page.locator("tr[data-c]:visible").count() == 55
    cell(page, "2.2").focus()
    page.keyboard.type("66")
    page.keyboard.press("Escape")
    assert cell(page, "2.2").input_value() == ""
    page.keyboard.press("Alt+PageDown")
    page.wait_for_url("**#c-2.2")
    assert page.evaluate("document.activeElement.name") == "2.2"


def test_without_javascript_the_form_saves(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code, java_script_enabled=False)
    cell(page, "1.1").fill("x")
    cell(page, "2.1").fill("1.234")
    cell(page, "2.1").press("Enter")
    assert "hai cách hiểu" in page.locator("#k-2\\.1").inner_text()
    assert cell(page, "1.1").input_value() == "x"
    cell(page, "2.1").fill("81,5")
    page.get_by_role("button", name="Lưu", exact=True).click()
    assert "Đã lưu 2 ô." in page.content()
    assert {name: value for name, (_, value, _) in grid.stored(code).items()} == {"1.1": 1, "2.1": 81.5}


def test_the_grid_is_whole_and_has_no_barrier(grid: GridSite, visits: Visits):
    page = visits.open(grid.fresh(), color_scheme="light")
    for indicator, typed in (("1.1", "d"), ("1.2", "c"), ("2.1", "712"), ("2.2", "50"), ("1.1", "-")):
        put(page, indicator, typed)
    for width in (320, 390, 768, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0, width
    for scheme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("document.getAnimations().forEach(fading => fading.finish())")
        if scheme == "dark":
            shorten(page)
        for width in (390, 1366):
            page.set_viewport_size({"width": width, "height": 7000})
            assert barriers(page, *rules) == [], (scheme, width)


def test_on_a_phone_yes_and_no_are_buttons_of_a_thumbs_size(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code, viewport={"width": 390, "height": 844}, has_touch=True)
    button = page.get_by_role("button", name="1.1: Đạt")
    assert min(button.bounding_box()[side] for side in ("width", "height")) >= 44
    button.tap()
    assert button.get_attribute("aria-pressed") == "true"
    saved(page)
    assert grid.stored(code)["1.1"][1] == 1
