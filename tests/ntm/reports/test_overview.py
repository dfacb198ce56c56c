"""Results, plans and sums of a small province: every way in which a year can differ from 2023."""

from datetime import date
from decimal import Decimal

import pytest

from communes.choices import AttributeKind, DecisionKind, RecognitionState, UnitKind
from communes.models import Place
from ntm.core.provenance import Trust
from ntm.core.scope import Scope
from ntm.reports.selectors.levels import LevelRow
from ntm.reports.selectors.overview import Overview, overview
from targets.choices import PlanState, TargetKind
from tests import factories

TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def levels(db):
    """The period counts the one before it, and knows its four levels whether or not a test uses them."""
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    return {code: factories.level(code) for code in ("ntm", "advanced", "model", "district_ntm")}


def year_of(land, year=2023, **options) -> Overview:
    return overview(Scope.of(land.province.place_id, year, TODAY), **options)


def row_of(land, year=2023, code="ntm", **options) -> LevelRow:
    return next(row for row in year_of(land, year, **options).rows if row.code == code)


def recognise(*units, year=2023, code="ntm", **fields):
    """One decision for the units; issued at the end of the year unless said otherwise."""
    for unit in units:
        factories.recognition(unit, factories.level(code), year=year, **fields)


def revoke(land, unit, day, year=2022):
    decision = factories.decision(land.province, kind=DecisionKind.REVOKE, issued_on=day)
    recognise(unit, year=year, state=RecognitionState.REVOKED, ended_by=decision, ended_on=day)


# --- result against plan ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("target", "difference", "words"),
    [(1, 1, "Vượt 1 xã"), (2, 0, "Đạt kế hoạch"), (5, -3, "Thiếu 3 xã")],
)
def test_a_result_is_judged_against_its_plan(land, target, difference, words):
    recognise(land.commune_a, land.commune_b)
    factories.target(factories.plan(land.province), target)
    row = row_of(land)
    assert (row.achieved.value, row.plan.value, row.difference) == (2, target, difference)
    assert row.verdict.text == words


def test_without_a_plan_nothing_is_judged(land):
    recognise(land.commune_a)
    row = row_of(land)
    assert (row.plan.value, row.difference, row.verdict.text) == (None, None, "Chưa giao kế hoạch")


def test_a_draft_is_no_plan(land):
    recognise(land.commune_a)
    factories.target(factories.plan(land.province, state=PlanState.DRAFT), 4)
    assert row_of(land).plan.value is None


def test_a_cumulative_target_is_judged_by_the_sum(land):
    recognise(land.commune_a, year=2022)
    recognise(land.commune_b, land.commune_c)
    factories.target(factories.plan(land.province), 4, kind=TargetKind.CUMULATIVE)
    row = row_of(land)
    assert (row.achieved.value, row.result.value, row.plan.value) == (2, 3, 4)
    assert (row.difference, row.verdict.text, row.verdict.note) == (-1, "Thiếu 1 xã", "75% kế hoạch")
    before = row_of(land, 2022)
    assert (before.next_plan.value, before.next_cumulative.value) == (3, 4)


def test_a_cumulative_target_below_what_there_was_is_a_plan_all_the_same(land):
    recognise(land.commune_a, land.commune_b, year=2022)
    recognise(land.commune_c)
    factories.target(factories.plan(land.province), 1, kind=TargetKind.CUMULATIVE)
    row = row_of(land)
    assert (row.plan.value, row.difference, row.verdict.text) == (1, 2, "Vượt 2 xã")
    before = year_of(land, 2022).next_rows
    assert [(row.next_plan.value, row.next_cumulative.value) for row in before] == [(None, 1)]


def test_a_cumulative_target_is_judged_where_only_the_sum_is_known(land):
    """Of 2022 the office knows what stood at its end, not what was achieved in it."""
    recognise(land.commune_a, land.commune_b, year=2022, by_year=True)
    factories.target(factories.plan(land.province, 2022), 3, kind=TargetKind.CUMULATIVE)
    row = row_of(land, 2022)
    assert (row.achieved.value, row.plan.value, row.difference) == (None, 3, -1)


def test_a_cumulative_target_over_an_unknown_sum_is_not_judged(land):
    factories.target(factories.plan(land.province), 3, kind=TargetKind.CUMULATIVE)
    row = row_of(land)
    assert (row.plan.value, row.difference, row.verdict.text) == (3, None, "Chưa có số liệu")


