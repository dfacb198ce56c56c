"""Approving a plan: who may, when, and what it does to the revision before."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import AttributeKind, UnitKind
from communes.models import Assignment, Unit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from targets.choices import PlanState
from targets.models import Plan
from targets.services import amend, approve, can_approve, change_draft
from tests import factories
from tests.conftest import Land

DAY = date(2023, 1, 5)


def test_an_approval_is_written_down_with_its_day_document_and_person(
    draft: Plan, cast: SimpleNamespace, land: Land
) -> None:
    document = factories.document(province=land.province.place, issued_on=DAY)
    plan = approve(
        draft, approved_on=DAY, document=document, expected_version=draft.version, by=cast.approver
    )
    assert (plan.state, plan.approved_on, plan.approved_by) == (PlanState.APPROVED, DAY, cast.approver)
    assert plan.document == document
    assert LogEntry.objects.get(action="plan.approved").actor == cast.approver


def test_the_document_of_the_draft_stays_when_none_is_given(draft: Plan, cast: Any, lines: Any) -> None:
    document = factories.document(issued_on=DAY)
    draft = change_draft(
        draft, expected_version=draft.version, targets=lines(ntm=1), registrations=[], document=document,
        by=cast.specialist,
    )  # fmt: skip
    assert approve(draft, approved_on=DAY, by=cast.approver).document == document


def test_the_revision_before_is_superseded_and_recorded(draft: Plan, cast: SimpleNamespace) -> None:
    first = approve(draft, approved_on=DAY, by=cast.approver)
    second = approve(amend(first, by=cast.specialist), approved_on=date(2023, 6, 1), by=cast.approver)
    first.refresh_from_db()
    assert (first.state, second.state) == (PlanState.SUPERSEDED, PlanState.APPROVED)
    assert LogEntry.objects.get(action="plan.superseded").object_id == str(first.pk)


@pytest.fixture
def both(land: Land, cast: SimpleNamespace) -> Any:
    """The specialist, who now also holds the approver's role."""
    Assignment.objects.create(user=cast.specialist, unit=land.province, role="approver")
    return type(cast.specialist).objects.get(pk=cast.specialist.pk)


def test_nobody_approves_what_they_drafted(draft: Plan, both: Any) -> None:
    with pytest.raises(NotAllowed, match="không được tự phê duyệt"):
        approve(draft, approved_on=DAY, by=both)
    draft.refresh_from_db()
    assert draft.state == PlanState.DRAFT


def test_nobody_approves_what_they_changed(draft: Plan, land: Land, lines: Any) -> None:
    second = factories.user("second", "specialist", land.province)
    Assignment.objects.create(user=second, unit=land.province, role="approver")
    assert can_approve(draft, second)
    draft = change_draft(
        draft, expected_version=draft.version, targets=lines(ntm=9), registrations=[], by=second
    )
    assert not can_approve(draft, second)
    with pytest.raises(NotAllowed):
        approve(draft, approved_on=DAY, by=second)


def test_another_approver_may(draft: Plan, cast: SimpleNamespace) -> None:
    assert can_approve(draft, cast.approver)


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2021, 12, 31)])
def test_a_plan_is_not_approved_long_before_its_year(draft: Plan, cast: SimpleNamespace, day: date) -> None:
    with pytest.raises(Refused, match="sớm nhất từ 01/01/2022") as refusal:
        approve(draft, approved_on=day, by=cast.approver)
    assert refusal.value.field == "approved_on"


def test_a_plan_is_not_approved_before_its_paper(draft: Plan, cast: SimpleNamespace) -> None:
    document = factories.document("7/QĐ-UBND", issued_on=date(2023, 1, 5))
    with pytest.raises(Refused, match=r"ngày ban hành văn bản \(05/01/2023\)"):
        approve(draft, approved_on=date(2023, 1, 4), document=document, by=cast.approver)
    assert (
        approve(draft, approved_on=date(2023, 1, 5), document=document, by=cast.approver).document == document
    )


@pytest.mark.parametrize("role", ["specialist", "leader", "department", "administrator", "officer_a"])
def test_only_approvers_approve(draft: Plan, cast: SimpleNamespace, role: str) -> None:
    with pytest.raises(NotAllowed, match="không có quyền phê duyệt"):
        approve(draft, approved_on=DAY, by=getattr(cast, role))


