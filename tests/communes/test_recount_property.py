"""Whatever people do to returns, in whatever order: the sums stay those of a recount, and the record tells it all.

A verb that changes a result or a return belongs into `ACTS`; nothing else here has to change.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.choices import IndicatorKind, Operator, ReviewState, SubmissionState, Verdict
from communes.models import Evidence, Indicator, Judgement, Remark, Result, Submission
from communes.selectors.appraisal import review_on, settle, state_on
from communes.selectors.returns import why_closed
from communes.services.across import NoneSaved, enter_across
from communes.services.appraisal import Seen
from communes.services.appraisal_judging import Word, judge, judge_many
from communes.services.appraisal_returns import answer, return_result
from communes.services.appraisal_steps import accept, reopen, review, send_again, submit, withdraw
from communes.services.evidence import add_evidence, remove_evidence
from communes.services.relock import relock_due
from communes.services.results import Cell, enter
from communes.services.rounds import lock_round, open_round, unlock_round
from communes.services.sums import differences
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.verification import verify
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.uploads import read_scan
from tests import factories
from tests.communes.scans import PDF
from tests.replayed import replayed

#: What a person sees as a refusal; anything else that is raised is a fault.
REFUSALS = (Refused, NotAllowed, Stale, Submission.DoesNotExist, NoneSaved)
TYPED = ("Đ", "C", "0", "41", "42", "81", "95", "100", "101", "abc", "1.234", "-", "?", "", "Khá", "Tốt")
CODES = ("1.1", "1.2", "2.1", "2.2", "3", "4.1", "4.2")


@dataclass(frozen=True)
class Turn:
    """One thing done to a cell of one of the two returns. `dice` chooses among what the act offers."""

    submission: Submission
    code: str
    dice: int
    cast: Any

    @property
    def where(self) -> Q:
        return Q(pk=self.submission.pk)

    @property
    def row(self) -> Result | None:
        return Result.objects.filter(submission=self.submission, indicator__code=self.code).first()

    @property
    def version(self) -> int:
        """Mostly the right one."""
        return 7 if self.dice % 8 == 7 else getattr(self.row, "version", 0)

    @property
    def officer(self) -> Any:
        """Mostly somebody who may."""
        return (self.cast.officer_a, self.cast.specialist, self.cast.leader, self.cast.officer_b)[
            self.dice % 4
        ]

    def cell(self, **typed: Any) -> None:
        cell = Cell(self.code, version=self.version, **typed)
        enter(where=self.where, typed=[cell], by=self.cast.specialist if self.dice % 2 else self.officer)


def type_(turn: Turn) -> None:
    turn.cell(raw=TYPED[turn.dice % len(TYPED)])


def type_parts(turn: Turn) -> None:
    turn.cell(numerator=str(turn.dice), denominator=str(turn.dice % 5 + 9))


def keep(turn: Turn) -> None:
    turn.cell(kept=True)


def clear(turn: Turn) -> None:
    turn.cell(raw="")


def copy(turn: Turn) -> None:
    turn.cell(raw=("95", "Đ", "Khá")[turn.dice % 3], copied_from=2022)


def say_not_applicable(turn: Turn) -> None:
    turn.cell(raw="-", note="Xã không có" if turn.dice % 3 else "")


def say_no_data(turn: Turn) -> None:
    turn.cell(raw="?")


def note(turn: Turn) -> None:
    turn.cell(note=f"Ghi chú {turn.dice}" if turn.dice % 3 else "")


def choose_a_case(turn: Turn) -> None:
    keys = list(Indicator.objects.get(code="4.1").thresholds.values_list("pk", flat=True))
    turn.cell(case=[0, 987654, *keys][turn.dice % 4])


def paste(turn: Turn) -> None:
    """Several cells at once, some of which may be wrong."""
    cells = [Cell(code, raw=TYPED[(turn.dice + at) % len(TYPED)]) for at, code in enumerate(CODES)]
    enter(where=turn.where, typed=cells, by=turn.cast.specialist)


def fill_sideways(turn: Turn) -> None:
    typed = TYPED[turn.dice % len(TYPED)]
    cells = {pk: Cell(turn.code, raw=typed) for pk in Submission.objects.values_list("pk", flat=True)}
    enter_across(where=Q(), typed=cells, by=turn.cast.specialist)


def attach(turn: Turn) -> None:
    scan = read_scan(SimpleUploadedFile("a.pdf", PDF + str(turn.dice).encode()))
    add_evidence(where=turn.where, code=turn.code, file=scan, by=turn.officer)


def detach(turn: Turn) -> None:
    file = Evidence.objects.order_by("-pk").first()
    if file is not None:
        remove_evidence(evidence=file, by=turn.officer)


def lock_and_unlock(turn: Turn) -> None:
    a_round = turn.submission.round
    a_round.refresh_from_db()
    turning = unlock_round if a_round.is_locked else lock_round
    turning(a_round, version=a_round.version, reason="Chốt năm", by=turn.cast.specialist)


def finish_and_send(turn: Turn) -> None:
    """What a return needs to go on its way at all: every cell filled, then sent."""
    good = {"1.1": "Đ", "1.2": "Đ", "2.1": "95", "2.2": "41", "3": "80", "4.1": "70", "4.2": "Khá"}
    case = Indicator.objects.get(code="4.1").thresholds.values_list("pk", flat=True)[0]
    there = dict(Result.objects.filter(submission=turn.submission).values_list("indicator__code", "version"))
    typed = [
        Cell(code, raw=raw, version=there.get(code, 0), **({"case": case} if code == "4.1" else {}))
        for code, raw in good.items()
    ]
    enter(where=turn.where, typed=typed, by=turn.cast.specialist)
    submit(where=turn.where, by=audit.SYSTEM)


def judge_one(turn: Turn) -> None:
    if turn.row:
        verdict = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)[turn.dice % 3]
        by = turn.officer if turn.dice % 4 == 3 else audit.SYSTEM
        judge(result=turn.row.pk, seen=Seen(turn.version), word=Word(verdict, "Theo hồ sơ"), by=by)


def judge_all(turn: Turn) -> None:
    seen = dict.fromkeys(Result.objects.filter(submission=turn.submission).values_list("pk", flat=True))
    judge_many(seen=seen, word=Word(Verdict.MET, "Theo hồ sơ"), by=audit.SYSTEM)


def return_one(turn: Turn) -> None:
    if turn.row:
        return_result(result=turn.row.pk, reason="Xem lại số hộ", by=turn.cast.specialist)


def explain(turn: Turn) -> None:
    for remark in Remark.objects.filter(result__submission=turn.submission, is_return=True, closed_at=None):
        answer(remark=remark.pk, text="Số đúng theo hồ sơ", by=audit.SYSTEM)


def explain_and_send_again(turn: Turn) -> None:
    waiting = Remark.objects.filter(result__submission=turn.submission, closed_at=None)
    for remark in waiting.filter(result__review=ReviewState.RETURNED):
        answer(remark=remark.pk, text="Số đúng theo hồ sơ", by=audit.SYSTEM)
    send_again(where=turn.where, by=audit.SYSTEM)


def review_it(turn: Turn) -> None:
    review(where=turn.where, by=audit.SYSTEM)


def accept_it(turn: Turn) -> None:
    accept(where=turn.where, by=turn.cast.specialist if turn.dice % 4 == 3 else audit.SYSTEM)


def reopen_it(turn: Turn) -> None:
    codes = (turn.code,) if turn.dice % 2 else ()
    reopen(where=turn.where, until=today(), reason="Rà soát", codes=codes, by=turn.cast.specialist)


def let_the_day_pass(turn: Turn) -> None:
    """Nothing of what was reopened stays open, and what pages derive is what the command makes true."""
    day = today() + timedelta(days=2)
    said = {row.pk: derived(row, day) for row in all_returns() if row.reopened_until is not None}
    assert relock_due(day) == len(said)
    for row in all_returns():
        if row.pk in said:
            assert derived(row, day) == said[row.pk]
            assert None not in said[row.pk][2].values()


def derived(row: Submission, day: date) -> tuple[Any, ...]:
    """State, reviews, and why each cell is closed, as pages tell them; reviews also as lists read them."""
    cells = list(Result.objects.filter(submission=row).annotate(stands=review_on(day)).order_by("pk"))
    state = Submission.objects.annotate(now=state_on(day)).get(pk=row.pk).now
    closed = {cell.pk: why_closed(row, day, cell.stands) for cell in cells}
    listed = [cell.stands for cell in cells]
    settle(row, cells, day)
    assert (row.state, [cell.review for cell in cells]) == (state, listed)
    assert closed == {cell.pk: why_closed(row, day, cell.review) for cell in cells}
    return state, listed, closed


def withdraw_it(turn: Turn) -> None:
    withdraw(where=turn.where, reason="Nhập nhầm", by=audit.SYSTEM)


def review_and_accept(turn: Turn) -> None:
    """The way of a return from its first to its last day."""
    for act in (finish_and_send, judge_all, explain_and_send_again, review_it, accept_it):
        play(act, turn)


#: Typing comes up more often, so that there is something to do the rest to.
ACTS: list[Callable[[Turn], None]] = [
    type_, type_, type_, type_parts, keep, clear, copy, say_not_applicable, say_no_data, note, choose_a_case,
    paste, paste, fill_sideways, attach, detach, lock_and_unlock,
    finish_and_send, finish_and_send, judge_one, judge_all, return_one, explain_and_send_again, withdraw_it,
    review_it, accept_it, review_and_accept, reopen_it, let_the_day_pass,
]  # fmt: skip
TURNS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.booleans(), st.sampled_from(CODES), st.integers(0, 15)),
    min_size=4,
    max_size=14,
)


@pytest.fixture
@replayed
def returns(land: Any, media: Path) -> list[Submission]:
    """Two returns of a small set with every kind of threshold, opened by the verb so that the record knows them."""
    made = factories.small_set()
    schools = factories.indicator(made, "4.1", IndicatorKind.PERCENT)
    for case, value in (("nhiều trường", 70), ("ít trường", 100)):
        factories.threshold(schools, Operator.AT_LEAST, value, case=case)
    rank = factories.indicator(made, "4.2", IndicatorKind.GRADED, grades=["Yếu", "Khá", "Tốt"])
    factories.threshold(rank, Operator.GRADE, 1)
    for unit in (land.commune_c, land.commune_d, land.commune_e):
        factories.attribute(unit, "in_programme", "0")
    open_round(province=land.province.place, year=2023, criteria_set=made, by=audit.SYSTEM)
    return all_returns()


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def all_returns() -> list[Submission]:
    return list(
        Submission.objects.select_related("round__criteria_set__level", "unit").order_by("-unit__sort_key")
    )


def play(act: Callable[[Turn], None], turn: Turn) -> None:
    """As a request does it: what is refused leaves nothing behind."""
    with suppress(*REFUSALS), transaction.atomic():
        act(turn)


def rebuilt(model: Any) -> dict[str, dict[str, Any]]:
    """Every row of a model as the record alone tells it."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for entry in LogEntry.objects.filter(object_type=type_of(model)).order_by("number"):
        row = found[entry.object_id]
        for name, (before, after) in entry.changes.items():
            assert row.get(name) == before, f"{entry}: {name} was {row.get(name)!r} before"
            row[name] = after
    return dict(found)