def test_the_first_plan_stands_beside_one_of_another_kind(land, cast, client_as):
    recognise(land.commune_a)
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    factories.target(first, 3)
    second = factories.plan(land.province, revision=2, approved_on=date(2023, 9, 1))
    factories.target(second, 3, kind=TargetKind.CUMULATIVE)
    assert row_of(land).first_plan.value == 3
    page = client_as(cast.leader).get("/tong-quan/2023/").content.decode()
    assert "KH đầu năm (đạt thêm):" in page and ">lũy kế</small>" in page


def test_the_plan_in_force_on_31_december_counts_and_the_first_one_stands_beside_it(land):
    recognise(land.commune_a, land.commune_b)
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    second = factories.plan(land.province, revision=2, approved_on=date(2023, 9, 1))
    factories.target(first, 3)
    factories.target(second, 2)
    row = row_of(land)
    assert row.plan.value == 2
    assert row.first_plan is not None
    assert row.first_plan.value == 3


def test_an_amendment_after_the_year_changes_no_past_judgement(land):
    recognise(land.commune_a)
    first = factories.plan(land.province, state=PlanState.SUPERSEDED, approved_on=date(2023, 1, 5))
    late = factories.plan(land.province, revision=2, approved_on=date(2024, 1, 3))
    factories.target(first, 3)
    factories.target(late, 1)
    row = row_of(land)
    assert (row.plan.value, row.first_plan) == (3, None)


def test_next_years_plan_adds_to_the_sum(land):
    recognise(land.commune_a, land.commune_b)
    following = factories.plan(land.province, 2024)
    factories.target(following, 2)
    factories.registration(following, land.district, "district_ntm")
    shown = year_of(land)
    assert (row_of(land).next_plan.value, row_of(land).next_cumulative.value) == (2, 4)
    assert shown.next_names == ("Định Hóa",)
    standing = {block.name: block.standing for block in shown.map.blocks}
    assert standing == {"Định Hóa": "KH 2024", "TP. Phổ Yên": ""}


# --- what counts --------------------------------------------------------------------------------------------
def test_higher_levels_count_in_the_lower_ones(land):
    for code in ("ntm", "advanced", "model"):
        recognise(land.commune_a, code=code)
    recognise(land.commune_b, code="ntm")
    sums = {row.code: row.cumulative.value for row in year_of(land).rows}
    assert sums == {"ntm": 2, "advanced": 1, "model": 1, "district_ntm": None}
    parts = {words: figure.value for _, words, figure in year_of(land).legend}
    assert parts == {"Chưa đạt": 3, "Đạt chuẩn": 1, "Nâng cao": 0, "Kiểu mẫu": 1, "Chưa có số liệu": None}


def test_a_decision_signed_later_counts_in_the_year_of_its_results_and_says_so(land):
    recognise(land.commune_a, by=factories.decision(land.province, issued_on=date(2024, 2, 1)))
    assert row_of(land).achieved.value == 1
    assert [(figure.value, noun) for figure, noun in year_of(land).signed_later] == [(1, "xã đạt chuẩn")]
    assert year_of(land, 2024).signed_later == ()


def test_known_only_by_a_year_is_never_achieved_in_it(land):
    recognise(land.commune_a, land.commune_b, year=2022, by_year=True)
    row = row_of(land, 2022)
    assert (row.achieved.value, row.cumulative.value) == (None, 2)
    assert row_of(land, 2021).cumulative.value is None


def test_a_declared_year_without_rows_is_a_true_zero(land):
    recognise(land.commune_a, year=2022)
    factories.declaration(land.province, 2023)
    row = row_of(land)
    assert (row.achieved.value, row.cumulative.value) == (0, 1)


def test_an_undeclared_year_without_rows_is_unknown(land):
    recognise(land.commune_a, year=2022)
    row = row_of(land)
    assert (row.achieved.value, row.cumulative.value, row.percent) == (None, None, None)


def test_a_revoked_level_leaves_the_sum_on_its_day(land):
    recognise(land.commune_a, year=2022)
    revoke(land, land.commune_b, date(2023, 6, 1))
    recognise(land.commune_c)
    row = row_of(land)
    assert (row.previous.value, row.achieved.value, row.cumulative.value) == (2, 1, 2)
    assert [(label, figure.value) for label, figure in row.moves] == [("thu hồi", 1)]


