"""Trap T5 and its like: every line is checked as a whole before anything is stored, and errors name their line."""

from types import SimpleNamespace
from typing import Any

import pytest
import tablib
from django.db import connection
from django.test.utils import CaptureQueriesContext
from import_export.resources import modelresource_factory

from communes.models import Level, Period
from communes.resources import LevelResource, PeriodResource
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.sheets.preview import preview_of, rehearsed_preview_of
from ntm.sheets.workbook import read_table
from tests import factories
from tests.ntm.sheets import files

HEADER = [
    "Giai đoạn", "Mã", "Cấp", "Thứ bậc", "Tên", "Tên ngắn",
    "Cách gọi với thành phố, thị xã", "Đã kiểm chứng",
]  # fmt: skip


def line(code: str = "ntm", **changes: Any) -> list[Any]:
    values = {
        "period": "2021-2025",
        "code": code,
        "tier": "Cấp xã",
        "rank": 1,
        "name": "Xã đạt chuẩn",
        "short": "Đạt chuẩn",
        "city": None,
        "confirmed": "Có",
    }
    return list((values | changes).values())


def resource(*rows: list[Any], header: list[str] = HEADER, by: Any = None) -> LevelResource:
    return LevelResource(by=by, table=files.table(header, *rows))


def stored(of: LevelResource) -> Any:
    return of.import_data(of.dataset(), dry_run=False)


@pytest.fixture
def period(land: Any) -> Period:
    return factories.period()


def test_lines_are_added_changed_and_left_alone_with_an_entry_for_each_write(
    period: Period, cast: SimpleNamespace
) -> None:
    factories.level("ntm", period)
    factories.level("advanced", period)
    sheet = resource(
        line("ntm", name="Xã đạt chuẩn NTM", short="Đạt chuẩn"),
        line("advanced", rank=2, name="Tên mới", short="Nâng cao"),
        line("model", rank=3, name="Xã NTM kiểu mẫu", short="Kiểu mẫu"),
        by=cast.administrator,
    )
    totals = stored(sheet).totals
    assert (totals["new"], totals["update"], totals["skip"]) == (1, 1, 1)
    assert Level.objects.get(code="advanced").version == 2
    entries = LogEntry.objects.order_by("number")
    assert [entry.action for entry in entries] == ["catalogue.added", "catalogue.changed"]
    assert len({entry.batch for entry in entries}) == 1
    assert entries[1].changes == {"name": ["Xã NTM nâng cao", "Tên mới"], "version": [1, 2]}


def test_a_dry_run_stores_nothing(period: Period, cast: SimpleNamespace) -> None:
    sheet = resource(line(), by=cast.administrator)
    sheet.import_data(sheet.dataset(), dry_run=True)
    assert len(sheet.lines) == 1
    assert not Level.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"name": "x" * 300}, "Tên", "80"),
        ({"rank": 99999999999999}, "Thứ bậc", "từ 0 đến 32.767"),
        ({"rank": 0}, "", "Thứ bậc phải từ 1"),
        ({"tier": "Cấp thôn"}, "Cấp", "không có trong danh sách"),
        ({"period": "1990-1995"}, "Giai đoạn", "Không có giai đoạn nào"),
        ({"confirmed": None}, "Đã kiểm chứng", "“Có” hoặc “Không”"),
        ({"code": "có dấu cách"}, "Mã", ""),
        ({"name": None}, "Tên", ""),
        ({"rank": "=A1"}, "Thứ bậc", "công thức"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_column_on_both_databases(
    period: Period, cast: SimpleNamespace, changes: dict[str, Any], column: str, words: str
) -> None:
    sheet = resource(line("model", rank=3), line(**changes), by=cast.administrator)
    faults = preview_of(sheet).faults
    assert [(fault.number, fault.column) for fault in faults] == [(3, column)]
    assert words in faults[0].message
    stored(sheet := resource(line("model", rank=3), line(**changes), by=cast.administrator))
    assert not Level.objects.exists()
    assert not LogEntry.objects.exists()


def test_the_packages_default_would_have_let_them_through(period: Period) -> None:
    default = modelresource_factory(Level)()
    columns = ["period", "code", "tier", "rank", "name", "short_name", "city_name", "confirmed"]
    data = tablib.Dataset([period.pk, "ntm", "commune", "1", "x" * 300, "s", "", "Có"], headers=columns)
    result = default.import_data(data, dry_run=True)
    assert not result.has_validation_errors()


def test_the_same_key_twice_is_refused_at_both_lines(period: Period, cast: SimpleNamespace) -> None:
    sheet = resource(line(), line("model", rank=3), line(name="Khác"), by=cast.administrator)
    faults = preview_of(sheet).faults
    assert [(fault.number, fault.message) for fault in faults] == [
        (2, "Trùng mã với dòng 4 của tệp."),
        (4, "Trùng mã với dòng 2 của tệp."),
    ]


def test_a_line_that_is_there_twice_shows_what_else_is_wrong_with_it(
    period: Period, cast: SimpleNamespace
) -> None:
    sheet = resource(line(), line("model", rank=3), line(rank="ba"), by=cast.administrator)
    faults = preview_of(sheet).faults
    assert [(fault.number, fault.column) for fault in faults] == [(2, ""), (4, "Thứ bậc"), (4, "")]
    assert faults[2].message == "Trùng mã với dòng 2 của tệp."


def test_two_lines_that_clash_in_another_unique_value_are_both_named(
    period: Period, cast: SimpleNamespace
) -> None:
    sheet = resource(line(), line("advanced", rank=1), by=cast.administrator)
    assert [fault.message for fault in preview_of(sheet).faults] == [
        "Dòng 2 và dòng 3 trùng nhau ở: Giai đoạn, Cấp, Thứ bậc."
    ]


def test_columns_may_stand_in_any_order_and_case_and_tone_place(
    period: Period, cast: SimpleNamespace
) -> None:
    order = [7, 0, 2, 1, 3, 4, 5, 6]
    header = [HEADER[at].upper() for at in order]
    sheet = resource([line()[at] for at in order], header=header, by=cast.administrator)
    stored(sheet)
    assert Level.objects.get().name == "Xã đạt chuẩn"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (HEADER[:-1], "Thiếu cột “Đã kiểm chứng”"),
        ([*HEADER, "Ghi chú"], "Không nhận ra cột “Ghi chú” (ô I1)"),
        ([*HEADER, "tên"], "“tên” xuất hiện hai lần (ô "),
        ([*HEADER[:-1], "§· kiÓm chøng"], "TCVN3"),
    ],
)
def test_missing_unknown_and_double_headers_are_named(period: Period, header: list[str], words: str) -> None:
    sheet = resource([*line(), "x"], header=header)
    with pytest.raises(Refused) as refusal:
        sheet.dataset()
    assert words in refusal.value.message


