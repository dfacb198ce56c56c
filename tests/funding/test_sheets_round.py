"""A year's money by one sheet: template, file, preview, one write, taken back."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from funding.models import Amount
from funding.services import change_amount
from ntm.audit.models import LogEntry
from ntm.audit.past import entries_since, rewound
from ntm.core.provenance import Trust
from ntm.sheets.models import Upload
from tests import factories
from tests.communes import sheets

PAGE, TEMPLATE = "/nhap-tep/nguon-von/?nam=2023", "/nhap-tep/nguon-von/mau.xlsx?nam=2023"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, tree: Any, enter: Any, client_as: Any) -> SimpleNamespace:
    """Central money is known as published and recalled; of the local branch nothing is."""
    paper = factories.document("12/BC-UBND", title="Báo cáo năm 2023", province=land.province.place)
    central = enter(
        "central",
        277 * 10**9,
        qualifier="at_least",
        trust=Trust.RECALLED,
        origin="Báo cáo",
        note="theo báo cáo",
    )
    return SimpleNamespace(
        land=land, cast=cast, tree=tree, paper=paper, central=central, office=client_as(cast.specialist),
        enter=enter, client_as=client_as,
    )  # fmt: skip


def filled(place: Any, *cells: tuple[str, str, Any]) -> Any:
    """The template with these cells written into it: (code, column, value)."""
    book = sheets.fetched(place.office, TEMPLATE)
    for code, column, value in cells:
        sheets.put(book["Nguồn vốn"], code, column, value)
    return book


def look(place: Any, *cells: tuple[str, str, Any]) -> tuple[Any, str]:
    where = sheets.brought(place.office, PAGE, filled(place, *cells))
    return place.office.get(where), where


def test_another_provinces_template_is_not_taken_for_ours(place):
    """Codes of sources are the nation's: nothing else in the file says whose money it is."""
    theirs = place.client_as(factories.user("ben-kia", "specialist", place.land.foreign))
    book = sheets.fetched(theirs, TEMPLATE)
    assert book["Nguồn vốn"]["A2"].value == "Nguồn vốn năm 2023, Tỉnh Cao Bằng"
    sheets.put(book["Nguồn vốn"], "local", "so_tien", 5)
    page = place.office.get(sheets.brought(place.office, PAGE, book))
    text = sheets.text_of(page)
    assert "Tệp mẫu này được tải cho tỉnh khác, không phải “Nguồn vốn năm 2023, Tỉnh Thái Nguyên”" in text, (
        text
    )
    assert not sheets.seen(page)


def test_a_template_that_does_not_say_whose_it_is_is_fetched_again(place):
    """Made before templates named their province."""
    book = filled(place, ("local", "so_tien", 5))
    about = json.loads(book["_ntm"]["A1"].value)
    book["_ntm"]["A1"].value = json.dumps({key: value for key, value in about.items() if key != "province"})
    page = place.office.get(sheets.brought(place.office, PAGE, book))
    assert "không ghi là của tỉnh nào" in sheets.text_of(page)
    assert not sheets.seen(page)


def amounts() -> dict[str, int]:
    return dict(Amount.objects.values_list("source_of_funds__code", "amount"))


def undo(client: Any, *, batch: Any) -> str:
    """Take the batch back; what the page had said."""
    address = f"/nhat-ky/lo/{batch}/hoan-tac/"
    form = client.get(address)
    mark = form.content.decode().split('name="seen" value="')[1].split('"')[0]
    answer = client.post(address, {"seen": mark, "reason": "Nhầm tệp"}, follow=True)
    assert answer.status_code == 200
    return sheets.text_of(form)


