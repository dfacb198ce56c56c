"""Lists of money that come back late: rows that somebody has changed or taken away since they left."""

from typing import Any

import pytest

from funding.models import Allocation, Amount
from funding.services import change_amount, withdraw_amount
from funding.services_allocations import Portion, enter_allocation, withdraw_allocation
from tests import factories
from tests.communes import sheets

PAGE, LIST = "/nhap-tep/nguon-von/?nam=2023", "/nguon-von/2023/danh-sach.xlsx"
OF_PARTS = "/nhap-tep/phan-bo-von/?nam=2023&giai_doan=plan&chia=work"
PARTS = "/nguon-von/2023/phan-bo/danh-sach.xlsx?giai_doan=plan&chia=work"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def put(book: Any, code: str, **values: Any) -> None:
    sheet = book.worksheets[0]
    at = {str(cell.value): cell.column for cell in sheet[1]}
    row = next(row for row in sheet.iter_rows(min_row=2) if code in [cell.value for cell in row])
    for title, value in values.items():
        sheet.cell(row[0].row, next(at[name] for name in at if name.startswith(title))).value = value


def test_a_list_of_money_keeps_what_was_changed_or_taken_away_since(tree, enter, cast, client_as):
    office, by = client_as(cast.specialist), cast.specialist
    for code in ("central", "province", "commune"):
        enter(code, 5 * 10**9, note="cũ")
    rows = {row.source_of_funds.code: row for row in Amount.objects.select_related("source_of_funds")}
    book = sheets.fetched(office, LIST)
    put(book, "province", **{"Số tiền": 6 * 10**9})
    facts = {"year": 2023, "source": tree["central"], "qualifier": "about", "note": "mới"}
    change_amount(rows["central"], expected_version=1, amount=7 * 10**9, by=by, **facts)
    withdraw_amount(rows["commune"], expected_version=1, by=by)
    where = sheets.brought(office, PAGE, book)
    page = office.get(where)
    assert sheets.changed(page) == (0, 1, 0), sheets.text_of(page)
    kept = sheets.text_of(office.get(f"{where}?xem=giu"))
    assert "giữ 7.000.000.000 đã thay đổi từ khi xuất (khi xuất: 5.000.000.000)" in kept
    assert "giữ mới đã thay đổi từ khi xuất (khi xuất: cũ)" in kept
    assert "giữ (trống) đã thay đổi từ khi xuất (khi xuất: 5.000.000.000)" in kept
    assert sheets.confirm(office, where).status_code == 302
    stored = dict(Amount.objects.values_list("source_of_funds__code", "amount"))
    assert stored == {"central": 7 * 10**9, "province": 6 * 10**9}


def test_a_row_that_the_file_changed_and_somebody_took_away_comes_back_whole_or_not(
    tree, land, cast, client_as
):
    office, by = client_as(cast.specialist), cast.specialist
    portion = Portion(
        tree["central"], "plan", 78 * 10**9, factories.purpose(), "at_least", note="theo báo cáo"
    )
    row = enter_allocation(portion, province=land.province.place, year=2023, by=by)
    book = sheets.fetched(office, PARTS)
    put(book, "plan.central.work-transport", **{"Số tiền": 80 * 10**9})
    withdraw_allocation(row, expected_version=1, by=by)
    where = sheets.brought(office, OF_PARTS, book)
    text = sheets.text_of(office.get(where))
    assert "→ 80.000.000.000 (khi xuất: 78.000.000.000)" in text, text
    assert "Xác nhận ghi" not in text
    number = office.get(where).content.decode().split('name="back" value="')[1].split('"')[0]
    office.post(f"{where}chon/", {"back": number})
    assert sheets.confirm(office, where).status_code == 302
    found = Allocation.objects.get()
    assert (found.amount, found.qualifier, found.note) == (80 * 10**9, "at_least", "theo báo cáo")


def test_rows_that_come_in_once_a_column_is_named_are_held_against_colleagues_too(
    tree, enter, cast, client_as
):
    office, by = client_as(cast.specialist), cast.specialist
    enter("central", 5 * 10**9)
    row = Amount.objects.get()
    book = sheets.fetched(office, LIST)
    put(book, "central", **{"Số tiền": 6 * 10**9})
    sheet = book.worksheets[0]
    at, key = (
        next(cell.column - 1 for cell in sheet[1] if str(cell.value).startswith(title))
        for title in ("Số tiền", "Mã")
    )
    sheet.cell(1, at + 1).value = "Cột của tôi"
    facts = {"year": 2023, "source": tree["central"], "qualifier": "exact"}
    change_amount(row, expected_version=1, amount=7 * 10**9, by=by, **facts)
    where = sheets.brought(office, PAGE, book)
    office.post(f"{where}cot/", {f"cot-{key}": "ma", f"cot-{at}": "so_tien", "name": ""})
    text = sheets.text_of(office.get(where))
    assert "→ 6.000.000.000" in text
    assert "Xác nhận ghi" not in text


def test_a_row_that_is_taken_back_or_moves_late_is_said_to_overwrite(tree, enter, cast, client_as):
    office, by = client_as(cast.specialist), cast.specialist
    enter("central", 5 * 10**9)
    book = sheets.fetched(office, LIST)
    put(book, "central", **{"Số tiền": 6 * 10**9})
    where = sheets.brought(office, PAGE, book)
    facts = {"year": 2023, "source": tree["central"], "qualifier": "exact"}
    change_amount(Amount.objects.get(), expected_version=1, amount=7 * 10**9, by=by, **facts)
    text = sheets.text_of(office.get(where))
    assert "được bỏ ra sẵn" not in text
    assert "1 dòng sẽ ghi đè ô đã được người khác sửa" in text
