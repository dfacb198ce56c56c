"""The entry grid in a real browser: what is typed, pasted or noted is never dropped without a word."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.grids import OWN_SET, GridSite, Visits, cell, hold, put, save_parts, saved


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Mã\tNăm 2023\n1\t\n2.1\t50\n99.9\t7\n2.2\t60\n02.1\t8\nxyz\t9\n",
            "Đã dán 2 ô, 3 dòng không khớp mã: 99.9, 02.1, xyz.",
        ),
        ("xyz\t81\n2.10\t5\n2.1\t50\n", "Đã dán 1 ô, 2 dòng không khớp mã: xyz, 2.10."),
        ("2.1\t\n2.10\t5\n\t6\n", "Không có giá trị nào để dán, 2 dòng không khớp mã: 2.10, (trống)."),
    ],
)
def test_rows_whose_code_is_unknown_are_named(grid: GridSite, visits: Visits, text, words):
    page = visits.open(grid.fresh())
    page.route("**/o/", lambda route: route.abort())
    page.get_by_role("button", name="Dán từ Excel").click()
    page.locator("dialog textarea").fill(text)
    page.get_by_role("button", name="Đưa vào lưới").click()
    page.get_by_text(words).wait_for()


def test_one_note_that_is_too_long_holds_up_no_other_cell(grid: GridSite, visits: Visits):
    code = grid.fresh()
    context = visits.context()
    page = visits.open(code, context)
    put(page, "14.1", "-")
    note = page.locator("[name='note-14.1']")
    assert note.get_attribute("maxlength") == "500"
    # What an earlier version of the page let through, and keeps.
    note.evaluate("one => one.removeAttribute('maxlength')")
    note.fill("dài " * 600)
    note.press("Enter")
    put(page, "2.1", "81")
    page.locator(".sv", has_text="1 ô lỗi chưa lưu").wait_for()
    assert "Ghi chú của ô 14.1 dài quá 500 ký tự" in page.locator("#k-14\\.1").inner_text()
    page.reload()
    put(page, "2.2", "82")
    page.locator(".sv", has_text="1 ô lỗi chưa lưu").wait_for()
    assert {name: value for name, (_, value, _) in grid.stored(code).items()} == {"2.1": 81, "2.2": 82}
    assert note.input_value().startswith("dài dài")
    note.fill("Không có cơ sở sản xuất")
    note.press("Enter")
    saved(page)
    assert grid.stored(code)["14.1"][0] == "not_applicable"


def test_a_batch_refused_as_a_whole_sets_aside_only_the_cell_that_is_to_blame(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)

    def refuse(route: Route) -> None:
        if '"2.2"' in route.request.post_data:
            return route.fulfill(
                status=400, json={"error": "bad-request", "sentence": "Ô 2.2 không gửi được."}
            )
        return route.continue_()

    page.route("**/o/", refuse)
    for indicator, typed in (("2.1", "81"), ("2.2", "82"), ("2.3", "83"), ("2.4", "84"), ("3.1", "85")):
        put(page, indicator, typed)
    page.locator(".sv", has_text="1 ô lỗi chưa lưu").wait_for()
    assert sorted(grid.stored(code)) == ["2.1", "2.3", "2.4", "3.1"]
    assert page.locator("#k-2\\.2").inner_text() == "Ô 2.2 không gửi được."
    assert cell(page, "2.2").input_value() == "82"
    page.unroute("**/o/")
    put(page, "2.2", "82,5")
    saved(page)
    assert grid.stored(code)["2.2"][1] == 82.5


def test_a_note_of_the_side_panel_outlives_the_network_and_the_session(grid: GridSite, visits: Visits):
    code = grid.fresh()
    context = visits.context()
    page = visits.open(code, context)
    note = page.locator(".det #cell_note")
    cell(page, "2.1").focus()
    page.keyboard.press("Control+Enter")
    note.fill("Theo biên bản kiểm kê")
    context.set_offline(True)
    page.locator(".det form .btn.p").first.click()
    page.locator(".det .fail").wait_for()
    assert page.locator(".det .fail").inner_text().startswith("Mất mạng, chưa lưu được.")
    assert note.input_value() == "Theo biên bản kiểm kê"
    context.set_offline(False)
    grid.end_sessions()
    page.locator(".det form .btn.p").first.click()
    page.get_by_text("Những gì đang gõ còn nguyên trên trang này").wait_for()
    page.get_by_role("button", name="Để sau").click()
    page.get_by_text("Phiên làm việc đã hết, chưa lưu được.").wait_for()
    page.locator(".det form .btn.p").first.click()
    page.fill("#si-p", "mat-khau-kiem-thu-9")
    page.keyboard.press("Enter")
    page.locator(".det .fail").wait_for(state="detached")
    page.locator(".det").get_by_text("Đã lưu.").wait_for()
    assert note.input_value() == "Theo biên bản kiểm kê"
    # The grid's own saving goes on with the new session.
    put(page, "2.1", "81")
    saved(page)
    assert grid.stored(code)["2.1"][1] == 81


def test_what_is_typed_in_one_form_of_the_panel_stays_when_another_is_sent(grid: GridSite, visits: Visits):
    page = visits.open(grid.fresh())
    cell(page, "2.1").focus()
    page.keyboard.press("Control+Enter")
    note = page.locator(".det #cell_note")
    note.fill("Chưa lưu")
    page.locator(".det input[type=file]").set_input_files(
        {"name": "bang-ke.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    page.get_by_role("button", name="Đính kèm").click()
    page.locator(".det .files").get_by_text("bang-ke.pdf").wait_for()
    assert note.input_value() == "Chưa lưu"
    page.locator(".det form .btn.p").first.click()
    page.locator(".det").get_by_text("Đã lưu.").wait_for()
    assert note.input_value() == "Chưa lưu"


def test_an_unsent_note_waits_at_its_cell_while_another_one_is_open(grid: GridSite, visits: Visits):
    page = visits.open(grid.fresh())
    note = page.locator(".det #cell_note")
    cell(page, "2.1").focus()
    page.keyboard.press("Control+Enter")
    note.fill("Của ô 2.1")
    cell(page, "2.2").focus()
    page.keyboard.press("Control+Enter")
    page.get_by_text("Ghi chú đang gõ ở ô 2.1 chưa lưu").wait_for()
    page.locator(".det h2", has_text="2.2.").first.wait_for()
    note.wait_for()
    assert note.input_value() == ""
    note.fill("Của ô 2.2")
    page.keyboard.press("Escape")
    cell(page, "2.1").focus()
    page.get_by_role("button", name="Mở lại phần đang gõ dở").click()
    assert note.input_value() == "Của ô 2.1"
    page.locator(".det form .btn.p").first.click()
    page.locator(".det").get_by_text("Đã lưu.").wait_for()
    cell(page, "2.2").focus()
    page.keyboard.press("Control+Enter")
    assert note.input_value() == "Của ô 2.2"
    page.locator(".det form .btn.p").first.click()
    page.locator(".det").get_by_text("Đã lưu.").wait_for()
    cell(page, "2.1").focus()
    assert page.get_by_role("button", name="Ghi chú, tệp, lịch sử").is_visible()


@pytest.mark.parametrize(
    ("indicator", "rows", "said", "first"),
    [
        (
            "2.1",
            ["{0}\t81", "{1}\t82", "{1}\t83", "99999\t84", "Xã Không Có\t85", "\t"],
            "Đã dán 1 ô, chưa lưu. 4 dòng không xếp được vào xã nào: {1} (trùng), {1} (trùng), 99999, Xã Không Có.",
            "81",
        ),
        (
            "1.1",
            ["{0}\tđạt", "{1}\tx"],
            "Đã dán 1 ô, chưa lưu. 1 giá trị không có trong danh sách chọn: x.",
            "Đạt",
        ),
    ],
)
def test_one_indicator_over_all_units_names_the_rows_it_could_not_place(
    grid: GridSite, visits: Visits, indicator, rows, said, first
):
    page = visits.open(grid.officer)
    page.goto(f"{grid.address}/nhap-lieu/chi-tieu/{grid.set}/{indicator}/2023/")
    boxes = page.locator("[data-box]")
    first_two = "one => one.filter((box) => !box.value).slice(0, 2).map((box) => box.dataset.box)"
    codes = boxes.evaluate_all(first_two)
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector("[data-box]").dispatchEvent(event);
        }""",
        "\n".join(rows).format(*codes),
    )
    assert page.locator("[data-said]").inner_text() == said.format(*codes)
    assert [page.locator(f"[data-box='{code}']").input_value() for code in codes] == [first, ""]


