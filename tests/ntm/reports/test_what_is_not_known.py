"""What a page may not claim: levels, difficulties, shares and comparisons that the office's rows do not give."""

import re
from datetime import date

import pytest
from django.core.cache import cache

from communes.choices import UnitKind
from ntm.core.scope import Scope
from ntm.reports.documents import as_json, year_rows
from ntm.reports.present import body_context
from ntm.reports.selectors.overview import overview
from targets.choices import TargetKind
from tests import factories

TODAY = date(2026, 11, 25)


def year_of(land, year=2023, **options):
    return overview(Scope.of(land.province.place_id, year, TODAY), **options)


@pytest.fixture
def levels(land):
    factories.period(2021, 2025, counts=(factories.period(2016, 2020),))
    return [factories.level(code) for code in ("ntm", "advanced", "model")]


def signs(shown):
    return {sign: figure.value for sign, _, figure in shown.legend}


def test_a_level_whose_year_is_unknown_has_no_count_anywhere(land, levels):
    factories.recognition(land.commune_a, levels[0], year=2023)
    factories.recognition(land.commune_a, levels[1], year=2022, by_year=True)
    shown = year_of(land)
    assert {row.code: row.cumulative.value for row in shown.rows if row.css != "hu"} == {
        "ntm": 1, "advanced": None, "model": None,
    }  # fmt: skip
    # Exactly NTM is known only where every higher level is.
    assert signs(shown) == {0: 4, 1: None, 2: None, 3: None, "na": None}
    assert all(count.value is None for block in shown.map.blocks for count in block.counts)


def test_a_new_and_a_cumulative_target_open_each_its_own_rows(land, levels, cast, client_as):
    plan = factories.plan(land.province)
    factories.target(plan, 3)
    factories.target(plan, 80, kind=TargetKind.CUMULATIVE)
    row = year_of(land).rows[0]
    assert row.plan.value == 3
    page = client_as(cast.leader).get(row.plan.url).content.decode()
    assert 'data-count="3"' in page


def test_what_next_year_has_to_add_is_its_target_of_the_sum_less_what_stands(land, levels, cast, client_as):
    factories.recognition(land.commune_a, levels[0], year=2022)
    factories.declaration(land.province, 2022)
    factories.target(factories.plan(land.province), 3, kind=TargetKind.CUMULATIVE)
    row = year_of(land, 2022).rows[0]
    shown = client_as(cast.leader).get(row.next_plan.url).context
    assert row.next_plan.value == shown["count"] == 2
    assert [part.value for part in shown["table"].data] == [3, -1]


def test_difficulties_of_registered_communes_are_unknown_without_a_row(land, levels):
    factories.registration(factories.plan(land.province), land.commune_a)
    registered = year_of(land).registered
    assert registered.total.value == 1
    assert registered.especially_difficult.value is None
    factories.attribute(land.commune_a, "especially_difficult", "0")
    assert year_of(land).registered.especially_difficult.value == 0


def test_a_merged_commune_that_was_decided_upon_waits_no_more(land, levels):
    merged = factories.unit(land.district, "Hợp Nhất", code="05999", valid_from=date(2023, 3, 1))
    land.commune_a.valid_to = land.commune_b.valid_to = date(2023, 3, 1)
    for old in (land.commune_a, land.commune_b):
        old.save()
        factories.succession(old, merged)
    assert year_of(land).pending.value == 1
    factories.recognition(merged, levels[0], year=2023)
    assert year_of(land).pending.value == 0
    # The period after counts none of it, but the commune has been decided upon.
    factories.level("modern", factories.period(2026, 2030))
    assert year_of(land, 2026).pending.value == 0


def test_growth_is_not_claimed_where_units_left(land, levels):
    for commune in (land.commune_a, land.commune_b):
        factories.recognition(commune, levels[0], year=2022)
    factories.recognition(land.commune_c, levels[0], year=2023)
    assert year_of(land).grew_by_achieved
    land.commune_b.valid_to = date(2023, 5, 1)
    land.commune_b.save()
    assert not year_of(land).grew_by_achieved