def test_what_is_exported_and_imported_unchanged_changes_nothing(
    period: Period, cast: SimpleNamespace
) -> None:
    earlier = factories.period(2016, 2020)
    period.counts.add(earlier)
    factories.level("ntm", period)
    factories.level("district_ntm", period)
    for kind in (PeriodResource, LevelResource):
        data = kind().export(kind().get_queryset())
        table = read_table(files.upload(files.xlsx(data.headers, *data)))
        preview = preview_of(kind(by=cast.administrator, table=table))
        assert (preview.lines, preview.faults) == ([], [])
        assert preview.unchanged == kind._meta.model.objects.count()


def test_many_to_many_values_are_stored_and_recorded(period: Period, cast: SimpleNamespace) -> None:
    factories.period(2016, 2020)
    header = ["Mã", "Năm đầu", "Năm cuối", "Còn tính mức của giai đoạn"]
    table = files.table(header, ["2021-2025", 2021, 2025, "2016-2020"])
    sheet = PeriodResource(by=cast.administrator, table=table)
    assert [line.differences for line in preview_of(sheet).lines] == [
        [("Còn tính mức của giai đoạn", "", "2016-2020")]
    ]
    sheet.store_lines()
    period.refresh_from_db()
    assert [row.code for row in period.counts.all()] == ["2016-2020"]
    assert period.version == 2
    assert "counts" in LogEntry.objects.get().changes


def test_a_row_changed_by_somebody_meanwhile_is_not_overwritten(
    period: Period, cast: SimpleNamespace
) -> None:
    level = factories.level("ntm", period)
    sheet = resource(line(name="Từ tệp"), by=cast.administrator)
    preview_of(sheet)
    level.name, level.version = "Sửa tay", 2
    level.save()
    with pytest.raises(Stale):
        sheet.store_lines()
    level.refresh_from_db()
    assert level.name == "Sửa tay"


def test_who_has_no_right_stores_nothing(period: Period, cast: SimpleNamespace) -> None:
    sheet = resource(line(), by=cast.specialist)
    preview_of(sheet)
    with pytest.raises(NotAllowed):
        sheet.store_lines()
    assert not Level.objects.exists()


def test_statements_do_not_grow_with_unchanged_lines(period: Period, cast: SimpleNamespace) -> None:
    counts = []
    for size in (3, 30):
        Level.objects.all().delete()
        for number in range(1, size + 1):
            Level.objects.create(
                period=period, code=f"l{number}", tier="commune", rank=number, name="n", short_name="s"
            )
        rows = [line(f"l{number}", rank=number, name="n", short="s") for number in range(1, size + 1)]
        sheet = resource(*rows, by=cast.administrator)
        with CaptureQueriesContext(connection) as queries:
            preview_of(sheet)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_rehearsal_shows_what_the_verb_would_refuse_and_stores_nothing(
    period: Period, cast: SimpleNamespace
) -> None:
    allowed = rehearsed_preview_of(resource(line(), by=cast.administrator))
    assert allowed.can_confirm
    assert allowed.plan == [[2, None, 1]]
    refused = rehearsed_preview_of(resource(line(), by=cast.specialist))
    assert [fault.message for fault in refused.faults] == ["Bạn không có quyền sửa danh mục."]
    assert not Level.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_verb_that_refuses_is_heard_by_who_imports(period: Period, cast: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        stored(resource(line(), by=cast.specialist))
