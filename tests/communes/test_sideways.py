"""One indicator over all units: who sees and types what, and that rows are saved together or not at all."""

import io
import json
import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from communes.choices import IndicatorKind, SubmissionState
from communes.models import Indicator, Result, Round, Submission
from communes.selectors import criteria
from communes.services.results import Cell, enter
from communes.services.sums import differences
from ntm.audit.models import LogEntry
from tests import factories
from tests.communes.appraising import judge_for
from tests.replayed import replayed


@pytest.fixture
@replayed
def place(land: Any, cast: Any) -> SimpleNamespace:
    """All five communes return 2023; A had 95 in 2022, and C has 81 already."""
    made = factories.small_set()
    last = factories.submission(factories.a_round(land.province, made, 2022), land.commune_a)
    enter(where=Q(pk=last.pk), typed=[Cell("2.1", "95")], by=cast.officer_a)
    now = factories.a_round(land.province, made)
    returns = {unit.name: factories.submission(now, unit) for unit in land.communes}
    enter(where=Q(pk=returns["Bảo Linh"].pk), typed=[Cell("2.1", "81")], by=cast.specialist)
    factories.submission(factories.a_round(land.foreign, made), land.foreign_commune)
    return SimpleNamespace(made=made, round=now, returns=returns, url=address(made))


def address(made: Any, code: str = "2.1") -> str:
    return f"/nhap-lieu/chi-tieu/{made.pk}/{code}/2023/"


@pytest.fixture
def office(cast: Any, client_as: Any) -> Any:
    return client_as(cast.specialist)


def form_of(html: str) -> dict[str, Any]:
    """The form as a browser would send it back untouched."""
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen is not None
    packed = json.loads(seen[1].replace("&quot;", '"'))
    return {"seen": json.dumps(packed)} | {f"o-{pk}": text for pk, _, text in packed}


def save(client: Any, place: Any, values: dict[str, str], url: str = "") -> Any:
    data = form_of(client.get(url or place.url).content.decode())
    return client.post(url or place.url, data | {box(place, name): text for name, text in values.items()})


def box(place: Any, name: str) -> str:
    return f"o-{place.returns[name].pk}"


def value(place: Any, name: str) -> Any:
    row = Result.objects.filter(submission=place.returns[name], indicator__code="2.1").first()
    return row and row.value


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sound() -> bool:
    return list(differences(Submission.objects.select_related("round__criteria_set", "unit"))) == []


# --- reading -------------------------------------------------------------------------------------------------
def test_every_commune_with_last_year_threshold_and_verdict(place, cast, client_as):
    page = text_of(client_as(cast.leader).get(place.url))
    assert "2.1. Chỉ tiêu 2.1" in page
    assert "Chưa đạt 1 · Chưa nhập 4" in page
    assert "Xã Phú Đình Huyện Định Hóa 95 % – ≥ 90 Chưa nhập" in page
    assert "Xã Bảo Linh Huyện Định Hóa 81 % ≥ 90 Chưa đạt, thiếu 9 điểm %" in page
    assert "Trường Hà" not in page


def test_the_department_that_answers_for_it_goes_on_to_judge_it_while_the_year_is_open(
    place, cast, client_as
):
    desk = f"/tham-dinh/?chi_tieu={place.made.indicators.get(code='2.1').pk}"
    Indicator.objects.filter(criteria_set=place.made, code="2.1").update(department=factories.department())
    criteria.forget()
    judge_for(cast.department, factories.department().code)
    client = client_as(cast.department)
    assert f'href="{desk}"' in client.get(place.url).content.decode()
    assert client.get(desk).status_code == 200
    assert "/tham-dinh/?chi_tieu" not in client.get(address(place.made, "2.2")).content.decode()
    assert "/tham-dinh/?chi_tieu" not in client_as(cast.specialist).get(place.url).content.decode()
    Round.objects.update(locked_at=timezone.now())
    assert "/tham-dinh/?chi_tieu" not in client.get(place.url).content.decode()


def test_the_department_reads_and_goes_to_each_cell(place, cast, client_as):
    client = client_as(cast.department)
    html = client.get(place.url).content.decode()
    assert "<input" not in html.split("<table")[1]
    assert 'href="/nhap-lieu/05602/2023/2.1/?bo=ntm"' in html
    assert client.post(place.url, {"seen": "[]"}).status_code == 403


@pytest.mark.parametrize("who", ["leader_a", "district_officer"])
def test_it_is_a_page_of_the_province(place, cast, client_as, who):
    client = client_as(getattr(cast, who))
    assert client.get(place.url).status_code == 403
    assert client.post(place.url, {"seen": "[]"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["{0}/9.9/2023/", "{0}/2.1/2021/", "999999/2.1/2023/", "{0}/2.1/99999999999/", "{0}/%00/2023/"]
)
def test_what_there_is_not_is_not_found(place, office, path):
    assert office.get(f"/nhap-lieu/chi-tieu/{path.format(place.made.pk)}").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?tinh_trang=chua-nhap", {"Phú Đình", "Điềm Mặc", "Phúc Thuận", "Minh Đức"}),
        ("?tinh_trang=chua-dat", {"Bảo Linh"}),
        ("?huyen=Thành+phố+Phổ+Yên", {"Phúc Thuận", "Minh Đức"}),
        ("?huyen=Thành+phố+Phổ+Yên&tinh_trang=chua-dat", set()),
    ],
)
def test_narrowing(place, office, query, names):
    page = text_of(office.get(place.url + query)).split("Đánh giá", 1)[1]
    assert {name for name in place.returns if f"Xã {name}" in page} == names