def test_an_approver_of_another_province_is_refused(draft: Plan, land: Land) -> None:
    stranger = factories.user("stranger", "approver", land.foreign)
    with pytest.raises(NotAllowed, match="tỉnh mình"):
        approve(draft, approved_on=DAY, by=stranger)


def test_a_day_in_the_future_is_refused(draft: Plan, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="sau ngày hôm nay") as refusal:
        approve(draft, approved_on=today() + timedelta(days=1), by=cast.approver)
    assert refusal.value.field == "approved_on"
    assert approve(draft, approved_on=today(), by=cast.approver).approved_on == today()


def test_a_person_must_say_the_day_a_loader_need_not(draft: Plan, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="nhập ngày"):
        approve(draft, approved_on=None, by=cast.approver)
    plan = approve(draft, approved_on=None, by=audit.SYSTEM)
    assert (plan.approved_on, plan.approved_by) == (None, None)


def test_a_day_before_the_revision_before_is_refused(draft: Plan, cast: SimpleNamespace) -> None:
    first = approve(draft, approved_on=DAY, by=cast.approver)
    copy = amend(first, by=cast.specialist)
    with pytest.raises(Refused, match="không được trước"):
        approve(copy, approved_on=DAY - timedelta(days=1), by=cast.approver)
    assert approve(copy, approved_on=DAY, by=cast.approver).state == PlanState.APPROVED


def test_a_draft_without_a_target_is_refused(draft: Plan, cast: SimpleNamespace) -> None:
    empty = change_draft(
        draft, expected_version=draft.version, targets=[], registrations=[], by=cast.specialist
    )
    with pytest.raises(Refused, match="chưa giao chỉ tiêu nào"):
        approve(empty, approved_on=DAY, by=cast.approver)


def test_a_draft_of_zeros_is_refused(draft: Plan, cast: SimpleNamespace, lines: Any) -> None:
    draft = change_draft(
        draft, expected_version=draft.version, targets=lines(ntm=0), registrations=[], by=cast.specialist
    )
    with pytest.raises(Refused, match="chưa giao chỉ tiêu nào"):
        approve(draft, approved_on=DAY, by=cast.approver)


def test_more_than_there_are_units_in_the_programme_is_refused(
    draft: Plan, land: Land, cast: SimpleNamespace, lines: Any
) -> None:
    factories.unit(land.district, "Chợ Chu", kind=UnitKind.PHUONG)
    factories.attribute(land.commune_d, AttributeKind.IN_PROGRAMME, "0")
    with pytest.raises(Refused) as refusal:
        approve(draft, approved_on=DAY, by=cast.approver)
    assert "là 10 nhưng tỉnh chỉ có 9 đơn vị cấp xã thuộc Chương trình (ngày 31/12/2023)" in str(
        refusal.value
    )
    draft = change_draft(
        draft, expected_version=draft.version, targets=lines(ntm=9, district_ntm=3), registrations=[],
        by=cast.specialist,
    )  # fmt: skip
    with pytest.raises(Refused, match="là 3 nhưng tỉnh chỉ có 2 đơn vị cấp huyện"):
        approve(draft, approved_on=DAY, by=cast.approver)


def test_the_districts_that_ended_within_the_year_could_be_promised(
    draft: Plan, land: Land, cast: SimpleNamespace
) -> None:
    Unit.objects.filter(tier="district").update(valid_to=date(2023, 7, 1))
    assert approve(draft, approved_on=DAY, by=cast.approver).state == PlanState.APPROVED


def test_what_was_published_is_loaded_as_it_is(draft: Plan, land: Land) -> None:
    Unit.objects.filter(tier="commune").update(valid_to=date(2022, 7, 1))
    assert approve(draft, approved_on=None, by=audit.SYSTEM).state == PlanState.APPROVED


def test_what_is_approved_is_what_was_shown(draft: Plan, cast: SimpleNamespace, lines: Any) -> None:
    shown = draft.version
    change_draft(draft, expected_version=shown, targets=lines(ntm=99), registrations=[], by=cast.specialist)
    with pytest.raises(Stale):
        approve(draft, approved_on=DAY, expected_version=shown, by=cast.approver)


def test_an_approved_plan_is_not_approved_again(draft: Plan, cast: SimpleNamespace) -> None:
    plan = approve(draft, approved_on=DAY, by=cast.approver)
    with pytest.raises(Refused, match="không sửa được nữa"):
        approve(plan, approved_on=DAY, by=cast.approver)