@pytest.fixture
def new_map(land):
    """Districts and communes end on 01/07/2025; one new commune begins."""
    for unit in (land.district, land.other_district, *land.communes):
        unit.valid_to = date(2025, 7, 1)
        unit.save()
    return factories.unit(land.province, "Mới", code="05998", kind=UnitKind.XA, valid_from=date(2025, 7, 1))


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_last_state_of_the_old_map_is_the_last_that_is_known(land, levels, new_map, year):
    factories.level("ntm", factories.period(2026, 2030))
    factories.recognition(land.commune_a, levels[0], year=2022)
    factories.recognition(land.commune_b, levels[0], year=2023)
    # Of 2024 only one higher level was entered, so nobody knows who reached the first one in it.
    factories.recognition(land.commune_c, levels[1], year=2024)
    last = year_of(land, year).last_map
    assert last.until == 2023
    assert {block.name: (block.met.value, block.missing.value) for block in last.blocks} == {
        "Định Hóa": (2, 1), "TP. Phổ Yên": (0, 2),
    }  # fmt: skip
    assert {tile.sign for block in last.blocks for tile in block.tiles} == {0, 1}


def test_the_bar_of_the_new_map_makes_up_every_unit(land, levels, new_map):
    later = factories.period(2026, 2030)
    for code in ("ntm", "modern"):
        factories.level(code, later)
    for name in ("Mới Hai", "Mới Ba"):
        factories.unit(land.province, name, valid_from=date(2025, 7, 1))
    factories.unit(land.province, "Phường", kind=UnitKind.PHUONG, valid_from=date(2025, 7, 1))
    factories.recognition(new_map, factories.level("ntm", later), year=2026)
    # Who is NTM is known, but not whether one of them is more than that.
    shown = year_of(land, 2026)
    assert (shown.lead.cumulative.value, signs(shown)) == (1, {0: 2, 1: None, 2: None, "na": None, "off": 1})
    assert body_context(shown)["bar_segments"] == [("l0", 2), ("na", 1), ("off", 1)]


@pytest.fixture
def unknown_2024(land, levels):
    """Of 2023 the sum is known, also of districts, where one is planned for 2025; of 2024 nothing."""
    factories.recognition(land.commune_a, levels[0], year=2023)
    factories.recognition(land.district, factories.level("district_ntm"), year=2023)
    factories.registration(factories.plan(land.province, 2025), land.other_district, "district_ntm")
    return land


def test_the_legend_is_of_what_the_tiles_show(unknown_2024, land):
    def legend(year):
        return [(sign, item.value) for sign, _, item in body_context(year_of(land, year))["legend"]]

    assert legend(2022) == [("na", None)]
    assert legend(2024) == [(1, None), ("na", None)]
    assert (0, 4) in legend(2023) and "na" not in dict(legend(2023))


def test_a_district_keeps_its_last_known_standing_as_its_communes_do(unknown_2024, land):
    blocks = year_of(land, 2024).map.blocks
    assert {block.name: (block.standing, block.standing_kind) for block in blocks} == {
        "Định Hóa": ("Đã đạt", "done"), "TP. Phổ Yên": ("KH 2025", "plan"),
    }  # fmt: skip
    assert {tile.sign for block in blocks for tile in block.tiles} == {1, "na"}


def test_a_column_has_its_asterisk_only_where_the_note_is(land, levels, cast, client_as):
    factories.recognition(land.commune_a, levels[0], year=2023)
    page = client_as(cast.leader).get("/tong-quan/2023/").text
    assert "Nâng cao</th>" in page and "* Nâng cao:" not in page
    for level in levels[1:]:
        factories.recognition(land.commune_a, level, year=2023)
    cache.clear()
    page = client_as(cast.leader).get("/tong-quan/2023/").text
    assert "Nâng cao*</th>" in page and "* Nâng cao:" in page


