"""Lists of results that leave, brought back: nothing changes; what cannot come back names the way that can."""

import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from openpyxl import load_workbook

from communes.choices import IndicatorKind, SubmissionState
from communes.models import Result, Submission
from communes.services.results import Cell, enter
from tests import factories
from tests.communes import sheets
from tests.communes.test_sheets_round_trip import NASTY
from tests.replayed import replayed


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
@replayed
def entered(land: Any, cast: Any) -> SimpleNamespace:
    """Every kind of indicator and of value: parts, grades, dashes, question marks, copies, nasty texts."""
    made = factories.small_set()
    factories.indicator(made, "4.1", IndicatorKind.GRADED, grades=["Yếu", "Khá, tốt", "3"])
    for at in range(len(NASTY)):
        factories.indicator(made, f"5.{at}", IndicatorKind.TEXT)
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    typed = [
        Cell("1.1", "Chưa", note=NASTY[0]), Cell("1.2", "-", note="không có đất"),
        Cell("2.1", numerator="2", denominator="3"), Cell("2.2", "12345,67"), Cell("3", "?"),
        Cell("4.1", "Khá, tốt"), *(Cell(f"5.{at}", text) for at, text in enumerate(NASTY)),
    ]  # fmt: skip
    for name, cells in (
        ("Phú Đình", typed),
        ("Điềm Mặc", [Cell("2.2", "44", copied_from=2022), Cell("2.1", "5", copied_from=2022)]),
    ):
        done = enter(where=Q(pk=returns[name].pk), typed=cells, by=cast.specialist)
        assert [one.sentence for one in done.of("wrong", "stale")] == []
    return SimpleNamespace(round=now, made=made, mine=returns["Phú Đình"], returns=returns)


@pytest.fixture
def place(entered: SimpleNamespace, cast: Any, client_as: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **vars(entered), cast=cast, office=client_as(cast.specialist),
        own=f"/nhap-tep/ket-qua-xa/?phieu={entered.mine.pk}",
        whole=f"/nhap-tep/ket-qua-ky/?ky={entered.round.pk}",
    )  # fmt: skip


def sent(place: Any, address: str) -> bytes:
    response = place.office.get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content)


def look(place: Any, url: str, content: Any, kind: str = "xlsx") -> Any:
    return place.office.get(sheets.brought(place.office, url, content, f"tep.{kind}"))


def of_indicator(place: Any, code: str) -> str:
    return f"/nhap-tep/ket-qua-chi-tieu/?ky={place.round.pk}&chi_tieu={code}"


RETURN = "/dia-ban/xa/05602/2023/ket-qua/danh-sach.{}?bo=ntm&loai={}"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_round_trip_of_the_list_of_a_return_changes_nothing(place, kind):
    page = look(place, place.own, sent(place, RETURN.format(kind, "chi-tieu")), kind)
    text = sheets.text_of(page)
    assert sheets.changed(page) == (0, 0, 0), text
    assert sheets.counts(page)["giu"] == 6 + len(NASTY)
    assert "chỉ nhập các cột “Mã”, “Chỉ tiêu”, “Giá trị”" in text
    assert ("Tệp không tự nói là của đâu" in text) is (kind == "csv")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_round_trip_of_every_list_of_an_indicator_changes_nothing(place, kind):
    Submission.objects.update(state=SubmissionState.SUBMITTED)
    lists = {
        code: (
            f"/nhap-lieu/chi-tieu/{place.made.pk}/{code}/2023/danh-sach.{kind}",
            f"/tieu-chi/2023/so-lieu/danh-sach.{kind}?bo=ntm&chi_tieu={code}",
        )
        for code in ("1.1", "1.2", "2.1", "2.2", "3", "4.1", "5.0")
    }
    for code, addresses in lists.items():
        for address in addresses:
            page = look(place, of_indicator(place, code), sent(place, address), kind)
            assert sheets.changed(page) == (0, 0, 0), (address, sheets.text_of(page))
            assert sheets.counts(page)["giu"] >= 1, (address, sheets.text_of(page))


