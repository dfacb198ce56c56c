"""The list of units on a day: page, filters, files."""

import io
from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from communes.choices import AttributeKind, DecisionKind, Tier, UnitKind
from communes.models import Unit
from ntm.accounts.models import User
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land

URL = "/dia-ban/"
TODAY = date(2024, 3, 15)


@pytest.fixture(autouse=True)
def _office_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("communes.views.units", "communes.selectors.profile", "communes.models.units"):
        name = "office_today" if module.endswith("profile") else "today"
        monkeypatch.setattr(f"{module}.{name}", lambda: TODAY)


@pytest.fixture
def specialist(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.specialist)


def names(client: Client, query: str = "") -> list[str]:
    """The names in the list, in its order."""
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200, response.content.decode()
    return [row.record.unit.name for row in response.context["table"].rows]


def body(client: Client, query: str = "") -> str:
    text: str = client.get(f"{URL}?{query}").content.decode()
    return text


def test_it_opens_with_the_latest_year_that_has_recognitions(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a, year=2022)
    text = body(specialist)
    assert "Địa bàn tỉnh Thái Nguyên ngày 31/12/2022" in text
    assert '<option value="2022" selected>' in text


def test_a_confirmation_makes_no_year_of_results(land: Land, cast: SimpleNamespace, client_as: Any) -> None:
    factories.recognition(land.commune_a, year=2022)
    confirmed = factories.decision(land.province, kind=DecisionKind.CONFIRM)
    factories.recognition(land.commune_b, year=2024, by=confirmed)
    assert client_as(cast.specialist).get("/tong-quan/").headers["Location"] == "/tong-quan/2022/"
    for person in (cast.specialist, cast.officer_b):
        assert "ngày 31/12/2022</h1>" in body(client_as(person))


def test_without_recognitions_it_opens_with_today(land: Land, specialist: Client) -> None:
    assert "Địa bàn tỉnh Thái Nguyên ngày 15/03/2024" in body(specialist)


def test_it_says_how_many_units_of_each_kind_there_are(land: Land, specialist: Client) -> None:
    factories.unit(land.district, "Chợ Chu", kind=UnitKind.THI_TRAN)
    text = " ".join(
        body(specialist, "nam=2023").replace("&nbsp;", " ").replace("<b>", "").replace("</b>", "").split()
    )
    assert "Tỉnh Thái Nguyên: 1 huyện, 1 thành phố, 5 xã, 1 thị trấn." in text


def test_names_stand_in_vietnamese_order(land: Land, specialist: Client) -> None:
    assert names(specialist) == ["Bảo Linh", "Điềm Mặc", "Minh Đức", "Phú Đình", "Phúc Thuận"]


@pytest.mark.parametrize(
    "typed", ["diem mac", "ĐIỀM", "Ðiềm Mặc", "xa diem mac", "Xã Điềm Mặc", "  điềm   mặc "]
)
def test_a_name_is_found_without_accents_case_or_kind(land: Land, specialist: Client, typed: str) -> None:
    assert names(specialist, f"ten={typed}") == ["Điềm Mặc"]


def test_both_places_of_the_tone_find_the_same_name(land: Land, specialist: Client) -> None:
    assert (
        names(specialist, "cap=huyen&ten=Định Hoá")
        == names(specialist, "cap=huyen&ten=dinh hoa")
        == ["Định Hóa"]
    )


@pytest.mark.parametrize(
    "typed", ["dinh hoa", "Định Hoá", "Ðịnh Hóa", "Huyện Định Hóa", "huyen dinh hoa", "H. Định Hoà"]
)
def test_a_name_is_looked_for_at_every_tier_below_the_province(
    land: Land, specialist: Client, typed: str
) -> None:
    assert names(specialist, f"ten={typed}") == names(specialist, f"cap=&ten={typed}") == ["Định Hóa"]
    assert names(specialist, f"cap=xa&ten={typed}") == []
    assert '<option value="" selected>Mọi cấp</option>' in body(specialist, f"ten={typed}")


def test_a_name_finds_units_of_several_tiers_and_never_the_province(land: Land, specialist: Client) -> None:
    factories.unit(land.district, "Phổ Yên Thượng", code="05999")
    assert names(specialist, "ten=TP Phổ Yên") == ["Phổ Yên", "Phổ Yên Thượng"]
    assert names(specialist, "ten=thành phố phổ yên&cap=huyen") == ["Phổ Yên"]
    assert names(specialist, "ten=thai nguyen") == []
    factories.level("district_ntm")
    assert names(specialist, "ten=pho yen&muc=district_ntm") == []


