"""Judging results: a department's word, with its basis, on the indicators assigned to it.

Departments judge in parallel, result by result. Each judgement is of the value that was shown: it names the
version of the result and the files behind it, and is refused where either has changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from communes import workflow
from communes.choices import ReviewState, ValueState, Verdict
from communes.models import Document, Judgement, Result, Submission
from communes.selectors import appraisal
from communes.services.appraisal import MOVED_ON, Desk, Outcome, Seen, check_right, reason_of, take
from communes.services.documents import Actor
from communes.services.steps import person, record, save_result
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused, Stale

RIGHT = "communes.judge_result"
#: What a department may say. What it cannot say, it returns.
VERDICTS = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
JUDGEABLE = (ValueState.ENTERED, ValueState.NOT_APPLICABLE)


@dataclass(frozen=True)
class Word:
    """A judgement: the verdict, its basis, and the paper that it rests on."""

    verdict: str
    basis: str
    document: Document | None = None


OWN = "Bạn đã nhập hoặc đính kèm minh chứng cho kết quả này nên không thẩm định được."
GONE = "Không tìm thấy kết quả này trong phạm vi của bạn."


@audit.verb
def judge(*, result: int, seen: Seen | None, word: Word, by: Actor) -> Judgement:
    """Judge one result. Raises `Result.DoesNotExist` out of scope, `Stale` (with the result as it stands now) where
    it is not what was shown; `seen` None only for a loader."""
    desk = _desk_of(result, word, by)
    made = _judge(desk, result, seen, _checked(word), _own_among([result], by))
    desk.save_sums()
    return made


@audit.verb
def judge_many(*, seen: Mapping[int, Seen | None], word: Word, by: Actor) -> list[Outcome]:
    """One word on many results (key → what was shown). One that cannot be judged is told with its reason and holds
    no other back."""
    check_right(by, RIGHT, "thẩm định kết quả")
    word = _checked(word)
    where = dict(Result.objects.filter(pk__in=list(seen)).values_list("pk", "submission_id"))
    by_submission: dict[int, list[int]] = defaultdict(list)
    for key in sorted(seen):
        if key in where:
            by_submission[where[key]].append(key)
    outcomes = [Outcome(key, GONE) for key in seen if key not in where]
    for submission in sorted(by_submission):
        outcomes += _judged_of(submission, by_submission[submission], seen, word, by)
    return outcomes


def _judged_of(
    submission: int, keys: list[int], seen: Mapping[int, Seen | None], word: Word, by: Actor
) -> list[Outcome]:
    try:
        desk = take(Q(pk=submission), by, RIGHT)
    except Submission.DoesNotExist:
        return [Outcome(key, GONE) for key in keys]
    own = _own_among(keys, by)
    outcomes = []
    for key in keys:
        try:
            _judge(desk, key, seen[key], word, own)
        except Refused as refusal:
            outcomes.append(Outcome(key, refusal.message))
        except Stale:
            outcomes.append(Outcome(key, MOVED_ON))
        else:
            outcomes.append(Outcome(key))
    if any(outcome.is_done for outcome in outcomes):
        desk.save_sums()
    return outcomes


def _desk_of(result: int, word: Word, by: Actor) -> Desk:
    check_right(by, RIGHT, "thẩm định kết quả")
    submission = Result.objects.filter(pk=result).values_list("submission_id", flat=True).first()
    try:
        return take(Q(pk=submission), by, RIGHT)
    except Submission.DoesNotExist:
        raise Result.DoesNotExist from None


def _checked(word: Word) -> Word:
    """Refuse a verdict that a department cannot give, or one without a basis."""
    if word.verdict not in VERDICTS:
        raise Refused("Hãy chọn đánh giá: đạt, chưa đạt hoặc không áp dụng.", "verdict")
    return Word(word.verdict, reason_of(word.basis, "basis", "căn cứ thẩm định"), word.document)


def _judge(desk: Desk, key: int, seen: Seen | None, word: Word, own: set[int]) -> Judgement:
    """Everything is checked before anything is written: a refusal among many leaves nothing half done."""
    row = next(row for row in desk.rows.values() if row.pk == key)
    department = check_duty(desk, row)
    if why := workflow.obstacle("judge", desk.facts()):
        raise Refused(why)
    _check_review(row)
    if key in own:
        raise Refused(OWN)
    if seen is not None and (row.version, _files(key)) != (seen.version, seen.files):
        raise Stale(row)
    before = audit.snapshot(row)
    row.judged = row.verdict = word.verdict
    row.review = ReviewState.JUDGED
    save_result(row, "result.judged", before=before, by=desk.by, of=desk.submission, reason=word.basis)
    made = Judgement.objects.create(
        result=row,
        verdict=word.verdict,
        basis=word.basis,
        document=word.document,
        department_id=department,
        by=person(desk.by),
        result_version=row.version,
    )
    record("judgement.recorded", made, desk.submission, by=desk.by)
    return made


def check_duty(desk: Desk, row: Result) -> int | None:
    """The department that answers for the result's indicator; refused unless the person is of it."""
    a_round = desk.submission.round
    one = desk.book.indicators[row.indicator_id]
    department = one.department_in(a_round.year)
    if isinstance(desk.by, User):
        if department is None:
            raise Refused(f"Chỉ tiêu {one.code} chưa phân công cho sở, ngành nào.")
        if department not in appraisal.departments_of(desk.by).get(a_round.province_id, ()):
            raise NotAllowed(f"Chỉ tiêu {one.code} không thuộc sở, ngành của bạn.")
    return department


def _check_review(row: Result) -> None:
    if row.review in (ReviewState.RETURNED, ReviewState.ANSWERED):
        raise Refused("Kết quả đang trả lại; chờ xã gửi lại rồi thẩm định.")
    if row.state not in JUDGEABLE:
        raise Refused("Kết quả này chưa có số liệu để thẩm định.")


def _own_among(keys: Iterable[int], by: Actor) -> set[int]:
    """Those that the person entered or added evidence to."""
    return appraisal.entered_by_results(keys, by) if isinstance(by, User) else set()


def _files(key: int) -> str:
    return appraisal.evidence_marks([key]).get(key, "")
