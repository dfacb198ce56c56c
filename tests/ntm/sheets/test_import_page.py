"""A code table goes out as a file and comes back: choose, preview, confirm."""

import csv
import io
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client

from communes.models import Level, Period
from ntm.audit.models import LogEntry
from tests import factories
from tests.data import parts
from tests.data.parts import row
from tests.ntm.sheets import files

PERIODS = "/quan-tri/communes/period/"
LEVELS = "/quan-tri/communes/level/"
CSV_HEADER = "Mã;Năm đầu;Năm cuối;Còn tính mức của giai đoạn\n"


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.administrator)


def preview(browser: Client, content: bytes | str, name: str = "tệp.csv", at: str = PERIODS) -> Any:
    return browser.post(f"{at}import/", {"file": files.upload(content, name)})


def sealed_in(page: Any) -> str:
    return re.search(r'name="sealed" value="([^"]+)"', page.text)[1]  # type: ignore[index]


def counts_in(page: Any) -> list[int]:
    """What the preview says: added, changed, left alone, wrong."""
    names = ("added", "changed", "unchanged", "faults")
    return [int(re.search(rf'data-{name}="(\d+)"', page.text)[1]) for name in names]  # type: ignore[index]


def confirm(browser: Client, sealed: str, at: str = PERIODS) -> Any:
    return browser.post(f"{at}import/", {"sealed": sealed})


def test_a_file_is_previewed_then_confirmed_and_recorded(browser: Client) -> None:
    factories.period(2016, 2020)
    page = preview(browser, CSV_HEADER + "2016-2020;2016;2020;\n2021-2025;2021;2025;2016-2020\n")
    assert counts_in(page) == [1, 0, 1, 0]
    assert Period.objects.count() == 1
    answer = confirm(browser, sealed_in(page))
    assert (answer.status_code, answer["Location"]) == (302, PERIODS)
    assert Period.objects.count() == 2
    assert [entry.action for entry in LogEntry.objects.all()] == ["catalogue.added"]
    assert "thêm 1 dòng, sửa 0 dòng" in browser.get(PERIODS).text


def test_a_double_click_on_confirm_stores_once(browser: Client) -> None:
    sealed = sealed_in(preview(browser, CSV_HEADER + "2021-2025;2021;2025;\n"))
    assert confirm(browser, sealed).status_code == confirm(browser, sealed).status_code == 302
    assert Period.objects.count() == LogEntry.objects.count() == 1


def test_one_bad_line_stops_the_whole_file_and_is_named(browser: Client) -> None:
    page = preview(browser, CSV_HEADER + "2021-2025;2021;2025;\n2026-2030;hai nghìn;2030;\n")
    assert page.status_code == 422
    assert counts_in(page)[3] == 1
    assert "Năm đầu" in page.text
    assert 'name="sealed"' not in page.text
    assert not Period.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "trống"),
        (b"PK\x03\x04 hong", "a.xlsx", "hỏng"),
        (files.xlsx(["Mã"], ["1"])[:-300], "a.xlsx", "hỏng"),
        (b"<html>", "a.xls", "trang web"),
        (b"a;b\n" + b"x" * 3_000_000, "a.csv", "lớn hơn 2 MB"),
        ("Mã;Lạ\n1;2\n", "a.csv", "Thiếu cột “Năm đầu”"),
        (files.xlsx(["Lạ"], ["1"]), "a.csv", "Không nhận ra cột “Lạ”"),
    ],
)
def test_a_corrupt_huge_or_renamed_file_gets_one_sentence(
    browser: Client, content: bytes | str, name: str, words: str
) -> None:
    page = preview(browser, content, name)
    assert page.status_code == 422
    assert words in page.text
    assert not Period.objects.exists()


def test_no_file_at_all_is_refused(browser: Client) -> None:
    assert browser.post(f"{PERIODS}import/", {}).status_code == 422


def test_a_change_meanwhile_shows_a_new_preview_and_stores_nothing(browser: Client) -> None:
    period = factories.period(2021, 2025)
    page = preview(browser, CSV_HEADER + "2021-2025;2021;2026;\n")
    period.last_year, period.version = 2024, 2
    period.save()
    answer = confirm(browser, sealed_in(page))
    period.refresh_from_db()
    assert answer.status_code == 409
    assert period.last_year == 2024
    assert "đã thay đổi từ lúc bạn xem trước" in answer.text
    assert "2024 → 2026" in answer.text
    assert confirm(browser, sealed_in(answer)).status_code == 302
    period.refresh_from_db()
    assert (period.last_year, period.version) == (2026, 3)


