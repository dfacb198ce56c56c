"""Many returns in one write leave exactly what one write after the other leaves: rows, versions, sums, record."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.choices import IndicatorKind, Operator
from communes.models import Result, Submission
from communes.services import results_many
from communes.services.results import STALE, WRONG, Cell, NothingSaved, enter
from communes.services.results_many import enter_many
from communes.services.rounds import open_round
from communes.services.sums import differences
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify
from ntm.core import bulk
from ntm.core.errors import NotAllowed
from tests import factories
from tests.replayed import replayed

CODES = ("1.1", "1.2", "2.1", "2.2", "3", "4.1", "4.2")
TYPED = ("Đ", "C", "0", "41", "81", "95", "101", "abc", "1.234", "-", "?", "", "Khá", "Tốt")
CELLS = st.builds(
    dict,
    code=st.sampled_from(CODES),
    raw=st.sampled_from((None, *TYPED)),
    note=st.sampled_from((None, None, "", "Xã không có")),
    kept=st.booleans(),
    is_late=st.integers(0, 9).map(lambda dice: dice == 9),
    share=st.sampled_from((None, None, None, ("3", "4"), ("5", "0"))),
)
#: By the place of the return among three.
WRITES = st.lists(
    st.dictionaries(
        st.integers(0, 2),
        st.lists(CELLS, min_size=1, max_size=5, unique_by=lambda one: one["code"]),
        min_size=1,
    ),
    min_size=1,
    max_size=5,
)


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rows go the way of thousands."""
    monkeypatch.setattr(results_many, "_PORTION", 2)
    monkeypatch.setattr(bulk, "_WORTH_IT", 1)


@pytest.fixture
@replayed
def returns(land: Any) -> list[Submission]:
    """Three returns of a small set, each with a year before it."""
    made = factories.small_set()
    schools = factories.indicator(made, "4.1", IndicatorKind.PERCENT, soft_limit=10)
    for case, value in (("nhiều trường", 70), ("ít trường", 100)):
        factories.threshold(schools, Operator.AT_LEAST, value, case=case)
    rank = factories.indicator(made, "4.2", IndicatorKind.GRADED, grades=["Yếu", "Khá", "Tốt"])
    factories.threshold(rank, Operator.GRADE, 1)
    for unit in (land.commune_d, land.commune_e):
        factories.attribute(unit, "in_programme", "0")
    for year in (2022, 2023):
        open_round(province=land.province.place, year=year, criteria_set=made, by=audit.SYSTEM)
    earlier = list(Submission.objects.filter(round__year=2022).order_by("pk"))
    for row, value in zip(earlier, (12, 41, 90), strict=True):
        factories.result(row, "4.1", value)
        factories.result(row, "2.2", value)
    return list(Submission.objects.filter(round__year=2023).order_by("pk"))


def cells_of(submission: Submission, asked: list[dict[str, Any]]) -> list[Cell]:
    """With the version that is stored, or with one that nobody has."""
    there = dict(Result.objects.filter(submission=submission).values_list("indicator__code", "version"))
    return [
        Cell(
            one["code"], one["raw"], 9 if one["is_late"] else there.get(one["code"], 0), one["note"], one["kept"],
            numerator=one["share"][0] if one["share"] else "", denominator=one["share"][1] if one["share"] else "",
        )
        for one in asked
    ]  # fmt: skip


def singly(typed: dict[int, list[Cell]], by: Any) -> None:
    """All or nothing, by the verb of one return."""
    with audit.writing():
        for key, some in sorted(typed.items()):
            enter(where=Q(pk=key), typed=some, by=by, whole=True)


def at_once(typed: dict[int, list[Cell]], by: Any) -> None:
    enter_many(typed=typed, by=by)


def played(write: Any, writes: Any, returns: list[Submission], by: Any) -> tuple[Any, ...]:
    """What stands after these writes; taken back again."""
    refused = []
    with transaction.atomic():
        start = LogEntry.objects.count()
        for asked in writes:
            typed = {returns[at].pk: cells_of(returns[at], some) for at, some in asked.items()}
            try:
                with transaction.atomic():
                    write(typed, by)
                refused.append(None)
            except NothingSaved as nothing:
                wrong = nothing.entry.of(WRONG, STALE)
                refused.append([(one.cell.code, one.status, one.sentence, one.field) for one in wrong])
        assert verify().fault is None
        now = Submission.objects.filter(round__year=2023).select_related("round__criteria_set", "unit")
        assert list(differences(now)) == []
        found = (refused, rows(Result), rows(Submission), entries(start))
        transaction.set_rollback(True)
    return found


