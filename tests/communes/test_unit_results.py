"""A unit's page: criteria by year, what is missing and by how much, and what it lacks for the next level."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communes.choices import ConditionKind, StepKind, UnitKind, Verdict
from communes.models import Condition, ConditionCheck, Remark, Submission, Unit
from communes.selectors import criteria
from communes.selectors.records import rules_of
from communes.selectors.unit_results import results_of
from communes.selectors.unit_returns import laid_open
from communes.services.returns import Answer
from ntm.core.dates import today
from tests import factories
from tests.ntm.reports.reading import Page, file_of, table, workbook
from tests.replayed import replayed
from tests.returns import SUBMITTED, answers, fill, load, opened


@pytest.fixture
@replayed
def a_round(land):
    factories.level("advanced")
    made = opened(land.province)
    fill(made, land)
    return made


@pytest.fixture
def reader(cast, client_as) -> Client:
    client: Client = client_as(cast.leader)
    return client


def address(unit: Unit, year: int = 2023) -> str:
    return f"/dia-ban/xa/{unit.code}/{year}/"


def test_it_shows_what_is_missing_by_how_much_and_who_answers(land, a_round, reader):
    page = Page(reader, address(land.commune_b))
    assert "Còn thiếu để đạt mức Xã đạt chuẩn NTM" in page.text
    assert "Chưa đạt: 81,5 %, cần từ 90 %, thiếu 8,5 điểm %" in page.text
    assert 'id="tc-2"' in page.html and 'id="tc-1"' not in page.html
    assert "Số liệu minh họa" in page.text


def test_the_department_stands_beside_its_indicator(land, a_round, reader):
    one = a_round.criteria_set.indicators.get(code="2.1")
    one.department = factories.department("so-yt", short_name="Sở YT")
    one.save()
    criteria.forget()
    assert "thiếu 8,5 điểm % · Sở YT" in Page(reader, address(land.commune_b)).text


def test_a_returned_indicator_shows_its_open_remark(land, a_round, reader):
    given = [*answers()[:4], Answer("3", "80", remark="Thiếu biên bản")]
    load(a_round, land.commune_e, given, SUBMITTED)
    page = Page(reader, address(land.commune_e))
    assert "Ý kiến: Thiếu biên bản" in page.text
    assert "Trả lại" in page.text
    assert page.values(f"{address(land.commune_e)}ket-qua/", bo="ntm", loai="chi-tieu", kq="tra-lai") == {1}


@pytest.mark.parametrize("letter", ["a", "b", "c", "d"])
def test_each_number_opens_its_rows_on_the_page_and_in_files(land, a_round, reader, letter):
    unit = getattr(land, f"commune_{letter}")
    anchors = [a for a in Page(reader, address(unit)).figures if "/ket-qua/" in a.href]
    assert anchors
    for anchor in {a.href: a for a in anchors}.values():
        assert Page(reader, anchor.href).count == anchor.figure, anchor.href
        rows, _ = workbook(reader, file_of(anchor.href, "xlsx"))
        assert len(rows) == len(table(reader, file_of(anchor.href, "csv"))) == anchor.figure, anchor.href


def test_the_files_hold_real_numbers(land, a_round, reader):
    rows, _ = workbook(reader, f"{address(land.commune_b)}ket-qua/danh-sach.xlsx?loai=chi-tieu&kq=chua-dat")
    assert [(row["Mã"], row["Giá trị"], row["Còn thiếu"]) for row in rows] == [("2.1", 81.5, 8.5)]


# --- the gap ---------------------------------------------------------------------------------------------------------
def gap(land, cast, unit, rank=0, year=2023):
    return results_of(cast.leader, unit, year, rank, rules_of(year)).gap


def test_who_stands_at_a_level_is_held_against_the_next_ones_own_set(land, cast, a_round):
    asked = factories.small_set(factories.level("advanced"))
    advanced = opened(land.province, asked)
    load(advanced, land.commune_a, answers(_1_1="C"))
    found = gap(land, cast, land.commune_a, rank=1)
    assert (found.level, found.is_own) == ("Xã NTM nâng cao", True)
    assert [item.criterion.number for item in found.by.missing] == ["1"]


def test_without_results_of_the_next_set_the_highest_one_speaks_and_says_so(land, cast, a_round):
    found = gap(land, cast, land.commune_b, rank=1)
    assert (found.level, found.is_own, found.by.level.code) == ("Xã NTM nâng cao", False, "ntm")
    assert "chưa có kết quả theo bộ Xã NTM nâng cao" in found.unknown[0]


def test_a_year_without_results_is_told_by_the_last_one_with_some(land, cast, a_round):
    earlier = opened(land.province, a_round.criteria_set, year=2022)
    load(earlier, land.commune_e, answers(_2_2="38"))
    found = gap(land, cast, land.commune_e)
    assert found.by.round.year == 2022
    assert "lần gần nhất có kết quả" in found.unknown[0]
    assert [line.said.reason for item in found.by.missing for line in item.lines] == [
        "chưa đạt: 38\u00a0triệu đồng/người/năm, cần từ 39\u00a0triệu đồng/người/năm, thiếu 1\u00a0triệu đồng/người/năm"
    ]


def test_without_any_results_nothing_is_claimed(land, cast, a_round, reader):
    found = gap(land, cast, land.commune_e)
    assert found.by is None
    assert "chưa biết còn thiếu gì" in found.unknown[0]
    assert "Còn thiếu để đạt mức" in Page(reader, address(land.commune_e)).text


def test_conditions_outside_the_criteria_are_listed_as_far_as_they_were_checked(land, cast, a_round):
    for place, code in enumerate(("survey", "debt")):
        condition = Condition.objects.create(
            level=factories.level(), code=code, name=code, kind=ConditionKind.YES_NO, position=place
        )
    ConditionCheck.objects.create(
        unit=land.commune_b,
        condition=condition,
        year=2023,
        verdict=Verdict.MET,
        checked_at="2024-01-05T00:00Z",
    )
    found = gap(land, cast, land.commune_b)
    assert [(row.name, row.words) for row in found.conditions] == [("survey", ""), ("debt", "Đạt")]
    assert "1/2 điều kiện ngoài tiêu chí chưa được kiểm tra." in found.unknown


def test_the_highest_level_has_no_gap(land, cast, a_round):
    found = results_of(cast.leader, land.commune_a, 2023, 2, rules_of(2023))
    assert found.gap is None
    assert found.is_highest


# --- by year, and for whom ---------------------------------------------------------------------------------------
def test_the_years_stand_side_by_side_and_each_opens_its_criteria(land, a_round, reader):
    earlier = opened(land.province, a_round.criteria_set, year=2022)
    load(earlier, land.commune_a, answers(_1_1="C", _2_2="38"))
    page = Page(reader, address(land.commune_a))
    asked = {"bo": "ntm", "loai": "tieu-chi", "kq": "dat"}
    assert page.values(f"{address(land.commune_a, 2022)}ket-qua/", **asked) == {1}
    assert page.values(f"{address(land.commune_a)}ket-qua/", **asked) == {3}


def test_a_draft_is_called_one(land, a_round, reader):
    page = Page(reader, address(land.commune_d))
    assert "Phiếu đang nhập, chưa gửi" in page.text


def test_a_return_in_which_nothing_is_entered_lists_no_indicators(land, a_round, cast, client_as):
    page = Page(client_as(cast.specialist), address(land.commune_e))
    assert "Chưa nhập chỉ tiêu nào của phiếu này." in page.text
    assert 'class="lack"' not in page.html


def test_the_officer_sees_the_own_unit_and_the_way_to_the_grid(land, a_round, cast, client_as):
    mine = client_as(cast.officer_a)
    page = Page(mine, address(land.commune_a))
    assert f"/nhap-lieu/{land.commune_a.code}/2023/" in page.html
    assert mine.get(f"{address(land.commune_b)}ket-qua/").status_code == 404
    assert "Mở lưới nhập liệu" not in Page(client_as(cast.leader), address(land.commune_a)).text


@pytest.mark.parametrize(
    ("tail", "status"),
    [("?kq=gi-do", 400), ("?loai=gi-do", 400), ("?bo=khong-co", 200), ("danh-sach.xlsx?kq=x", 400)],
)
def test_a_wrong_address_is_answered(land, a_round, reader, tail, status):
    assert reader.get(f"{address(land.commune_a)}ket-qua/{tail}").status_code == status


def test_a_unit_that_never_was_is_missing(land, a_round, reader):
    for where in ("/dia-ban/xa/99999/2023/ket-qua/", "/dia-ban/thon/05602/2023/ket-qua/"):
        assert reader.get(where).status_code == 404
    assert reader.get(f"/dia-ban/xa/05602/{today().year + 1}/ket-qua/").status_code == 404


def test_the_page_asks_the_same_however_many_units_and_results_there_are(land, a_round, reader):
    def asked(where: str) -> int:
        reader.get(where)
        with CaptureQueriesContext(connection) as found:
            assert reader.get(where).status_code == 200
        return len(found)

    places = (address(land.commune_b), f"{address(land.commune_b)}ket-qua/?loai=chi-tieu")
    small = [asked(where) for where in places]
    for number in range(30):
        unit = factories.unit(land.district, f"Xã số {number}")
        Submission.objects.create(round=a_round, unit=unit, facts={})
        load(a_round, unit, answers(_2_1="70"), (StepKind.SUBMIT, StepKind.REVIEW))
    assert [asked(where) for where in places] == small
    # The promise to the office, with results, their remarks and the departments that answer for them.
    assert max(small) <= 15


def test_every_open_remark_of_a_result_is_told_once(land, cast, a_round):
    row = Submission.objects.get(round=a_round, unit=land.commune_a)
    for result in row.results.order_by("pk")[:2]:
        for text in ("Thiếu biên bản.", "Số liệu của năm nào?"):
            Remark.objects.create(result=result, text=text)
        Remark.objects.create(result=result, text="Đã trả lời.", closed_at=timezone.now())
    (found,) = laid_open([row])
    assert list(found.results) == list(row.results.order_by("pk").values_list("indicator_id", flat=True))
    assert found.remarks == {
        result.pk: ["Thiếu biên bản.", "Số liệu của năm nào?"] for result in row.results.order_by("pk")[:2]
    }


def test_a_unit_outside_the_programme_keeps_its_years_and_is_told_no_lack(land, a_round, reader):
    town = factories.unit(land.district, "Chợ Chu", code="05998", kind=UnitKind.THI_TRAN)
    Submission.objects.create(round=a_round, unit=town, facts={})
    load(a_round, town, answers(_2_1="70"))
    page = Page(reader, address(town))
    assert "Tiêu chí đạt qua các năm" in page.text
    assert "Còn thiếu" not in page.text
    assert "thiếu 20" not in page.text
    assert "mức cao nhất" not in page.text
    assert "Theo bộ" not in page.text