def test_an_unknown_filter_is_refused(place, office):
    assert office.get(f"{place.url}?tinh_trang=gi-do").status_code == 400


def test_the_files_hold_the_rows_of_the_page_with_real_numbers(place, office):
    response = office.get(f"{place.url}danh-sach.xlsx?tinh_trang=chua-dat")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert ("Xã", "Mã", "Huyện", "Năm 2022", "Năm 2023", "Ngưỡng", "Đánh giá") in rows
    assert ("Xã Bảo Linh", "05572", "Huyện Định Hóa", None, 81, "≥ 90", "Chưa đạt, thiếu 9 điểm %") in rows
    csv = b"".join(office.get(f"{place.url}danh-sach.csv").streaming_content).decode("utf-8-sig")
    assert csv.count("Xã ") == 5


def test_the_indicators_before_and_after(place, office):
    html = office.get(place.url).content.decode()
    assert f'href="{address(place.made, "1.2")}"' in html
    assert f'href="{address(place.made, "2.2")}"' in html


def test_reading_costs_the_same_for_five_communes_and_for_thirty(place, office, land, cast):
    def queries() -> int:
        office.get(place.url)
        with CaptureQueriesContext(connection) as context:
            assert office.get(place.url).status_code == 200
        return len(context)

    few = queries()
    for number in range(25):
        row = factories.submission(place.round, factories.unit(land.district, f"Xã thêm {number}"))
        factories.result(row, "2.1", 50)
    assert queries() == few <= 13


# --- saving --------------------------------------------------------------------------------------------------
def test_all_rows_are_saved_and_summed_up(place, office, cast):
    response = save(office, place, {"Phú Đình": "92,5", "Điềm Mặc": "?", "Bảo Linh": "91"})
    assert response.status_code == 302
    assert response["Location"] == place.url
    assert "Đã lưu 3 xã." in text_of(office.get(place.url))
    assert (value(place, "Phú Đình"), value(place, "Bảo Linh")) == (Decimal("92.5"), 91)
    row = Result.objects.get(submission=place.returns["Điềm Mặc"])
    assert (row.state, row.entered_by) == ("no_data", cast.specialist)
    assert sound()
    assert LogEntry.objects.filter(action="result.entered").values("batch").distinct().count() == 3