def test_on_a_phone_the_sheet_of_an_indicator_lies_above_the_bars(grid: GridSite, visits: Visits):
    page = visits.open(grid.fresh(), viewport={"width": 390, "height": 844}, has_touch=True)
    for scrolled in (0, 900):
        page.mouse.wheel(0, scrolled)
        page.locator("tr[data-c]:visible .ma a").nth(0 if not scrolled else 14).tap()
        sheet = page.locator(".det")
        sheet.locator("form").first.wait_for()
        covered = sheet.evaluate(
            """(box) => [...box.querySelectorAll("h2, .lg, .close, .sm")].filter((one) => {
              const { x, y, width, height } = one.getBoundingClientRect();
              const top = document.elementFromPoint(x + width / 2, y + height / 2);
              return height > 0 && y < box.getBoundingClientRect().bottom && !box.contains(top);
            }).map((one) => one.textContent)"""
        )
        assert covered == []
        # It lies over the list and takes no width from it.
        assert page.locator(".gcard").bounding_box()["width"] > 350
        sheet.locator(".close").click()


def test_on_a_phone_the_set_is_named(grid: GridSite, visits: Visits):
    page = visits.open(grid.officer, username="xa_a", viewport={"width": 390, "height": 844})
    assert page.locator(".ghead .chip.cur").is_visible()
    other = page.locator(".ghead a.chip").first
    other.click()
    page.wait_for_url(lambda url: OWN_SET not in url)
    assert page.locator(".ghead .chip.cur").is_visible()