def test_what_is_changed_in_a_list_is_written_and_what_follows_from_it_is_not(place):
    book = load_workbook(io.BytesIO(sent(place, RETURN.format("xlsx", "chi-tieu"))))
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "2.2")
    sheet.cell(row, at["Giá trị"]).value = 55
    sheet.cell(row, at["Kết quả"]).value = "Đạt"
    sheet.delete_cols(at["Sở, ngành"])
    where = sheets.brought(place.office, place.own, book)
    assert "12345,67 → 55" in sheets.text_of(place.office.get(where))
    assert sheets.confirm(place.office, where).status_code == 302
    assert Result.objects.get(submission=place.mine, indicator__code="2.2").value == 55


def test_a_list_of_another_unit_or_indicator_is_refused_by_name(place):
    content = sent(place, RETURN.format("xlsx", "chi-tieu"))
    other = f"/nhap-tep/ket-qua-xa/?phieu={place.returns['Điềm Mặc'].pk}"
    for url in (other, of_indicator(place, "2.1")):
        page = look(place, url, content)
        assert "Danh sách này được xuất cho việc khác" in sheets.text_of(page)
        assert not sheets.seen(page)


def test_a_code_beside_the_name_of_another_indicator_is_never_taken(place):
    """A set's own words stand without a number before them; another set gives the same number to something else."""
    head = ("Mã", "Chỉ tiêu", "Kết quả 2023")
    page = look(place, place.own, sheets.book_of(head, ("2.2", "Chỉ tiêu 2.1", 44), ("3", "Tỷ lệ nghèo", 5)))
    assert "Mã 2.2 là 2.2. Chỉ tiêu 2.2, nhưng tên “Chỉ tiêu 2.1” là 2.1. Chỉ tiêu 2.1" in sheets.text_of(
        page
    )
    assert sheets.changed(page) == (0, 1, 1), "an office shortens names"
    listed = sent(place, RETURN.format("csv", "chi-tieu")).decode().replace("Chỉ tiêu 3", "Tỷ lệ nghèo")
    page = look(place, place.own, listed.encode(), "csv")
    assert "“Tỷ lệ nghèo” không phải 3. Chỉ tiêu 3" in sheets.text_of(page)
    assert sheets.changed(page) == (0, 0, 1)


def test_a_list_of_another_day_is_refused_by_that_day(place):
    Submission.objects.update(state=SubmissionState.SUBMITTED)
    day = date(2023, 6, 30)
    content = sent(place, f"/tieu-chi/2023/so-lieu/danh-sach.xlsx?bo=ntm&chi_tieu=2.2&ngay={day:%d/%m/%Y}")
    page = look(place, of_indicator(place, "2.2"), content)
    assert "Danh sách này là số của ngày 30/06/2023" in sheets.text_of(page)
    assert not sheets.seen(page)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_list_that_cannot_come_back_says_so_and_names_the_way(place, kind):
    lists = {
        f"/tieu-chi/2023/danh-sach.{kind}": place.whole,
        f"/tieu-chi/2023/so-lieu/danh-sach.{kind}?bo=ntm": place.whole,
        f"/ky-nhap-lieu/{place.round.pk}/phieu/danh-sach.{kind}": place.whole,
        f"/nhap-lieu/danh-sach.{kind}": place.own,
        RETURN.format(kind, "tieu-chi"): place.own,
    }
    for address, url in lists.items():
        page = look(place, url, sent(place, address), kind)
        text = sheets.text_of(page)
        assert "không nhập lại được" in text, (address, text)
        assert "Hãy tải mẫu của trang này" in text
        assert "Ghép cột" not in text
        assert not sheets.seen(page)
    page = look(place, place.whole, sent(place, RETURN.format("csv", "chi-tieu")), "csv")
    assert "nhập lại được ở trang Nhập từ tệp của phiếu kết quả" in sheets.text_of(page)