@pytest.mark.parametrize(
    "typed",
    ["xa", "xã p", "xa phu dinh", "phu", "h. dinh", "TP Phổ Yên", "dinh hoa x", "thị trấn", "%", "_", "e"],
)
def test_the_database_finds_by_name_what_this_page_finds(land: Land, specialist: Client, typed: str) -> None:
    """`querysets.named` says in SQL what the page asks of rows that it has read."""
    home = Unit.objects.filter(province=land.province.place).exclude(tier=Tier.PROVINCE)
    wanted = sorted(home.named_like(typed).values_list("name", flat=True))
    assert sorted(names(specialist, f"cap=&ten={quote(typed)}")) == wanted


def test_without_a_name_the_list_is_of_communes(land: Land, specialist: Client) -> None:
    for query in ("", "cap=", "cap=xa", "cap=xa&ten= "):
        text = body(specialist, query)
        assert '<option value="" selected>Cấp xã</option>' in text
        assert "Mọi cấp" not in text
        assert "Cấp: Cấp xã" not in text


def test_it_narrows_by_tier_and_district(land: Land, specialist: Client) -> None:
    assert names(specialist, "cap=huyen") == ["Định Hóa", "Phổ Yên"]
    assert names(specialist, "cap=tinh") == ["Thái Nguyên"]
    assert names(specialist, "huyen=172") == ["Minh Đức", "Phúc Thuận"]
    assert names(specialist, "cap=huyen&huyen=172") == ["Phổ Yên"]


def test_it_narrows_by_the_exact_level(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a)
    factories.recognition(land.commune_b)
    factories.recognition(land.commune_b, factories.level("advanced"))
    factories.declaration(land.province, 2021)
    factories.declaration(land.province, 2022)
    factories.level("district_ntm")
    ward = factories.unit(land.other_district, "Ba Hàng", kind=UnitKind.PHUONG)
    assert names(specialist, "muc=ntm") == ["Phú Đình"]
    assert names(specialist, "muc=advanced") == ["Điềm Mặc"]
    assert names(specialist, "muc=chua-dat") == ["Bảo Linh", "Minh Đức", "Phúc Thuận"]
    assert names(specialist, "muc=ngoai-chuong-trinh") == [ward.name]


