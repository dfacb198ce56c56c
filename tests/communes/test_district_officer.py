"""A district's people read the communes while those lay in the district, and write nothing."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.choices import AttributeKind, DecisionKind, RecognitionState
from communes.models import Confirmation, Unit
from communes.reach import reach_of, reach_with
from communes.services.attributes import record_attribute
from communes.services.units import change_unit
from ntm.accounts.models import User
from ntm.accounts.roles import ROLES
from ntm.core.errors import NotAllowed
from tests import factories
from tests.conftest import Land

END = date(2025, 7, 1)


@pytest.fixture
def officer(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.district_officer)


def names(client: Client, query: str) -> list[str]:
    rows = client.get(f"/dia-ban/?{query}").context["table"].rows
    return [row.record.unit.name for row in rows]


def moved_up(land: Land, unit: Unit) -> Unit:
    """The commune goes on without its district, under the province."""
    Unit.objects.filter(pk=unit.pk).update(valid_to=END)
    facts = {"place": unit.place, "code": unit.code, "valid_from": END}
    return factories.unit(land.province, unit.name, **facts)


def test_it_reads_the_communes_of_the_district_and_no_others(land: Land, officer: Client) -> None:
    assert names(officer, "nam=2023") == ["Bảo Linh", "Điềm Mặc", "Phú Đình"]
    assert names(officer, "nam=2023&cap=huyen") == ["Định Hóa"]
    assert officer.get("/dia-ban/xa/05602/2023/").status_code == 200
    assert officer.get("/dia-ban/xa/05881/2023/").status_code == 404
    page = officer.get("/dia-ban/huyen/167/2023/").text
    assert 'href="/dia-ban/xa/05602/2023/"' in page


def test_it_reads_only_the_time_in_the_district(land: Land, officer: Client) -> None:
    new = moved_up(land, land.commune_a)
    factories.recognition(land.commune_a, source="cũ")
    factories.recognition(new, factories.level("advanced"), year=2025)
    factories.attribute(land.commune_a, AttributeKind.ATK, source="Nguồn thời huyện")
    factories.attribute(new, AttributeKind.ETHNIC_MOUNTAIN, valid_from=END, source="Nguồn thời sau")
    assert names(officer, "nam=2024") == ["Bảo Linh", "Điềm Mặc", "Phú Đình"]
    assert names(officer, "nam=2025") == ["Bảo Linh", "Điềm Mặc"]
    assert officer.get("/dia-ban/xa/05602/2026/").status_code == 404
    page = officer.get("/dia-ban/xa/05602/2024/").text
    assert "Nguồn thời huyện" in page
    assert "Nguồn thời sau" not in page
    assert 'data-count="1"' in officer.get("/cong-nhan/").text


def test_a_commune_that_was_merged_away_in_the_district_is_still_read(land: Land, officer: Client) -> None:
    Unit.objects.filter(pk=land.commune_b.pk).update(valid_to=date(2023, 4, 10))
    union = factories.unit(land.district, "Hợp Nhất", valid_from=date(2023, 4, 10))
    factories.succession(Unit.objects.get(pk=land.commune_b.pk), union)
    assert "Điềm Mặc" in names(officer, "nam=2022")
    assert "Xã Điềm Mặc" in officer.get(f"/dia-ban/xa/{union.code}/2023/").text


@pytest.mark.parametrize("how", ["made", "ended", "confirmed"])
def test_it_reads_the_decisions_about_its_communes(land: Land, officer: Client, how: str) -> None:
    paper = factories.document("12/QĐ-CT", province=land.province.place)
    decision = factories.decision(land.province, document=paper, kind=DecisionKind.RECOGNISE)
    inside, outside = (
        factories.recognition(unit, year=2022, **({"by": decision} if how == "made" else {}))
        for unit in (land.commune_a, land.commune_d)
    )
    for row in (inside, outside):
        if how == "ended":
            row.state, row.ended_by, row.ended_on = RecognitionState.REVOKED, decision, date(2023, 12, 29)
            row.save()
        if how == "confirmed":
            Confirmation.objects.create(decision=decision, recognition=row)
    for path in (f"/quyet-dinh/{decision.pk}/", f"/van-ban/{paper.pk}/"):
        page = officer.get(path).text
        assert "Xã Phú Đình" in page
        assert "Phúc Thuận" not in page
    assert "12/QĐ-CT" in officer.get("/quyet-dinh/").text


@pytest.mark.parametrize(("of", "status"), [("commune_b", 200), ("commune_d", 404)])
def test_the_scan_opens_where_it_names_only_communes_of_the_district(
    land: Land, officer: Client, of: str, status: int, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    paper = factories.document(province=land.province.place)
    paper.file.save("ban-chup.pdf", ContentFile(b"%PDF-1.4\n"))
    decision = factories.decision(land.province, document=paper)
    for unit in (land.commune_a, getattr(land, of)):
        factories.recognition(unit, by=decision)
    response = officer.get(f"/van-ban/{paper.pk}/tep/")
    response.close()
    assert response.status_code == status


def test_a_decision_about_another_district_is_not_there(land: Land, officer: Client) -> None:
    decision = factories.decision(land.province)
    factories.recognition(land.commune_d, by=decision)
    assert officer.get(f"/quyet-dinh/{decision.pk}/").status_code == 404
    assert officer.get(f"/van-ban/{decision.document_id}/").status_code == 404


def test_nothing_becomes_writable(land: Land, cast: SimpleNamespace) -> None:
    reach = reach_of(cast.district_officer)
    assert reach.may_read(land.commune_a)
    for right in ROLES["district_officer"].permissions:
        assert not reach_with(cast.district_officer, right).may_write(land.commune_a)
    with pytest.raises(NotAllowed):
        change_unit(land.commune_a, expected=1, name="Khác", by=cast.district_officer)
    with pytest.raises(NotAllowed):
        record_attribute(
            land.commune_a, kind=AttributeKind.ATK, value="1", valid_from=None, by=cast.district_officer
        )


def test_an_ended_assignment_opens_nothing(land: Land, cast: SimpleNamespace, officer: Client) -> None:
    assert officer.get("/dia-ban/xa/05602/2023/").status_code == 200
    cast.district_officer.assignments.update(ended_at="2025-07-01T00:00:00+07:00")
    assert officer.get("/dia-ban/xa/05602/2023/").status_code == 403


def test_one_condition_is_asked_in_two_ways(land: Land, cast: SimpleNamespace) -> None:
    moved_up(land, land.commune_b)
    for person in vars(cast).values():
        seen = set(Unit.objects.visible_to(person))
        assert seen == {unit for unit in Unit.objects.all() if reach_of(person).may_read(unit)}


@pytest.mark.parametrize(
    "path", ["/dia-ban/?nam=2023", "/dia-ban/huyen/167/2023/", "/quyet-dinh/", "/cong-nhan/"]
)
def test_the_queries_do_not_follow_the_rows_and_are_those_of_a_commune_officer(
    land: Land, cast: SimpleNamespace, client_as: Callable[[User], Client], path: str
) -> None:
    def counted(person: User, address: str) -> int:
        client = client_as(person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    by = factories.decision(land.province)
    for unit in land.communes[:3]:
        factories.recognition(unit, by=by)
    few = counted(cast.district_officer, path)
    for number in range(27):
        factories.recognition(factories.unit(land.district, f"Bản {number}"))
    assert counted(cast.district_officer, path) == few
    if "/huyen/" not in path:
        assert counted(cast.officer_a, path) == few
