"""The page of the grid: what it shows, to whom, at what cost; and the list of returns."""

import gzip
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes.choices import ReviewState, SubmissionState
from communes.models import Remark, Result, Round, Submission, Unit
from communes.selectors import criteria
from communes.services.results import Cell, enter
from ntm.core.dates import today
from ntm.core.templatetags.components import ngay_gio
from tests import factories
from tests.ntm_set import ntm_set

GRID = "/nhap-lieu/05602/2023/"


@pytest.fixture
def returned(land: Any) -> Submission:
    """The empty return of commune A for 2023."""
    return factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)


@pytest.fixture
def put(returned: Submission, cast: Any) -> Any:
    def put(*typed: Cell, of: Submission = returned) -> None:
        enter(where=Q(pk=of.pk), typed=typed, by=cast.officer_a)

    return put


def row(page: str, code: str) -> str:
    """The line of one indicator, without its mark-up."""
    found = re.search(rf'<tr id="r-{re.escape(code)}".*?</tr>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).replace("&nbsp;", " ").split())


def cell(page: str, code: str) -> str:
    found = re.search(rf'<(?:input|select)[^>]* name="{re.escape(code)}"[^>]*>', page)
    assert found
    return found[0]


@pytest.fixture
def read(returned: Submission, cast: Any, client_as: Any) -> Any:
    def read(where: str = GRID, who: Any = cast.officer_a, status: int = 200) -> str:
        answer = client_as(who).get(where)
        assert answer.status_code == status
        return answer.content.decode()

    return read


def test_each_indicator_has_its_threshold_value_and_verdict_with_the_reason(read, put):
    put(Cell("2.1", "81"), Cell("1.1", "x"), Cell("3", "43,5"))
    page = read()
    assert row(page, "2.1") == "2.1 Chỉ tiêu 2.1 % Chuẩn ≥ 90 2022: – ○ Chưa đạt, thiếu 9 điểm %"
    assert 'value="81"' in cell(page, "2.1")
    assert row(page, "1.1").endswith("✓ Đạt")
    assert row(page, "1.2").endswith("Chưa nhập")
    assert row(page, "3").endswith("Chưa đánh giá được")
    assert 'value="43,5"' in cell(page, "3")


def test_a_large_number_stands_in_its_cell_as_it_would_be_read_again(read, put):
    put(Cell("2.2", "1234,5"))
    assert 'value="1234,5"' in cell(read(), "2.2")


def test_the_sums_and_what_is_missing(read, put):
    put(Cell("1.1", "x"), Cell("1.2", "x"), Cell("2.1", "81"))
    page = read()
    assert 'Tạm tính đạt <b data-sum="met">1</b>/3 tiêu chí' in page
    assert '<b data-sum="done">3</b>/5 chỉ tiêu đã nhập' in page
    assert "Còn 2 ô trống" in page
    assert "✓ đạt 2/2" in page


def test_what_the_province_has_accepted_is_no_longer_provisional(read, put):
    put(Cell("1.1", "x"), Cell("1.2", "x"))
    Submission.objects.update(state="accepted")
    page = read()
    assert "Tạm tính" not in page
    assert 'Đạt <b data-sum="met">1</b>/3 tiêu chí' in page


def test_sending_is_promised_only_to_whoever_may_send(read, put, cast):
    for who, label, other in (
        (cast.officer_a, "Xem phiếu", "Gửi duyệt"),
        (cast.leader_a, "Gửi duyệt", "Xem phiếu"),
    ):
        page = read(who=who)
        assert "Còn 5 ô trống" in page
        assert label in page
        assert other not in page
    put(*(Cell(code, "x" if code[0] == "1" else "95") for code in ("1.1", "1.2", "2.1", "2.2", "3")))
    assert "Đã nhập đủ 5/5; lãnh đạo xã gửi phiếu" in read()
    assert ">Đã đủ 5 chỉ tiêu</span>" in read(who=cast.leader_a)


def test_last_year_stands_beside_it_and_a_leap_is_questioned(land, returned, read, put):
    earlier = factories.a_round(land.province, returned.round.criteria_set, 2022)
    put(Cell("2.1", "95,1"), of=factories.submission(earlier, land.commune_a))
    put(Cell("2.1", "81"))
    page = read()
    assert "2022: 95,1" in row(page, "2.1")
    assert row(page, "2.1").endswith("○ Chưa đạt, thiếu 9 điểm %; giảm 14,1 so với năm 2022")
    assert "st-warn" in page


def test_a_copied_value_is_not_entered_and_not_met(read, put):
    put(Cell("2.1", "95", copied_from=2022))
    page = read()
    assert "Chép từ 2022" in row(page, "2.1")
    assert '<b data-sum="done">0</b>' in page
    assert "Còn 4 ô trống, 1 ô chép chờ xác nhận" in page


@pytest.mark.parametrize(
    ("word", "shown"),
    [("", 5), ("trong", 2), ("chua-dat", 1), ("chep", 1), ("loi", 0), ("xem-lai", 0), ("la", 5)],
)
def test_the_filters_work_by_address(read, put, word, shown):
    put(Cell("2.1", "81"), Cell("1.1", "x"), Cell("2.2", "50", copied_from=2022))
    page = read(f"{GRID}?loc={word}")
    lines = re.findall(r'<tr id="r-[^"]+" data-c="[^"]+"( hidden)?>', page)
    assert lines.count("") == shown


def test_the_case_is_chosen_in_the_line(land, cast, client_as, returned):
    made = ntm_set(factories.level("advanced"))
    factories.submission(factories.a_round(land.province, made), land.commune_a)
    page = client_as(cast.officer_a).get(f"{GRID}?bo=advanced").content.decode()
    assert "xã có trên 3 trường" in row(page, "5")
    assert 'name="case-5"' in page


# --- which return ----------------------------------------------------------------------------------------------
def test_another_set_by_its_level(land, returned, read):
    other = factories.small_set(factories.level("advanced"), name="Bộ nâng cao")
    factories.submission(factories.a_round(land.province, other), land.commune_a)
    page = read(f"{GRID}?bo=advanced")
    assert "Bộ nâng cao" in page
    assert f'href="{GRID}"' in page


def test_without_a_round_the_page_says_so_and_what_to_do(land, read, cast):
    page = read("/nhap-lieu/05602/2022/")
    assert "Chưa mở kỳ nhập liệu" in page
    assert "Kỳ nhập liệu do Văn phòng Điều phối Nông thôn mới mở" in page
    assert "Hãy mở kỳ nhập liệu cho năm 2022" in read("/nhap-lieu/05602/2022/", cast.specialist)
    assert f'href="{GRID}"' in read(f"{GRID}?bo=khong-co")


@pytest.mark.parametrize(
    "where", ["/nhap-lieu/99999/2023/", "/nhap-lieu/01366/2023/", "/nhap-lieu/05602/2999/"]
)
def test_what_is_foreign_or_does_not_exist_is_not_found(read, where):
    read(where, status=404)


def test_the_neighbour_is_foreign_to_an_officer(read, cast):
    read("/nhap-lieu/05596/2023/", status=404)
    read(GRID, cast.officer_b, status=404)


def test_a_commune_that_was_not_there_in_the_year_is_told_to_its_own_people_alone(land, read, cast):
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 7, 1))
    gone = "Xã Phú Đình có đến hết ngày 30/06/2024, nên không có phiếu của năm 2024."
    assert gone in read("/nhap-lieu/05602/2024/", status=404)
    assert "Phú Đình" not in read("/nhap-lieu/05602/2024/", cast.officer_b, status=404)
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_from=date(2024, 1, 1), valid_to=None)
    coming = "Xã Phú Đình có từ ngày 01/01/2024, nên không có phiếu của năm 2023."
    assert coming in read(GRID, status=404)


