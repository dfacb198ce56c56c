"""Results of many communes by one sheet: template, file, preview, one write, taken back."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from communes.models import Result
from communes.services.results import Cell, enter
from ntm.audit.models import LogEntry
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.replayed import replayed


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
@replayed
def five_returns(land: Any, cast: Any) -> SimpleNamespace:
    """All five communes return 2023; A has 81 for 2.1 already."""
    made = factories.small_set()
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    enter(where=Q(pk=returns["Phú Đình"].pk), typed=[Cell("2.1", "81")], by=cast.officer_a)
    there = factories.a_round(land.foreign, made)
    factories.submission(there, land.foreign_commune)
    return SimpleNamespace(made=made, round=now, returns=returns)


@pytest.fixture
def place(five_returns: Any, land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    tail = f"?ky={five_returns.round.pk}"
    return SimpleNamespace(
        **vars(five_returns), office=client_as(cast.specialist), land=land, cast=cast,
        page=f"/nhap-tep/ket-qua-ky/{tail}", template=f"/nhap-tep/ket-qua-ky/mau.xlsx{tail}",
    )  # fmt: skip


def value(place: Any, name: str, code: str) -> Any:
    row = Result.objects.filter(submission=place.returns[name], indicator__code=code).first()
    return row and row.value


def test_template_preview_confirm_and_undo(place):
    book = sheets.fetched(place.office, place.template)
    sheet = sheets.rows_of(book)
    sheets.put(sheet, "05602", "2.1", 95)
    sheets.put(sheet, "05596", "1.1", "Đạt")
    where = sheets.brought(place.office, place.page, book)
    page = place.office.get(where)
    assert sheets.counts(page) == {"them": 1, "doi": 1, "giu": 3, "loi": 0}
    assert "Xã Phú Đình 2.1. Chỉ tiêu 2.1 (%) 81 → 95" in sheets.text_of(page)
    assert value(place, "Phú Đình", "2.1") == Decimal(81)
    done = sheets.confirm(place.office, where)
    assert done.status_code == 302
    assert (value(place, "Phú Đình", "2.1"), value(place, "Điềm Mặc", "1.1")) == (95, 1)
    after = sheets.text_of(place.office.get(where))
    assert "Đã ghi 2 dòng" in after
    assert "Hoàn tác lần ghi này" in after
    batch = Upload.objects.get().batch
    assert set(LogEntry.objects.filter(batch=batch).values_list("action", flat=True)) == {
        "result.changed", "result.entered", "submission.summed", "upload.stored",
    }  # fmt: skip
    undo = f"/nhat-ky/lo/{batch}/hoan-tac/"
    form = place.office.get(undo).content.decode()
    mark = form.split('name="seen" value="')[1].split('"')[0]
    assert place.office.post(undo, {"seen": mark, "reason": "Nhầm tệp"}).status_code == 302
    assert value(place, "Phú Đình", "2.1") == Decimal(81)


def addresses_with(place: Any, count: int) -> tuple[str, str]:
    """A round with so many communes more, each with a value; its page and template."""
    made = factories.small_set(revision=count)
    now = factories.a_round(place.land.province, made)
    for at in range(count):
        unit = factories.unit(place.land.district, f"Xã thứ {at}", code=f"9{count:02}{at:02}")
        factories.result(factories.submission(now, unit), "2.1", 81)
    tail = f"?ky={now.pk}"
    return f"/nhap-tep/ket-qua-ky/{tail}", f"/nhap-tep/ket-qua-ky/mau.xlsx{tail}"


def changed(book: Any) -> Any:
    sheet = sheets.rows_of(book)
    at = sheets.header_of(sheet)["2.1"]
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, at).value = 95
    return book


def test_template_and_preview_ask_as_often_for_thirty_rows_as_for_three(place):
    asked = []
    for count in (3, 30):
        page, template = addresses_with(place, count)
        place.office.get(page)
        with CaptureQueriesContext(connection) as first:
            book = sheets.fetched(place.office, template)
        where = sheets.brought(place.office, page, changed(book))
        with CaptureQueriesContext(connection) as second:
            shown = place.office.get(where)
        assert sheets.counts(shown) == {"them": 0, "doi": count, "giu": 0, "loi": 0}
        asked.append((len(first), len(second)))
    assert asked[0] == asked[1]
    assert asked[1][1] <= 15


def test_a_later_change_is_named_and_stays_when_the_import_is_undone(place):
    book = sheets.fetched(place.office, place.template)
    for code in ("05602", "05596"):
        sheets.put(sheets.rows_of(book), code, "2.1", 95)
    where = sheets.brought(place.office, place.page, book)
    sheets.confirm(place.office, where)
    row = Result.objects.get(submission=place.returns["Điềm Mặc"])
    enter(where=Q(pk=row.submission_id), typed=[Cell("2.1", "96", row.version)], by=place.cast.officer_b)
    undo = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    form = place.office.get(undo)
    assert "Giữ nguyên vì đã được sửa sau đó" in sheets.text_of(form)
    mark = form.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert place.office.post(undo, {"seen": mark, "reason": "Nhầm tệp"}).status_code == 302
    assert (value(place, "Phú Đình", "2.1"), value(place, "Điềm Mặc", "2.1")) == (81, 96)


def test_pages_of_the_work_lead_to_the_import(place, client_as):
    mine = place.returns["Phú Đình"]
    officer = client_as(place.cast.officer_a)
    own = f"/nhap-tep/ket-qua-xa/?phieu={mine.pk}"
    assert own in officer.get("/viec-cua-toi/").content.decode()
    assert own in officer.get("/nhap-lieu/05602/2023/").content.decode()
    assert place.page in place.office.get(f"/ky-nhap-lieu/{place.round.pk}/").content.decode()
    across = place.office.get(f"/nhap-lieu/chi-tieu/{place.made.pk}/2.1/2023/").content.decode()
    assert f"/nhap-tep/ket-qua-chi-tieu/?ky={place.round.pk}&amp;chi_tieu=2.1" in across
    leader = client_as(place.cast.leader)
    assert "/nhap-tep/" not in leader.get(f"/ky-nhap-lieu/{place.round.pk}/").content.decode()


def test_a_sheet_of_one_indicator(place):
    tail = f"?ky={place.round.pk}&chi_tieu=2.1"
    book = sheets.fetched(place.office, f"/nhap-tep/ket-qua-chi-tieu/mau.xlsx{tail}")
    sheets.put(sheets.rows_of(book), "05596", "numerator", 9)
    sheets.put(sheets.rows_of(book), "05596", "denominator", 10)
    sheets.put(sheets.rows_of(book), "05572", "value", "-")
    sheets.put(sheets.rows_of(book), "05572", "note", "không có đường xã")
    where = sheets.brought(place.office, f"/nhap-tep/ket-qua-chi-tieu/{tail}", book)
    assert sheets.counts(place.office.get(where)) == {"them": 2, "doi": 0, "giu": 3, "loi": 0}
    assert sheets.confirm(place.office, where).status_code == 302
    assert value(place, "Điềm Mặc", "2.1") == 90
    row = Result.objects.get(submission=place.returns["Bảo Linh"])
    assert (row.state, row.note) == ("not_applicable", "không có đường xã")
    assert (
        place.office.get(f"/nhap-tep/ket-qua-chi-tieu/?ky={place.round.pk}&chi_tieu=9.9").status_code == 404
    )
