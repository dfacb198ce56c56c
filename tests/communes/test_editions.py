"""Two rounds whose sets have one name: lists and pickers say what tells them apart."""

import pytest

from communes.selectors.return_links import short_name
from tests import factories


@pytest.fixture
def rounds(land):
    first = factories.small_set()
    own = factories.small_set(first.level, province=land.province.place, revision=2, name=first.name)
    own.document = factories.document("07/QĐ-UBND")
    own.save()
    made = [factories.a_round(land.province, row) for row in (first, own)]
    for row in made:
        factories.submission(row, land.commune_a)
    return made


def test_a_set_of_the_nation_in_its_first_revision_has_only_its_name(rounds):
    assert [row.criteria_set.edition for row in rounds] == ["", "của tỉnh, lần 2"]
    assert [short_name(row) for row in rounds] == ["Đạt chuẩn 2023", "Đạt chuẩn 2023, bộ của tỉnh, lần 2"]


@pytest.mark.parametrize("page", ["/ky-nhap-lieu/", "/nhap-lieu/?ca=tat-ca&nam=2023"])
def test_lists_tell_them_apart(rounds, cast, client_as, page):
    html = client_as(cast.specialist).get(page).content.decode()
    assert "(của tỉnh, lần 2)" in html


def test_the_list_of_rounds_names_the_paper(rounds, cast, client_as):
    assert "07/QĐ-UBND" in client_as(cast.specialist).get("/ky-nhap-lieu/").content.decode()


def test_the_pages_of_criteria_tell_them_apart(rounds, cast, client_as):
    html = client_as(cast.leader).get("/tieu-chi/2023/", follow=True).content.decode()
    assert "(của tỉnh, lần 2)" in html