# --- read only -------------------------------------------------------------------------------------------------
def is_open(page: str, code: str) -> bool:
    return "readonly" not in cell(page, code)


def test_who_may_only_read_sees_why(read, cast):
    page = read(who=cast.leader)
    assert "Vai trò của bạn chỉ xem được phiếu này" in page
    assert not is_open(page, "2.1")
    assert 'value="luu"' not in page


def test_a_unit_that_is_gone_is_no_reason_for_a_role_that_may_not_enter(land, read, cast):
    land.commune_a.valid_to = date(2025, 7, 1)
    land.commune_a.save()
    page = read(who=cast.department)
    assert "Vai trò của bạn chỉ xem được phiếu này" in page
    assert "không còn" not in page
    assert is_open(read(who=cast.specialist), "2.1")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SubmissionState.SUBMITTED, "Phiếu đã gửi, đang thẩm định"),
        (SubmissionState.REVIEWED, "Phiếu đã gửi, đang thẩm định"),
    ],
)
def test_only_what_was_returned_is_open_after_sending(returned, read, put, cast, state, sentence):
    put(Cell("2.1", "81"), Cell("1.1", "x"))
    Submission.objects.update(state=state)
    Result.objects.filter(indicator__code="2.1").update(review=ReviewState.RETURNED)
    Remark.objects.create(
        result=Result.objects.get(indicator__code="2.1"),
        text="Thiếu bảng kê",
        is_return=True,
        by=cast.department,
    )
    page = read()
    assert sentence in page
    assert "Đang mở 1 ô" in page
    assert (is_open(page, "2.1"), is_open(page, "1.1"), is_open(page, "1.2")) == (True, False, False)
    assert "Trả lại: Thiếu bảng kê" in row(page, "2.1")


