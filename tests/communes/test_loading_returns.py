"""Whole returns at once: the same desk as a person's cells, all or nothing, and recorded row by row."""

import pytest

from communes.choices import ReviewState, StepKind, SubmissionState, Verdict
from communes.models import Judgement, Remark, Result, Step, Submission
from communes.services.returns import Answer, Return, load_returns
from communes.services.rounds import open_round
from communes.services.sums import differences
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from ntm.core.provenance import Trust
from tests import factories
from tests.replayed import replayed

ALL = (StepKind.SUBMIT, StepKind.REVIEW, StepKind.ACCEPT)
GOOD = {"1.1": "Đ", "1.2": "Đ", "2.1": "95", "2.2": "45", "3": "80"}


@pytest.fixture
@replayed
def a_round(land):
    return open_round(province=land.province.place, year=2023, criteria_set=factories.small_set(), by=SYSTEM)


def answers(judged: bool = True, **changed: str) -> list[Answer]:
    typed = GOOD | {code.replace("_", "."): raw for code, raw in changed.items()}
    return [Answer(code, raw, judged, Verdict.MET, "Theo hồ sơ") for code, raw in typed.items()]


def of(a_round, unit) -> Submission:
    return Submission.objects.get(round=a_round, unit=unit)


def load(a_round, *returns: Return) -> None:
    load_returns(a_round, returns, by=SYSTEM, trust=Trust.ILLUSTRATIVE)


def test_a_whole_year_is_stored_judged_and_summed_up(land, a_round):
    load(a_round, *(Return(of(a_round, unit), answers(), ALL) for unit in land.communes))
    row = of(a_round, land.commune_a)
    assert (row.state, row.criteria_met, row.missing, row.unjudged) == (SubmissionState.ACCEPTED, 3, 0, 0)
    assert row.accepted_at is not None
    assert Result.objects.count() == 25
    assert not list(differences(Submission.objects.select_related("round__criteria_set", "unit")))
    assert set(Result.objects.values_list("trust", "review")) == {(Trust.ILLUSTRATIVE, ReviewState.JUDGED)}


def test_only_what_cannot_be_computed_has_a_departments_own_word(land, a_round):
    load(a_round, Return(of(a_round, land.commune_a), answers(), ALL))
    (judgement,) = Judgement.objects.select_related("result__indicator")
    assert judgement.result.indicator.code == "3"
    assert (judgement.result.computed, judgement.result.verdict) == (Verdict.NOT_EVALUABLE, Verdict.MET)
    assert not Result.objects.filter(judged="").exists()


def test_every_row_has_its_entry_in_the_record(land, a_round):
    before = LogEntry.objects.count()
    load(a_round, Return(of(a_round, land.commune_a), answers(), ALL))
    rows = Result.objects.count() + Judgement.objects.count() + Step.objects.count() + 1
    assert LogEntry.objects.count() - before == rows == 10


def test_a_returned_result_stays_open_with_its_reason(land, a_round):
    given = [*answers()[:4], Answer("3", "80", remark="Thiếu hồ sơ")]
    load(a_round, Return(of(a_round, land.commune_a), given, (StepKind.SUBMIT,)))
    assert of(a_round, land.commune_a).returned == 1
    assert Remark.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("given", "steps", "words"),
    [
        (answers(**{"2_1": "9x"}), (), "chỉ tiêu 2.1"),
        (answers()[:4], (StepKind.SUBMIT,), "Còn 1 chỉ tiêu chưa xong"),
        (answers(judged=False), ALL, "chưa được sở, ngành thẩm định"),
        (answers(), (StepKind.ACCEPT,), "đang nhập"),
    ],
)
def test_what_the_rules_forbid_stores_nothing_at_all(land, a_round, given, steps, words):
    good = Return(of(a_round, land.commune_b), answers(), ALL)
    with pytest.raises(Refused, match=words):
        load(a_round, good, Return(of(a_round, land.commune_a), given, steps))
    assert not Result.objects.exists()
    assert of(a_round, land.commune_b).state == SubmissionState.DRAFT


def test_nothing_is_loaded_over_what_is_there(land, a_round):
    load(a_round, Return(of(a_round, land.commune_a), answers()))
    with pytest.raises(Refused, match="đã có kết quả"):
        load(a_round, Return(of(a_round, land.commune_a), answers()))


def test_no_person_loads_returns(land, cast, a_round):
    with pytest.raises(NotAllowed):
        load_returns(a_round, [], by=cast.specialist, trust=Trust.VERIFIED)


def test_the_number_of_questions_does_not_grow_with_the_cells(land, a_round, django_assert_max_num_queries):
    rows = [Return(of(a_round, unit), answers(), ALL) for unit in land.communes]
    with django_assert_max_num_queries(30):
        load(a_round, *rows)