def test_template_preview_confirm_and_undo(place):
    page, where = look(
        place,
        ("central", "so_tien", "278 tỷ"),
        ("province", "so_tien", 1_234_567),
        ("province", "cach_ghi", "Khoảng"),
        ("province", "van_ban", "12/BC-UBND: Báo cáo năm 2023"),
        ("commune", "so_tien", "1.234.567"),
    )
    assert sheets.counts(page) == {"them": 2, "doi": 1, "giu": 1, "loi": 0}, sheets.text_of(page)
    assert "Số tiền (đồng) 277.000.000.000 → 278.000.000.000" in sheets.text_of(page)
    assert amounts() == {"central": 277 * 10**9}
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert amounts() == {"central": 278 * 10**9, "province": 1_234_567, "commune": 1_234_567}
    row = Amount.objects.get(source_of_funds__code="province")
    assert (row.qualifier, row.document, row.trust) == ("about", place.paper, Trust.VERIFIED)
    batch = Upload.objects.get().batch
    written = LogEntry.objects.filter(batch=batch).values_list("action", flat=True)
    assert sorted(written) == ["amount.changed", "amount.entered", "amount.entered", "upload.stored"]
    assert "Hoàn tác lần ghi này" in sheets.text_of(place.office.get(where))
    said = undo(place.office, batch=batch)
    assert "Sẽ trả lại như trước (3 dòng)" in said
    assert said.count("sẽ bỏ dòng này (nhật ký vẫn giữ)") == 2
    assert amounts() == {"central": 277 * 10**9}
    central = Amount.objects.get()
    assert (central.trust, central.source, central.qualifier, central.note) == (
        Trust.RECALLED, "Báo cáo", "at_least", "theo báo cáo",
    )  # fmt: skip


def test_what_was_undone_can_be_brought_back_with_its_history(place):
    page, where = look(place, ("province", "so_tien", 5), ("province", "ghi_chu", "đợt 1"))
    sheets.confirm(place.office, where, page)
    first = Amount.objects.get(source_of_funds__code="province")
    undo(place.office, batch=Upload.objects.get().batch)
    gone = LogEntry.objects.get(action="amount.withdrawn")
    assert gone.object_id == str(first.pk)
    assert "sẽ ghi lại dòng này" in undo(place.office, batch=gone.batch)
    row = Amount.objects.get(source_of_funds__code="province")
    assert (row.pk, row.amount, row.note) == (first.pk, 5, "đợt 1")
    assert row.version > first.version
    history = place.office.get(f"/nhat-ky/doi-tuong/funding.amount/{row.pk}/")
    assert sheets.text_of(history).count("Bỏ số vốn đã nhập") == 1


def test_a_row_that_is_gone_is_told_to_those_who_read_money_there(place):
    page, where = look(place, ("province", "so_tien", 5))
    sheets.confirm(place.office, where, page)
    undo(place.office, batch=Upload.objects.get().batch)
    key = LogEntry.objects.get(action="amount.withdrawn").object_id
    address = f"/nhat-ky/doi-tuong/funding.amount/{key}/"
    neighbour = factories.user("xa-la", "specialist", place.land.foreign)
    for person, status in (
        (place.cast.leader, 200), (place.cast.auditor, 200), (place.cast.officer_a, 404), (neighbour, 404),
    ):  # fmt: skip
        assert place.client_as(person).get(address).status_code == status, person


def test_one_entry_of_a_withdrawn_amount_brings_it_back(place):
    page, where = look(place, ("province", "so_tien", 5))
    sheets.confirm(place.office, where, page)
    undo(place.office, batch=Upload.objects.get().batch)
    entry = LogEntry.objects.get(action="amount.withdrawn")
    address = f"/nhat-ky/{entry.number}/khoi-phuc/?lay=truoc"
    page = place.office.get(address)
    seen = page.context["form"].initial["seen"]
    assert place.office.post(address, {"reason": "x", "seen": seen}).status_code == 302
    assert amounts()["province"] == 5
    # Asked with what was shown before: it is there again.
    assert place.office.post(address, {"reason": "x", "seen": seen}).status_code in (409, 422)


def test_a_later_change_is_named_and_stays_when_the_import_is_undone(place):
    page, where = look(place, ("province", "so_tien", 5), ("commune", "so_tien", 6))
    sheets.confirm(place.office, where, page)
    row = Amount.objects.get(source_of_funds__code="province")
    change_amount(
        row, expected_version=1, year=2023, source=row.source_of_funds, amount=7, qualifier="exact",
        by=place.cast.specialist,
    )  # fmt: skip
    said = undo(place.office, batch=Upload.objects.get().batch)
    assert "Giữ nguyên vì đã được sửa sau đó (1 dòng)" in said
    assert amounts() == {"central": 277 * 10**9, "province": 7}


