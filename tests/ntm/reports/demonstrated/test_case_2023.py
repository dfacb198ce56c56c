"""The published figures of Thái Nguyên for 2023, in every place where the product states them."""

from decimal import Decimal

import pytest
from django.test import Client

from ntm.core.numbers import percent
from tests.ntm.reports.reading import Page, workbook

YEAR, LIST = "/tong-quan/2023/", "/tong-quan/2023/so-lieu/"
TARGETS, REGISTERED, MONEY = "/ke-hoach/{}/chi-tieu/", "/ke-hoach/2023/dang-ky/", "/nguon-von/2023/"

FIELDS = (
    "registered", "achieved", "plan", "difference", "cumulative", "denominator", "percent", "next_plan",
)  # fmt: skip
LEVELS = {
    "ntm": (10, 10, 10, 0, 118, 126, 93.7, 2),
    "advanced": (None, 16, 12, 4, 33, 126, 26.2, 12),
    "model": (None, 6, 4, 2, 10, 126, 7.9, 2),
    "district_ntm": (None, 2, 1, 1, 6, 9, 66.7, 1),
}
PREVIOUS = {"ntm": 108, "advanced": 17, "model": 4, "district_ntm": 4}
BILLION = 10**9
SOURCES = {
    "central": (277 * BILLION, "at_least"),
    "local": (891 * BILLION, "at_least"),
    "other": (920 * BILLION, "about"),
}
TOTAL = (2088 * BILLION, "at_least")
COLUMNS = (
    "Đăng ký", "Đạt trong năm", "Kế hoạch", "Chênh lệch", "Lũy kế", "Mẫu số", "Tỷ lệ (%)", "Kế hoạch năm sau",
)  # fmt: skip


@pytest.fixture
def page(reader: Client) -> Page:
    return Page(reader, YEAR)


def test_the_page_answers_in_its_first_sentence(page):
    assert "Năm 2023 hoàn thành cả 4 chỉ tiêu kế hoạch, trong đó 3 chỉ tiêu vượt" in page.text


@pytest.mark.parametrize("code", LEVELS)
def test_the_page_states_each_level(page, code):
    _, achieved, plan, _, cumulative, denominator, share, following = LEVELS[code]
    tier = {"cap": "huyen"} if code == "district_ntm" else {}
    assert page.values(LIST, so="dat-moi", muc=code) == {achieved}
    assert page.values(LIST, so="luy-ke", muc=code) == {cumulative}
    assert page.values(LIST, so="nam-truoc", muc=code) == {PREVIOUS[code]}
    assert page.values(LIST, so="tat-ca", **tier) == {denominator}
    assert page.values(TARGETS.format(2023), muc=code, loai="new") == {plan}
    assert page.values(TARGETS.format(2024), muc=code, loai="new") == {following}
    shown = {a.text for a in page.percents if a.query == {"so": "luy-ke", "muc": code}}
    assert shown == {f"{share}%".replace(".", ",")}


def test_the_page_states_how_each_result_stands_to_its_plan(page):
    for words in ("Đạt kế hoạch", "Vượt 4 xã", "Vượt 2 xã", "Vượt 1 huyện"):
        assert words in page.text


def test_the_parts_of_126_nest(page):
    parts = [
        page.values(LIST, so="chua-dat"),
        *(page.values(LIST, so="dung-muc", muc=code) for code in ("ntm", "advanced", "model")),
    ]
    assert parts == [{8}, {85}, {23}, {10}]


def test_the_page_states_who_registered(page):
    assert page.values(REGISTERED, muc="ntm") == {10}
    assert page.values(REGISTERED, muc="ntm", thuoc_tinh="especially_difficult") == {5}
    assert page.values(REGISTERED, muc="ntm", thuoc_tinh="ethnic_mountain") == {10}


def test_the_page_states_the_money_with_its_qualifiers(page):
    sums = {(a.path, a.query.get("nguon", "")): a.sum for a in page.sums}
    assert sums == {(MONEY, ""): TOTAL[0]} | {(MONEY, code): row[0] for code, row in SOURCES.items()}
    for words in (
        "trên 2.088 tỷ đồng",
        "trên 277 tỷ đồng",
        "trên 891 tỷ đồng",
        "khoảng 920 tỷ đồng",
    ):
        assert words in page.text.replace("\xa0", " "), words


