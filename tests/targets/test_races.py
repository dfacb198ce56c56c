"""Two people at a year's plan in the same moment, on PostgreSQL."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from ntm.audit import log as audit
from targets.choices import PlanState
from targets.models import Plan, Target
from targets.services import amend, approve, change_draft, draft_plan
from tests.conftest import Land
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_a_year_gets_one_draft(land: Land, levels: Any) -> None:
    def draft() -> Plan:
        return draft_plan(province=land.province.place, year=2023, by=audit.SYSTEM)

    assert refused(at_once(draft, draft, draft)) == 2
    assert Plan.objects.count() == 1


def test_a_plan_is_amended_once(draft: Plan, cast: SimpleNamespace) -> None:
    plan = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    assert refused(at_once(*[lambda: amend(plan, by=audit.SYSTEM)] * 3)) == 2
    assert Plan.objects.filter(state=PlanState.DRAFT).count() == 1


def test_what_is_approved_is_what_was_shown_while_another_saves(
    draft: Plan, cast: SimpleNamespace, lines: Any
) -> None:
    shown = draft.version

    def save() -> Plan:
        return change_draft(
            draft, expected_version=shown, targets=lines(ntm=99), registrations=[], by=cast.specialist
        )

    def sign() -> Plan:
        return approve(draft, approved_on=date(2023, 1, 5), expected_version=shown, by=cast.approver)

    assert refused(at_once(save, sign)) == 1
    plan = Plan.objects.get()
    value = Target.objects.get(level__code="ntm").value
    assert (plan.state, value) in {(PlanState.APPROVED, 10), (PlanState.DRAFT, 99)}


def test_a_draft_is_approved_once(draft: Plan) -> None:
    def sign() -> Plan:
        return approve(draft, approved_on=date(2023, 1, 5), by=audit.SYSTEM)

    assert refused(at_once(sign, sign)) == 1
    assert Plan.objects.get().version == draft.version + 1
