"""Numbers that are sums of signed parts: what the parts are, and that their page and files add up to the number."""

from datetime import date

import pytest

from communes.choices import DecisionKind, RecognitionState
from communes.selectors.yearbook import year_book
from ntm.core.scope import Scope
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.sums import SUMS, Sums, two_plans
from targets.choices import PlanState, TargetKind
from tests import factories
from tests.ntm.reports.reading import Page, table

TODAY = date(2026, 11, 25)
PAGE = "/tong-quan/2023/phep-tinh/"


@pytest.fixture(autouse=True)
def levels(db):
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    return {code: factories.level(code) for code in ("ntm", "advanced", "model", "district_ntm")}


@pytest.fixture
def reader(cast, client_as):
    return client_as(cast.leader)


def sums_of(land, year=2023) -> Sums:
    scope = Scope.of(land.province.place_id, year, TODAY)
    return Sums(Figures(year_book(scope)), *two_plans(scope))


def recognise(*units, year=2023, code="ntm"):
    for unit in units:
        factories.recognition(unit, factories.level(code), year=year)


def said(land, kind, code="ntm", year=2023):
    """The parts as (words, value); None where the number is not known."""
    parts = sums_of(land, year).parts(kind, code)
    return None if parts is None else [(part.words, part.value) for part in parts]


def test_what_exceeds_a_plan_is_the_result_less_the_plan(land):
    recognise(land.commune_a, land.commune_b, land.commune_c)
    factories.target(factories.plan(land.province), 1)
    assert said(land, "vuot") == [("Đạt trong năm 2023", 3), ("Kế hoạch giao đạt thêm trong năm 2023", -1)]
    assert sums_of(land).figure("vuot", "ntm").value == 2


def test_what_is_missing_to_a_plan_is_the_plan_less_the_result(land):
    recognise(land.commune_a)
    factories.target(factories.plan(land.province), 3)
    assert [value for _, value in said(land, "thieu")] == [3, -1]
    assert sums_of(land).figure("thieu", "ntm").url == f"{PAGE}?so=thieu&muc=ntm"


def test_growth_is_this_sum_less_the_last(land):
    recognise(land.commune_a, year=2022)
    recognise(land.commune_b, land.commune_c)
    assert said(land, "tang") == [("Lũy kế đạt đến hết năm 2023", 3), ("Lũy kế đạt đến hết năm 2022", -1)]
    assert sums_of(land).figure("giam", "ntm").value == -2


def test_next_years_sum_is_the_present_one_and_what_the_plan_adds(land):
    recognise(land.commune_a)
    factories.target(factories.plan(land.province, 2024), 2)
    assert said(land, "luy-ke-sau") == [
        ("Lũy kế đạt đến hết năm 2023", 1),
        ("Kế hoạch giao đạt thêm trong năm 2024", 2),
    ]


def test_next_years_sum_is_what_the_plan_says_where_it_says_so(land):
    recognise(land.commune_a)
    plan = factories.plan(land.province, 2024)
    factories.target(plan, 2)
    factories.target(plan, 4, kind=TargetKind.CUMULATIVE)
    figure = sums_of(land).figure("luy-ke-sau", "ntm")
    assert (figure.value, figure.url) == (4, "/ke-hoach/2024/chi-tieu/?muc=ntm&loai=cumulative")


def test_a_target_of_the_sum_is_held_against_the_sum_however_it_came_about(land):
    """Two stood before, one was revoked, one achieved: of four, two are missing, though one more was achieved."""
    day = date(2023, 6, 1)
    ended = {
        "ended_by": factories.decision(land.province, kind=DecisionKind.REVOKE, issued_on=day),
        "ended_on": day,
    }
    factories.recognition(land.commune_a, year=2022, state=RecognitionState.REVOKED, **ended)
    recognise(land.commune_b, year=2022)
    recognise(land.commune_c)
    factories.target(factories.plan(land.province), 4, kind=TargetKind.CUMULATIVE)
    assert said(land, "thieu") == [
        ("Kế hoạch giao lũy kế đến hết năm 2023", 4), ("Lũy kế đạt đến hết năm 2023", -2),
    ]  # fmt: skip
    assert said(land, "chi-tieu", "") == [("Xã đạt chuẩn NTM: kết quả lũy kế 2, kế hoạch lũy kế 4", 1)]