@pytest.mark.parametrize(
    ("target", "unit", "unknown"), [(12, "mỗi ô một đơn vị, vạch: kế hoạch", 12), (35, "vạch: kế hoạch", 1)]
)
def test_an_unknown_result_is_not_drawn_as_nothing_reached(
    land, levels, cast, client_as, target, unit, unknown
):
    plan = factories.plan(land.province)
    factories.target(plan, target)

    def drawn() -> tuple[int, int, int]:
        cache.clear()
        page = client_as(cast.leader).get("/tong-quan/2023/").text
        assert f"Công nhận năm 2023 ({unit})" in page
        chart = re.findall('<svg class="ub".*?</svg>', page)[0]
        return chart.count('class="f-na"'), chart.count('class="todo"'), chart.count('class="trk"')

    assert drawn() == (unknown, 0, 0)
    factories.declaration(land.province, 2023)
    # Nothing was reached, and the office says so.
    assert drawn() == ((0, 12, 0) if target == 12 else (0, 0, 1))


def test_without_a_known_year_there_is_no_last_state_of_the_old_map(land, levels, new_map):
    factories.recognition(land.commune_c, levels[1], year=2024)
    assert year_of(land, 2025).last_map is None


def test_the_year_that_ends_the_districts_is_not_compared(land, levels, new_map):
    shown = year_of(land, 2025, against_last_year=True)
    assert shown.headline == "Không so sánh được năm 2025 với năm 2024: địa giới hành chính đã thay đổi"
    assert {row.verdict.text for row in shown.rows} == {"Địa giới thay đổi"}


def test_money_of_which_a_branch_is_missing_is_a_lower_bound_without_shares(land, levels):
    factories.source("local", "Ngân sách địa phương")
    factories.amount(land.province, 5_000_000, code="central")
    shown = year_of(land)
    assert shown.money.qualifier == "at_least"
    assert [row.share for row in shown.money.rows] == [None]
    assert as_json(shown)["funding"]["sources"] == [
        {"code": "central", "amount": 5_000_000, "qualifier": "exact"},
        {"code": "local", "amount": None, "qualifier": None},
    ]
    assert [(row[0], row[1], *row[-3:]) for row in year_rows(shown)][-3:] == [
        ("total", "Tổng nguồn lực", 5_000_000, "đồng", "ít nhất"),
        ("central", "central", 5_000_000, "đồng", "đúng bằng"),
        ("local", "Ngân sách địa phương", None, "đồng", ""),
    ]


def test_an_estimate_beside_what_is_unknown_bounds_nothing(land, levels):
    local = factories.source("local", "Ngân sách địa phương")
    for code in ("district", "commune"):
        factories.source(code, code, parent=local)
    factories.amount(land.province, 5_000_000, code="commune", qualifier="about")
    money = year_of(land).money
    said = [(row.qualifier, row.words) for row in (money, *money.rows)]
    assert said == [("about", "ít nhất khoảng ")] * 2


def test_sources_keep_their_own_order_whichever_is_known(land, levels):
    for order, code in enumerate(("central", "local", "other"), start=1):
        factories.source(code, code, order=order)
    factories.amount(land.province, 5_000_000, code="other")
    sources = as_json(year_of(land))["funding"]["sources"]
    assert [(row["code"], row["amount"]) for row in sources] == [
        ("central", None), ("local", None), ("other", 5_000_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", ["so=dat-moi&muc=ntm", "so=luy-ke&muc=ntm", "so=chua-dat", "so=dung-muc&muc=model"]
)
def test_the_list_of_an_unknown_number_has_no_count(land, levels, cast, client_as, query):
    client = client_as(cast.leader)
    page = client.get(f"/tong-quan/2023/so-lieu/?{query}").content.decode()
    assert "data-count" not in page
    assert "Chưa có số liệu của con số này" in page


def test_a_province_that_ended_opens_its_last_whole_year(land, levels, client_as):
    for unit in (land.foreign, land.foreign_commune):
        unit.valid_to = date(2025, 7, 1)
        unit.save()
    person = factories.user("away", "specialist", land.foreign)
    client = client_as(person)
    assert client.get("/tong-quan/").url == "/tong-quan/2024/"
    assert client.get("/tong-quan/2025/").status_code == 404
