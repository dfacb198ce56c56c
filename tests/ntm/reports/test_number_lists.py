"""The lists behind numbers: what they name, and whose decision a row tells."""

from datetime import date

import pytest

from communes.choices import DecisionKind, RecognitionState
from tests import factories
from tests.ntm.reports.reading import Page

LIST = "/tong-quan/2023/so-lieu/"


@pytest.fixture
def reader(cast, client_as):
    return client_as(cast.leader)


@pytest.mark.parametrize("kind", ["tat-ca", "cho-ra-soat", "don-vi", "ngoai-chuong-trinh"])
def test_a_level_that_the_number_does_not_know_goes_out_of_address_and_title(land, reader, kind):
    factories.level()
    response = reader.get(f"{LIST}?so={kind}&muc=ntm&huyen=167")
    assert response["Location"] == f"{LIST}?so={kind}&huyen=167"
    assert "Xã đạt chuẩn NTM" not in Page(reader, response["Location"]).html.partition("<h1")[2][:200]
    file = reader.get(f"{LIST}danh-sach.csv?so={kind}&muc=ntm")
    assert "đạt chuẩn NTM" not in b"".join(file.streaming_content).decode().splitlines()[0]


def test_of_a_districts_level_its_tier_stays(land, reader):
    factories.level()
    factories.level("district_ntm")
    response = reader.get(f"{LIST}?so=tat-ca&muc=district_ntm")
    assert response["Location"] == f"{LIST}?so=tat-ca&cap=huyen"
    assert "Huyện Định Hóa" in Page(reader, response["Location"]).text


def test_a_level_that_the_number_asks_for_stays(land, reader):
    factories.recognition(land.commune_a, year=2023)
    assert "Lũy kế đạt, " in Page(reader, f"{LIST}?so=luy-ke&muc=ntm").text


@pytest.mark.parametrize("is_regained", [False, True])
def test_the_list_of_the_revoked_tells_the_decision_that_revoked(land, reader, is_regained):
    ending = factories.decision(
        land.province, kind=DecisionKind.REVOKE, number="77/QĐ-UBND", issued_on=date(2023, 6, 1)
    )
    factories.recognition(
        land.commune_b, year=2022, state=RecognitionState.REVOKED, ended_by=ending, ended_on=date(2023, 6, 1)
    )
    for year in (2021, 2022, 2023):
        factories.declaration(land.province, year)
    if is_regained:
        factories.recognition(land.commune_b, year=2023)
    page = Page(reader, f"{LIST}?so=thu-hoi&muc=ntm")
    assert "77/QĐ-UBND" in page.text
    assert "01/06/2023" in page.text
    assert f"/quyet-dinh/{ending.pk}/" in page.html
