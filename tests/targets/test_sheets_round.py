"""A draft by two sheets, numbers and names: template, file, preview, one write, taken back."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from communes.choices import AttributeKind
from ntm.audit.models import LogEntry
from ntm.core.provenance import Trust
from ntm.sheets.models import Upload
from targets.lines import Promise
from targets.models import Plan, Registration, Target
from targets.services import amend, approve, can_approve, change_draft, change_target, register_units
from tests import factories
from tests.communes import sheets
from tests.funding.test_sheets_round import undo

NUMBERS, NAMES = "/nhap-tep/chi-tieu-ke-hoach/", "/nhap-tep/dang-ky-ke-hoach/"
YEAR = "?nam=2023"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, draft: Plan, levels: Any, client_as: Any) -> SimpleNamespace:
    return SimpleNamespace(
        land=land, cast=cast, draft=draft, levels=levels, office=client_as(cast.specialist), client_as=client_as
    )  # fmt: skip


def template(place: Any, kind: str) -> Any:
    return sheets.fetched(place.office, f"{kind}mau.xlsx{YEAR}")


def look(place: Any, kind: str, *cells: tuple[str, str, Any]) -> tuple[Any, str]:
    """The preview of the template with these cells written into it: (code, column, value)."""
    book = template(place, kind)
    for code, column, value in cells:
        sheets.put(book.worksheets[0], code, column, value)
    where = sheets.brought(place.office, kind + YEAR, book)
    return place.office.get(where), where


@pytest.mark.parametrize(("kind", "what"), [(NUMBERS, "Chỉ tiêu"), (NAMES, "Đơn vị đăng ký")])
def test_another_provinces_template_is_not_taken_for_ours(place, kind, what):
    factories.plan(place.land.foreign, 2023, state="draft")
    theirs = place.client_as(factories.user("ben-kia", "specialist", place.land.foreign))
    book = sheets.fetched(theirs, f"{kind}mau.xlsx{YEAR}")
    assert book.worksheets[0]["A2"].value == f"{what}: dự thảo kế hoạch năm 2023, Tỉnh Cao Bằng"
    page = place.office.get(sheets.brought(place.office, kind + YEAR, book))
    text = sheets.text_of(page)
    assert (
        f"được tải cho tỉnh khác, không phải “{what}: dự thảo kế hoạch năm 2023, Tỉnh Thái Nguyên”" in text
    ), text


def numbers(plan: Plan) -> dict[tuple[str, str], int]:
    return {(row.level.code, row.kind): row.value for row in plan.targets.select_related("level")}


def names(plan: Plan) -> set[tuple[str, str]]:
    return {(row.unit.code, row.level.code) for row in plan.registrations.select_related("unit", "level")}


BEFORE = {("ntm", "new"): 10, ("district_ntm", "new"): 1}
REGISTERED = {("05602", "ntm"), ("05596", "ntm")}


def test_numbers_template_preview_confirm_and_undo(place):
    Target.objects.filter(level__code="ntm").update(trust=Trust.RECALLED, source="Báo cáo")
    page, where = look(
        place, NUMBERS, ("ntm", "new", 12), ("advanced", "new", "0"), ("ntm", "cumulative", "1.234")
    )
    assert sheets.counts(page) == {"them": 1, "doi": 1, "giu": 2, "loi": 0}, sheets.text_of(page)
    assert "Đạt thêm trong năm 10 → 12" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert numbers(place.draft) == BEFORE | {
        ("ntm", "new"): 12, ("ntm", "cumulative"): 1234, ("advanced", "new"): 0,
    }  # fmt: skip
    batch = Upload.objects.get().batch
    assert sorted(LogEntry.objects.filter(batch=batch).values_list("action", flat=True)) == [
        "plan.adjusted", "target.changed", "target.set", "target.set", "upload.stored",
    ]  # fmt: skip
    said = undo(place.office, batch=batch)
    assert "Sẽ trả lại như trước (3 dòng)" in said
    assert "Không hoàn tác được" not in said
    assert numbers(place.draft) == BEFORE
    row = place.draft.targets.get(level__code="ntm")
    assert (row.trust, row.source) == (Trust.RECALLED, "Báo cáo")


def test_names_template_preview_confirm_and_undo(place):
    kept = Registration.objects.get(unit__code="05602")
    page, where = look(
        place, NAMES, ("05602", "ntm", "Không"), ("05572", "ntm", "x"), ("05572", "advanced", "Có"),
        ("05596", "advanced", "có"),
    )  # fmt: skip
    assert sheets.counts(page) | {"giu": 0} == {"them": 2, "doi": 1, "giu": 0, "loi": 0}, sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert names(place.draft) == {
        ("05596", "ntm"), ("05572", "ntm"), ("05572", "advanced"), ("05596", "advanced"),
    }  # fmt: skip
    batch = Upload.objects.get().batch
    assert LogEntry.objects.filter(batch=batch, action="plan.adjusted").count() == 1
    said = undo(place.office, batch=batch)
    assert "Sẽ trả lại như trước (4 dòng)" in said
    assert names(place.draft) == REGISTERED
    assert Registration.objects.get(unit__code="05602").pk == kept.pk
    again = LogEntry.objects.filter(action="registration.dropped").order_by("-number")[0].batch
    undo(place.office, batch=again)
    assert len(names(place.draft)) == 4


def test_a_later_change_is_named_and_stays_when_the_import_is_undone(place):
    page, where = look(place, NUMBERS, ("ntm", "new", 12), ("district_ntm", "new", 2))
    sheets.confirm(place.office, where, page)
    row = place.draft.targets.get(level__code="ntm")
    change_target(row, expected_version=row.version, value=15, by=place.cast.specialist)
    said = undo(place.office, batch=Upload.objects.get().batch)
    assert "Giữ nguyên vì đã được sửa sau đó (1 dòng)" in said
    assert numbers(place.draft) == BEFORE | {("ntm", "new"): 15}


def test_a_registration_that_was_put_back_by_hand_meanwhile_refuses_the_undo(place):
    page, where = look(place, NAMES, ("05602", "ntm", "Không"))
    sheets.confirm(place.office, where, page)
    register_units(place.draft, "ntm", [place.land.commune_a], by=place.cast.specialist)
    address = f"/nhat-ky/lo/{Upload.objects.get().batch}/hoan-tac/"
    mark = place.office.get(address).content.decode().split('name="seen" value="')[1].split('"')[0]
    answer = place.office.post(address, {"seen": mark, "reason": "Nhầm tệp"})
    assert answer.status_code == 422
    assert "đã đăng ký mức" in sheets.text_of(answer)
    assert names(place.draft) == REGISTERED


def test_an_approved_plan_is_not_undone(place):
    page, where = look(place, NUMBERS, ("ntm", "new", 9))
    sheets.confirm(place.office, where, page)
    batch = Upload.objects.get().batch
    address = f"/nhat-ky/lo/{batch}/hoan-tac/"
    mark = place.office.get(address).content.decode().split('name="seen" value="')[1].split('"')[0]
    plan = Plan.objects.get()
    approve(plan, approved_on=date(2023, 1, 5), by=place.cast.approver)
    answer = place.office.post(address, {"seen": mark, "reason": "Nhầm tệp"})
    assert answer.status_code == 409
    assert "đã phê duyệt không sửa được nữa" in sheets.text_of(answer)
    assert numbers(plan)["ntm", "new"] == 9


@pytest.mark.parametrize(
    ("kind", "cell"), [(NUMBERS, ("advanced", "new", 5)), (NAMES, ("05572", "ntm", "x"))]
)
def test_what_was_previewed_for_one_revision_is_not_written_into_the_next(place, kind, cell):
    page, where = look(place, kind, cell)
    signed = approve(place.draft, approved_on=date(2023, 1, 5), by=place.cast.approver)
    amend(signed, by=place.cast.specialist)
    assert sheets.confirm(place.office, where, page).status_code == 409
    assert not LogEntry.objects.filter(action="plan.adjusted").exists()
    # Looked at again, it is the next one's.
    assert sheets.confirm(place.office, where, place.office.get(where)).status_code == 302


def test_who_brought_a_sheet_does_not_approve_the_draft(place):
    neighbour = factories.user("hai-vai", "specialist", place.land.province)
    office = place.client_as(neighbour)
    where = sheets.brought(
        office, NUMBERS + YEAR, _with(sheets.fetched(office, f"{NUMBERS}mau.xlsx{YEAR}"), "ntm", "new", 9)
    )
    sheets.confirm(office, where)
    assert not can_approve(Plan.objects.get(), neighbour)


def _with(book: Any, code: str, column: str, value: Any) -> Any:
    sheets.put(book.worksheets[0], code, column, value)
    return book


def test_a_double_confirm_writes_once(place):
    page, where = look(place, NAMES, ("05572", "ntm", "Có"))
    mark = {"seen": sheets.seen(page)}
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", mark)["Location"] == where
    assert LogEntry.objects.filter(action="plan.adjusted").count() == 1


def test_what_somebody_changed_since_the_template_is_a_conflict(place):
    book = _with(_with(template(place, NUMBERS), "ntm", "new", 12), "advanced", "new", 3)
    row = place.draft.targets.get(level__code="ntm")
    change_target(row, expected_version=1, value=15, by=place.cast.specialist)
    where = sheets.brought(place.office, NUMBERS + YEAR, book)
    assert "1 dòng có ô đã được người khác sửa" in sheets.text_of(place.office.get(where))
    sheets.confirm(place.office, where)
    assert numbers(place.draft) == BEFORE | {("ntm", "new"): 15, ("advanced", "new"): 3}


def test_a_registration_dropped_since_the_template_is_a_conflict(place):
    book = template(place, NAMES)
    plan = Plan.objects.get()
    change_draft(
        plan, expected_version=plan.version, targets=[], by=place.cast.specialist,
        registrations=[Promise(place.levels["ntm"], place.land.commune_b)],
    )  # fmt: skip
    page = place.office.get(sheets.brought(place.office, NAMES + YEAR, book))
    assert "1 dòng có ô đã được người khác sửa" in sheets.text_of(page)
    assert not sheets.seen(page)


def test_what_moves_between_preview_and_confirmation_is_asked_again(place):
    page, where = look(place, NUMBERS, ("ntm", "new", 12))
    row = place.draft.targets.get(level__code="ntm")
    change_target(row, expected_version=1, value=15, by=place.cast.specialist)
    assert place.office.post(f"{where}xac-nhan/", {"seen": sheets.seen(page)}).status_code == 409
    assert numbers(place.draft) == BEFORE | {("ntm", "new"): 15}


# --- no draft ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [NUMBERS, NAMES])
def test_where_there_is_no_draft_the_page_says_how_to_make_one(place, kind):
    page = place.office.get(f"{kind}?nam=2024")
    assert page.status_code == 200
    assert "Năm 2024 chưa có dự thảo kế hoạch" in sheets.text_of(page)
    assert 'href="/ke-hoach/2024/lap/"' in page.content.decode()
    assert 'name="file"' not in page.content.decode()
    assert place.office.get(f"{kind}mau.xlsx?nam=2024")["Location"] == f"{kind}?nam=2024"
    assert place.office.post(f"{kind}?nam=2024").status_code == 422
    assert "Chưa có giai đoạn nào" in sheets.text_of(place.office.get(f"{kind}?nam=2050"))


@pytest.mark.parametrize("kind", [NUMBERS, NAMES])
def test_an_approved_plan_is_not_written_by_a_file_that_was_brought_before(place, kind):
    cell = ("ntm", "new", 9) if kind == NUMBERS else ("05572", "ntm", "Có")
    page, where = look(place, kind, cell)
    approve(Plan.objects.get(), approved_on=date(2023, 1, 5), by=place.cast.approver)
    answer = place.office.post(f"{where}xac-nhan/", {"seen": sheets.seen(page)})
    assert answer.status_code in (409, 422)
    text = sheets.text_of(place.office.get(where))
    assert "Kế hoạch năm 2023 đã được phê duyệt nên không nhập vào được" in text
    assert "Lập bản điều chỉnh" in text
    assert (numbers(place.draft), names(place.draft)) == (BEFORE, REGISTERED)
    assert "/ke-hoach/2023/dieu-chinh/" in place.office.get(kind + YEAR).content.decode()


def test_the_first_page_offers_the_years_that_have_a_draft(place):
    page = place.office.get(NUMBERS).content.decode()
    assert '<option value="2023">2023</option>' in page
    Registration.objects.all().delete()
    Target.objects.all().delete()
    Plan.objects.all().delete()
    assert "Chưa có dự thảo nào" in sheets.text_of(place.office.get(NUMBERS))


# --- who and what ------------------------------------------------------------------------------------------
def test_the_right_and_the_province_are_asked_for(place):
    for person in (place.cast.leader, place.cast.officer_a, place.cast.approver, place.cast.administrator):
        for kind in (NUMBERS, NAMES):
            assert place.client_as(person).get(kind + YEAR).status_code == 403
    for year in ("1999", "2101", "x"):
        assert place.office.get(f"{NUMBERS}?nam={year}").status_code == 404
    neighbour = place.client_as(factories.user("xa-la", "specialist", place.land.foreign))
    assert "chưa có dự thảo" in sheets.text_of(neighbour.get(NUMBERS + YEAR))


def test_the_draft_leads_to_its_sheets(place):
    page = place.office.get("/ke-hoach/2023/du-thao/").content.decode()
    for kind in (NUMBERS, NAMES):
        assert f'href="{kind}{YEAR}"' in page
        assert f'href="{kind}mau.xlsx{YEAR}"' in page
    assert "/nhap-tep/" not in place.office.get("/ke-hoach/2024/lap/").content.decode().split("<main")[1]


def test_units_of_the_programme_stand_in_the_sheet_and_other_tiers_are_closed(place, land):
    gone = factories.unit(land.district, "Xã Cũ", code="05999", valid_to=date(2023, 5, 1))
    out = factories.unit(land.district, "Ngoài chương trình", code="05998")
    factories.attribute(out, AttributeKind.IN_PROGRAMME, "0")
    sheet = template(place, NAMES).worksheets[0]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    assert rows["05999"][1].value == f"{gone.full_name} (đến 30/04/2023)"
    assert "05998" not in rows
    assert rows[land.district.code][1].value == land.district.full_name
    assert land.foreign_commune.code not in rows
    page, where = look(place, NAMES, (land.district.code, "ntm", "Có"), ("05602", "district_ntm", "Có"))
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 2
    assert "không phải đơn vị cấp xã, không đăng ký được mức này" in text
    assert sheets.confirm(place.office, where).status_code in (409, 422)


def test_a_registered_unit_that_left_the_programme_may_still_be_taken_out(place, land):
    factories.attribute(land.commune_a, AttributeKind.IN_PROGRAMME, "0")
    page, _ = look(place, NAMES, ("05602", "advanced", "Có"))
    assert "không thuộc Chương trình nông thôn mới trong năm 2023" in sheets.text_of(page)
    page, where = look(place, NAMES, ("05602", "ntm", "Không"))
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert names(place.draft) == {("05596", "ntm")}


def test_two_units_of_one_code_are_told_apart(place, land):
    old = factories.unit(land.district, "Cũ", code="05777", valid_to=date(2023, 5, 1))
    new = factories.unit(land.district, "Mới", code="05777", valid_from=date(2023, 5, 1))
    sheet = template(place, NAMES).worksheets[0]
    keys = {row[0].value for row in sheet.iter_rows(min_row=5)}
    assert {f"05777-{old.pk}", f"05777-{new.pk}"} <= keys
    assert "05777" not in keys
    level = place.levels["ntm"]
    head = ("Mã", "Tên đơn vị", level.name)
    for code, name, said in (
        ("05777", "Mới", f"Mã “05777” có ở nhiều dòng; theo tên thì là Xã Mới (mã 05777-{new.pk})"),
        (5777, "Xã Cũ", f"theo tên thì là Xã Cũ (đến 30/04/2023) (mã 05777-{old.pk})"),
        ("05777", "", f"Xã Cũ (đến 30/04/2023) ghi 05777-{old.pk}, Xã Mới ghi 05777-{new.pk}. Hãy ghi mã như vậy"),
        ("05777", "Khác", "Mã “05777” có ở nhiều dòng: "),
    ):  # fmt: skip
        book = Workbook()
        for row in (head, (code, name, "Có")):
            book.active.append(row)
        where = sheets.brought(place.office, NAMES + YEAR, book)
        text = sheets.text_of(place.office.get(where))
        assert said in text, text
        assert "không phải là đơn vị thuộc Chương trình" not in text
    book.active["B2"] = "Mới"
    where = sheets.brought(place.office, NAMES + YEAR, book)
    assert not sheets.seen(place.office.get(where)), "a name is a proposal"
    place.office.post(f"{where}chon/", {"names": "2"})
    assert sheets.confirm(place.office, where).status_code == 302
    assert place.draft.registrations.filter(unit=new, level=level).exists()


def test_sheets_ask_as_often_for_thirty_units_as_for_three(place, land):
    asked = []
    for count in (3, 30):
        for at in range(count):
            unit = factories.unit(land.district, f"Xã {at}", code=f"9{count:02}{at:02}")
            factories.registration(Plan.objects.get(), unit)
        place.office.get(NAMES + YEAR)
        with CaptureQueriesContext(connection) as first:
            book = template(place, NAMES)
        for at in range(count):
            _with(book, f"9{count:02}{at:02}", "ntm", "Không")
            _with(book, f"9{count:02}{at:02}", "advanced", "Có")
        where = sheets.brought(place.office, NAMES + YEAR, book)
        with CaptureQueriesContext(connection) as second:
            page = place.office.get(where)
        assert sheets.counts(page)["doi"] == count
        mark = {"seen": sheets.seen(page)}
        with CaptureQueriesContext(connection) as third:
            assert place.office.post(f"{where}xac-nhan/", mark).status_code == 302
        undo_page = f"/nhat-ky/lo/{Upload.objects.latest('pk').batch}/hoan-tac/"
        with CaptureQueriesContext(connection) as fourth:
            assert f"({2 * count} dòng)" in sheets.text_of(place.office.get(undo_page))
        asked.append((len(first), len(second), len(third), len(fourth)))
    assert asked[0] == asked[1]
    assert asked[1][1] <= 20


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (NUMBERS, [("ntm", "new", 12), ("ntm", "cumulative", 90), ("district_ntm", "new", "(xóa)")]),
        (NAMES, [("05602", "ntm", "Không"), ("05572", "ntm", "Có"), ("05881", "ntm", "Có")]),
    ],
)
def test_a_long_file_tells_how_far_it_is_after_each_portion(place, kind, cells, settings, monkeypatch):
    _, where = look(place, kind, *cells)
    told = sheets.heard(place.office, where, settings, monkeypatch)
    assert list(dict.fromkeys(told)) == [(0, 3), (1, 3), (2, 3), (3, 3)]