def test_a_seal_is_for_one_person_one_table_and_cannot_be_forged(
    browser: Client, land: Any, client_as: Callable[..., Client]
) -> None:
    sealed = sealed_in(preview(browser, CSV_HEADER + "2021-2025;2021;2025;\n"))
    other = client_as(factories.user("another", "administrator", land.province))
    for answer in (
        confirm(other, sealed),
        confirm(browser, sealed, at=LEVELS),
        confirm(browser, sealed[:-3] + "abc"),
        confirm(browser, "x"),
    ):
        assert answer.status_code == 422
        assert "Hãy chọn lại tệp" in answer.text
    assert not Period.objects.exists()


def test_rights_are_asked_again_at_confirmation(browser: Client, cast: SimpleNamespace) -> None:
    sealed = sealed_in(preview(browser, CSV_HEADER + "2021-2025;2021;2025;\n"))
    cast.administrator.assignments.update(role="leader")
    assert confirm(browser, sealed).status_code in (302, 403)
    assert not Period.objects.exists()


@pytest.mark.parametrize("role", ["specialist", "leader", "officer_a", "auditor"])
def test_who_may_not_see_the_table_gets_no_file_and_no_form(
    role: str, cast: SimpleNamespace, client_as: Callable[..., Client]
) -> None:
    client = client_as(getattr(cast, role))
    for url in ("import/", "export.xlsx", "export.csv"):
        assert client.get(PERIODS + url).status_code in (302, 403)
    assert client.post(f"{PERIODS}import/", {"sealed": "x"}).status_code in (302, 403)


def test_exporting_changes_nothing_and_answers_only_get(browser: Client) -> None:
    assert browser.post(f"{PERIODS}export.xlsx").status_code == 405


def test_years_of_a_code_table_are_not_grouped(browser: Client) -> None:
    factories.period(2021, 2025)
    content = b"".join(browser.get(f"{PERIODS}export.xlsx"))
    header, row = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(max_row=2)
    cells = {title.value: cell for title, cell in zip(header, row, strict=True)}
    assert (cells["Năm đầu"].value, cells["Năm đầu"].number_format) == (2021, "0")


def test_files_hold_real_numbers_and_no_live_formula_and_come_back_unchanged(browser: Client) -> None:
    level = factories.level()
    level.name = "=HYPERLINK(1)"
    level.short_name = "'=1"
    level.save()
    content = b"".join(browser.get(f"{LEVELS}export.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    row = {sheet.cell(1, column).value: sheet.cell(2, column) for column in range(1, 9)}
    assert (row["Tên"].data_type, row["Thứ bậc"].value, row["Cấp"].value) == ("s", 1, "Cấp xã")
    text = b"".join(browser.get(f"{LEVELS}export.csv"))
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert lines[1][4] == "'=HYPERLINK(1)"
    for file, name in ((content, "a.xlsx"), (text, "a.csv")):
        page = preview(browser, file, name, at=LEVELS)
        assert counts_in(page) == [0, 0, 1, 0]
        assert "không có gì để nhập" in page.text
    assert Level.objects.get().version == 1


def test_the_list_leads_to_the_files(browser: Client) -> None:
    page = browser.get(PERIODS).text
    for url in ("import/", "export.xlsx", "export.csv"):
        assert f'href="{PERIODS}{url}"' in page


def test_text_from_a_file_is_shown_as_text(browser: Client) -> None:
    page = preview(browser, CSV_HEADER + "<script>alert(1)</script>;x;2025;\n").text
    assert "<script>alert" not in page


def test_a_file_with_links_to_others_is_read_as_stored_and_the_preview_says_so(browser: Client) -> None:
    columns = row(1, "A:Mã", "B:Năm đầu", "C:Năm cuối", "D:Còn tính mức của giai đoạn")
    line = row(2, "A:2021-2025", "B|<f>[1]Nguồn!A1</f><v>2021</v>", "C|<v>2025</v>")
    link = '<externalReferences><externalReference r:id="rId9"/></externalReferences>'
    page = preview(browser, parts.rows(columns, line, after_sheets=link), "tệp.xlsx")
    assert counts_in(page) == [1, 0, 0, 0]
    assert "liên kết tới tệp khác: chỉ giá trị đã lưu" in page.text
