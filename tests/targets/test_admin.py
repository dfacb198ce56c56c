"""Plans and targets in the admin: the pages' verbs, rights and versions; no delete."""

import uuid
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from ntm.accounts.models import User
from targets.models import Plan, Registration, Target
from targets.services import approve
from tests import factories
from tests.conftest import Land

As = Callable[[User], Client]
PLANS, TARGETS = "/quan-tri/targets/plan/", "/quan-tri/targets/target/"


@pytest.fixture
def office(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.specialist)


def token() -> dict[str, str]:
    return {"token": str(uuid.uuid4())}


def test_a_draft_is_opened_once_by_two_clicks(office: Client, levels: Any, cast: SimpleNamespace) -> None:
    once = {"year": "2025", "document": "", "note": "từ quản trị"} | token()
    assert [office.post(f"{PLANS}add/", once).status_code for _ in range(2)] == [302, 302]
    plan = Plan.objects.get()
    assert (plan.year, plan.note, plan.drafted_by) == (2025, "từ quản trị", cast.specialist)


def test_a_refusal_comes_back_beside_its_field(office: Client, levels: Any) -> None:
    response = office.post(f"{PLANS}add/", {"year": "2050", "note": ""} | token())
    assert response.status_code == 422
    assert "Chưa có giai đoạn" in response.content.decode()


def test_the_note_changes_and_the_targets_stay(office: Client, draft: Plan) -> None:
    response = office.post(f"{PLANS}{draft.pk}/change/", {"note": "mới", "version": draft.version})
    assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.note == "mới"
    assert (Target.objects.count(), Registration.objects.count()) == (2, 2)


def test_an_old_version_is_answered_409(office: Client, draft: Plan) -> None:
    response = office.post(f"{PLANS}{draft.pk}/change/", {"note": "mới", "version": draft.version - 1})
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.note == ""


def test_the_page_of_a_draft_shows_its_lines_and_where_to_go(office: Client, draft: Plan) -> None:
    page = office.get(f"{PLANS}{draft.pk}/change/").content.decode()
    assert "/ke-hoach/2023/du-thao/" in page
    assert "Xã Phú Đình" in page


def test_an_approved_plan_is_only_shown(office: Client, draft: Plan, cast: SimpleNamespace) -> None:
    approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    target = Target.objects.get(level__code="ntm")
    for address in (f"{PLANS}{draft.pk}/change/", f"{TARGETS}{target.pk}/change/"):
        assert office.get(address).status_code == 200
        assert office.post(address, {"note": "x", "value": "1", "version": "9"}).status_code == 403


def test_a_target_is_added_and_changed(office: Client, draft: Plan, levels: Any) -> None:
    facts = {"plan": draft.pk, "level": levels["model"].pk, "kind": "new", "value": "4"}
    assert office.post(f"{TARGETS}add/", facts | token()).status_code == 302
    row = Target.objects.get(level=levels["model"])
    assert office.post(f"{TARGETS}{row.pk}/change/", {"value": "5", "version": "1"}).status_code == 302
    assert office.post(f"{TARGETS}{row.pk}/change/", {"value": "6", "version": "1"}).status_code == 409
    row.refresh_from_db()
    assert row.value == 5


@pytest.mark.parametrize("value", ["-1", "1.5", "nhiều", "99999999999", ""])
def test_a_wrong_number_is_refused(office: Client, draft: Plan, levels: Any, value: str) -> None:
    facts = {"plan": draft.pk, "level": levels["model"].pk, "kind": "new", "value": value}
    assert office.post(f"{TARGETS}add/", facts | token()).status_code == 422
    assert not Target.objects.filter(level=levels["model"]).exists()


def test_the_plan_of_another_province_cannot_be_chosen_or_seen(
    office: Client, levels: Any, land: Land
) -> None:
    theirs = factories.plan(land.foreign, state="draft")
    facts = {"plan": theirs.pk, "level": levels["ntm"].pk, "kind": "new", "value": "4"}
    assert office.post(f"{TARGETS}add/", facts | token()).status_code == 422
    assert office.get(f"{PLANS}{theirs.pk}/change/").status_code == 404


def test_nothing_is_deleted(office: Client, draft: Plan) -> None:
    row = Target.objects.first()
    assert row is not None
    for address in (f"{PLANS}{draft.pk}/delete/", f"{TARGETS}{row.pk}/delete/"):
        assert office.post(address, {"post": "yes"}).status_code in (403, 404)
    assert Target.objects.count() == 2


@pytest.mark.parametrize(
    ("role", "seen"), [("administrator", 200), ("leader", 403), ("approver", 200), ("officer_a", 403)]
)
def test_others_do_not_write(draft: Plan, cast: Any, client_as: As, role: str, seen: int) -> None:
    client = client_as(getattr(cast, role))
    assert client.get(PLANS).status_code == seen
    assert client.post(f"{PLANS}add/", {"year": "2025"} | token()).status_code in (302, 403)
    assert Plan.objects.count() == 1