def test_undo_is_refused_where_the_branch_was_entered_since(place):
    """What the import took from "local" to its parts cannot go back under a branch: nothing is written."""
    page, where = look(place, ("province", "so_tien", 5))
    sheets.confirm(place.office, where, page)
    undo(place.office, batch=Upload.objects.get().batch)
    place.enter("local", 9)
    entry = LogEntry.objects.get(action="amount.withdrawn")
    address = f"/nhat-ky/{entry.number}/khoi-phuc/?lay=truoc"
    seen = place.office.get(address).context["form"].initial["seen"]
    answer = place.office.post(address, {"reason": "x", "seen": seen})
    assert answer.status_code == 422
    assert "tiền sẽ bị cộng hai lần" in sheets.text_of(answer)


def test_a_double_confirm_writes_once(place):
    page, where = look(place, ("province", "so_tien", 5))
    mark = {"seen": sheets.seen(page)}
    for _ in range(2):
        assert place.office.post(f"{where}xac-nhan/", mark)["Location"] == where
    assert LogEntry.objects.filter(action="amount.entered", object_label__contains="cấp tỉnh").count() == 1


def test_what_somebody_changed_since_the_template_is_a_conflict(place):
    book = filled(place, ("central", "so_tien", 278 * 10**9), ("province", "so_tien", 5))
    row = place.central
    change_amount(
        row, expected_version=1, year=2023, source=row.source_of_funds, amount=300, qualifier="exact",
        by=place.cast.specialist,
    )  # fmt: skip
    where = sheets.brought(place.office, PAGE, book)
    page = place.office.get(where)
    assert "1 dòng có ô đã được người khác sửa sau khi bạn tải mẫu" in sheets.text_of(page)
    sheets.confirm(place.office, where, page)
    assert amounts() == {"central": 300, "province": 5}


def test_what_moves_between_preview_and_confirmation_is_asked_again(place):
    page, where = look(place, ("central", "so_tien", 278 * 10**9))
    row = place.central
    change_amount(
        row, expected_version=1, year=2023, source=row.source_of_funds, amount=300, qualifier="exact",
        by=place.cast.specialist,
    )  # fmt: skip
    answer = place.office.post(f"{where}xac-nhan/", {"seen": sheets.seen(page)})
    assert answer.status_code == 409
    assert amounts() == {"central": 300}


def test_pages_of_the_work_lead_to_the_import(place):
    page = place.office.get("/nguon-von/2023/").content.decode()
    assert PAGE in page
    assert TEMPLATE in page
    assert "/nhap-tep/" not in place.client_as(place.cast.leader).get("/nguon-von/2023/").content.decode()
    assert "/nhap-tep/nguon-von/" not in place.office.get("/nguon-von/2099/").content.decode()


def test_the_right_and_the_province_are_asked_for(place):
    for person in (place.cast.leader, place.cast.officer_a, place.cast.approver, place.cast.administrator):
        assert place.client_as(person).get(PAGE).status_code == 403
    for year in ("1999", "2099", "x", "20233"):
        assert place.office.get(f"/nhap-tep/nguon-von/?nam={year}").status_code == 404
    assert place.office.get("/nhap-tep/nguon-von/").status_code == 200
    factories.amount(place.land.foreign, 9, code="province")
    foreign = factories.user("xa-la", "specialist", place.land.foreign)
    book = sheets.fetched(place.client_as(foreign), TEMPLATE)
    assert [row[3].value for row in book["Nguồn vốn"].iter_rows(min_row=5)] == [None, None, 9, None]


def test_a_source_that_has_ended_and_parts_of_a_known_branch_are_closed(place):
    place.tree["central"].last_year = 2022
    place.tree["central"].save()
    place.enter("province", 5)
    page, _ = look(place, ("central", "so_tien", 1), ("local", "so_tien", 1))
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 2
    assert "Nguồn vốn!D5 Nguồn “Ngân sách trung ương” chỉ dùng đến hết năm 2022." in text
    assert "Nguồn vốn!D6 Năm 2023 đã nhập số vốn của “Ngân sách cấp tỉnh” là một phần của nguồn này" in text