def test_no_level_in_an_unknown_year_is_not_called_a_failure(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    assert "Chưa có số liệu" not in body(specialist, "nam=2022").split("<table")[1]
    assert names(specialist, "nam=2023&muc=chua-dat") == []
    assert len(names(specialist, "nam=2023&muc=chua-co-so-lieu")) == 4
    assert names(specialist, "nam=2023&muc=ntm") == ["Phú Đình"]


def test_a_merged_unit_waits_for_a_decision(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    merged = factories.unit(land.district, "Tân Phú", valid_from=date(2023, 4, 10))
    factories.succession(land.commune_b, merged)
    assert names(specialist, "nam=2023&muc=cho-ra-soat") == ["Tân Phú"]


def test_on_another_day_only_decisions_signed_by_then_count(land: Land, specialist: Client) -> None:
    undated = factories.decision(land.province, issued_on=None)
    factories.recognition(land.commune_a, year=2022, by_year=True, by=undated)
    factories.recognition(land.commune_b, by=factories.decision(land.province, issued_on=date(2023, 6, 1)))
    late = factories.decision(land.province, issued_on=date(2024, 1, 20))
    factories.recognition(land.commune_c, by=late)
    assert names(specialist, "nam=2023&muc=ntm") == ["Bảo Linh", "Điềm Mặc", "Phú Đình"]
    assert names(specialist, "ngay=30/06/2023&muc=ntm") == ["Điềm Mặc", "Phú Đình"]
    assert "Bảo Linh" in names(specialist, "ngay=30/06/2023&muc=chua-dat")


@pytest.mark.parametrize("issued_on", [None, date(2022, 12, 30)], ids=["undated", "before the paper"])
def test_what_is_only_known_at_the_year_s_end_is_unknown_before(
    land: Land, specialist: Client, issued_on: date | None
) -> None:
    paper = factories.decision(land.province, issued_on=issued_on)
    factories.recognition(land.commune_a, year=2022, by_year=True, by=paper)
    assert names(specialist, "ngay=29/12/2022&muc=chua-co-so-lieu") == ["Phú Đình"]
    assert len(names(specialist, "ngay=29/12/2022&muc=chua-dat")) == 4
    assert names(specialist, "nam=2022&muc=ntm") == ["Phú Đình"]
    page = specialist.get("/dia-ban/xa/05602/2022/?ngay=29/12/2022").content.decode()
    assert "không rõ từng ngày, nên chưa biết ngày 29/12/2022 đơn vị đã đạt hay chưa." in page


def test_what_is_known_by_a_year_says_nothing_of_who_left_within_it(land: Land, specialist: Client) -> None:
    paper = factories.decision(land.province, issued_on=date(2022, 12, 30))
    factories.recognition(land.commune_a, year=2022, by_year=True, by=paper)
    factories.unit(land.other_district, "Ba Hàng", valid_to=date(2022, 4, 10))
    assert names(specialist, "ngay=01/03/2022&muc=chua-co-so-lieu") == ["Ba Hàng", "Phú Đình"]
    assert names(specialist, "ngay=10/04/2022&muc=chua-co-so-lieu") == ["Phú Đình"]


def test_it_narrows_by_attribute_and_area_type(land: Land, specialist: Client) -> None:
    factories.attribute(land.commune_a, AttributeKind.ATK)
    factories.attribute(land.commune_b, AttributeKind.ATK, "0")
    factories.attribute(land.commune_c, AttributeKind.AREA_TYPE, "III", valid_to=date(2023, 7, 1))
    factories.attribute(land.commune_d, AttributeKind.IN_PROGRAMME, "0")
    assert names(specialist, "thuoc_tinh=atk") == ["Phú Đình"]
    assert names(specialist, "ngay=30/06/2023&khu_vuc=III") == ["Bảo Linh"]
    assert names(specialist, "khu_vuc=III") == []
    assert "Phúc Thuận" not in names(specialist, "thuoc_tinh=in_programme")


def test_an_attribute_that_is_not_verified_says_so(land: Land, specialist: Client) -> None:
    factories.attribute(land.commune_a, AttributeKind.ATK, trust=Trust.RECALLED)
    assert "ATK (chờ xác nhận)" in body(specialist)


def test_the_register_follows_the_day(land: Land, specialist: Client) -> None:
    land.commune_a.valid_to = date(2023, 4, 10)
    land.commune_a.save()
    assert "Phú Đình" in names(specialist, "ngay=09/04/2023")
    assert "Phú Đình" not in names(specialist, "ngay=10/04/2023")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("ngay=31/02/2023", "không có trong lịch"),
        ("ngay=hôm qua", "không phải là ngày"),
        ("ngay=16/03/2024", "Ngày 16/03/2024 chưa đến."),
        ("nam=2031", "Năm phải từ 2021 đến 2024."),
        ("nam=0", "Năm phải từ 2021 đến 2024."),
        ("huyen=999", "Ngày này tỉnh không có huyện mang mã đó."),
        ("muc=vô-địch", "Giai đoạn này không có mức đó."),
        ("cap=huyen&muc=ntm", "Mức này không dùng cho cấp huyện."),
        ("cap=châu", "Hãy chọn một giá trị trong danh sách."),
    ],
)
def test_a_bad_address_gets_a_sentence(land: Land, specialist: Client, query: str, sentence: str) -> None:
    factories.level("ntm")
    response = specialist.get(f"{URL}?{query}")
    assert response.status_code == 400
    text = response.content.decode()
    assert sentence in text
    assert "Hãy sửa bộ lọc rồi lọc lại." in text
    assert "Không có đơn vị nào phù hợp" not in text
    assert "Địa bàn tỉnh Thái Nguyên ngày" not in text
    assert "Mức đạt tính theo" not in text
    assert specialist.get(f"{URL}danh-sach.csv?{query}").status_code == 400