def test_a_level_revoked_in_a_later_year_still_counts(land):
    revoke(land, land.commune_b, date(2024, 6, 1))
    recognise(land.commune_c)
    assert row_of(land).cumulative.value == 2


def test_a_corrected_row_never_counted(land):
    recognise(land.commune_a)
    recognise(land.commune_b, state=RecognitionState.CORRECTED)
    assert row_of(land).cumulative.value == 1


def merge(land, *parts, into="Bình Yên", on=date(2023, 5, 1)):
    """The communes become a new place."""
    new = factories.unit(land.district, into, valid_from=on)
    for unit in parts:
        unit.valid_to = on
        unit.save()
        factories.succession(unit, new)
    return new


def test_a_merged_commune_leaves_the_sum_and_the_new_one_waits(land):
    recognise(land.commune_a, land.commune_c, year=2022)
    recognise(land.commune_d)
    new = merge(land, land.commune_a, land.commune_b)
    shown, row = year_of(land), row_of(land)
    assert (row.previous.value, row.achieved.value, row.cumulative.value) == (2, 1, 2)
    assert [(label, figure.value) for label, figure in row.moves] == [("giảm do sắp xếp", 1)]
    assert row.denominator.value == 4
    assert ("wait", "Chờ rà soát") in [part[:2] for part in shown.legend]
    assert {words: figure.value for _, words, figure in shown.legend}["Chưa đạt"] == 1
    signs = {tile.label: tile.sign for block in shown.map.blocks for tile in block.tiles}
    assert signs[f"{new.full_name} · Chờ rà soát"] == "wait"


def test_a_merged_commune_counts_again_once_it_is_confirmed(land):
    recognise(land.commune_a, land.commune_c, year=2022)
    new = merge(land, land.commune_a, land.commune_b)
    again = factories.decision(land.province, kind=DecisionKind.CONFIRM)
    recognise(new, by=again)
    factories.declaration(land.province, 2023)
    row = row_of(land)
    assert (row.achieved.value, row.cumulative.value) == (0, 2)
    assert {label: figure.value for label, figure in row.moves} == {
        "giảm do sắp xếp": 1,
        "xác nhận lại": 1,
    }


def test_levels_of_an_earlier_period_count_only_where_the_period_says_so(land, levels):
    recognise(land.commune_a, land.commune_b, year=2025)
    later = factories.period(2026, 2030)
    factories.level("ntm", later)
    factories.recognition(land.commune_c, factories.level("ntm", later), year=2026)
    assert row_of(land, 2026).cumulative.value == 1
    later.counts.add(levels["ntm"].period)
    assert row_of(land, 2026).cumulative.value == 3


# --- the denominator ----------------------------------------------------------------------------------------
def test_wards_stand_outside_unless_an_attribute_brings_them_in(land):
    ward = factories.unit(land.other_district, "Ba Hàng", kind=UnitKind.PHUONG)
    town = factories.unit(land.district, "Chợ Chu", kind=UnitKind.THI_TRAN)
    assert row_of(land).denominator.value == 5
    factories.attribute(ward, AttributeKind.IN_PROGRAMME, valid_from=date(2023, 7, 1))
    factories.attribute(town, AttributeKind.IN_PROGRAMME, valid_from=date(2024, 1, 1))
    factories.attribute(land.commune_e, AttributeKind.IN_PROGRAMME, "0")
    assert row_of(land).denominator.value == 5
    assert row_of(land, 2024).denominator.value == 6
    recognise(ward)
    assert (row_of(land).cumulative.value, row_of(land).percent) == (1, Decimal("20.0"))


def test_another_province_is_in_no_figure(land):
    recognise(land.commune_a)
    recognise(land.foreign_commune)
    factories.target(factories.plan(land.foreign), 7)
    factories.amount(land.foreign, 5_000_000_000)
    row = row_of(land)
    assert (row.achieved.value, row.cumulative.value, row.plan.value) == (1, 1, None)
    assert year_of(land).money is None