def real(model: Any) -> dict[str, dict[str, Any]]:
    return {str(row.pk): audit.snapshot(row) for row in model.objects.all()}


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=TURNS)
def test_after_anything_the_sums_are_those_of_a_recount_and_the_record_tells_it_all(returns, cast, turns):
    with transaction.atomic():
        for act, second, code, dice in turns:
            play(act, Turn(all_returns()[second], code, dice, cast))
            found = [str(difference) for difference in differences(all_returns())]
            assert found == [], f"after {act.__name__}: {found}"
        for model in (Result, Submission, Evidence, Judgement, Remark):
            assert rebuilt(model) == real(model)
        assert verify().fault is None
        call_command("recount", stdout=StringIO())
        transaction.set_rollback(True)


def test_without_adding_up_the_property_would_not_hold(returns, cast, monkeypatch):
    monkeypatch.setattr("communes.services.results.put_sums", lambda *parts: None)
    enter(where=Q(pk=returns[0].pk), typed=[Cell("1.1", "Đ")], by=cast.specialist)
    assert [difference.what for difference in differences(all_returns())] == [
        "entered",
        "met",
        "missing",
        "unjudged",
    ]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda: Submission.objects.filter(unit__name="Phú Đình").update(met=F("met") + 1), "met: đang ghi 2"),
        (lambda: Submission.objects.filter(unit__name="Phú Đình").update(criteria_met=0), "criteria_met: đang ghi 0"),
        (lambda: Result.objects.filter(kind="percent").update(verdict=Verdict.MET), "2.1 verdict: đang ghi 'met'"),
        (lambda: Result.objects.filter(kind="percent").update(value=95), "2.1 computed: đang ghi 'not_met'"),
    ],
)  # fmt: skip
def test_what_is_changed_behind_its_back_is_named_and_ends_with_1(returns, cast, spoil, words):
    cells = [Cell("1.1", "Đ"), Cell("1.2", "-", note="Không có"), Cell("2.1", "81")]
    enter(where=Q(pk=returns[0].pk), typed=cells, by=cast.specialist)
    call_command("recount", stdout=StringIO())
    spoil()
    said = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("recount", stdout=said)
    assert ended.value.returncode == 1
    assert f"Xã Phú Đình: Bộ tiêu chí kiểm thử, năm 2023 {words}" in said.getvalue()


def test_the_acts_do_lead_a_return_all_the_way(returns, cast):
    """So that the property above plays on returns that were sent, judged, returned, accepted and opened again."""
    turn = Turn(returns[0], "2.1", 1, cast)
    way = (
        finish_and_send,
        judge_all,
        return_one,
        explain_and_send_again,
        judge_one,
        judge_all,
        review_it,
        accept_it,
    )
    for act in way:
        act(turn)
    turn.submission.refresh_from_db()
    assert turn.submission.state == SubmissionState.ACCEPTED
    reopen_it(turn)
    assert turn.row.review == ReviewState.RETURNED
    assert list(differences(all_returns())) == []


@pytest.mark.parametrize("dice", [0, 1])
@pytest.mark.parametrize("act", [type_, note, explain, clear, return_one, explain_and_send_again])
def test_whatever_was_done_with_a_reopened_cell_its_day_closes_it(returns, cast, act, dice):
    turn = Turn(returns[0], "2.1", dice, cast)
    review_and_accept(turn)
    play(reopen_it, turn)
    play(act, Turn(returns[0], "2.1", 6, cast))
    play(act, Turn(returns[0], "2.2", 6, cast))
    let_the_day_pass(turn)
    assert list(differences(all_returns())) == []
