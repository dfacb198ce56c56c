"""What a person only reads, or may not act on, does not wait for them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from communes.models import Assignment, Submission, Unit
from communes.selectors.appraisal_work_kinds import KINDS, tasks_of
from communes.services import appraisal_returns
from ntm.audit.log import SYSTEM
from ntm.core.dates import today
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import FULL, again, fill, judge_all, result, step, submit
from tests.communes.test_my_work import tasks, waits
from tests.replayed import replayed


@pytest.fixture
@replayed
def two(land: Any, cast: Any) -> Any:
    """One return ripe for the province here, and the same with an overdue one in the other province."""
    appraising.no_districts(land)
    above = Unit.objects.get(place=land.foreign_commune.parent)
    Unit.objects.filter(pk=above.pk).update(valid_to="2025-07-01")
    made = appraising.assigned_set()
    judge = appraising.judge_for(cast.department)
    theirs = factories.user("so_ban", "department", land.foreign)
    Assignment.objects.filter(user=theirs).update(department=factories.department("so-nn"))
    found = []
    for unit, at, person in (
        (land.commune_a, land.province, judge),
        (land.foreign_commune, land.foreign, theirs),
    ):
        row = factories.submission(factories.a_round(at, made), unit)
        fill(row, SYSTEM)
        submit(row, SYSTEM)
        judge_all(again(row), appraising.fresh(person))
        found.append(again(row))
    late = factories.unit(above, "Cao Chương", code="01400")
    factories.submission(found[1].round, late, due_on=today() - timedelta(days=3))
    return found


def figures(client: Any) -> dict[str, int]:
    """The figures on the page, each held to its list."""
    page = client.get("/viec-cua-toi/").text
    found = dict(re.findall(r'<a href="(/viec-cua-toi/[^"]+)" data-figure="(\d+)"', page))
    for url, count in found.items():
        assert f'data-count="{count}"' in client.get(url).text, url
    return {url.split("/")[2]: int(count) for url, count in found.items()}


def test_a_province_that_is_only_read_waits_for_others(
    two: Any, land: Any, cast: Any, client_as: Any
) -> None:
    ours = {"chap-nhan": 1}
    assert waits(cast.specialist) == ours
    Assignment.objects.create(user=cast.specialist, unit=land.foreign, role="leader")
    assert waits(cast.specialist) == figures(client_as(cast.specialist)) == ours
    # An approver there reads what the specialists accept, and the other way round.
    Assignment.objects.create(user=cast.specialist, unit=land.foreign, role="approver")
    assert waits(cast.specialist) == ours
    for row in two:
        step("accept", row, SYSTEM)
    assert waits(cast.specialist) == figures(client_as(cast.specialist)) == {"cong-nhan": 1}
    assert [one.unit for one in tasks(cast.specialist, "cong-nhan")] == ["Xã Trường Hà"]
    Assignment.objects.create(user=cast.specialist, unit=land.foreign, role="specialist")
    assert waits(cast.specialist) == {"cong-nhan": 1, "qua-han": 1}


def test_who_enters_for_one_unit_sends_for_another_only(two: Any, land: Any, cast: Any) -> None:
    Submission.objects.filter(pk=two[0].pk).update(unit=land.commune_c)
    drafts = [factories.submission(two[0].round, unit) for unit in (land.commune_a, land.commune_b)]
    Assignment.objects.create(user=cast.officer_a, unit=land.commune_b, role="commune_leader")
    for row in drafts:
        fill(row, SYSTEM)
    assert [one.unit for one in tasks(cast.officer_a, "gui")] == [land.commune_b.full_name]
    assert waits(cast.leader_a) == {"gui": 1}


def test_what_is_ones_own_or_waits_for_an_answer_is_not_to_be_accepted(two: Any, cast: Any) -> None:
    mine = two[0]
    question = appraisal_returns.ask(
        result=result(mine, "3").pk, text="Nguồn?", by=appraising.fresh(cast.department)
    )
    assert waits(cast.specialist) == {}
    question.delete()
    assert waits(cast.specialist) == {"chap-nhan": 1}
    result(mine, "3").__class__.objects.filter(pk=result(mine, "3").pk).update(entered_by=cast.specialist)
    assert waits(cast.specialist) == {}
    assert tasks_of(appraising.fresh(cast.specialist), KINDS["chap-nhan"], today()) == []


def test_a_judge_is_not_offered_what_they_entered(two: Any, land: Any, cast: Any, client_as: Any) -> None:
    """Not among their tasks, nor on the desk, nor to judge with many, nor at the return: what they cannot judge."""
    row = factories.submission(two[0].round, land.commune_b)
    fill(row, SYSTEM)
    submit(row, SYSTEM)
    assert waits(cast.department) == {"tham-dinh": len(FULL)}
    again(row).results.filter(indicator__code="2.1").update(entered_by=cast.department)
    assert waits(cast.department) == {"tham-dinh": len(FULL) - 1}
    client, own = client_as(cast.department), f"/tham-dinh/{result(row, '2.1').pk}/"
    for address in ("/tham-dinh/", "/tham-dinh/nhieu/", f"/phieu/{row.pk}/"):
        page = client.get(address).text
        assert f"{result(row, '2.2').pk}:" in page or f"/tham-dinh/{result(row, '2.2').pk}/" in page, address
        assert not re.search(rf'"{own}["?]|value="{result(row, "2.1").pk}:', page), address
    assert f'data-count="{len(FULL) - 1}"' in client.get("/tham-dinh/").text
    answer = client.get(own)
    assert (answer.status_code, "Bạn đã nhập hoặc đính kèm minh chứng" in answer.text) == (403, True)
    # What was said of it already is there to read.
    again(row).results.filter(indicator__code="2.1").update(review="judged")
    assert own in client.get("/tham-dinh/?tinh_trang=xong").text
