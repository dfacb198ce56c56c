"""Several people at one return in the same moment, on PostgreSQL: each step has exactly one effect, and nothing is
approved that was not shown. Each has its control: with the protection off, it would go wrong."""

import re
from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from communes.models import Judgement, Remark, Step, Submission
from communes.services import appraisal_judging, appraisal_steps
from communes.services.appraisal import Desk, Seen
from communes.services.results import Cell
from communes.services.sums import differences
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import Stale
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, give_back, judge, judge_all, result, submit
from tests.racing import at_once, refused

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def judged(sent: Submission, people: Any) -> Submission:
    judge_all(sent, appraising.fresh(people.department))
    return again(sent)


def accepting(row: Submission, person: Any) -> Callable[[], Any]:
    seen = Seen(row.version)
    return lambda: appraisal_steps.accept(where=Q(pk=row.pk), by=appraising.fresh(person), seen=seen)


def unlocked(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    """Nobody locks, and nobody writes before everybody has looked: the worst moment, every time."""
    looked = Barrier(people)

    def take(where: Q, by: Any, *rights: str, version: int | None = None) -> Desk:
        row = Submission.objects.select_related("round__criteria_set__level", "round__province", "unit").get(
            where
        )
        if version is not None and row.version != version:
            raise Stale(row)
        desk = Desk(row, by, today())
        assert desk.rows
        looked.wait(timeout=10)
        return desk

    for module in (appraisal_steps, appraisal_judging):
        monkeypatch.setattr(module, "take", take)


def sound(row: Submission) -> bool:
    return list(differences([again(row)])) == []


def test_of_two_who_accept_one_does(judged, people):
    results = at_once(*[accepting(judged, people.specialist)] * 2)
    assert refused(results) == 1
    assert Step.objects.filter(kind="accept").count() == 1
    assert LogEntry.objects.filter(action="submission.accepted").count() == 1


def test_without_the_lock_both_would_accept(judged, people, monkeypatch):
    unlocked(monkeypatch, 2)
    assert refused(at_once(*[accepting(judged, people.specialist)] * 2)) == 0
    assert Step.objects.filter(kind="accept").count() == 2


def test_of_two_who_judge_the_same_value_one_does(sent, people):
    acts = [lambda: judge(sent, "3", appraising.fresh(people.department), seen=Seen(1))] * 3
    assert refused(at_once(*acts)) == 2
    assert (Judgement.objects.count(), sound(sent)) == (1, True)


def test_without_the_lock_a_value_would_be_judged_twice(sent, people, monkeypatch):
    unlocked(monkeypatch, 2)
    monkeypatch.setattr(appraisal_judging, "_files", lambda key: "")
    acts = [lambda: judge(sent, "3", appraising.fresh(people.department), seen=Seen(1))] * 2
    assert refused(at_once(*acts)) == 0
    assert Judgement.objects.count() == 2


def test_a_value_emptied_while_the_return_is_sent_is_never_sent_empty(draft, people):
    def emptying() -> Any:
        return appraising.results.enter(
            where=Q(pk=draft.pk), typed=[Cell("3", "", version=1)], by=appraising.fresh(people.officer_a)
        )

    at_once(emptying, lambda: submit(draft, appraising.fresh(people.leader_a)))
    now, cell = again(draft), result(draft, "3")
    assert (now.state, cell.state) in {("submitted", "entered"), ("draft", "empty")}
    assert sound(draft)


def test_returned_while_it_is_accepted_it_is_one_or_the_other(judged, people):
    department = people.department
    results = at_once(
        accepting(judged, people.specialist), lambda: give_back(judged, "2.1", appraising.fresh(department))
    )
    now = again(judged)
    assert refused(results) == 1
    assert (now.state, now.returned, Remark.objects.count()) in {("accepted", 0, 0), ("submitted", 1, 1)}
    assert sound(judged)


def test_what_changed_after_it_was_shown_is_never_accepted(judged, people):
    """Returned, changed, sent and judged again while the page was open: accepted is only what was shown."""
    shown = judged
    give_back(judged, "2.1", appraising.fresh(people.department))
    row = result(judged, "2.1")

    def mending() -> Any:
        fill(judged, appraising.fresh(people.officer_a), Cell("2.1", "50", version=row.version))
        appraisal_steps.send_again(where=Q(pk=judged.pk), by=appraising.fresh(people.leader_a))
        return judge(judged, "2.1", appraising.fresh(people.department))

    results = at_once(mending, *[accepting(shown, people.specialist)] * 3)
    assert refused(results) == 3
    assert (again(judged).state, result(judged, "2.1").value) == ("submitted", 50)


def test_two_who_accept_the_same_many_wait_for_each_other(land, sent, people):
    others = [factories.submission(sent.round, unit) for unit in (land.commune_b, land.commune_c)]
    for one in others:
        fill(one, appraising.results.audit.SYSTEM)
        appraisal_steps.submit(where=Q(pk=one.pk), by=appraising.results.audit.SYSTEM)
    rows = [sent, *others]
    for one in rows:
        judge_all(one, appraising.fresh(people.department))
    seen = {one.pk: Seen(again(one).version) for one in rows}
    backwards = dict(reversed(seen.items()))

    def many(which: dict[int, Seen]) -> Callable[[], Any]:
        return lambda: appraisal_steps.accept_many(seen=which, by=appraising.fresh(people.specialist))

    outcomes = [outcome for found in at_once(many(seen), many(backwards)) for outcome in found]
    assert sum(outcome.is_done for outcome in outcomes) == 3
    assert Step.objects.filter(kind="accept").count() == 3


def test_two_clicks_at_once_send_once_and_lead_to_one_place(draft, people, client_as):
    url = f"/phieu/{draft.pk}/gui/"
    page = client_as(people.leader_a).get(url).content.decode()
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    clients: list[Client] = [client_as(people.leader_a) for _ in range(3)]
    answers = at_once(*[lambda client=client: client.post(url, form) for client in clients])
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {f"/phieu/{draft.pk}/"}
    assert Step.objects.filter(kind="submit").count() == 1