def test_a_branch_and_its_part_in_one_file_are_both_named(place):
    page, where = look(
        place, ("local", "so_tien", 1), ("province", "so_tien", 1), ("commune", "so_tien", "nhiều")
    )
    text = sheets.text_of(page)
    assert sheets.counts(page)["loi"] == 3
    assert "Nguồn vốn!D6 Năm 2023 trong tệp có số vốn của “Ngân sách cấp tỉnh”" in text
    assert "Nguồn vốn!D7 Năm 2023 trong tệp có số vốn chung của “Ngân sách địa phương”" in text
    assert sheets.confirm(place.office, where, only_right="1").status_code in (409, 422)
    place.office.post(f"{where}chon/", {"out": ["6", "8"]})
    assert sheets.confirm(place.office, where).status_code == 302
    assert amounts() == {"central": 277 * 10**9, "province": 1}


def test_template_and_preview_ask_as_often_for_thirty_rows_as_for_three(place):
    asked = []
    for count in (3, 30):
        for at in range(count):
            source = factories.source(f"n{count}-{at}", f"Nguồn {count} {at}", order=10 + at)
            paper = factories.document(f"{at}/{count}", province=place.land.province.place)
            factories.amount(place.land.province, 5, code=source.code, document=paper)
        place.office.get(PAGE)
        with CaptureQueriesContext(connection) as first:
            book = sheets.fetched(place.office, TEMPLATE)
        for at in range(count):
            sheets.put(book["Nguồn vốn"], f"n{count}-{at}", "so_tien", 6)
        where = sheets.brought(place.office, PAGE, book)
        with CaptureQueriesContext(connection) as second:
            assert sheets.counts(place.office.get(where))["doi"] == count
        asked.append((len(first), len(second)))
    assert asked[0] == asked[1]
    assert asked[1][1] <= 15


def test_a_year_as_it_was_known_counts_what_was_withdrawn_since(place):
    """The page of a past moment: an amount stands in it though it was taken away later."""
    page, where = look(place, ("province", "so_tien", 5))
    sheets.confirm(place.office, where, page)
    between = timezone.now()
    undo(place.office, batch=Upload.objects.get().batch)
    since = entries_since(between, [Amount])["funding.amount"]
    home = place.land.province.place_id
    found = rewound(Amount.objects.all(), since, lambda held: held["province_id"] == home)
    assert sorted(row["amount"] for row in found.there) == [5, 277 * 10**9]
    assert [row["amount"] for row in found.now.values()] == [277 * 10**9]
    assert len(rewound(Amount.objects.all(), since, lambda held: False).there) == 1


def test_a_cell_that_says_so_clears_and_an_amount_takes_its_row_along(place):
    row = place.central
    page, where = look(place, ("central", "ghi_chu", "(xóa)"))
    assert f"{row.note} → (xóa)" in sheets.text_of(page)
    assert sheets.confirm(place.office, where, page).status_code == 302
    assert Amount.objects.get(pk=row.pk).note == ""
    wrong = (("so_tien", "(xóa)"), ("ghi_chu", "thêm"), ("cach_ghi", "(XOÁ)"))
    text = sheets.text_of(look(place, *(("central", *one) for one in wrong))[0])
    assert "Cách ghi không xóa được" in text
    assert "bỏ cả dòng số vốn này" in text
    page, where = look(place, ("central", "so_tien", "(xóa)"), ("province", "so_tien", "(xóa)"))
    assert sheets.changed(page) == (0, 1, 0), sheets.text_of(page)
    assert sheets.confirm(place.office, where).status_code == 302
    assert not Amount.objects.exists()
    undo(place.office, batch=Upload.objects.latest("pk").batch)
    assert Amount.objects.get().pk == row.pk


def test_a_long_file_tells_how_far_it_is_after_each_row(place, settings, monkeypatch):
    cells = (("central", "so_tien", 278), ("province", "so_tien", 1), ("province", "ghi_chu", "x"))
    _, where = look(place, *cells)
    assert sheets.heard(place.office, where, settings, monkeypatch) in (
        [(0, 3), (1, 3), (3, 3)],
        [(0, 3), (2, 3), (3, 3)],
    )