def test_a_locked_year_and_a_passed_deadline(returned, read):
    now, yesterday = timezone.localtime(), today() - timedelta(days=1)
    Round.objects.update(locked_at=now)
    assert f"Số liệu của năm này đã khóa từ {ngay_gio(now)}." in read()
    Round.objects.update(locked_at=None, enter_by=yesterday)
    page = read()
    assert f"Đã quá hạn nhập ngày {yesterday:%d/%m/%Y}." in page
    assert "Gửi duyệt" not in page
    assert not is_open(page, "2.1")


# --- cost ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["officer_a", "specialist"])
def test_the_reference_set_in_fifteen_queries_and_thirty_kilobytes(
    land, cast, client_as, django_assert_max_num_queries, who
):
    a_round = factories.a_round(land.province, ntm_set())
    for unit in land.communes:
        factories.submission(a_round, unit)
    client = client_as(getattr(cast, who))
    criteria.forget()
    with django_assert_max_num_queries(15):
        page = client.get(GRID)
    assert len(gzip.compress(page.content)) <= 30 * 1024
    text = page.content.decode()
    assert len(re.findall(r'<(?:input|select)[^>]* id="c-', text)) == 57
    assert ('rel="next"' in text) == (who == "specialist")


def test_as_many_queries_for_a_full_grid_as_for_an_empty_one(land, cast, client_as, returned, put):
    client, counts = client_as(cast.officer_a), []
    for typed in ((), (Cell("1.1", "x"), Cell("2.1", "95"), Cell("2.2", "40"))):
        put(*typed)
        client.get(GRID)  # The set itself is read once and kept.
        with CaptureQueriesContext(connection) as seen:
            client.get(GRID)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- the list --------------------------------------------------------------------------------------------------
def test_an_officer_of_one_open_return_is_led_straight_to_it(returned, cast, client_as):
    client = client_as(cast.officer_a)
    assert client.get("/")["Location"] == "/viec-cua-toi/"
    assert client.get("/nhap-lieu/")["Location"] == GRID
    assert GRID in client.get("/nhap-lieu/?ca=tat-ca").content.decode()


def test_a_closed_return_leads_nobody_to_it(returned, cast, client_as):
    Submission.objects.update(state=SubmissionState.ACCEPTED)
    client = client_as(cast.officer_a)
    assert client.get("/")["Location"] != GRID
    assert "Hiện không có phiếu nào nhập được" in client.get("/nhap-lieu/").content.decode()
    assert GRID in client.get("/nhap-lieu/?ca=tat-ca").content.decode()


def test_the_list_is_the_same_on_the_page_and_in_its_files(land, returned, cast, client_as):
    factories.submission(returned.round, land.commune_b)
    factories.submission(factories.a_round(land.province, returned.round.criteria_set, 2022), land.commune_a)
    factories.submission(factories.a_round(land.foreign, returned.round.criteria_set), land.foreign_commune)
    client = client_as(cast.specialist)
    page = client.get("/nhap-lieu/").content.decode()
    assert 'data-count="3"' in page
    assert page.index(">2023<") < page.index(">2022<")
    lines = b"".join(client.get("/nhap-lieu/danh-sach.csv").streaming_content).decode().strip().splitlines()
    assert sum("Phú Đình" in line or "Điềm Mặc" in line for line in lines) == 3
    assert 'data-count="1"' in client.get("/nhap-lieu/?nam=2022").content.decode()
    assert 'data-count="1"' in client.get("/nhap-lieu/?ten=diem mac").content.decode()


def test_the_list_costs_the_same_for_three_and_for_thirty_returns(land, returned, cast, client_as):
    client, counts = client_as(cast.specialist), []
    for more in (2, 27):
        for _ in range(more):
            factories.submission(returned.round, factories.unit(land.district, "Xã thêm"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/nhap-lieu/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 15


def test_who_enters_nothing_has_no_list(returned, cast, client_as):
    assert client_as(cast.leader).get("/nhap-lieu/").status_code == 403
    assert "Nhập liệu" not in client_as(cast.leader).get("/dia-ban/").content.decode()