def test_one_wrong_box_and_nothing_is_saved_and_everything_typed_stays(place, office):
    count = LogEntry.objects.count()
    response = save(office, place, {"Phú Đình": "92", "Điềm Mặc": "1.234", "Minh Đức": "-"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "“1.234” có hai cách hiểu" in html
    assert "Không áp dụng thì phải có lý do" in html
    assert html.count('aria-invalid="true"') == 2
    for text in ("92", "1.234"):
        assert f'value="{text}"' in html
    assert value(place, "Phú Đình") is None
    assert LogEntry.objects.count() == count


def test_what_was_typed_with_an_error_is_sent_again_once_it_is_mended(place, office):
    html = save(office, place, {"Phú Đình": "92", "Điềm Mặc": "abc"}).content.decode()
    data = form_of(html) | {box(place, "Phú Đình"): "92", box(place, "Điềm Mặc"): "93"}
    assert office.post(place.url, data).status_code == 302
    assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (92, 93)


def test_a_row_in_conflict_stays_on_a_list_of_the_empty_ones(place, office, cast):
    url = f"{place.url}?tinh_trang=chua-nhap"
    sent = form_of(office.get(url).content.decode())
    enter(where=Q(pk=place.returns["Phú Đình"].pk), typed=[Cell("2.1", "70")], by=cast.officer_a)
    response = office.post(url, sent | {box(place, "Phú Đình"): "88"})
    html = response.content.decode()
    assert response.status_code == 409
    assert f'<a href="#{box(place, "Phú Đình")}">Xã Phú Đình: {cast.officer_a.full_name} vừa lưu “70”' in html
    assert 'value="88"' in html
    assert office.post(url, form_of(html) | {box(place, "Phú Đình"): "88"}).status_code == 302
    assert Result.objects.get(submission=place.returns["Phú Đình"], indicator__code="2.1").value == 88


def test_somebody_else_saved_meanwhile_and_both_values_are_shown(place, office, cast):
    data = form_of(office.get(place.url).content.decode())
    enter(where=Q(pk=place.returns["Phú Đình"].pk), typed=[Cell("2.1", "90")], by=cast.officer_a)
    typed = {box(place, "Phú Đình"): "95", box(place, "Điềm Mặc"): "93"}
    response = office.post(place.url, data | typed)
    assert response.status_code == 409
    assert "officer_a vừa lưu “90”" in text_of(response)
    assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (90, None)
    again = form_of(response.content.decode()) | typed
    assert office.post(place.url, again).status_code == 302
    assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (95, 93)


def test_a_row_that_nobody_touched_is_no_conflict(place, office, cast):
    data = form_of(office.get(place.url).content.decode())
    enter(where=Q(pk=place.returns["Phú Đình"].pk), typed=[Cell("2.1", "90")], by=cast.officer_a)
    assert office.post(place.url, data | {box(place, "Điềm Mặc"): "93"}).status_code == 302
    assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (90, 93)


@pytest.mark.parametrize("whole", [False, True])
def test_closed_returns_have_no_box_take_nothing_and_lose_nothing(place, office, whole):
    data = form_of(office.get(place.url).content.decode())
    if whole:
        Round.objects.update(locked_at=timezone.now())
    else:
        Submission.objects.filter(pk=place.returns["Phú Đình"].pk).update(state=SubmissionState.ACCEPTED)
    closed, other = box(place, "Phú Đình"), box(place, "Điềm Mặc")
    assert f'name="{closed}"' not in office.get(place.url).content.decode()
    response = office.post(place.url, data | {closed: "1.234", other: "93"})
    html = response.content.decode()
    assert response.status_code == 422
    assert f"Xã Phú Đình, bạn gõ “1.234”: {'Số liệu của năm này đã khóa' if whole else 'Kết quả đã'}" in html
    assert (f'name="{other}" value="93"' in html) is not whole
    assert ("Xã Điềm Mặc, bạn gõ “93”" in html) is whole
    assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (None, None)
    if not whole:
        assert office.post(place.url, form_of(html) | {other: "93"}).status_code == 302
        assert (value(place, "Phú Đình"), value(place, "Điềm Mặc")) == (None, 93)


def test_nothing_typed_writes_nothing(place, office):
    count = LogEntry.objects.count()
    save(office, place, {})
    assert "Không có gì thay đổi." in text_of(office.get(place.url))
    assert LogEntry.objects.count() == count


def test_a_filter_stays_after_saving(place, office):
    url = f"{place.url}?tinh_trang=chua-nhap"
    assert save(office, place, {"Phú Đình": "95"}, url)["Location"] == url


@pytest.mark.parametrize(
    "seen",
    [
        "",
        "x",
        "[1]",
        "[[1,2]]",
        "null",
        '[[1,0,""],[1,0,""]]',
        "{}",
        '[["a",0,""]]',
        '[[1e999,0,""]]',
        "[" * 9999,
        r'[[@,0,"\ud800"]]',
    ],
    ids=range(11),
)
def test_a_damaged_form_is_refused(place, office, seen):
    name = box(place, "Phú Đình")
    response = office.post(place.url, {"seen": seen.replace("@", name[2:]), name: "x"})
    assert response.status_code in (302, 422)
    assert value(place, "Phú Đình") is None


def test_a_return_of_another_province_cannot_be_slipped_in(place, office):
    foreign = Submission.objects.get(unit__name="Trường Hà")
    seen = json.dumps([[foreign.pk, 0, ""]])
    assert office.post(place.url, {"seen": seen, f"o-{foreign.pk}": "95"}).status_code == 422
    assert not Result.objects.filter(submission=foreign).exists()


def test_one_chooses_where_one_marks_yes_or_no(place, office):
    url = address(place.made, "1.1")
    html = office.get(url).content.decode()
    assert html.count("<select") == 7  # Five boxes, two filters.
    data = form_of(html) | {box(place, "Phú Đình"): "Đạt", box(place, "Điềm Mặc"): "Chưa"}
    assert office.post(url, data).status_code == 302
    rows = Result.objects.filter(indicator__code="1.1").order_by("value")
    assert [(row.submission.unit.name, row.value) for row in rows] == [("Điềm Mặc", 0), ("Phú Đình", 1)]


def test_a_text_and_a_grade_can_be_typed_too(place, office):
    factories.indicator(place.made, "4", IndicatorKind.TEXT)
    factories.indicator(place.made, "5", IndicatorKind.GRADED, grades=["Yếu", "Tốt"])
    criteria.forget()
    for code, typed in (("4", "Có 3 mô hình"), ("5", "Tốt")):
        url = address(place.made, code)
        data = form_of(office.get(url).content.decode()) | {box(place, "Phú Đình"): typed}
        assert office.post(url, data).status_code == 302
        assert typed in office.get(url).content.decode()


def test_each_row_saved_costs_a_small_constant(place, office):
    def queries(values: dict[str, str]) -> int:
        data = form_of(office.get(place.url).content.decode())
        with CaptureQueriesContext(connection) as context:
            response = office.post(
                place.url, data | {box(place, name): text for name, text in values.items()}
            )
        assert response.status_code == 302
        return len(context)

    one = queries({"Phú Đình": "95"})
    four = queries(dict.fromkeys(("Điềm Mặc", "Bảo Linh", "Phúc Thuận", "Minh Đức"), "93"))
    assert (four - one) / 3 <= 7
