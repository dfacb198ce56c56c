"""What goes out comes back: a template imported unchanged changes nothing, in all shapes, whatever was typed."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings

from communes.choices import IndicatorKind
from communes.models import Result
from communes.services.results import Cell, enter
from tests import factories
from tests.communes import sheets

NASTY = (
    "=1+1",
    "+84 912 345",
    "-5 hộ",
    "@SUM(A1)",
    '=HYPERLINK("http://x.example";"bấm")',
    "'đã có dấu nháy",
    "_x000D_ và _x0041_",
    '<script>alert(1)</script> & "ngoặc"',
    "1.234",
    "0912",
    "TRUE",
    "#N/A",
    "01/02/2023",
    "Hoà, Hòa; Ð và Đ",
    "45 %",
    "🎉 xong",
    "a;b,c\td",
    "x" * 500,
)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, client_as: Any) -> SimpleNamespace:
    """Every kind of indicator; A's return full of values, parts, grades, dashes and nasty notes."""
    made = factories.small_set()
    factories.indicator(made, "4.1", IndicatorKind.GRADED, grades=["Yếu", "Khá, tốt", "3"])
    factories.indicator(made, "4.2", IndicatorKind.TEXT)
    for at in range(len(NASTY)):
        factories.indicator(made, f"5.{at}", IndicatorKind.TEXT)
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    typed = [
        Cell("1.1", "Đạt", note=NASTY[0]), Cell("1.2", "-", note="không có đất"),
        Cell("2.1", numerator="2", denominator="3"), Cell("2.2", "12345,67"), Cell("3", "?"),
        Cell("4.1", "Khá, tốt"), Cell("4.2", "=cmd|' /C calc'!A0"),
        *(Cell(f"5.{at}", text, note=text) for at, text in enumerate(NASTY)),
    ]  # fmt: skip
    done = enter(where=Q(pk=returns["Phú Đình"].pk), typed=typed, by=cast.officer_a)
    assert [one.sentence for one in done.of("wrong", "stale")] == []
    return SimpleNamespace(round=now, returns=returns, land=land, cast=cast, client_as=client_as, made=made)


def addresses(place: Any) -> list[tuple[Any, str, str]]:
    """Who, which kind, and the query of each of the three shapes."""
    office = place.client_as(place.cast.specialist)
    officer = place.client_as(place.cast.officer_a)
    own = f"?phieu={place.returns['Phú Đình'].pk}"
    codes = ("1.2", "2.1", "4.1", "5.6")
    return [
        (office, "ket-qua-ky", f"?ky={place.round.pk}"),
        (officer, "ket-qua-xa", own),
        (office, "ket-qua-xa", own),
        *((office, "ket-qua-chi-tieu", f"?ky={place.round.pk}&chi_tieu={code}") for code in codes),
    ]


def test_round_trip_of_every_shape_changes_nothing(place):
    for client, kind, tail in addresses(place):
        book = client.get(f"/nhap-tep/{kind}/mau.xlsx{tail}")
        where = sheets.brought(client, f"/nhap-tep/{kind}/{tail}", b"".join(book.streaming_content))
        page = client.get(where)
        found = sheets.counts(page)
        assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), (kind, tail, sheets.text_of(page))
        assert found["giu"] > 0
        assert not sheets.seen(page), "nothing to confirm"


def test_round_trip_through_another_program_changes_nothing(place):
    """Saved again by openpyxl, as by any program that keeps values and forgets styles."""
    for client, kind, tail in addresses(place)[:3]:
        book = sheets.fetched(client, f"/nhap-tep/{kind}/mau.xlsx{tail}")
        page = client.get(sheets.brought(client, f"/nhap-tep/{kind}/{tail}", book))
        found = sheets.counts(page)
        assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), sheets.text_of(page)


def test_no_live_formula_leaves_in_a_template(place):
    for client, kind, tail in addresses(place):
        book = sheets.fetched(client, f"/nhap-tep/{kind}/mau.xlsx{tail}")
        live = [
            cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]
        assert live == []


def test_a_return_with_parts_notes_and_grades(place):
    client, kind, tail = addresses(place)[1]
    book = sheets.fetched(client, f"/nhap-tep/{kind}/mau.xlsx{tail}")
    sheet = sheets.rows_of(book)
    sheets.put(sheet, "2.1", "numerator", 3)
    sheets.put(sheet, "1.1", "note", "đã rà soát")
    sheets.put(sheet, "4.1", "value", "Yếu")
    sheets.put(sheet, "1.2", "value", "x")
    sheets.put(sheet, "3", "value", 45.5)
    where = sheets.brought(client, f"/nhap-tep/{kind}/{tail}", book)
    page = client.get(where)
    assert sheets.counts(page) | {"giu": 0} == {"them": 0, "doi": 5, "loi": 0, "giu": 0}, sheets.text_of(page)
    assert sheets.confirm(client, where, page).status_code == 302
    rows = {row.indicator.code: row for row in Result.objects.filter(submission__unit__code="05602")}
    assert (rows["2.1"].value, rows["2.1"].numerator, rows["2.1"].denominator) == (100, 3, 3)
    assert (rows["1.1"].value, rows["1.1"].note) == (1, "đã rà soát")
    assert (rows["4.1"].value, rows["1.2"].value, rows["3"].value) == (0, 1, Decimal("45.5"))
    assert rows["1.2"].note == "không có đất"


def test_a_value_against_its_parts_is_asked_back(place):
    client, kind, tail = addresses(place)[1]
    book = sheets.fetched(client, f"/nhap-tep/{kind}/mau.xlsx{tail}")
    sheets.put(sheets.rows_of(book), "2.1", "value", 80)
    text = sheets.text_of(client.get(sheets.brought(client, f"/nhap-tep/{kind}/{tail}", book)))
    assert "không khớp tử số chia mẫu số (66,67 %)" in text


@pytest.mark.alike
@pytest.mark.django_db
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(notes=sheets.texts(6))
def test_round_trip_of_any_note(place, notes):
    submission = place.returns["Điềm Mặc"]
    given_to = {"1.1": "Đạt", "1.2": "Đạt", "2.1": "5", "2.2": "5", "3": "5", "4.1": "Yếu"}
    versions = dict(Result.objects.filter(submission=submission).values_list("indicator__code", "version"))
    typed = [
        Cell(code, raw, versions.get(code, 0), note=note)
        for (code, raw), note in zip(given_to.items(), notes, strict=True)
    ]
    done = enter(where=Q(pk=submission.pk), typed=typed, by=place.cast.specialist)
    assert [one.sentence for one in done.of("wrong", "stale")] == []
    client, tail = place.client_as(place.cast.specialist), f"?phieu={submission.pk}"
    book = client.get(f"/nhap-tep/ket-qua-xa/mau.xlsx{tail}")
    where = sheets.brought(client, f"/nhap-tep/ket-qua-xa/{tail}", b"".join(book.streaming_content))
    found = sheets.counts(client.get(where))
    assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), notes
