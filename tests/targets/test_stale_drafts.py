"""A form of a draft that has moved on: each revision counts its versions from 1, so the form names its plan."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from ntm.accounts.models import User
from targets.choices import PlanState
from targets.models import Plan, Target
from targets.services import amend, approve, change_draft
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed

EDIT, SIGN = "/ke-hoach/2023/du-thao/", "/ke-hoach/2023/phe-duyet/"


def hidden(client: Client, address: str) -> dict[str, str]:
    """What the page's form sends besides what is typed."""
    page = client.get(address).content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.fixture
def office(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.specialist)


@pytest.fixture
def approver(cast: SimpleNamespace, client_as: Callable[[User], Client]) -> Client:
    return client_as(cast.approver)


@pytest.fixture
@replayed
def signed(draft: Plan, cast: SimpleNamespace) -> Plan:
    return approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)


def second(signed: Plan, lines: Any, by: Any, version: int) -> Plan:
    """The next revision at the version that the first one had: nine communes."""
    plan = amend(signed, by=by)
    while plan.version < version:
        plan = change_draft(
            plan, expected_version=plan.version, targets=lines(ntm=9), registrations=[], by=by
        )
    assert plan.version == version
    return plan


class TestChanging:
    def test_a_form_of_the_first_revision_does_not_write_into_the_second(
        self, office: Client, draft: Plan, cast: SimpleNamespace, lines: Any
    ) -> None:
        old = hidden(office, EDIT)
        signed = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        plan = second(signed, lines, cast.specialist, draft.version)
        response = office.post(EDIT, old | {"new_ntm": "4", "note": "bốn xã"})
        assert response.status_code == 409
        assert plan.targets.get().value == 9
        rows = {row.label: row for row in response.context["conflict"].rows}
        target = rows["Xã đạt chuẩn NTM: đạt thêm trong năm"]
        assert (target.mine, target.theirs) == ("4", "9")
        page = response.content.decode()
        assert "Lần 1 mà bạn đã mở nay đã được phê duyệt. Năm này đang có dự thảo lần 2" in page
        # Whoever has compared may save, into the one that they have seen.
        again = {"plan": str(plan.pk), "version": str(plan.version), "new_ntm": "4"}
        for name in ("plan", "version"):
            assert f'name="{name}" value="{again[name]}"' in page
        assert office.post(EDIT, again).status_code == 302
        assert plan.targets.get().value == 4

    def test_without_its_plan_or_with_another_years_a_form_writes_nothing(
        self, office: Client, draft: Plan, land: Land
    ) -> None:
        other = factories.plan(land.province, 2022)
        typed = {"version": str(draft.version), "new_ntm": "4"}
        for plan, status in (("", 422), ("x", 422), ("9" * 40, 409), ("9" * 5000, 422), (str(other.pk), 409)):
            response = office.post(EDIT, typed | {"plan": plan})
            assert response.status_code == status, plan
            assert ("hỏng hoặc quá cũ" in response.content.decode()) == (status == 422)
        assert Target.objects.get(level__code="ntm").value == 10

    def test_what_was_typed_stays_where_the_draft_was_approved_meanwhile(
        self, office: Client, draft: Plan, cast: SimpleNamespace
    ) -> None:
        old = hidden(office, EDIT)
        approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        response = office.post(EDIT, old | {"new_ntm": "4", "note": "bốn xã"})
        page = response.content.decode()
        assert response.status_code == 409
        assert "Kế hoạch đã phê duyệt không sửa được nữa; hãy lập bản điều chỉnh." in page
        assert 'name="new_ntm" value="4"' in page
        assert 'value="bốn xã"' in page
        assert "Nhập từ tệp" not in page  # there is no draft to bring a file into
        assert Target.objects.get(level__code="ntm").value == 10


class TestApproving:
    def test_the_second_revision_is_not_signed_by_the_page_of_the_first(
        self, approver: Client, draft: Plan, cast: SimpleNamespace, lines: Any
    ) -> None:
        old = hidden(approver, SIGN) | {"approved_on": "05/01/2023"}
        signed = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        plan = second(signed, lines, cast.specialist, draft.version)
        response = approver.post(SIGN, old)
        page = response.content.decode()
        assert response.status_code == 409
        assert Plan.objects.get(state=PlanState.DRAFT) == plan
        # What is now asked for stands on the page, and the form is about nothing else.
        for said in ("đang có dự thảo lần 2", "Lần ban hành 2", ">9<", f'name="plan" value="{plan.pk}"'):
            assert said in page
        assert approver.post(SIGN, old | hidden_in(page)).status_code == 302

    def test_a_draft_changed_meanwhile_is_shown_before_it_is_signed(
        self, approver: Client, draft: Plan, cast: SimpleNamespace, lines: Any
    ) -> None:
        old = hidden(approver, SIGN) | {"approved_on": "05/01/2023"}
        change_draft(
            draft, expected_version=draft.version, targets=lines(ntm=8), registrations=[], by=cast.specialist
        )
        response = approver.post(SIGN, old)
        assert response.status_code == 409
        assert ">8<" in response.content.decode()
        assert 'name="approved_on" value="05/01/2023"' in response.content.decode()

    def test_a_signed_draft_is_told_of_with_what_was_typed(self, approver: Client, signed: Plan) -> None:
        sent = {"plan": signed.pk, "version": signed.version - 1, "approved_on": "06/01/2023"}
        response = approver.post(SIGN, sent)
        assert response.status_code == 409
        assert "Kế hoạch đã phê duyệt" in response.content.decode()
        assert 'value="06/01/2023"' in response.content.decode()


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(plan|version)" value="([^"]*)"', page))
