"""A whole set out to .xlsx and back: unchanged is no change, everything wrong is said at its cell, all or nothing."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from communes.loading.criteria import _contents
from communes.models import CriteriaSet, Indicator, Threshold
from communes.selectors.set_content import content_of
from communes.services.criteria_sets import draft_set, rename_set
from communes.services.set_import import replace_content
from communes.set_compare import compare
from communes.set_content import CriterionLine, IndicatorLine, ThresholdLine, indicators_of
from communes.set_reading import SetFile, read_set
from communes.set_sheet import TITLES, lines_of
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused, Stale
from tests import factories
from tests.ntm.sheets import files
from tests.replayed import replayed

YEARS = range(2021, 2026)
NAMES = {1: "so-nn"}
KEYS = {"so-nn": 1, "Sở Nông nghiệp và PTNT": 1}
GROUPS = [
    ThresholdLine("gte", Decimal(value), attribute="commune_group", attribute_value=group)
    for group, value in (("1", 100), ("2", 90), ("3", 80))
]
#: One of every kind of thing that a set can say.
WHOLE = [
    CriterionLine("1", "Quy hoạch", "Quy hoạch", False, (
        IndicatorLine("1.1", "Có quy hoạch", "yes_no", thresholds=(ThresholdLine("yes", text="đạt"),)),
        IndicatorLine("1.10", "Nhà tạm", "yes_no", thresholds=(ThresholdLine("no"),)),
        IndicatorLine("1.2", "Nội dung", "text", guidance="Dòng một\nDòng hai", department_id=1, minimum=None),
    )),
    CriterionLine("2", "Giao thông", "", True, (
        IndicatorLine("2.1", "Đường xã", "percent", "%", maximum=Decimal(100), soft_limit=Decimal(10),
                      thresholds=tuple(GROUPS)),
        IndicatorLine("2.2", "Trường", "percent", "%", maximum=Decimal(100), thresholds=(
            ThresholdLine("gte", Decimal(70), case="trên 3 trường"),
            ThresholdLine("gte", Decimal("0.5"), case="từ 3 trường", trust="recalled", source="trí nhớ"),
        )),
        IndicatorLine("2.3", "Thu nhập", "number", "triệu đồng", trust="recalled", source="trí nhớ", thresholds=(
            ThresholdLine("gte", Decimal("39.5"), first_year=2022, last_year=2022),
            ThresholdLine("gte", Decimal(42), first_year=2023),
        )),
        IndicatorLine("2.4", "Xếp loại", "graded", grades=("Đạt", "Khá", "Tốt"), decimals=0,
                      thresholds=(ThresholdLine("grade", Decimal(1)),)),
    )),
    CriterionLine("3", "Trống"),
]  # fmt: skip


def table_of(content: Any, names: Any = NAMES) -> Any:
    return files.table(TITLES, *[[plain(cell) for cell in line] for line in lines_of(content, names)])


def plain(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    return "Có" if cell is True else None if cell == "" else cell


def read(*rows: dict[str, Any]) -> SetFile:
    """A file of these lines, each by its columns."""
    titles = list(
        dict.fromkeys([*TITLES[:2], *TITLES[4:6], TITLES[7], *(name for row in rows for name in row)])
    )
    table = files.table(titles, *[[row.get(name) for name in titles] for row in rows])
    return read_set(replace(table, sheet="Danh sách"), departments=KEYS, years=YEARS)


def line(**more: Any) -> dict[str, Any]:
    base = {
        "Số tiêu chí": "1",
        "Tiêu chí": "Một",
        "Mã chỉ tiêu": "1.1",
        "Chỉ tiêu": "Tỷ lệ",
        "Kiểu": "Tỷ lệ phần trăm",
    }
    return base | {key.replace("_", " "): value for key, value in more.items()}


def faults(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.cell, fault.message) for fault in read(*rows).faults]


# --- the shape -----------------------------------------------------------------------------------------------
def test_what_goes_out_comes_back_the_same():
    found = read_set(table_of(WHOLE), departments=KEYS, years=YEARS)
    assert found.faults == []
    changes = compare(WHOLE, found.content, NAMES)
    assert (changes.changes, changes.unchanged) == ((), 10)
    assert [c.indicators for c in found.content] == [c.indicators for c in WHOLE]
    old, new = indicators_of(WHOLE), indicators_of(found.content)
    assert {code: set(row.thresholds) for code, (_, row) in old.items()} == {
        code: set(row.thresholds) for code, (_, row) in new.items()
    }


def test_three_groups_stand_on_one_line_as_in_the_annex():
    rows = [dict(zip(TITLES, cells, strict=True)) for cells in lines_of(WHOLE, NAMES)]
    row = next(row for row in rows if row["Mã chỉ tiêu"] == "2.1")
    assert [row[f"Ngưỡng nhóm {group}"] for group in "123"] == [100, 90, 80]
    assert sum(row["Mã chỉ tiêu"] == "2.1" for row in rows) == 1


@pytest.mark.django_db
def test_every_set_that_comes_with_the_project_goes_out_and_back_unchanged():
    for key, content in _contents().items():
        found = read_set(table_of(content, {}), departments={}, years=range(2021, 2031))
        assert found.faults == [], key
        assert compare(content, found.content, {}).changes == (), key


# --- what cells may say --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Ngưỡng": "≥ 90 %"}, [("gte", 90)]),
        ({"Ngưỡng": "<= 13,5%"}, [("lte", Decimal("13.5"))]),
        ({"Ngưỡng": 90, "Cách so": "≥"}, [("gte", 90)]),
        ({"Ngưỡng": "90", "Cách so": "gte"}, [("gte", 90)]),
        ({"Cách so": "Đánh giá", "Yêu cầu bằng lời": "có mô hình"}, [("judged", None)]),
        ({"Ngưỡng nhóm 1": "≥ 100%", "Ngưỡng nhóm 3": "≥ 80%"}, [("gte", 100), ("gte", 80)]),
        ({"Ngưỡng nhóm 1": 100, "Ngưỡng nhóm 2": 90, "Cách so": "≥"}, [("gte", 100), ("gte", 90)]),
        ({"Kiểu": "Đạt/Chưa đạt", "Ngưỡng": "Đạt"}, [("yes", None)]),
        ({"Kiểu": "yes_no", "Ngưỡng": "Không"}, [("no", None)]),
        ({"Kiểu": "Xếp mức", "Các mức": "Đạt; Khá", "Cách so": "Từ mức", "Ngưỡng": "khá"}, [("grade", 1)]),
        ({}, []),
    ],
)
def test_a_threshold_is_read_as_the_annexes_print_it(cells, expected):
    found = read(line(**cells))
    assert found.faults == []
    bars = found.content[0].indicators[0].thresholds
    assert [(bar.operator, bar.value) for bar in bars] == expected


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"Ngưỡng": 90}, "Cách so", "Chưa ghi cách so"),
        ({"Ngưỡng": "abc", "Cách so": "≥"}, "Ngưỡng", "không phải là số"),
        ({"Ngưỡng": "1.234", "Cách so": "≥"}, "Ngưỡng", "hai cách hiểu"),
        ({"Ngưỡng": 0.9, "Cách so": "≥"}, "Ngưỡng", "nếu là 90 % hãy gõ 90"),
        ({"Ngưỡng": 120, "Cách so": "≥"}, "Ngưỡng", "từ 0 đến 100"),
        ({"Ngưỡng": "≤ 9", "Cách so": "≥"}, "Ngưỡng", "khác với cột"),
        ({"Cách so": "≥"}, "Ngưỡng", "Chưa ghi giá trị"),
        ({"Cách so": "Đạt"}, "Cách so", "không dùng được cho kiểu"),
        ({"Ngưỡng": "=1+1", "Cách so": "≥"}, "Ngưỡng", "công thức chưa có kết quả"),
        ({"Kiểu": "Lạ"}, "Kiểu", "không có trong danh sách"),
        ({"Kiểu": None}, "Kiểu", "phải có kiểu"),
        ({"Chỉ tiêu": None}, "Chỉ tiêu", "phải có tên"),
        ({"Chỉ tiêu": "x" * 601}, "Chỉ tiêu", "Dài quá 600"),
        ({"Mã chỉ tiêu": "1.Ă"}, "Mã chỉ tiêu", "chữ không dấu"),
        ({"Mã chỉ tiêu": None}, "Mã chỉ tiêu", "Chưa ghi mã"),
        ({"Số tiêu chí": None}, "Số tiêu chí", "Chưa ghi số"),
        ({"Tiêu chí": None}, "Tiêu chí", "phải có tên tiêu chí"),
        ({"Sở, ngành": "Sở Lạ"}, "Sở, ngành", "Không có sở, ngành nào"),
        ({"Kiểu": "Xếp mức", "Các mức": "Đạt"}, "Các mức", "ít nhất hai mức"),
        ({"Lớn nhất": 120}, "Lớn nhất", "từ 0 đến 100"),
        ({"Số lẻ": 7}, "Số lẻ", "từ 0 đến 4"),
        ({"Ngưỡng": "≥ 9", "Từ năm": 2030}, "Từ năm", "nằm ngoài giai đoạn"),
        ({"Ngưỡng": "≥ 9", "Từ năm": 2024, "Đến năm": 2022}, "Đến năm", "không được trước"),
        ({"Ngưỡng": "≥ 9", "Áp dụng cho": "xã lạ"}, "Áp dụng cho", "không có trong danh sách"),
        ({"Ngưỡng": "≥ 9", "Ngưỡng nhóm 1": "≥ 8"}, "Ngưỡng", "phải để trống"),
        ({"Kiểu": "Đạt/Chưa đạt", "Ngưỡng": "90", "Cách so": "Đạt"}, "Ngưỡng", "không đọc được"),
        ({"Tin cậy": "Minh họa"}, "Tin cậy", "không có trong danh sách"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(cells, column, words):
    found = read(line(**cells)).faults
    assert any(fault.column == column and words in fault.message for fault in found), found
    assert all(fault.cell.startswith("Danh sách!") and fault.cell.endswith("2") for fault in found)


def test_every_fault_is_said_at_once_in_the_order_of_the_sheet():
    found = faults(
        line(Kiểu="Lạ"), line(**{"Mã chỉ tiêu": "1.2", "Ngưỡng": "abc", "Cách so": "≥", "Sở, ngành": "?"})
    )
    cells = [cell for cell, _ in found]
    assert cells == ["Danh sách!E2", "Danh sách!F3", "Danh sách!H3"]


def test_one_code_twice_names_both_lines_and_never_lets_the_last_one_win():
    twin = line(**{"Chỉ tiêu": "Tên khác"})
    (cell, sentence), = faults(line(), twin)  # fmt: skip
    assert (cell, "đã có ở dòng 2" in sentence) == ("Danh sách!D3", True)
    other = faults(line(), line(**{"Số tiêu chí": "2"}))
    assert "thuộc tiêu chí 1" in other[0][1]
    same_bar = faults(line(Ngưỡng="≥ 9"), line(Ngưỡng="≥ 8"))
    assert "Đã có ngưỡng" in same_bar[0][1]
    criterion = faults(line(), line(**{"Mã chỉ tiêu": "1.2", "Tiêu chí": "Khác"}))
    assert "đã ghi khác ở dòng 2" in criterion[0][1]


def test_a_number_that_lost_its_last_zero_is_found_out():
    """17.10 typed into a number cell is 17.1: it meets the real 17.1."""
    found = read(line(**{"Mã chỉ tiêu": "17.1"}), line(**{"Mã chỉ tiêu": 17.1, "Chỉ tiêu": "Chỉ tiêu 17.10"}))
    assert "định dạng Văn bản" in found.faults[0].message


def test_headers_may_stand_in_any_order_but_must_be_known():
    with pytest.raises(Refused, match="Thiếu cột “Kiểu”"):
        read_set(files.table(TITLES[:6], ["1"]), departments={}, years=YEARS)
    with pytest.raises(Refused, match="Không nhận ra cột “Lạ”"):
        read_set(files.table([*TITLES, "Lạ"], ["1"]), departments={}, years=YEARS)
    turned = files.table(TITLES[::-1], *[list(cells)[::-1] for cells in lines_of(WHOLE[2:], NAMES)])
    assert read_set(turned, departments={}, years=YEARS).content == WHOLE[2:]


# --- what would change ---------------------------------------------------------------------------------------
def test_the_preview_says_what_is_added_changed_dropped_and_kept():
    first, second, third = WHOLE
    changed = replace(second.indicators[0], name="Đường khác", thresholds=tuple(GROUPS[:2]))
    new = [replace(second, name="Đường", indicators=(changed, *second.indicators[2:])), first,
           CriterionLine("4", "Mới", indicators=(IndicatorLine("4.1", "Mới", "yes_no"),))]  # fmt: skip
    found = compare(WHOLE, new, NAMES)
    assert (found.added, found.changed, found.dropped, found.unchanged) == (2, 3, 2, 6)
    said = {change.what: change for change in found.changes}
    assert said["Chỉ tiêu 2.1"].differences[0] == ("Tên", "Đường xã", "Đường khác")
    assert said["Chỉ tiêu 2.1"].differences[1][1].endswith("≥\u00a080\u00a0% (xã nhóm 3)")
    assert said["Chỉ tiêu 2.2"].kind == said["Tiêu chí 3"].kind == "drop"
    assert third.number == "3"
    assert "Thứ tự" in said


# --- into a draft --------------------------------------------------------------------------------------------
@pytest.fixture
@replayed
def draft(land: Any, cast: SimpleNamespace) -> CriteriaSet:
    base = factories.small_set(name="Bộ quốc gia")
    Indicator.objects.filter(kind="percent").update(maximum=100)
    home = land.province.place
    return draft_set(level=base.level, province=home, name="Bộ của tỉnh", base=base, by=cast.specialist)


def test_a_draft_says_afterwards_exactly_what_the_file_says(draft, cast):
    content = [replace(criterion, indicators=tuple(
        replace(one, department_id=None) for one in criterion.indicators)) for criterion in WHOLE]  # fmt: skip
    kept = Indicator.objects.get(criteria_set=draft, code="2.1").pk
    replace_content(draft, version=draft.version, content=content, by=cast.specialist)
    stored = content_of(draft)
    assert stored == content
    assert [c.indicators for c in stored] == [c.indicators for c in content]
    bars = [
        {code: set(row.thresholds) for code, (_, row) in indicators_of(each).items()}
        for each in (stored, content)
    ]
    assert bars[0] == bars[1]
    assert Indicator.objects.get(criteria_set=draft, code="2.1").pk == kept
    count = LogEntry.objects.count()
    draft.refresh_from_db()
    replace_content(draft, version=draft.version, content=content, by=cast.specialist)
    assert LogEntry.objects.count() == count
    with pytest.raises(Stale):
        replace_content(draft, version=1, content=content, by=cast.specialist)


@pytest.fixture
def browser(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.specialist)


def upload(browser: Client, draft: CriteriaSet, content: bytes, name: str = "bo.xlsx") -> Any:
    return browser.post(f"/tieu-chi/bo/{draft.pk}/nhap/", {"file": SimpleUploadedFile(name, content)})


def exported(browser: Client, draft: CriteriaSet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/tieu-chi/bo/{draft.pk}/bo-tieu-chi.xlsx").getvalue())
    )


def test_export_edit_preview_and_confirm_by_page(browser, draft):
    book = exported(browser, draft)
    same = upload(browser, draft, files.saved(book))
    assert same.status_code == 200
    assert "không có gì để nhập" in same.text
    assert 'data-added="0" data-changed="0" data-unchanged="8" data-dropped="0" data-faults="0"' in same.text
    sheet = book["Danh sách"]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["Chỉ tiêu"]).value = "Tên mới"
    before = LogEntry.objects.count()
    shown = upload(browser, draft, files.saved(book))
    assert LogEntry.objects.count() == before
    sealed = shown.context["sealed"]
    answers = [browser.post(f"/tieu-chi/bo/{draft.pk}/nhap/", {"sealed": sealed}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Indicator.objects.get(criteria_set=draft, code="1.1").name == "Tên mới"
    assert LogEntry.objects.filter(action="indicator.changed").count() == 1


def test_a_file_with_faults_cannot_be_confirmed(browser, draft):
    book = exported(browser, draft)
    sheet = book["Danh sách"]
    sheet.cell(2, 8).value = "Lạ"
    answer = upload(browser, draft, files.saved(book))
    assert answer.status_code == 422
    assert "Danh sách!H2" in answer.text
    assert not answer.context["sealed"]


def test_a_draft_that_moved_on_shows_the_preview_again(browser, draft, cast):
    book = exported(browser, draft)
    book["Danh sách"].cell(2, 6).value = "Tên mới"
    sealed = upload(browser, draft, files.saved(book)).context["sealed"]
    draft.refresh_from_db()
    rename_set(draft, version=draft.version, name="Tên khác", by=cast.specialist)
    answer = browser.post(f"/tieu-chi/bo/{draft.pk}/nhap/", {"sealed": sealed})
    assert answer.status_code == 409
    assert "đã thay đổi từ lúc bạn xem trước" in answer.text
    again = browser.post(f"/tieu-chi/bo/{draft.pk}/nhap/", {"sealed": answer.context["sealed"]})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp trống"),
        (b"%PDF-1.4", "PDF"),
        (b"\xd0\xcf\x11\xe0old", ".xls đời cũ"),
        (b"PK\x03\x04broken", "bị hỏng"),
        (b"x" * (10 * 1024 * 1024 + 1), "lớn hơn 10 MB"),
        ("một;hai\n1;2".encode(), "Thiếu cột"),
    ],
)
def test_the_wrong_file_is_named(browser, draft, content, words):
    answer = upload(browser, draft, content)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_seal_of_somebody_else_or_of_another_draft_is_worth_nothing(browser, draft, land, client_as):
    book = exported(browser, draft)
    book["Danh sách"].cell(2, 6).value = "Tên mới"
    sealed = upload(browser, draft, files.saved(book)).context["sealed"]
    colleague = client_as(factories.user("dong_nghiep", "specialist", land.province))
    for client, text in ((colleague, sealed), (browser, sealed[:-3] + "abc"), (browser, "")):
        answer = client.post(f"/tieu-chi/bo/{draft.pk}/nhap/", {"sealed": text})
        assert answer.status_code == 422
        assert "không còn dùng được" in answer.text
    assert not Threshold.objects.filter(indicator__name="Tên mới").exists()


def test_the_empty_template_has_every_column_and_says_what_may_stand_there(browser):
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/tieu-chi/bo/mau.xlsx").getvalue()))
    assert [cell.value for cell in book["Danh sách"][1]] == TITLES
    assert "Tỷ lệ phần trăm" in book["Thông tin"]["B2"].value