def test_a_commune_officer_finds_only_the_own_commune(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    client = client_as(cast.officer_a)
    assert names(client) == ["Phú Đình"]
    assert names(client, "cap=huyen") == []
    for other in (land.commune_b, land.foreign_commune, land.other_district):
        assert other.name not in body(client)


def test_another_province_is_not_there(land: Land, specialist: Client) -> None:
    assert "Trường Hà" not in names(specialist)


def test_the_province_s_past_provinces_are_there_on_their_days(land: Land, specialist: Client) -> None:
    land.foreign.valid_to = land.foreign_commune.valid_to = date(2023, 7, 1)
    land.foreign.save()
    land.foreign_commune.save()
    factories.succession(land.foreign, land.province)
    assert "Trường Hà" not in names(specialist, "nam=2022")
    page, every = body(specialist, "nam=2022"), body(specialist, "nam=2022&tinh=")
    assert "Địa bàn tỉnh Thái Nguyên ngày 31/12/2022" in page
    assert "Tỉnh Cao Bằng:" not in page
    assert "Địa bàn các tỉnh ngày 31/12/2022" in every
    assert "Tỉnh Cao Bằng:" in every
    assert "Trường Hà" in names(specialist, "nam=2022&tinh=")
    assert names(specialist, "nam=2022&tinh=04") == ["Trường Hà"]
    assert "Trường Hà" not in names(specialist, "nam=2023")


def test_districts_are_those_of_the_province_that_is_shown(land: Land, specialist: Client) -> None:
    there = factories.unit(land.foreign, "Ba Bể", code="062", kind=UnitKind.HUYEN)
    commune = factories.unit(there, "Thượng Minh", code="01999")
    for row in (land.foreign, there, commune):
        row.valid_to = date(2023, 7, 1)
        row.save()
    factories.succession(land.foreign, land.province)
    own, every = body(specialist, "nam=2022"), body(specialist, "nam=2022&tinh=")
    assert ("Ba Bể" in own, "Định Hóa</option>" in own) == (False, True)
    assert "Ba Bể" in every
    assert "Định Hóa</option>" not in body(specialist, "nam=2022&tinh=04")
    # A district's page names no province: its list is that of its own.
    assert names(specialist, "nam=2022&huyen=062") == ["Thượng Minh"]
    crossed = specialist.get(f"{URL}?nam=2022&tinh=19&huyen=062")
    assert (crossed.status_code, "không có huyện mang mã đó" in crossed.text) == (400, True)


def read(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_a_city_reads_as_the_law_calls_it_in_one_count_with_the_districts(
    land: Land, specialist: Client
) -> None:
    level = factories.level("district_ntm")
    level.city_name = "hoàn thành nhiệm vụ xây dựng NTM"
    level.save()
    for unit in (land.district, land.other_district):
        factories.recognition(unit, level)
    text = body(specialist, "cap=huyen&nam=2023")
    assert ("Hoàn thành nhiệm vụ" in text, text.count(" Đạt chuẩn</span>")) == (True, 1)
    lines = read(specialist, f"{URL}danh-sach.csv?cap=huyen&nam=2023").decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines if "Hoàn thành nhiệm vụ" in line] == ["Phổ Yên"]
    assert names(specialist, "cap=huyen&nam=2023&muc=district_ntm") == ["Định Hóa", "Phổ Yên"]
    assert "Đạt chuẩn, hoàn thành nhiệm vụ <b>" in specialist.get("/dia-ban/tinh/19/2023/").text
    figures = specialist.get("/tong-quan/2023/so-lieu/?so=tat-ca&cap=huyen").text
    assert "Hoàn thành nhiệm vụ" in figures


def test_the_workbook_has_real_dates_and_codes_as_text(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a, trust=Trust.ILLUSTRATIVE)
    land.commune_a.valid_from = date(2022, 4, 10)
    land.commune_a.save()
    sheet = load_workbook(io.BytesIO(read(specialist, f"{URL}danh-sach.xlsx?muc=ntm"))).worksheets[0]
    header, row, _ = ([cell.value for cell in line] for line in sheet.iter_rows())
    cells = dict(zip(header, row, strict=True))
    assert cells["Mã"] == "05602"
    assert cells["Có hiệu lực từ"] == datetime(2022, 4, 10)  # noqa: DTZ001 - a workbook knows no zones
    assert cells["Hết hiệu lực từ"] is None
    assert (cells["Mức"], cells["Năm đạt"], cells["Huyện, thành phố"]) == (
        "Đạt chuẩn",
        2023,
        "Huyện Định Hóa",
    )
    assert cells["Mức tin cậy của mức đạt"] == "Minh họa"


def test_both_files_hold_the_rows_of_the_page(land: Land, specialist: Client) -> None:
    query = "huyen=167"
    lines = read(specialist, f"{URL}danh-sach.csv?{query}").decode("utf-8-sig").splitlines()
    book = load_workbook(io.BytesIO(read(specialist, f"{URL}danh-sach.xlsx?{query}")))
    expected = names(specialist, query)
    last = f"Tổng số: {len(expected)} dòng"
    assert [line.split(";")[0] for line in lines[1:]] == [*expected, last]
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [*expected, last]
    assert f'data-count="{len(expected)}"' in body(specialist, query)


@pytest.mark.parametrize(
    "column",
    [
        "code",
        "name",
        "kind",
        "district",
        "standing",
        "level_year",
        "area_type",
        "valid_from",
        "valid_to",
        "trust",
    ],
)
def test_every_column_sorts_both_ways(land: Land, specialist: Client, column: str) -> None:
    factories.recognition(land.commune_a)
    factories.attribute(land.commune_a, AttributeKind.AREA_TYPE, "II")
    land.commune_b.valid_from = date(2022, 4, 10)
    land.commune_b.save()
    assert sorted(names(specialist, f"sort={column}")) == sorted(names(specialist, f"sort=-{column}"))


@pytest.mark.parametrize("more", [3, 30])
def test_the_number_of_queries_does_not_follow_the_rows(land: Land, specialist: Client, more: int) -> None:
    for index in range(more):
        unit = factories.unit(land.district, f"Tân Lập {index}")
        factories.recognition(unit)
        factories.attribute(unit, AttributeKind.ATK)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        names(specialist, "nam=2023")
    # Who: session, user, roles, past provinces. What: the default year, units, attributes, the period's levels
    # and what still counts in it, recognitions, mergers, declarations. Header: the
    # province's name. And one that counts the search.
    assert len(queries) == 13
