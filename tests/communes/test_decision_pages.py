"""The register of decisions, one decision, and the list of recognitions: who sees what."""

import csv
import io
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from communes.choices import DecisionKind, RecognitionState
from communes.models import Confirmation, Decision, Recognition, Unit
from communes.services import decisions
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land

ClientAs = Callable[[Any], Client]
#: One for each reach; tests/access/test_matrix.py asks all roles.
READERS = ("officer_a", "district_officer", "auditor")


def decision(
    land: Land, *units: Unit, number: str = "12/QĐ-UBND", year: int = 2023, **fields: Any
) -> Decision:
    made = factories.decision(land.province, number=number, **fields)
    for unit in units:
        factories.recognition(unit, year=year, by=made)
    return made


def text(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


PATHS = ("/quyet-dinh/", "/cong-nhan/", "/quyet-dinh/{pk}/")


@pytest.mark.parametrize("role", READERS)
def test_whoever_reads_the_unit_reads_its_decision(
    land: Land, cast: Any, client_as: ClientAs, role: str
) -> None:
    made = decision(land, land.commune_a)
    client = client_as(getattr(cast, role))
    for path in PATHS:
        response = client.get(path.format(pk=made.pk))
        assert response.status_code == 200, path
        assert "12/QĐ-UBND" in text(response), path


def test_without_a_role_nothing_opens(land: Land, cast: Any, client_as: ClientAs) -> None:
    made = decision(land, land.commune_a)
    unassigned = client_as(cast.unassigned)
    for address in (path.format(pk=made.pk) for path in PATHS):
        assert unassigned.get(address).status_code == 403, address
        assert Client().get(address).status_code == 302, address


def test_a_decision_out_of_scope_looks_like_one_that_is_not_there(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    foreign = factories.decision(land.foreign)
    other = decision(land, land.commune_b)
    officer = client_as(cast.officer_a)
    missing = officer.get("/quyet-dinh/999999999999999999999/")
    for pk in (foreign.pk, other.pk):
        answer = officer.get(f"/quyet-dinh/{pk}/")
        assert answer.status_code == missing.status_code == 404
        assert answer.content == missing.content


def test_an_officer_sees_no_trace_of_another_commune(land: Land, cast: Any, client_as: ClientAs) -> None:
    made = decision(land, land.commune_a, land.commune_b)
    decision(land, land.commune_c, number="99/QĐ-UBND")
    officer = client_as(cast.officer_a)
    for path in (
        "/quyet-dinh/",
        "/quyet-dinh/danh-sach.csv",
        f"/quyet-dinh/{made.pk}/",
        "/cong-nhan/",
        "/cong-nhan/danh-sach.csv",
    ):
        shown = text(officer.get(path))
        assert "Điềm Mặc" not in shown, path
        assert "99/QĐ-UBND" not in shown, path
    assert "1 đơn vị" in text(officer.get(f"/quyet-dinh/{made.pk}/"))


def test_an_officer_reads_how_many_units_a_decision_names_and_the_names_of_the_own(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    made = decision(land, land.commune_a, land.commune_b, land.commune_c)
    factories.recognition(land.commune_b, factories.level("advanced"), by=made)
    corrected = {"state": RecognitionState.CORRECTED}
    factories.recognition(land.commune_d, by=made, **corrected)
    for person, unseen in ((cast.officer_a, 2), (cast.district_officer, 0), (cast.leader, 0)):
        client = client_as(person)
        (row,) = client.get("/quyet-dinh/").context["table"].rows
        assert row.get_cell_value("units") == 3
        line, _ = csv.DictReader(
            io.StringIO(text(client.get("/quyet-dinh/danh-sach.csv")).removeprefix("\ufeff")), delimiter=";"
        )
        assert line["Số đơn vị"] == "3"
        assert (line["Đơn vị"] == "Xã Phú Đình") == bool(unseen)
        for path in (f"/quyet-dinh/{made.pk}/", f"/van-ban/{made.document_id}/"):
            page = text(client.get(path))
            assert f"Công nhận: {3 - unseen} đơn vị" in page.replace("&nbsp;", " ")
            assert ("và 2 đơn vị khác, ngoài phạm vi của bạn." in page) == bool(unseen)
            assert ("đơn vị khác, ngoài" in page) == bool(unseen)


@pytest.mark.parametrize("kind", [DecisionKind.CONFIRM, DecisionKind.REVOKE])
def test_the_units_that_a_decision_confirms_or_ends_are_all_counted(
    land: Land, cast: Any, client_as: ClientAs, kind: str
) -> None:
    made = factories.decision(land.province, kind=kind)
    for unit in (land.commune_a, land.commune_b):
        row = factories.recognition(unit)
        if kind == DecisionKind.CONFIRM:
            Confirmation.objects.create(decision=made, recognition=row)
        else:
            row.state, row.ended_by, row.ended_on = RecognitionState.REVOKED, made, date(2024, 1, 2)
            row.save()
    client = client_as(cast.officer_a)
    rows = {row.record: row for row in client.get("/quyet-dinh/").context["table"].rows}
    assert rows[made].get_cell_value("units") == 2
    assert "và 1 đơn vị khác" in text(client.get(f"/quyet-dinh/{made.pk}/"))


@pytest.mark.parametrize("query", ["ten=diem+mac", "muc=advanced"])
def test_an_officer_cannot_ask_what_else_a_decision_names(
    land: Land, cast: Any, client_as: ClientAs, query: str
) -> None:
    made = decision(land, land.commune_a)
    factories.recognition(land.commune_b, factories.level("advanced"), by=made)
    assert 'data-count="0"' in text(client_as(cast.officer_a).get(f"/quyet-dinh/?{query}"))
    assert 'data-count="1"' in text(client_as(cast.specialist).get(f"/quyet-dinh/?{query}"))


def test_a_correction_to_another_commune_leaves_no_trace_either(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    made = decision(land, land.commune_a)
    row = made.recognitions.get()
    decisions.correct(recognition=row, reason="Nhầm", unit=land.commune_b, by=cast.approver)
    shown = text(client_as(cast.officer_a).get(f"/quyet-dinh/{made.pk}/"))
    assert "Đã đính chính" in shown
    assert "Điềm Mặc" not in shown
    assert "Nay là Xã Điềm Mặc" in text(client_as(cast.leader).get(f"/quyet-dinh/{made.pk}/"))


def test_a_commune_sees_the_decision_that_confirms_or_ends_its_level(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    row = factories.recognition(land.commune_a)
    confirming = factories.decision(land.province, kind=DecisionKind.CONFIRM, number="20/QĐ-UBND")
    Confirmation.objects.create(decision=confirming, recognition=row)
    ending = factories.decision(land.province, kind=DecisionKind.REVOKE, number="30/QĐ-UBND")
    Recognition.objects.filter(pk=row.pk).update(
        state=RecognitionState.REVOKED, ended_by=ending, ended_on=date(2024, 1, 2), end_reason="Ô nhiễm"
    )
    officer = client_as(cast.officer_a)
    for made, words in ((confirming, "Xác nhận tiếp tục đạt"), (ending, "Hết hiệu lực theo quyết định này")):
        shown = text(officer.get(f"/quyet-dinh/{made.pk}/"))
        assert words in shown
        assert "Đã thu hồi từ 02/01/2024" in shown
        assert "Ô nhiễm" in shown


def test_only_the_approver_is_offered_to_record_and_correct(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    made = decision(land, land.commune_a)
    for person, offered in ((cast.approver, True), (cast.specialist, False)):
        client = client_as(person)
        assert ("/quyet-dinh/cong-nhan/" in text(client.get("/quyet-dinh/"))) is offered
        assert ("/dinh-chinh/" in text(client.get(f"/quyet-dinh/{made.pk}/"))) is offered


def test_the_page_of_a_decision_tells_who_recorded_it_and_what_is_made_up(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    made = decisions.recognise(
        province=land.province.place,
        number="12/QĐ-UBND",
        issued_on=date(2024, 1, 5),
        authority="UBND tỉnh Thái Nguyên",
        title="<script>alert(1)</script>",
        level=factories.level(),
        achieved_year=2023,
        units=[land.commune_a],
        trust=Trust.ILLUSTRATIVE,
        by=cast.approver,
    )
    shown = text(client_as(cast.leader).get(f"/quyet-dinh/{made.pk}/"))
    for words in ("Minh họa", "approver", "05/01/2024", "Ghi quyết định: 12/QĐ-UBND"):
        assert words in shown
    assert "<script>alert(1)" not in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("nam=2024", 1),
        ("loai=revoke", 1),
        ("muc=advanced", 1),
        ("ten=phu+dinh", 2),
        ("so=12/qd-ubnd", 1),
        ("so=QĐ", 3),
        ("nam=2024&ten=zzz", 0),
    ],
)
def test_the_register_narrows(land: Land, cast: Any, client_as: ClientAs, query: str, count: int) -> None:
    decision(land, land.commune_a, issued_on=date(2024, 1, 5))
    ending = decision(land, number="13/QĐ-UBND", kind=DecisionKind.REVOKE)
    factories.recognition(
        land.commune_a, factories.level("advanced"), by=decision(land, land.commune_b, number="14/QĐ-UBND"),
        state=RecognitionState.REVOKED, ended_by=ending, ended_on=date(2023, 12, 30),
    )  # fmt: skip
    expected = {"ten=phu+dinh": 3, "muc=advanced": 2}.get(query, count)
    shown = text(client_as(cast.leader).get(f"/quyet-dinh/?{query}"))
    assert f'data-count="{expected}"' in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("nam_dat=2023", 2),
        ("nam_dat=2022", 1),
        ("den_nam=2022", 1),
        ("muc=advanced", 1),
        ("giai_doan=2021-2025", 3),
        ("tinh_trang=corrected", 1),
        ("huyen=172", 1),
        ("ten=Phúc", 1),
        ("quyet_dinh=77", 1),
    ],
)
def test_the_recognitions_narrow(land: Land, cast: Any, client_as: ClientAs, query: str, count: int) -> None:
    decision(land, land.commune_a, number="77/QĐ-UBND", year=2022)
    made = decision(land, land.commune_d, number="78/QĐ-UBND")
    factories.recognition(
        land.commune_b, factories.level("advanced"), by=made, state=RecognitionState.CORRECTED
    )
    assert f'data-count="{count}"' in text(client_as(cast.leader).get(f"/cong-nhan/?{query}"))


@pytest.mark.parametrize(
    "query", ["nam=abc", "nam=99999999999999999999", "loai=x", "muc=%00", "ten=%00", "so=%00"]
)
def test_a_filter_that_means_nothing_is_refused_not_a_fault(
    land: Land, cast: Any, client_as: ClientAs, query: str
) -> None:
    client = client_as(cast.leader)
    assert client.get(f"/quyet-dinh/?{query}").status_code in (200, 400)
    assert client.get(f"/quyet-dinh/danh-sach.xlsx?{query}").status_code in (200, 400)


def test_files_hold_the_same_rows_and_no_formula(land: Land, cast: Any, client_as: ClientAs) -> None:
    decision(land, land.commune_a, number="=1+1", title="@SUM(A1)", issued_on=date(2024, 1, 5))
    client = client_as(cast.leader)
    book = load_workbook(io.BytesIO(b"".join(client.get("/quyet-dinh/danh-sach.xlsx").streaming_content)))
    header, row, _ = list(book.worksheets[0].iter_rows())
    cells = dict(zip([cell.value for cell in header], row, strict=True))
    assert (cells["Số, ký hiệu"].value, cells["Số, ký hiệu"].data_type) == ("=1+1", "s")
    assert (cells["Trích yếu"].value, cells["Trích yếu"].data_type) == ("@SUM(A1)", "s")
    assert cells["Ngày ban hành"].value.date() == date(2024, 1, 5)
    assert (cells["Số đơn vị"].value, cells["Đơn vị"].value) == (1, "Xã Phú Đình")
    table = csv.DictReader(
        io.StringIO(text(client.get("/quyet-dinh/danh-sach.csv")).lstrip("\ufeff")), delimiter=";"
    )
    line, _ = list(table)
    assert (line["Số, ký hiệu"], line["Trích yếu"]) == ("'=1+1", "'@SUM(A1)")


def test_the_file_of_recognitions_keeps_codes_years_and_doubts(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    decision(land, land.commune_a, year=2022)
    Recognition.objects.update(by_year=True)
    content = b"".join(client_as(cast.leader).get("/cong-nhan/danh-sach.xlsx").streaming_content)
    header, row, _ = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    cells = {title.value: cell for title, cell in zip(header, row, strict=True)}
    assert [cells[title].value for title in ("Mã", "Năm đạt", "Huyện")] == ["05602", 2022, "Định Hóa"]
    assert cells["Năm đạt"].number_format == "0"
    assert cells["Chỉ biết đạt đến năm này"].value == "Có"


def test_the_lists_take_the_same_queries_for_3_and_for_30_rows(
    land: Land, cast: Any, client_as: ClientAs, django_assert_max_num_queries: Any
) -> None:
    # A file that leaves is told of, where its rows are; the very first one also begins the record's chain.
    text(client_as(cast.leader).get("/quyet-dinh/danh-sach.csv"))
    asked = []
    for many in (3, 30):
        for _ in range(many):
            made = decision(land, number=f"{Decision.objects.count()}/QĐ")
            for unit in (land.commune_a, factories.unit(land.district, "Bản")):
                factories.recognition(unit, by=made, state=RecognitionState.CORRECTED)
        counts = {}
        for role, path, file in product(("leader", "officer_a"), PATHS[:2], ("", "danh-sach.csv")):
            client = client_as(getattr(cast, role))
            with django_assert_max_num_queries(15 + bool(file)) as queries:
                text(client.get(path + file))
            counts[role, path, file] = len(queries)
        asked.append(counts)
    assert asked[0] == asked[1]


def test_the_page_of_a_decision_takes_the_same_queries_for_3_and_for_30_units(
    land: Land, cast: Any, client_as: ClientAs, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number, many in (("1/QĐ", 3), ("2/QĐ", 30)):
        made = decision(land, *(factories.unit(land.district, "Bản") for _ in range(many)), number=number)
        client = client_as(cast.approver)
        with django_assert_max_num_queries(20) as queries:
            text(client.get(f"/quyet-dinh/{made.pk}/"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