# --- the page's sentences -----------------------------------------------------------------------------------
def test_a_running_year_is_provisional(land):
    recognise(land.commune_a, year=2025)
    shown = year_of(land, 2025)
    assert not shown.scope.is_part_of_year
    running = overview(Scope.of(land.province.place_id, 2025, date(2025, 6, 30)))
    assert running.scope.is_part_of_year
    assert running.headline.startswith("Năm 2025, tính đến 30/06/2025, ")


def test_compared_with_last_year_the_sums_are_judged(land):
    recognise(land.commune_a, year=2022)
    recognise(land.commune_b, land.commune_c)
    row = row_of(land, against_last_year=True)
    assert (row.verdict.text, row.verdict.tone) == ("Tăng 2 xã", "ok")
    assert year_of(land, against_last_year=True).headline == ("Năm 2023 tăng 2 xã đạt chuẩn so với năm 2022")


def test_registered_communes_are_counted_with_their_difficulties(land):
    plan = factories.plan(land.province)
    for unit in (land.commune_a, land.commune_b, land.commune_c):
        factories.registration(plan, unit)
    factories.attribute(land.commune_a, AttributeKind.ESPECIALLY_DIFFICULT)
    factories.attribute(land.commune_b, AttributeKind.ESPECIALLY_DIFFICULT, "0")
    factories.attribute(land.commune_a, AttributeKind.ETHNIC_MOUNTAIN)
    factories.attribute(land.commune_b, AttributeKind.ETHNIC_MOUNTAIN)
    found = year_of(land).registered
    assert found is not None
    counts = (found.total.value, found.especially_difficult.value, found.ethnic_mountain.value)
    assert counts == (3, 1, 2)
    assert year_of(land, 2022).registered is None


def test_one_illustrative_row_marks_the_page(land):
    recognise(land.commune_a)
    assert not year_of(land).illustrative
    recognise(land.commune_b, trust=Trust.ILLUSTRATIVE)
    assert year_of(land).illustrative


def test_a_year_outside_every_period_knows_no_levels(land, cast, client_as):
    assert client_as(cast.leader).get("/tong-quan/2026/").status_code == 200
    shown = year_of(land, 2026)
    assert shown.rows == ()
    assert shown.headline == "Năm 2026: chưa có danh mục mức đạt của giai đoạn này"


def test_an_empty_province_can_be_read(db):
    shown = overview(Scope.of(Place.objects.create().pk, 2023, TODAY))
    assert {row.denominator.value for row in shown.rows} == {0}


# --- districts outside the programme ---------------------------------------------------------------------------
@pytest.fixture
def shut_out(land):
    """A city that is in no count of districts; its communes stay in the programme."""
    recognise(land.commune_a, land.commune_d)
    factories.attribute(land.other_district, AttributeKind.IN_PROGRAMME, "0")
    return land


def test_the_communes_of_a_district_outside_the_programme_stay_on_the_map(shut_out):
    page = year_of(shut_out)
    blocks = {block.code: block for block in page.map.blocks}
    assert set(blocks) == {"167", "172"}
    assert [tile.label.partition(" · ")[0] for tile in blocks["172"].tiles] == [
        "Xã Minh Đức",
        "Xã Phúc Thuận",
    ]
    assert (blocks["172"].met.value, blocks["172"].total.value, blocks["172"].standing) == (1, 2, "")
    assert sum(block.total.value for block in blocks.values()) == page.lead.denominator.value
    assert sum(block.met.value for block in blocks.values()) == page.lead.cumulative.value
    assert row_of(shut_out, code="district_ntm").denominator.value == 1


def test_the_list_behind_a_figure_can_be_narrowed_to_such_a_district(shut_out, cast, client_as):
    client = client_as(cast.leader)
    page = client.get("/tong-quan/2023/so-lieu/", {"so": "tat-ca", "huyen": "172"})
    assert page.status_code == 200
    assert "Xã Phúc Thuận" in page.text
    assert "Xã Phú Đình" not in page.text


def test_without_a_district_in_the_programme_the_map_is_still_by_district(shut_out):
    factories.attribute(shut_out.district, AttributeKind.IN_PROGRAMME, "0")
    page = year_of(shut_out)
    assert sum(block.total.value for block in page.map.blocks) == page.lead.denominator.value == 5
    assert (page.districts, page.last_map) == (True, None)
    assert "địa giới hành chính đã thay đổi" not in year_of(shut_out, against_last_year=True).headline