def rows(model: Any) -> list[dict[str, Any]]:
    found = [audit.snapshot(row) for row in model.objects.order_by("pk")]
    return [without(values) for values in found]


def entries(start: int) -> list[tuple[Any, ...]]:
    found = LogEntry.objects.filter(number__gt=start).order_by("number")
    columns = ("action", "object_type", "object_label", "actor_id", "province_id", "reason", "search_key")
    return [(*(getattr(entry, name) for name in columns), without(entry.changes)) for entry in found]


def without(values: dict[str, Any]) -> dict[str, Any]:
    """All but the moment and the key, which are others each time."""
    return {name: value for name, value in values.items() if name not in ("id", "entered_at")}


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(writes=WRITES)
def test_many_at_once_leave_what_one_after_the_other_leaves(returns, cast, writes):
    by = cast.specialist
    assert played(at_once, writes, returns, by) == played(singly, writes, returns, by)


def test_without_adding_up_the_property_would_not_hold(returns, cast, monkeypatch):
    writes = [
        {0: [{"code": "1.1", "raw": "Đ", "note": None, "kept": False, "is_late": False, "share": None}]}
    ]
    monkeypatch.setattr(results_many, "put_sums", lambda *parts: None)
    with pytest.raises(AssertionError):
        played(at_once, writes, returns, cast.specialist)


def test_two_units_of_one_place_are_both_held_against_its_last_year(returns, cast, land):
    old, day = returns[0].unit, date(2023, 7, 1)
    type(old).objects.filter(pk=old.pk).update(valid_to=day)
    renamed = factories.unit(land.district, "Tên mới", place=old.place, valid_from=day)
    twins = [returns[0], factories.submission(returns[0].round, renamed)]
    cell = {"code": "4.1", "raw": "95", "note": None, "kept": False, "is_late": False, "share": None}
    found = played(at_once, [{0: [cell], 1: [cell]}], twins, cast.specialist)
    keys = [twin.pk for twin in twins]
    assert [row["is_doubtful"] for row in found[1] if row["submission_id"] in keys] == [True, True]
    assert found == played(singly, [{0: [cell], 1: [cell]}], twins, cast.specialist)


@pytest.mark.parametrize("portions", [1, 3])
def test_one_bad_cell_of_the_last_return_leaves_nothing(returns, cast, portions, monkeypatch):
    monkeypatch.setattr(results_many, "_PORTION", portions)
    typed = {row.pk: [Cell("2.1", "95")] for row in returns} | {returns[2].pk: [Cell("2.1", "101")]}
    before = LogEntry.objects.count()
    with pytest.raises(NothingSaved) as nothing:
        enter_many(typed=typed, by=cast.specialist)
    assert nothing.value.entry.submission == returns[2]
    assert not Result.objects.filter(submission__in=returns).exists()
    assert LogEntry.objects.count() == before


def test_a_return_of_somebody_else_stops_it_all(returns, cast):
    typed = {row.pk: [Cell("2.1", "95")] for row in returns}
    with pytest.raises(Submission.DoesNotExist):
        enter_many(typed=typed, by=cast.officer_a)
    with pytest.raises(NotAllowed):
        enter_many(typed=typed, by=cast.leader)
    with pytest.raises(Submission.DoesNotExist):
        enter_many(typed=typed | {987654: []}, by=cast.specialist)
    assert not Result.objects.filter(submission__in=returns).exists()


def test_the_number_of_questions_does_not_grow_with_the_returns(returns, cast, monkeypatch):
    monkeypatch.setattr(results_many, "_PORTION", 50)
    enter_many(typed={returns[0].pk: [Cell("1.1", "Đ")]}, by=cast.specialist)
    asked = []
    for some in (returns[:1], returns):
        with CaptureQueriesContext(connection) as seen:
            enter_many(
                typed={row.pk: [Cell("2.1", "95"), Cell("2.2", "41")] for row in some}, by=cast.specialist
            )
        asked.append(len(seen))
        Result.objects.filter(submission__in=returns, indicator__code__in=("2.1", "2.2")).delete()
    assert asked[0] == asked[1]


def test_it_tells_how_far_it_is_and_ends_where_that_raises(returns, cast):
    heard: list[int] = []
    typed = {row.pk: [Cell("2.1", "95"), Cell("1.1", "Đ")] for row in returns}
    with pytest.raises(ZeroDivisionError):
        enter_many(typed=typed, by=cast.specialist, told=lambda done: heard.append(done) or 1 // (done - 6))
    assert heard == [4, 6]
    assert not Result.objects.filter(submission__in=returns).exists()
