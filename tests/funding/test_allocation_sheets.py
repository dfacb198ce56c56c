"""A year's allocations by a sheet: template, file, preview, one write, taken back; what goes out comes back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import Allocation
from funding.services_allocations import Portion, change_allocation, enter_allocation
from ntm.audit.models import LogEntry
from ntm.core.numbers import MAX_MONEY
from ntm.core.provenance import Trust
from ntm.core.text import clean
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets
from tests.communes.test_sheets_round_trip import NASTY
from tests.funding.test_sheets_round import undo

TAIL = "?nam=2023&giai_doan=plan&chia=work"
PAGE, TEMPLATE = f"/nhap-tep/phan-bo-von/{TAIL}", f"/nhap-tep/phan-bo-von/mau.xlsx{TAIL}"
LIST = "/nguon-von/2023/phan-bo/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, tree: Any, client_as: Any) -> SimpleNamespace:
    """Of central money the plan for roads is known, recalled; there are two kinds of work and a component."""
    road, water = factories.purpose(), factories.purpose("work-water", "Cấp nước sạch", order=2)
    factories.purpose("work-old", "Loại cũ", last_year=2022)
    factories.purpose("component-economy", "Kinh tế")
    portion = Portion(tree["central"], "plan", 78 * 10**9, road, "at_least", note="theo báo cáo")
    central = enter_allocation(
        portion, province=land.province.place, year=2023, trust=Trust.RECALLED, origin="Báo cáo",
        by=cast.specialist,
    )  # fmt: skip
    return SimpleNamespace(
        land=land, cast=cast, tree=tree, road=road, water=water, central=central,
        office=client_as(cast.specialist), client_as=client_as,
    )  # fmt: skip


def look(place: Any, *cells: tuple[str, str, Any]) -> tuple[Any, str]:
    """The template with these cells written into it, brought: (key, column, value)."""
    book = sheets.fetched(place.office, TEMPLATE)
    for key, column, value in cells:
        sheets.put(book["Phân bổ vốn"], key, column, value)
    where = sheets.brought(place.office, PAGE, book)
    return place.office.get(where), where


def stored() -> dict[str, int]:
    rows = Allocation.objects.select_related("source_of_funds", "purpose")
    return {f"{row.source_of_funds.code} {row.purpose and row.purpose.code}": row.amount for row in rows}


def test_the_template_has_a_row_for_each_source_and_kind_of_the_year(place):
    sheet = sheets.fetched(place.office, TEMPLATE)["Phân bổ vốn"]
    assert sheet["A2"].value == "Kế hoạch theo loại công trình năm 2023, Tỉnh Thái Nguyên"
    keys = [row[0].value for row in sheet.iter_rows(min_row=5) if row[0].value]
    assert len(keys) == len(place.tree) * 2
    assert keys[:2] == ["plan.central.work-transport", "plan.central.work-water"]


def test_preview_confirm_and_undo(place):
    page, where = look(
        place,
        ("plan.central.work-transport", "so_tien", "80 tỷ"),
        ("plan.province.work-transport", "so_tien", 1_234_567),
        ("plan.local.work-water", "so_tien", "1.234.567"),
        ("plan.local.work-water", "cach_ghi", "Khoảng"),
    )
    assert sheets.counts(page) == {"them": 2, "doi": 1, "giu": 5, "loi": 0}, sheets.text_of(page)
    assert stored() == {"central work-transport": 78 * 10**9}
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert stored() == {
        "central work-transport": 80 * 10**9, "province work-transport": 1_234_567, "local work-water": 1_234_567,
    }  # fmt: skip
    assert set(Allocation.objects.values_list("trust", flat=True)) == {Trust.VERIFIED}
    batch = Upload.objects.get().batch
    said = undo(place.office, batch=batch)
    assert said.count("sẽ bỏ dòng này (nhật ký vẫn giữ)") == 2
    assert stored() == {"central work-transport": 78 * 10**9}
    row = Allocation.objects.get()
    assert (row.trust, row.source, row.qualifier, row.note) == (
        Trust.RECALLED, "Báo cáo", "at_least", "theo báo cáo",
    )  # fmt: skip
    # What the undo took away comes back under its old keys, and those who read money are told of it.
    gone = LogEntry.objects.filter(action="allocation.withdrawn")
    address = f"/nhat-ky/doi-tuong/funding.allocation/{gone[0].object_id}/"
    assert place.client_as(place.cast.leader).get(address).status_code == 200
    assert place.client_as(place.cast.officer_a).get(address).status_code == 404
    undo(place.office, batch=gone[0].batch)
    assert len(stored()) == 3


def test_a_branch_and_its_part_are_named_in_the_file_and_beside_what_stands(place):
    factories.allocation(place.land.province, 5, to="work-water", code="commune")
    page, where = look(
        place,
        ("plan.local.work-transport", "so_tien", 1),
        ("plan.province.work-transport", "so_tien", 1),
        ("plan.local.work-water", "so_tien", 1),
        ("plan.province.work-water", "so_tien", 1),
    )
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 3, text
    assert "Kế hoạch năm 2023, Giao thông: năm 2023 trong tệp có số vốn của “Ngân sách cấp tỉnh”" in text
    assert "Kế hoạch năm 2023, Cấp nước sạch: năm 2023 đã nhập số vốn của “Ngân sách cấp xã”" in text
    assert sheets.confirm(place.office, where).status_code in (409, 422)


def test_a_faster_change_is_a_conflict_and_another_stages_rows_are_not_taken(place):
    book = sheets.fetched(place.office, TEMPLATE)
    sheets.put(book["Phân bổ vốn"], "plan.central.work-transport", "so_tien", 5)
    portion = Portion(place.tree["central"], "plan", 300, place.road)
    change_allocation(place.central, portion, expected_version=1, year=2023, by=place.cast.specialist)
    page = place.office.get(sheets.brought(place.office, PAGE, book))
    assert "đã được người khác sửa sau khi bạn tải mẫu" in sheets.text_of(page)
    factories.allocation(place.land.province, 9, "half", to="work-transport")
    content = b"".join(place.office.get(f"{LIST}danh-sach.xlsx").streaming_content)
    page = place.office.get(sheets.brought(place.office, PAGE, content, "danh-sach.xlsx"))
    assert "Bảng này không có khoản mang mã “half.central.work-transport”" in sheets.text_of(page)


def test_the_list_of_another_year_is_refused_by_name(place):
    """The keys of its rows are those of every year."""
    content = b"".join(place.office.get(f"{LIST}danh-sach.xlsx?giai_doan=plan&chia=work").streaming_content)
    page = place.office.get(sheets.brought(place.office, PAGE.replace("2023", "2024"), content, "tep.xlsx"))
    assert "Danh sách này được xuất cho việc khác" in sheets.text_of(page)
    assert not sheets.seen(page)


def test_what_is_asked_for_and_by_whom(place):
    kind = "/nhap-tep/phan-bo-von/"
    partly = place.office.get(f"{kind}?nam=2023")
    assert 'value="2023"' in partly.text and "Bắt buộc nhập" not in partly.text
    no_such = place.office.get(f"{kind}?nam=2023&giai_doan=year&chia=chung")
    assert "nhập ở trang Nguồn vốn của năm" in no_such.text
    for tail in (
        "?nam=1999&giai_doan=plan&chia=work",
        "?nam=2023&giai_doan=x&chia=work",
        TAIL.replace("work", "x"),
    ):
        assert place.office.get(kind + tail).status_code == 404, tail
    for person in (place.cast.leader, place.cast.administrator, place.cast.officer_a):
        assert place.client_as(person).get(PAGE).status_code == 403
    factories.allocation(place.land.foreign, 9, to="work-water")
    whole = TEMPLATE.replace("work", "chung")
    assert len(list(sheets.fetched(place.office, whole)["Phân bổ vốn"].iter_rows(min_row=5))) == len(
        place.tree
    )
    page, _ = look(place)
    assert sheets.counts(page)["giu"] == 8


def test_the_number_of_queries_does_not_grow(place):
    asked = []
    for count in (3, 30):
        for at in range(count):
            paper = factories.document(f"{at}/{count}", province=place.land.province.place)
            code = f"n{count}-{at}"
            factories.allocation(place.land.province, 5, to="work-water", code=code, document=paper)
        place.office.get(PAGE)
        with CaptureQueriesContext(connection) as first:
            book = sheets.fetched(place.office, TEMPLATE)
        for at in range(count):
            sheets.put(book["Phân bổ vốn"], f"plan.n{count}-{at}.work-water", "so_tien", 6)
        where = sheets.brought(place.office, PAGE, book)
        with CaptureQueriesContext(connection) as second:
            assert sheets.counts(place.office.get(where))["doi"] == count
        asked.append((len(first), len(second)))
    assert asked[0] == asked[1]


class TestRoundTrip:
    @pytest.fixture
    def nasty(self, place: Any) -> Any:
        """Every qualifier, bounds of the amount, hostile notes and names."""
        for at, text in enumerate(NASTY):
            words = clean(text)[:110]
            source = factories.source(f"n-{at}", f"{words} {at}", order=10 + at)
            paper = factories.document(words[:40], title=words[:150], province=place.land.province.place)
            factories.allocation(
                place.land.province, at * 10**13 + at, to="work-water", code=source.code, note=clean(text),
                document=paper, qualifier=("exact", "at_least", "about")[at % 3],
            )  # fmt: skip
        return place

    def unchanged(self, client: Any, content: bytes, name: str) -> int:
        page = client.get(sheets.brought(client, PAGE, content, name))
        found = sheets.counts(page)
        assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), sheets.text_of(page)
        assert not sheets.seen(page), "nothing to confirm"
        return found["giu"]

    def sent(self, client: Any, address: str) -> bytes:
        return b"".join(client.get(address).streaming_content)

    def test_round_trip_of_template_and_list_changes_nothing(self, nasty):
        self.unchanged(nasty.office, self.sent(nasty.office, TEMPLATE), "mau.xlsx")
        self.unchanged(nasty.office, sheets.packed(sheets.fetched(nasty.office, TEMPLATE)), "mau.xlsx")
        for kind in ("xlsx", "csv"):
            content = self.sent(nasty.office, f"{LIST}danh-sach.{kind}?giai_doan=plan&chia=work")
            assert self.unchanged(nasty.office, content, f"a.{kind}") == Allocation.objects.count()

    @pytest.mark.alike
    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    @given(notes=sheets.texts(4), amounts=st.lists(st.integers(0, MAX_MONEY), min_size=4, max_size=4))
    def test_round_trip_of_any_note_and_amount(self, place, notes, amounts):
        for at, (note, amount) in enumerate(zip(notes, amounts, strict=True)):
            row = place.central
            if at:
                row = Allocation.objects.filter(source_of_funds__code=f"n-{at}").first() or (
                    factories.allocation(place.land.province, 1, to="work-water", code=f"n-{at}")
                )
            Allocation.objects.filter(pk=row.pk).update(note=clean(note), amount=amount)
        self.unchanged(place.office, self.sent(place.office, TEMPLATE), "mau.xlsx")
        content = self.sent(place.office, f"{LIST}danh-sach.csv?giai_doan=plan&chia=work")
        self.unchanged(place.office, content, "a.csv")


def test_a_cell_that_says_so_clears_and_an_amount_takes_its_row_along(place, settings, monkeypatch):
    road, water = "plan.central.work-transport", "plan.central.work-water"
    page, where = look(place, (road, "ghi_chu", "(xóa)"))
    assert "theo báo cáo → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert Allocation.objects.get(pk=place.central.pk).note == ""
    assert "Cách ghi không xóa được" in sheets.text_of(look(place, (road, "cach_ghi", "(xóa)"))[0])
    page, where = look(place, (road, "so_tien", "(xóa)"), (water, "so_tien", 5))
    assert sheets.changed(page) == (1, 1, 0), sheets.text_of(page)
    at_once = settings.LARGE_WRITE_CELLS
    assert sheets.heard(place.office, where, settings, monkeypatch) == [(0, 2), (1, 2), (2, 2)]
    assert stored() == {"central work-water": 5}
    settings.LARGE_WRITE_CELLS = at_once
    undo(place.office, batch=Upload.objects.latest("pk").batch)
    assert list(Allocation.objects.values_list("pk", flat=True)) == [place.central.pk]
