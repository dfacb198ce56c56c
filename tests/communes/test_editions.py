"""Two rounds whose sets have one name: lists and pickers say what tells them apart."""

import pytest

from communes.selectors.return_links import cell_url, grid_url, short_name
from ntm.reports.selectors.criteria import choices_of
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


@pytest.fixture
def thrice(rounds, land):
    """The nation's first, the province's second and its first, which has the number of the nation's."""
    level, name = rounds[0].criteria_set.level, rounds[0].criteria_set.name
    own = factories.small_set(level, province=land.province.place, revision=1, name=name)
    rounds.append(factories.a_round(land.province, own))
    factories.submission(rounds[-1], land.commune_a)
    return rounds


GRID = "/nhap-lieu/05602/2023/"


def test_each_return_of_a_year_has_a_grid_of_its_own(thrice, cast, client_as):
    officer = client_as(cast.officer_a)
    addresses = [grid_url(row.submissions.get()) for row in thrice]
    assert addresses == [GRID, f"{GRID}?bo=ntm-tinh-2", f"{GRID}?bo=ntm-tinh-1"]
    for address, row in zip(addresses, thrice, strict=True):
        html = officer.get(address).content.decode()
        assert f'data-set="{row.criteria_set_id}"' in html
        assert all(f'href="{other}"' in html for other in addresses if other != address)


def test_the_pages_of_their_cells_are_theirs_too(thrice, cast, client_as):
    officer = client_as(cast.officer_a)
    for row in thrice:
        own = row.submissions.get()
        html = officer.get(cell_url(own, "1.1")).content.decode()
        assert f'href="{GRID}?bo={row.criteria_set.key}"' in html


def test_what_is_typed_goes_into_the_set_of_the_address(thrice, cast, client_as):
    officer = client_as(cast.officer_a)
    officer.post(f"{GRID}?bo=ntm-tinh-1", {"version": "1", "versions": "", "1.1": "Đ"})
    assert [row.submissions.get().results.count() for row in thrice] == [0, 0, 1]


def test_a_level_alone_is_its_newest_set_where_the_nations_first_was_not_asked(land, cast, client_as):
    level = factories.level()
    made = [factories.small_set(level, province=land.province.place, revision=n) for n in (1, 2)]
    for row in made:
        factories.submission(factories.a_round(land.province, row), land.commune_a)
    assert f'data-set="{made[1].pk}"' in client_as(cast.officer_a).get(GRID).content.decode()


def test_the_matrix_reaches_each_of_them(thrice, cast, client_as):
    choices = choices_of(thrice[0].province_id, 2023)
    assert [one.key for one in choices] == ["ntm", "ntm-1", "ntm-tinh-1"]
    for one in choices:
        answer = client_as(cast.leader).get(f"/tieu-chi/2023/?bo={one.key}")
        assert answer.status_code == 200


def test_each_figure_of_the_unit_opens_the_list_of_its_own_set(thrice, land, cast, client_as):
    client = client_as(cast.leader)
    for count, row in enumerate(thrice, start=1):
        row.submissions.update(state="submitted", criteria_met=count)
    html = client.get("/dia-ban/xa/05602/2023/").content.decode()
    for row in thrice:
        assert f"/dia-ban/xa/05602/2023/ket-qua/?bo={row.criteria_set.key}&amp;" in html
        shown = client.get(f"/dia-ban/xa/05602/2023/ket-qua/?bo={row.criteria_set.key}").content.decode()
        assert f'value="{row.criteria_set.key}" selected' in shown
    assert "(của tỉnh, lần 2)" in html