def test_a_failing_server_is_called_that_and_nothing_is_lost(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    page.route("**/o/", lambda route: route.fulfill(status=500, body="<h1>Lỗi</h1>"))
    put(page, "2.1", "81")
    page.locator(".sv", has_text="Máy chủ lỗi, sẽ tự gửi lại: 1 ô giữ trên máy").wait_for()
    assert cell(page, "2.1").input_value() == "81"
    page.unroute("**/o/")
    saved(page)
    assert grid.stored(code)["2.1"][1] == 81
    # The failure was the test's own.
    visits.trouble.broken.clear()


def test_a_value_that_comes_once_the_cell_was_entered_is_typed_over_whole(grid: GridSite, visits: Visits):
    code, held = grid.fresh(), []
    page = visits.open(code)
    hold(page, held)
    save_parts(page)
    cell(page, "2.1").focus()
    assert cell(page, "2.1").input_value() == ""
    held.pop().continue_()
    page.unroute("**/o/")
    expect(cell(page, "2.1")).to_have_value("81,25")
    page.keyboard.type("90")
    page.keyboard.press("Enter")
    saved(page)
    assert grid.stored(code)["2.1"][1] == 90


def test_a_percent_typed_over_its_parts_says_in_the_panel_that_they_went(grid: GridSite, visits: Visits):
    code = grid.fresh()
    page = visits.open(code)
    save_parts(page)
    put(page, "2.1", "90")
    saved(page)
    cell(page, "2.1").focus()
    page.locator(
        ".det .note", has_text="Tử số 13 và mẫu số 16 đã nhập trước đó không cho kết quả này"
    ).wait_for()


def test_a_note_added_by_somebody_else_outlives_a_value_kept_in_a_closed_browser(
    grid: GridSite, visits: Visits
):
    context = visits.context("xa_a")
    page = visits.open(grid.officer, context)
    put(page, "2.3", "81")
    saved(page)
    context.set_offline(True)
    put(page, "2.3", "82")
    page.get_by_text("Mất mạng: 1 ô giữ trên máy").wait_for()
    page.close()
    other = visits.open(grid.officer)
    cell(other, "2.3").focus()
    other.keyboard.press("Control+Enter")
    other.locator(".det #cell_note").fill("Đã đối chiếu")
    other.locator(".det form .btn.p").first.click()
    other.locator(".det").get_by_text("Đã lưu.").wait_for()
    context.set_offline(False)
    again = visits.open(grid.officer, context)
    saved(again)
    assert grid.stored(grid.officer)["2.3"][1] == 82
    cell(again, "2.3").focus()
    again.keyboard.press("Control+Enter")
    expect(again.locator(".det #cell_note")).to_have_value("Đã đối chiếu")
