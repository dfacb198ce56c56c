"""The page of one unit: which version an address means, who may see it, what it says."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.choices import AttributeKind, DecisionKind, Extent, RecognitionState, UnitKind
from communes.models import Succession, Unit
from communes.selectors.landing import landing_url
from communes.selectors.levels_on import home_address
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land

TODAY = date(2024, 3, 15)
MERGED_ON = date(2023, 4, 10)


@pytest.fixture(autouse=True)
def _office_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("views.units.today", "selectors.profile.office_today", "models.units.today"):
        monkeypatch.setattr(f"communes.{name}", lambda: TODAY)


@pytest.fixture
def specialist(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.specialist)


def read(client: Client, address: str, status: int = 200) -> str:
    """The text of a page, on one line."""
    response = client.get(address)
    assert response.status_code == status, address
    return " ".join(response.content.decode().split())


def close(unit: Unit, day: date) -> Unit:
    unit.valid_to = day
    unit.save()
    return unit


@pytest.fixture
def merged(land: Land) -> Unit:
    """A and B become one commune that bears A's code, as the GSO often has it."""
    close(land.commune_a, MERGED_ON)
    close(land.commune_b, MERGED_ON)
    unit = factories.unit(land.district, "Phú Điềm", code="05602", valid_from=MERGED_ON)
    for old in (land.commune_a, land.commune_b):
        factories.succession(old, unit)
    return unit


def test_a_year_means_its_last_day_and_the_running_year_today(land: Land, specialist: Client) -> None:
    assert "ngày 31/12/2022" in read(specialist, "/dia-ban/xa/05602/2022/")
    assert "ngày 15/03/2024" in read(specialist, "/dia-ban/xa/05602/2024/")


def test_another_day_shows_the_version_of_that_day(land: Land, merged: Unit, specialist: Client) -> None:
    assert "<h1>Xã Phú Điềm</h1>" in read(specialist, "/dia-ban/xa/05602/2023/")
    assert "<h1>Xã Phú Đình</h1>" in read(specialist, "/dia-ban/xa/05602/2023/?ngay=09/04/2023")


def test_two_units_with_one_code_in_a_year_point_at_each_other(
    land: Land, merged: Unit, specialist: Client
) -> None:
    page = read(specialist, "/dia-ban/xa/05602/2023/")
    assert "Trong năm 2023, mã 05602 còn là mã của:" in page
    assert (
        '<a href="/dia-ban/xa/05602/2023/?ngay=09/04/2023">Xã Phú Đình</a>, đến hết ngày 09/04/2023.' in page
    )
    assert "Xã Phú Điềm</a>, từ ngày 10/04/2023." in read(
        specialist, "/dia-ban/xa/05602/2023/?ngay=09/04/2023"
    )
    assert "còn là mã của" not in read(specialist, "/dia-ban/xa/05602/2022/")


def test_a_unit_that_ended_within_the_year_is_shown_on_its_last_day(
    land: Land, merged: Unit, specialist: Client
) -> None:
    page = read(specialist, "/dia-ban/xa/05596/2023/")
    assert "<h1>Xã Điềm Mặc</h1>" in page
    assert "Cuối năm 2023 đơn vị này không còn. Trang ghi theo ngày cuối cùng của đơn vị: 09/04/2023." in page


@pytest.mark.parametrize(
    "address",
    [
        "/dia-ban/xa/99999/2023/",
        "/dia-ban/huyen/05602/2023/",
        "/dia-ban/xa/05602/2025/",
        "/dia-ban/xa/05596/2024/",
        "/dia-ban/xa/05596/2023/?ngay=11/04/2023",
        "/dia-ban/xa/01366/2023/",
        "/dia-ban/tinh/04/2023/",
        "/dia-ban/xa/05602/0000/",
        "/dia-ban/xa/05602/99999/",
    ],
)
def test_what_is_not_there_is_not_found(land: Land, merged: Unit, specialist: Client, address: str) -> None:
    read(specialist, address, status=404)


