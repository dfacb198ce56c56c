"""Plans by somebody of two provinces: what a page is headed is what is written, or nothing is."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from ntm.accounts.models import User
from targets.choices import PlanState
from targets.models import Plan, Target
from targets.services import approve
from tests import factories
from tests.conftest import Land

As = Callable[[User], Client]
PLAN, DRAFT, CHANGE, AMEND, APPROVE = (
    f"/ke-hoach/2023/{tail}" for tail in ("", "lap/", "du-thao/", "dieu-chinh/", "phe-duyet/")
)
PLANS, TARGETS = "/quan-tri/targets/plan/", "/quan-tri/targets/target/"
SHEETS = ("/nhap-tep/chi-tieu-ke-hoach/", "/nhap-tep/dang-ky-ke-hoach/")


def typed(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "new_ntm": "3", "note": "x", "version": "2"} | fields


@pytest.fixture
def reader(land: Land, client_as: As) -> Client:
    """Their pages are Cao Bằng's, where they only read; they draft in Thái Nguyên."""
    client = client_as(factories.specialist_who_reads(land.province, land.foreign, reading_first=True))
    assert "UBND tỉnh Cao Bằng" in client.get(PLAN).text
    return client


@pytest.mark.parametrize("state", ["", PlanState.DRAFT, PlanState.APPROVED])
def test_where_they_only_read_no_button_leads_to_a_write(
    reader: Client, land: Land, levels: Any, state: str
) -> None:
    if state:
        factories.target(factories.plan(land.foreign, state=state), 4)
    page = reader.get(PLAN).text
    for address in (DRAFT, CHANGE, AMEND, APPROVE):
        assert address not in page


def test_no_page_headed_by_one_province_writes_into_the_other(
    reader: Client, land: Land, draft: Plan
) -> None:
    theirs = factories.plan(land.foreign, state=PlanState.DRAFT)
    kept = Target.objects.count()
    for address in (DRAFT, CHANGE, "/ke-hoach/2024/lap/", f"{PLANS}add/"):
        assert reader.get(address).status_code == 403, address
        assert reader.post(address, typed(year="2024", document="")).status_code == 403, address
    for row in (theirs, draft):
        where = f"{PLANS}{row.pk}/change/"
        assert CHANGE not in reader.get(where).text
        assert reader.post(where, typed(version=str(row.version))).status_code == 403
    one = Target.objects.get(level__code="ntm")
    assert (
        reader.post(f"{TARGETS}{one.pk}/change/", {"value": "1", "version": one.version}).status_code == 403
    )
    new = {"plan": draft.pk, "level": one.level_id, "kind": "cumulative", "value": "9"}
    assert reader.post(f"{TARGETS}add/", typed() | new).status_code == 403
    assert (Plan.objects.count(), Target.objects.count()) == (2, kept)


def test_no_draft_is_made_of_the_other_province_s_approved_plan(
    reader: Client, land: Land, draft: Plan, cast: Any
) -> None:
    approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    assert reader.get(AMEND).status_code == reader.post(AMEND, typed()).status_code == 403
    assert Plan.objects.count() == 1


def test_who_approves_elsewhere_approves_nothing_from_a_page_of_where_they_read(
    land: Land, draft: Plan, client_as: As
) -> None:
    factories.plan(land.foreign, state=PlanState.DRAFT)
    person = factories.user("hai_tinh", "leader", land.foreign)
    Assignment.objects.create(user=person, unit=land.province, role="approver")
    client = client_as(person)
    assert APPROVE not in client.get(PLAN).text
    assert APPROVE not in client.get(f"{PLANS}{draft.pk}/change/").text
    sent = typed(approved_on="05/01/2023", document="", version=str(draft.version))
    assert client.get(APPROVE).status_code == client.post(APPROVE, sent).status_code == 403
    assert not Plan.objects.exclude(state=PlanState.DRAFT).exists()


def test_no_sheet_of_the_other_province_is_handed_out_or_taken(reader: Client, draft: Plan) -> None:
    for kind in SHEETS:
        for address in (kind, f"{kind}?nam=2023", f"{kind}mau.xlsx?nam=2023"):
            assert reader.get(address).status_code == 403, address
        assert reader.post(f"{kind}?nam=2023", {}).status_code == 403


def test_whose_pages_are_of_where_they_draft_works_there_as_ever(
    land: Land, draft: Plan, client_as: As
) -> None:
    person = factories.specialist_who_reads(land.province, land.foreign, reading_first=False)
    client = client_as(person)
    assert CHANGE in client.get(PLAN).text
    assert "UBND tỉnh Thái Nguyên" in client.get(CHANGE).text
    answer = client.post(CHANGE, typed(version=str(draft.version), plan=str(draft.pk)), follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(PLAN, 302)])
    assert draft.targets.get(level__code="ntm").value == 3
    assert CHANGE in client.get(f"{PLANS}{draft.pk}/change/").text
    for kind in SHEETS:
        assert client.get(f"{kind}?nam=2023").status_code == 200
    assert client.post(f"{PLANS}add/", typed(year="2024", document="")).status_code == 302
    new = {"year": "2025", "registered_ntm": "Phú Đình"}
    assert client.post("/ke-hoach/2025/lap/", typed() | new).status_code == 302
    assert set(Plan.objects.values_list("province", flat=True)) == {land.province.place_id}
    theirs = factories.plan(land.foreign, state=PlanState.DRAFT)
    assert client.post(f"{PLANS}{theirs.pk}/change/", typed(version="1")).status_code == 403
