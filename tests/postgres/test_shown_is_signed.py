"""Somebody edits while another signs, on PostgreSQL: what is judged, accepted, approved or published is what was shown,
always. Each has its control: by the newest state instead of the one that was shown, it would go wrong."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import SetState
from communes.models import CriteriaSet, Judgement, Submission
from communes.services import appraisal_judging, appraisal_steps
from communes.services.appraisal import MOVED_ON, Seen
from communes.services.appraisal_judging import Word
from communes.services.criteria_rows import add_criterion, change_indicator
from communes.services.criteria_sets import draft_set, publish_set
from communes.services.results import Cell
from ntm.audit.log import SYSTEM
from ntm.core.errors import Stale
from targets.choices import PlanState
from targets.lines import TargetLine
from targets.models import Plan, Target
from targets.services import approve, change_draft, draft_plan
from tests import factories
from tests.communes.appraising import again, fill, fresh, give_back, judge, judge_all, result, submit
from tests.conftest import Land
from tests.racing import at_once, waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def mending(row: Submission, people: Any, value: str) -> Callable[[], Any]:
    """Given back, changed and sent again: all that it takes to change what was sent."""

    def mend() -> Any:
        give_back(row, "2.2", fresh(people.department))
        cell = Cell("2.2", value, version=result(row, "2.2").version)
        fill(row, fresh(people.officer_a), cell)
        return appraisal_steps.send_again(where=Q(pk=row.pk), by=fresh(people.leader_a))

    return mend


# --- judging ------------------------------------------------------------------------------------------------
def judging(row: Submission, people: Any, *, shown: bool = True) -> Callable[[], Any]:
    cell = result(row, "2.2")
    seen = Seen(cell.version) if shown else None
    word = Word("met", "Báo cáo 12/BC")
    return lambda: appraisal_judging.judge(result=cell.pk, seen=seen, word=word, by=fresh(people.department))


def test_a_value_that_was_changed_meanwhile_is_not_judged(sent: Submission, people: Any) -> None:
    told = waiting_behind(mending(sent, people, "30"), judging(sent, people))
    assert isinstance(told, Stale)
    assert told.current.value == 30
    assert not Judgement.objects.exists()


def test_without_what_was_shown_it_would_be_judged(sent: Submission, people: Any) -> None:
    waiting_behind(mending(sent, people, "30"), judging(sent, people, shown=False))
    assert (Judgement.objects.count(), result(sent, "2.2").value) == (1, 30)


def test_judged_and_changed_at_once_it_is_one_or_the_other(sent: Submission, people: Any) -> None:
    at_once(judging(sent, people), mending(sent, people, "30"))
    now = result(sent, "2.2")
    assert (now.value, now.judged) in {(50, "met"), (30, "")}


# --- accepting many -----------------------------------------------------------------------------------------
@pytest.fixture
def judged(land: Land, sent: Submission, people: Any) -> list[Submission]:
    """Two returns that may be accepted."""
    other = factories.submission(sent.round, land.commune_b)
    fill(other, SYSTEM)
    submit(other, SYSTEM)
    for one in (sent, other):
        judge_all(one, fresh(people.department))
    return [again(sent), again(other)]


def accepting(rows: list[Submission], people: Any) -> Callable[[], Any]:
    seen = {row.pk: Seen(row.version) for row in rows}
    return lambda: appraisal_steps.accept_many(seen=seen, by=fresh(people.specialist))


def changing(row: Submission, people: Any) -> Callable[[], Any]:
    """As `mending`, and judged again: it could be accepted, but it is not what was shown."""

    def change() -> Any:
        mending(row, people, "30")()
        return judge(row, "2.2", fresh(people.department), verdict="not_met")

    return change


def test_of_many_only_what_is_as_it_was_shown_is_accepted(judged: list[Submission], people: Any) -> None:
    outcomes = waiting_behind(changing(judged[0], people), accepting(judged, people))
    assert [outcome.sentence for outcome in outcomes] == [MOVED_ON, ""]
    assert [again(row).state for row in judged] == ["submitted", "accepted"]


def test_without_the_version_the_changed_one_would_be_accepted(
    judged: list[Submission], people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = appraisal_steps.take
    monkeypatch.setattr(
        appraisal_steps, "take", lambda where, by, *rights, version=None: take(where, by, *rights)
    )
    waiting_behind(changing(judged[0], people), accepting(judged, people))
    assert [again(row).state for row in judged] == ["accepted", "accepted"]
    assert result(judged[0], "2.2").value == 30


# --- a plan -------------------------------------------------------------------------------------------------
@pytest.fixture
def plan(land: Land, cast: SimpleNamespace) -> Plan:
    lines = [TargetLine(factories.level(), 3)]
    made = draft_plan(province=land.province.place, year=2023, by=cast.specialist)
    return change_draft(
        made, expected_version=made.version, targets=lines, registrations=[], by=cast.specialist
    )


def planning(plan: Plan, cast: Any) -> Callable[[], Any]:
    lines = [TargetLine(factories.level(), 4)]
    return lambda: change_draft(
        plan, expected_version=plan.version, targets=lines, registrations=[], by=fresh(cast.specialist)
    )


def approving(plan: Plan, cast: Any, version: int | None) -> Callable[[], Any]:
    return lambda: approve(
        plan, approved_on=date(2023, 1, 5), expected_version=version, by=fresh(cast.approver)
    )


def test_a_plan_that_was_changed_meanwhile_is_not_approved(plan: Plan, cast: SimpleNamespace) -> None:
    assert isinstance(waiting_behind(planning(plan, cast), approving(plan, cast, plan.version)), Stale)
    assert Plan.objects.get().state == PlanState.DRAFT


def test_without_the_version_what_nobody_saw_would_be_approved(plan: Plan, cast: SimpleNamespace) -> None:
    waiting_behind(planning(plan, cast), approving(plan, cast, None))
    assert (Plan.objects.get().state, Target.objects.get().value) == (PlanState.APPROVED, 4)


# --- a criteria set -----------------------------------------------------------------------------------------
@pytest.fixture
def drafted(land: Land, cast: SimpleNamespace) -> CriteriaSet:
    base = factories.small_set()
    made = draft_set(
        level=base.level, province=land.province.place, name="Bộ của tỉnh", base=base, by=cast.specialist
    )
    return CriteriaSet.objects.get(pk=made.pk)


def publishing(row: CriteriaSet, cast: Any, version: int) -> Callable[[], Any]:
    paper = factories.document(issued_on=date(2022, 12, 1))
    return lambda: publish_set(
        row, version=version, valid_from=date(2023, 1, 1), document=paper, by=fresh(cast.specialist)
    )


def wording(row: CriteriaSet, cast: Any) -> Callable[[], Any]:
    one = row.indicators.get(code="3")
    return lambda: change_indicator(
        one, version=one.version, values={"name": "Tên khác"}, by=fresh(cast.specialist)
    )


def adding(row: CriteriaSet, cast: Any) -> Callable[[], Any]:
    values = {"number": "9", "name": "Tiêu chí thêm"}
    return lambda: add_criterion(row, values=values, by=fresh(cast.specialist))


@pytest.mark.parametrize("edit", [wording, adding])
def test_a_set_that_was_changed_meanwhile_is_not_published(
    edit: Any, drafted: CriteriaSet, cast: Any
) -> None:
    assert isinstance(waiting_behind(edit(drafted, cast), publishing(drafted, cast, drafted.version)), Stale)
    assert CriteriaSet.objects.get(pk=drafted.pk).state == SetState.DRAFT


def test_without_the_version_other_words_would_be_published(
    drafted: CriteriaSet, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "communes.services.criteria_sets.locked_draft", lambda row, version: type(row).objects.get(pk=row.pk)
    )
    waiting_behind(wording(drafted, cast), publishing(drafted, cast, drafted.version))
    assert CriteriaSet.objects.get(pk=drafted.pk).state == SetState.PUBLISHED
    assert drafted.indicators.get(code="3").name == "Tên khác"


def test_published_and_changed_at_once_it_is_one_or_the_other(drafted: CriteriaSet, cast: Any) -> None:
    at_once(publishing(drafted, cast, drafted.version), wording(drafted, cast))
    now = CriteriaSet.objects.get(pk=drafted.pk)
    name = now.indicators.get(code="3").name
    assert now.state == (SetState.DRAFT if name == "Tên khác" else SetState.PUBLISHED)