def test_a_number_that_is_one_target_opens_that_target(land):
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    factories.target(first, 3)
    factories.target(factories.plan(land.province, revision=2, approved_on=date(2023, 9, 1)), 2)
    sums = sums_of(land)
    assert sums.figure("ke-hoach", "ntm").url == "/ke-hoach/2023/chi-tieu/?muc=ntm&loai=new"
    assert sums.figure("ke-hoach-dau", "ntm").url == "/ke-hoach/2023/chi-tieu/?muc=ntm&loai=new&lan=1"


def test_measures_are_counted_one_by_one(land):
    recognise(land.commune_a, land.commune_b)
    recognise(land.commune_a, code="advanced")
    plan = factories.plan(land.province)
    factories.target(plan, 1)
    factories.target(plan, 1, code="model")
    counted = {kind: len(sums_of(land).parts(kind) or ()) for kind in SUMS if kind.startswith("chi-tieu")}
    assert counted == {
        "chi-tieu": 1, "chi-tieu-giao": 2, "chi-tieu-dat": 1, "chi-tieu-vuot": 1, "chi-tieu-chua-giao": 1,
        "chi-tieu-chua-co-so-lieu": 1,
    }  # fmt: skip
    assert said(land, "chi-tieu-vuot", "") == [("Xã đạt chuẩn NTM: kết quả 2, kế hoạch 1", 1)]


@pytest.mark.parametrize("kind", [kind for kind in SUMS if not kind.startswith("chi-tieu")])
def test_what_is_not_known_or_not_promised_has_no_parts(land, reader, kind):
    assert said(land, kind) is None
    html = reader.get(f"{PAGE}?so={kind}&muc=ntm").content.decode()
    assert "data-count" not in html
    assert "nên chưa có con số này" in html


def test_its_page_names_each_part_with_its_document_day_author_and_trust(land, reader):
    decision = factories.decision(land.province, issued_on=date(2023, 12, 1))
    factories.recognition(land.commune_a, factories.level(), by=decision)
    paper = factories.document("12/KH")
    plan = factories.plan(land.province, approved_on=date(2023, 1, 5), document=paper)
    factories.target(plan, 3)
    address = f"{PAGE}?so=thieu&muc=ntm"
    page = Page(reader, address)
    assert (page.count, page.parts) == (2, 2)
    lines = table(reader, f"{PAGE}danh-sach.csv?so=thieu&muc=ntm")
    assert [list(line.values()) for line in lines] == [
        ["Kế hoạch giao đạt thêm trong năm 2023", "3", "12/KH", "05/01/2023", "Hệ thống", "Đã kiểm chứng", "3"],
        [
            "Đạt trong năm 2023", "-1", decision.document.number, "01/12/2023", "Hệ thống", "Đã kiểm chứng", "2",
        ],
    ]  # fmt: skip
    assert f'href="{decision.get_absolute_url()}"' in page.html
    assert f'href="/van-ban/{paper.pk}/"' in page.html


def test_of_several_decisions_the_latest_day_is_told(land, reader):
    for unit, day in ((land.commune_a, date(2023, 5, 1)), (land.commune_b, date(2023, 12, 1))):
        factories.recognition(unit, by=factories.decision(land.province, issued_on=day))
    factories.target(factories.plan(land.province), 1)
    first, _ = table(reader, f"{PAGE}danh-sach.csv?so=vuot&muc=ntm")
    assert (first["Văn bản"], first["Ngày ký, phê duyệt"]) == ("Nhiều quyết định", "01/12/2023")


@pytest.mark.parametrize("query", ["so=vuot", "so=khong-co", "so=vuot&muc=khong-co"])
def test_a_number_that_does_not_exist_is_a_clear_answer(land, reader, query):
    assert reader.get(f"{PAGE}?{query}").status_code == 400
    assert reader.get(f"{PAGE}danh-sach.csv?{query}").status_code == 400


def test_a_year_outside_every_period_counts_no_measures(land, reader):
    assert Page(reader, "/tong-quan/2026/phep-tinh/").count == 0