def test_out_of_scope_looks_exactly_like_missing(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    client = client_as(cast.officer_a)
    foreign, missing = (client.get(f"/dia-ban/xa/{code}/2023/") for code in ("05596", "99999"))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert dict(foreign.headers) == dict(missing.headers)


def test_a_bad_day_gets_a_sentence_and_the_year_s_page(land: Land, specialist: Client) -> None:
    page = read(specialist, "/dia-ban/xa/05602/2023/?ngay=30/02/2023", status=400)
    assert "không có trong lịch" in page
    assert "ngày 31/12/2023" in page


def test_the_level_stands_with_its_decision(land: Land, cast: SimpleNamespace, specialist: Client) -> None:
    signed = factories.decision(land.province, number="12/QĐ-UBND", issued_on=date(2024, 1, 20))
    signed.entered_by = cast.approver
    signed.save()
    factories.recognition(land.commune_a, by=signed, trust=Trust.ILLUSTRATIVE)
    page = read(specialist, "/dia-ban/xa/05602/2023/").split("Đơn vị hành chính</h2>")[0]
    for text in (
        "Xã đạt chuẩn NTM",
        "12/QĐ-UBND",
        "20/01/2024",
        "UBND tỉnh Thái Nguyên",
        "approver",
        "Minh họa",
    ):
        assert text in page
    assert f'href="/quyet-dinh/{signed.pk}/"' in page
    before = read(specialist, "/dia-ban/xa/05602/2023/?ngay=30/12/2023").split("Đơn vị hành chính</h2>")[0]
    assert "12/QĐ-UBND" not in before


def test_a_level_in_a_year_that_is_not_all_known_says_so(land: Land, specialist: Client) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    assert "Theo kết quả đến hết năm 2022" in read(specialist, "/dia-ban/xa/05602/2022/")
    assert "đến hết năm 2023 chưa được ghi đủ" in read(specialist, "/dia-ban/xa/05602/2023/")


def test_a_city_has_its_own_wording(land: Land, specialist: Client) -> None:
    level = factories.level("district_ntm")
    level.city_name = "thành phố hoàn thành nhiệm vụ"
    level.save()
    factories.recognition(land.district, level)
    factories.recognition(land.other_district, level)
    assert "<b>Thành phố hoàn thành nhiệm vụ</b>" in read(specialist, "/dia-ban/huyen/172/2023/")
    assert "<b>Huyện, thành phố NTM</b>" in read(specialist, "/dia-ban/huyen/167/2023/")


def test_a_merged_unit_explains_why_it_waits(land: Land, merged: Unit, specialist: Client) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    page = read(specialist, "/dia-ban/xa/05602/2023/")
    assert "<b>Chờ rà soát</b>" in page
    assert "Đơn vị hình thành do sắp xếp ngày 10/04/2023." in page


def test_levels_of_the_units_before_and_after_are_kept_apart(
    land: Land, merged: Unit, specialist: Client
) -> None:
    factories.recognition(land.commune_a, year=2022)
    factories.recognition(merged, year=2023)
    page = read(specialist, "/dia-ban/xa/05602/2023/")
    own, before = page.split("Lịch sử công nhận của đơn vị trước sáp nhập</h2>")
    assert "Xã Phú Đình</td>" in before
    assert "Xã Phú Đình</td>" not in own
    old = read(specialist, "/dia-ban/xa/05602/2022/")
    assert "Xã Phú Điềm</td>" in old.split("Lịch sử công nhận của đơn vị sau sáp nhập</h2>")[1]


def test_a_revoked_level_names_the_decision_that_ended_it(land: Land, specialist: Client) -> None:
    end = factories.decision(land.province, kind=DecisionKind.REVOKE, number="77/QĐ-UBND")
    factories.recognition(
        land.commune_a,
        state=RecognitionState.REVOKED,
        ended_by=end,
        ended_on=date(2023, 12, 29),
        end_reason="Không còn đạt",
    )
    page = read(specialist, "/dia-ban/xa/05602/2023/")
    for text in ("Đã thu hồi từ 29/12/2023", "77/QĐ-UBND", "Lý do: Không còn đạt", "Thu hồi"):
        assert text in page


def test_it_tells_where_a_unit_came_from_and_what_became_of_it(
    land: Land, merged: Unit, specialist: Client
) -> None:
    page = read(specialist, "/dia-ban/xa/05602/2023/").split("Hình thành từ</h2>")[1]
    assert '<a href="/dia-ban/xa/05602/2022/">Xã Phú Đình</a>' in page
    assert '<a href="/dia-ban/xa/05596/2022/">Xã Điềm Mặc</a>' in page
    assert "Toàn bộ" in page
    assert "10/04/2023" in page
    old = read(specialist, "/dia-ban/xa/05596/2022/").split("Sau đó thành</h2>")[1]
    assert '<a href="/dia-ban/xa/05602/2024/">Xã Phú Điềm</a>' in old


def test_the_links_of_the_lineage_all_open(land: Land, merged: Unit, specialist: Client) -> None:
    short = close(
        factories.unit(land.district, "Tạm", code="05999", valid_from=date(2023, 1, 5)), date(2023, 3, 1)
    )
    for unit in (land.commune_a, land.commune_b, merged, short, land.district, land.province):
        assert f"<h1>{unit.full_name}</h1>" in read(specialist, home_address(unit, TODAY))


def test_whoever_holds_a_province_reads_no_name_of_another_one(land: Land, specialist: Client) -> None:
    factories.succession(land.foreign_commune, land.commune_a, extent=Extent.PART, note="Thôn Ngoài")
    page = read(specialist, "/dia-ban/xa/05602/2023/").split("Hình thành từ</h2>")[1]
    assert "Đơn vị ngoài phạm vi tài khoản của bạn" in page
    assert land.foreign_commune.full_name not in page and "Thôn Ngoài" not in page


def told(client: Client, link: Succession) -> str:
    """What the history of the new unit tells, on the page and in its file, once the act has been recorded."""
    with audit.writing():
        audit.record("succession.recorded", link, by=audit.SYSTEM, province_id=link.successor.province_id)
    where = f"/nhat-ky/doi-tuong/communes.unit/{link.successor.pk}/"
    response = client.get(where)
    file = client.get(f"{where}danh-sach.csv")
    assert (response.status_code, file.status_code) == (200, 200)
    return response.text + b"".join(file).decode()


@pytest.mark.parametrize("name", ["specialist", "leader"])
def test_nor_does_the_history_of_the_unit_name_it(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client], name: str
) -> None:
    client = client_as(getattr(cast, name))
    link = factories.succession(land.foreign_commune, land.commune_a, extent=Extent.PART, note="Thôn Ngoài")
    page = told(client, link)
    assert land.foreign_commune.name not in page and "Thôn Ngoài" not in page
    ours = factories.succession(land.commune_b, land.commune_a, extent=Extent.PART, note="Thôn Trong")
    page = told(client, ours)
    assert land.commune_b.name in page and "Thôn Trong" in page


