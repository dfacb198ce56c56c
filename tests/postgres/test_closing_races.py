"""A year is closed while people write to its returns, on PostgreSQL: whatever is written stands in the record before
the closing, or is refused. Each has its control: with the protection off, rows would come late."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import Q

from communes.models import Round, Submission
from communes.services import appraisal, evidence, results, rounds
from communes.services.results import Cell
from communes.services.rounds import lock_round
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from ntm.core.uploads import read_scan
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, fresh, give_back, judge, judge_all, submit
from tests.communes.scans import PDF
from tests.conftest import Land
from tests.racing import at_once, waiting_behind

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(land: Land, cast: Any) -> Submission:
    appraising.judge_for(cast.department)
    appraising.no_districts(land)
    row = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(row, cast.officer_a)
    return again(row)


def saving(row: Submission, cast: Any) -> Callable[[], Any]:
    typed, by = [Cell("3", "75", version=1)], fresh(cast.officer_a)

    def save() -> Any:
        (outcome,) = results.enter(where=Q(pk=row.pk), typed=typed, by=by).outcomes
        if outcome.status != results.SAVED:
            raise Refused(outcome.sentence)
        return outcome

    return save


def attaching(row: Submission, cast: Any) -> Callable[[], Any]:
    file = read_scan(ContentFile(PDF, name="a.pdf"))
    return lambda: evidence.add_evidence(where=Q(pk=row.pk), code="3", file=file, by=fresh(cast.officer_a))


def sending(row: Submission, cast: Any) -> Callable[[], Any]:
    return lambda: submit(row, fresh(cast.leader_a))


def judging(row: Submission, cast: Any) -> Callable[[], Any]:
    submit(row, fresh(cast.leader_a))
    return lambda: judge(row, "3", fresh(cast.department))


def returning(row: Submission, cast: Any) -> Callable[[], Any]:
    submit(row, fresh(cast.leader_a))
    return lambda: give_back(row, "3", fresh(cast.department))


def accepting(row: Submission, cast: Any) -> Callable[[], Any]:
    judging(row, cast)
    judge_all(row, fresh(cast.department))
    return lambda: appraising.step("accept", row, fresh(cast.specialist))


ACTS = pytest.mark.parametrize("act", [saving, attaching, sending, judging, returning, accepting])


def closing() -> Any:
    return lock_round(Round.objects.get(), version=1, reason="Chốt số liệu", by=SYSTEM)


def late() -> int:
    """Entries that stand in the record after the closing."""
    closed = LogEntry.objects.get(action="round.locked").number
    return LogEntry.objects.about_rows().filter(number__gt=closed).count()


@ACTS
def test_what_was_begun_before_is_done_before_the_year_is_closed(
    act: Any, draft: Submission, cast: Any
) -> None:
    write, there = act(draft, cast), LogEntry.objects.count()
    assert isinstance(waiting_behind(write, closing), Round)
    assert LogEntry.objects.count() > there + 1
    assert late() == 0


def test_without_holding_the_returns_it_would_come_late(
    draft: Submission, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "hold_all", lambda a_round: None)
    waiting_behind(saving(draft, cast), closing)
    assert late() > 0


@ACTS
def test_what_waited_for_the_closing_is_refused(act: Any, draft: Submission, cast: Any) -> None:
    write = act(draft, cast)
    assert isinstance(waiting_behind(closing, write), Refused)
    assert late() == 0


@pytest.mark.parametrize(
    ("act", "where"), [(attaching, evidence), (judging, appraisal), (accepting, appraisal)]
)
def test_by_the_year_as_it_was_read_before_the_lock_it_would_come_late(
    act: Any, where: Any, draft: Submission, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = act(draft, cast)
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    monkeypatch.setattr(
        where, "hold", rows.select_related("round__criteria_set__level", "round__province", "unit").get
    )
    waiting_behind(closing, write)
    assert late() > 0


def test_of_many_who_save_while_the_year_closes_nobody_comes_late(
    land: Land, draft: Submission, cast: Any
) -> None:
    others = [
        factories.submission(draft.round, unit) for unit in (land.commune_b, land.commune_c, land.commune_d)
    ]

    def save_on(row: Submission) -> Callable[[], Any]:
        def save() -> None:
            for value in range(10, 40):
                version = 0 if value == 10 else value - 10
                results.enter(where=Q(pk=row.pk), typed=[Cell("2.2", str(value), version=version)], by=SYSTEM)

        return save

    at_once(*[save_on(row) for row in others], closing)
    assert Round.objects.get().is_locked
    assert late() == 0