def test_next_year_names_its_district(page):
    assert "Kế hoạch 2024: Phú Lương về đích huyện NTM" in page.text.replace("\xa0", " ")


def test_names_that_nobody_published_are_marked_as_illustrative(page):
    assert "Có tên minh họa" in page.text
    assert "minh họa theo một quy tắc cố định, vì nguồn không nêu tên" in page.text


def test_the_recognised_districts_are_the_published_ones(reader):
    new = Page(reader, f"{LIST}?so=dat-moi&muc=district_ntm")
    assert {name for name in ("Định Hóa", "Đại Từ") if name in new.text} == {"Định Hóa", "Đại Từ"}
    rows, _ = workbook(reader, f"{LIST}danh-sach.xlsx?so=luy-ke&muc=district_ntm")
    assert sorted(row["Đơn vị"] for row in rows) == [
        "Huyện Phú Bình", "Huyện Đại Từ", "Huyện Định Hóa",
        "Thành phố Phổ Yên", "Thành phố Sông Công", "Thành phố Thái Nguyên",
    ]  # fmt: skip


def test_the_eight_that_are_missing_lie_where_no_district_was_recognised(reader):
    rows, _ = workbook(reader, f"{LIST}danh-sach.xlsx?so=chua-dat")
    assert {row["Thuộc"] for row in rows} == {"Huyện Phú Lương", "Huyện Đồng Hỷ", "Huyện Võ Nhai"}


def count_of(reader, query):
    (total,) = Page(reader, f"{LIST}?{query}").totals
    return int(total["data-count"])


@pytest.mark.parametrize("district", ["164", "167"])
def test_the_list_of_a_district_holds_the_district_itself(reader, district):
    assert count_of(reader, f"so=luy-ke&muc=district_ntm&huyen={district}") == 1
    reached = count_of(reader, f"so=dat-moi&muc=district_ntm&huyen={district}")
    assert reached == {"164": 0, "167": 1}[district]


@pytest.mark.parametrize("code", LEVELS)
def test_who_has_not_reached_a_level_is_all_that_it_lacks_to_the_whole(reader, code):
    cumulative, denominator = LEVELS[code][4:6]
    assert count_of(reader, f"so=chua-dat&muc={code}") == denominator - cumulative


def test_the_json_states_the_same(reader):
    answer = reader.get("/tong-quan/2023.json").json()
    assert (answer["year"], answer["as_of"]) == (2023, "2023-12-31")
    assert answer["headline"] in Page(reader, YEAR).text
    levels = {row["code"]: tuple(row[name] for name in FIELDS) for row in answer["levels"]}
    assert levels == LEVELS
    assert [set(row) for row in answer["levels"]] == [{"code", *FIELDS}] * 4
    funding = answer["funding"]
    assert (funding["total"], funding["qualifier"]) == TOTAL
    assert {row["code"]: (row["amount"], row["qualifier"]) for row in funding["sources"]} == SOURCES


def test_the_workbook_states_the_same(reader):
    rows, facts = workbook(reader, "/tong-quan/2023.xlsx")
    by_code = {row["Mã"]: row for row in rows}
    assert {code: tuple(by_code[code][name] for name in COLUMNS) for code in LEVELS} == LEVELS
    money = {code: row["Số tiền (đồng)"] for code, row in by_code.items()}
    assert money == dict.fromkeys(LEVELS) | {"total": TOTAL[0]} | {
        code: row[0] for code, row in SOURCES.items()
    }
    assert [by_code[code]["Đạt trong năm"] for code in ("total", *SOURCES)] == [None] * 4
    assert facts["Số dòng"] == len(rows) == 8
    assert "2023" in facts["Phạm vi"]


def test_percents_round_half_up():
    """By hand: 118/126, 33/126, 10/126, 6/9."""
    shares = [percent(118, 126), percent(33, 126), percent(10, 126), percent(6, 9)]
    assert shares == [Decimal("93.7"), Decimal("26.2"), Decimal("7.9"), Decimal("66.7")]


def test_the_home_page_opens_2023(leader):
    response = leader.get("/", follow=True)
    assert response.redirect_chain[-1][0] == YEAR