def test_the_history_names_to_a_district_only_its_own(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    client = client_as(cast.district_officer)
    link = factories.succession(land.commune_d, land.commune_a, extent=Extent.PART, note="Thôn Ngoài")
    page = told(client, link)
    assert land.commune_d.name not in page and "Thôn Ngoài" not in page
    own = factories.succession(land.commune_b, land.commune_a, extent=Extent.PART, note="Thôn Trong")
    assert "Thôn Trong" in told(client, own)


def test_whoever_holds_the_unit_reads_in_its_history_what_it_was_made_of(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    link = factories.succession(land.commune_b, land.commune_a, extent=Extent.PART, note="Thôn Trong")
    page = told(client_as(cast.officer_a), link)
    assert land.commune_b.name in page and "Thôn Trong" in page


def test_a_commune_s_people_do_not_read_other_communes_names(
    land: Land, merged: Unit, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    factories.recognition(land.commune_b, year=2022)
    page = read(client_as(cast.officer_a), "/dia-ban/xa/05602/2022/")
    assert "Đơn vị ngoài phạm vi tài khoản của bạn" in page
    for hidden in (merged, land.commune_b, land.commune_c):
        assert hidden.name not in page


def test_people_of_the_new_commune_read_its_past(
    land: Land, merged: Unit, client_as: Callable[[User], Client]
) -> None:
    client = client_as(factories.user("officer_new", "commune_officer", merged))
    assert "Xã Điềm Mặc" in read(client, "/dia-ban/xa/05602/2023/")
    read(client, "/dia-ban/xa/05596/2022/")


def test_attributes_stand_with_document_source_and_trust(land: Land, specialist: Client) -> None:
    paper = factories.document(number="861/QĐ-TTg", authority="Thủ tướng Chính phủ")
    factories.attribute(
        land.commune_a, AttributeKind.AREA_TYPE, "III", document=paper, source="Phụ lục, dòng 12"
    )
    factories.attribute(land.commune_a, AttributeKind.POPULATION, "7664", trust=Trust.RECALLED)
    factories.attribute(land.commune_a, AttributeKind.AREA_KM2, "22.6", valid_to=date(2023, 1, 1))
    page = read(specialist, "/dia-ban/xa/05602/2023/").split("Thuộc tính</h2>")[1]
    for text in (
        "861/QĐ-TTg",
        "Phụ lục, dòng 12",
        "7.664",
        "Chờ xác nhận",
        "22,6",
        "Ngoài ngày đang xem",
        "31/12/2022",
    ):
        assert text in page


def test_a_district_shows_its_communes_and_counts_that_open_the_same_rows(
    land: Land, specialist: Client
) -> None:
    factories.recognition(land.commune_a, year=2022, by_year=True)
    factories.recognition(land.commune_b, year=2022, by_year=True)
    factories.unit(land.district, "Chợ Chu", kind=UnitKind.THI_TRAN)
    found = specialist.get("/dia-ban/huyen/167/2022/").context["profile"]
    assert [child.link.label for child in found.children] == [
        "Xã Bảo Linh", "Thị trấn Chợ Chu", "Xã Điềm Mặc", "Xã Phú Đình",
    ]  # fmt: skip
    assert {share.standing.text: share.count for share in found.shares} == {
        "Đạt chuẩn": 2, "Chưa đạt": 1, "Ngoài Chương trình": 1,
    }  # fmt: skip
    for share in found.shares:
        assert f'data-count="{share.count}"' in specialist.get(share.url).content.decode()


def test_a_province_shows_its_districts(land: Land, specialist: Client) -> None:
    page = read(specialist, "/dia-ban/tinh/19/2023/")
    assert "Huyện Định Hóa" in page
    assert "Thành phố Phổ Yên" in page
    assert "Hà Quảng" not in page


def test_neighbours_follow_the_order_of_the_list(land: Land, specialist: Client) -> None:
    found = specialist.get("/dia-ban/xa/05596/2023/").context["profile"]
    assert (found.previous.label, found.following.label) == ("Xã Bảo Linh", "Xã Minh Đức")
    assert specialist.get("/dia-ban/xa/05572/2023/").context["profile"].previous is None
    page = read(specialist, "/dia-ban/xa/05596/2023/")
    assert '<span>Xã Minh Đức</span><span class="sr"> (xã kế tiếp theo vần)</span>' in page
    assert "(huyện kế tiếp theo vần)" in read(specialist, "/dia-ban/huyen/167/2023/")


def test_a_version_that_holds_today_lasts_until_now(land: Land, specialist: Client) -> None:
    assert "<dt>Đến</dt><dd>nay</dd>" in read(specialist, "/dia-ban/xa/05596/2023/")
    land.commune_b.valid_to = date(2024, 1, 1)
    land.commune_b.save()
    assert "<dt>Đến hết ngày</dt><dd>31/12/2023</dd>" in read(specialist, "/dia-ban/xa/05596/2023/")


def test_a_year_to_come_is_named(land: Land, specialist: Client) -> None:
    page = read(specialist, "/dia-ban/xa/05596/2031/", status=404)
    assert "Chưa có trang của năm 2031; chọn một năm không sau 2024." in page


@pytest.mark.parametrize("more", [3, 30])
def test_the_number_of_queries_does_not_follow_the_rows(land: Land, specialist: Client, more: int) -> None:
    for index in range(more):
        unit = factories.unit(land.district, f"Tân Lập {index}", valid_from=MERGED_ON)
        factories.recognition(unit)
        factories.attribute(unit, AttributeKind.IN_PROGRAMME)
        old = close(factories.unit(land.district, f"Cũ {index}"), MERGED_ON)
        factories.recognition(old, year=2022)
        factories.succession(old, land.commune_a)
    with CaptureQueriesContext(connection) as commune:
        read(specialist, "/dia-ban/xa/05602/2023/")
    with CaptureQueriesContext(connection) as district:
        read(specialist, "/dia-ban/huyen/167/2023/")
    # 3 for who asks (the province's past is not read for a unit of today's), then versions, lineage, rules of levels,
    # family and neighbours, recognitions with their papers, attributes, declarations (of a district also the mergers
    # below it); the header's name. For the results, of which there are none: returns, the next level's conditions
    # with their checks (a district has no next level here).
    assert (len(commune), len(district)) == (13, 13)


def test_people_of_single_units_begin_with_what_waits_for_them(cast: SimpleNamespace) -> None:
    single = (cast.officer_a, cast.leader_a, cast.district_officer)
    assert {landing_url(person) for person in single} == {"/viec-cua-toi/"}
    assert [landing_url(person) for person in (cast.specialist, cast.leader, cast.unassigned)] == [None] * 3
