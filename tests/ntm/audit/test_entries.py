"""The record as pages: who may read it, how it is narrowed, and what a file of it holds."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ntm.audit import log
from ntm.audit.context import Origin, canonical_address, current_origin
from ntm.audit.models import LogEntry
from tests import factories
from tests.replayed import replayed

LIST = "/nhat-ky/"


@pytest.fixture
def auditor(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.auditor)


def write(row: Any, by: Any, action: str = "unit.changed", **fields: Any) -> LogEntry:
    with log.writing():
        log.record(action, row, by=by, **fields)
    return LogEntry.objects.first()  # type: ignore[return-value]


@pytest.fixture
@replayed
def entries(land: Any, cast: SimpleNamespace) -> SimpleNamespace:
    home, away = land.province.place_id, land.foreign.place_id
    return SimpleNamespace(
        ours=write(land.commune_a, cast.specialist, province_id=home, reason="=1+1"),
        decided=write(factories.document(), cast.approver, "document.added", province_id=home),
        nation=write(factories.level(), log.SYSTEM, "catalogue.added"),
        foreign=write(land.foreign_commune, log.SYSTEM, province_id=away),
    )


def numbers_on(page: str) -> set[int]:
    return {entry.number for entry in LogEntry.objects.all() if f'href="/nhat-ky/{entry.number}/"' in page}


@pytest.mark.parametrize(
    "role", ["officer_a", "department", "specialist", "leader", "approver", "unassigned"]
)
def test_only_administrators_and_auditors_read_the_record(
    role: str, cast: SimpleNamespace, client_as: Callable[..., Client], entries: SimpleNamespace
) -> None:
    client = client_as(getattr(cast, role))
    number, batch = entries.ours.number, entries.ours.batch
    for url in (
        "",
        "danh-sach.xlsx",
        "danh-sach.csv",
        f"{number}/",
        f"lo/{batch}/",
        f"lo/{batch}/danh-sach.csv",
    ):
        assert client.get(LIST + url).status_code == 403


def test_a_visitor_is_sent_to_the_login_page(client: Client, entries: SimpleNamespace) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/tai-khoan/dang-nhap/")


def test_the_list_shows_the_own_province_and_the_nation(auditor: Client, entries: SimpleNamespace) -> None:
    page = auditor.get(LIST).text
    assert numbers_on(page) == {entries.ours.number, entries.decided.number, entries.nation.number}
    assert 'data-count="3"' in page
    assert "Trường Hà" not in page


def test_a_foreign_entry_and_a_missing_one_are_the_same_404(
    auditor: Client, entries: SimpleNamespace
) -> None:
    for url in (f"{entries.foreign.number}/", "999999/", f"lo/{entries.foreign.batch}/", f"{10**25}/"):
        assert auditor.get(LIST + url).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"viec": "unit.changed"}, {"ours"}),
        ({"loai": "communes.level"}, {"nation"}),
        ({"nguoi": "system"}, {"nation"}),
        ({"tim": "phu dinh"}, {"ours"}),
        ({"tim": "PHÚ ĐÌNH"}, {"ours"}),
        ({"tim": "không có"}, set()),
        ({"loai": "communes.unit", "ma": "1"}, set()),
    ],
)
def test_the_list_is_narrowed(
    auditor: Client, entries: SimpleNamespace, query: dict[str, str], expected: set[str]
) -> None:
    page = auditor.get(LIST, query).text
    assert numbers_on(page) == {getattr(entries, name).number for name in expected}
    assert f'data-count="{len(expected)}"' in page


def test_the_list_is_narrowed_to_a_person(
    auditor: Client, entries: SimpleNamespace, cast: SimpleNamespace
) -> None:
    page = auditor.get(LIST, {"nguoi": cast.approver.pk}).text
    assert numbers_on(page) == {entries.decided.number}


def test_days_are_the_offices_days(auditor: Client, land: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2023, 12, 31, 17, 30, tzinfo=timezone.get_fixed_timezone(0))  # 00:30 on 01/01/2024 at +07
    monkeypatch.setattr("ntm.audit.log.timezone.now", lambda: late)
    entry = write(land.commune_a, log.SYSTEM, province_id=land.province.place_id)
    assert numbers_on(auditor.get(LIST, {"tu": "01/01/2024", "den": "01/01/2024"}).text) == {entry.number}
    assert numbers_on(auditor.get(LIST, {"den": "31/12/2023"}).text) == set()


@pytest.mark.parametrize(
    "query", [{"tu": "31/02/2023"}, {"viec": "x"}, {"nguoi": "9999999"}, {"tim": "\x00"}]
)
def test_a_filter_that_makes_no_sense_is_refused_beside_its_field(
    auditor: Client, entries: SimpleNamespace, query: dict[str, str]
) -> None:
    answer = auditor.get(LIST, query)
    assert answer.status_code == 400
    assert "Chưa lọc được" in answer.text


def test_the_files_hold_the_same_rows_and_no_live_formula(auditor: Client, entries: SimpleNamespace) -> None:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(auditor.get(LIST + "danh-sach.xlsx"))))
    header, *rows, last = book.worksheets[0].iter_rows(values_only=True)
    assert last[0] == "Tổng số: 3 dòng"
    assert header[:4] == ("Số", "Lúc", "Người làm", "Việc")
    assert [row[0] for row in rows] == [3, 2, 1]
    assert isinstance(rows[0][1], datetime)
    assert rows[2][3] == "Sửa thông tin đơn vị"
    assert book.worksheets[0].cell(4, 7).data_type == "s"
    text = b"".join(auditor.get(LIST + "danh-sach.csv")).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    # The workbook that left just now is told of, too.
    assert (len(lines), lines[1][3]) == (6, "Tải tệp về")
    assert lines[4][6] == "'=1+1"


def test_the_page_of_an_entry_shows_before_and_after_in_words(
    auditor: Client, land: Any, cast: SimpleNamespace
) -> None:
    unit = land.commune_a
    before = log.snapshot(unit)
    unit.name, unit.valid_to, unit.kind = "Tên mới", date(2025, 7, 1), "phường"
    token = current_origin.set(Origin(address="10.0.0.7"))
    entry = write(unit, cast.specialist, before=before, province_id=land.province.place_id)
    current_origin.reset(token)
    page = auditor.get(f"{LIST}{entry.number}/").text
    for words in ("Phú Đình", "Tên mới", "Hết hiệu lực từ", "01/07/2025", "Xã", "Phường", "10.0.0.7"):
        assert words in page
    assert "sort_key" not in page


def test_a_key_is_shown_by_the_name_of_its_row(auditor: Client) -> None:
    level = factories.level()
    entry = write(level, log.SYSTEM, "catalogue.added")
    assert "<td>2021–2025</td>" in auditor.get(f"{LIST}{entry.number}/").text


def test_a_batch_shows_what_was_written_together(auditor: Client, land: Any) -> None:
    token = current_origin.set(Origin())
    with log.writing():
        for unit in (land.commune_a, land.commune_b):
            log.record("unit.changed", unit, by=log.SYSTEM, province_id=land.province.place_id)
    current_origin.reset(token)
    alone = write(land.commune_c, log.SYSTEM, province_id=land.province.place_id)
    batch = LogEntry.objects.get(number=1).batch
    page = auditor.get(f"{LIST}lo/{batch}/").text
    assert 'data-count="2"' in page
    assert alone.number not in numbers_on(page)


def test_the_number_of_queries_does_not_grow_with_the_rows(auditor: Client, land: Any) -> None:
    counts = []
    for more in (3, 27):
        with log.writing():
            for _ in range(more):
                log.record("unit.changed", land.commune_a, by=log.SYSTEM, province_id=land.province.place_id)
        auditor.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            auditor.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_an_address_is_kept_in_the_form_that_both_databases_give_back(auditor: Client) -> None:
    assert canonical_address("::FFFF:10.0.0.7") == "10.0.0.7"
    assert canonical_address("FE80::1%eth0") == "fe80::1"
    assert canonical_address("unknown") is None
    assert canonical_address(None) is None


@pytest.mark.parametrize("asked", ["2026-11-20", "20/11/2026"])
def test_days_of_the_search_are_shown_as_people_write_them(
    auditor: Client, cast: SimpleNamespace, asked: str
) -> None:
    for where in (LIST, f"/nhat-ky/nguoi/{cast.specialist.pk}/"):
        page = auditor.get(where, {"tu": asked, "den": asked})
        assert page.status_code == 200
        assert page.text.count('value="20/11/2026"') == 2
