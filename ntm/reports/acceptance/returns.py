"""The returns of 2023 (locked, empty), 2024 (accepted) and 2025 (under way).

Each value, file and remark holds its commune's canary."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from communes.models import CriteriaSet, Result, Round, Submission, Threshold
from communes.selectors.appraisal import evidence_marks
from communes.services import appraisal_judging, appraisal_returns, appraisal_steps
from communes.services.appraisal import Seen
from communes.services.appraisal_judging import Word
from communes.services.documents import Actor
from communes.services.evidence import add_evidence
from communes.services.results import Cell, enter
from communes.services.rounds import Deadlines, lock_round, open_round
from ntm.core.dates import today
from ntm.reports.acceptance.world import COMMUNES, EARLIER, World

LOCKED_YEAR, ACCEPTED_YEAR, YEAR = 2023, 2024, 2025
#: What each commune types, by the code of the indicator; the text of 1.2 is its canary.
_TYPED = {"1.1": "Đ", "2.1": "91,5", "2.2": "52", "3.1": "3", "3.2": "Đ"}
#: The commune of each province whose returns its own people enter and send; elsewhere the machine does.
_OFFICERS = {"A": ("officer_a", "leader_a"), "B": ("officer_b", "")}


def play(world: World, province: str, asked: CriteriaSet) -> None:
    """Both years of one province, as far as each commune has come."""
    old, last, now = (_open(world, province, asked, year) for year in (LOCKED_YEAR, ACCEPTED_YEAR, YEAR))
    for letter in EARLIER[province]:
        row = _return(world, last, letter, world.earlier[letter].place_id)
        _fill(world, row, letter)
        _submit(world, row, letter)
        _judge(world, province, row, letter)
        appraisal_steps.accept(where=Q(pk=row.pk), by=world.office(province, "specialist"))
    for letter in COMMUNES[province]:
        row = _return(world, now, letter, world.units[letter].place_id)
        _begin(world, province, row, letter)
    specialist = world.office(province, "specialist")
    lock_round(
        old, version=old.version, reason=world.canaries.text("Đã chốt số liệu", province), by=specialist
    )
    _reopen(world, last, "C" if province == "P" else "X")


def _open(world: World, province: str, asked: CriteriaSet, year: int) -> Round:
    row = open_round(
        province=world.place(province), year=year, criteria_set=asked, by=world.office(province, "specialist"),
        deadlines=Deadlines(enter_by=today() + timedelta(days=20)),
    )  # fmt: skip
    world.keep(province, "round", row)
    return row


def _return(world: World, a_round: Round, letter: str, place: int) -> Submission:
    row = Submission.objects.select_related("unit").get(round=a_round, unit__place=place)
    world.keep(letter, "submission", row)
    return row


def _begin(world: World, province: str, row: Submission, letter: str) -> None:
    """2025: A (and the other province's) is being appraised, B has something returned, C and M are being typed."""
    _fill(world, row, letter)
    specialist, words = world.office(province, "specialist"), world.canaries
    appraisal_steps.extend(
        where=Q(pk=row.pk),
        until=today() + timedelta(days=30),
        reason=words.text("Mưa lũ", letter),
        by=specialist,
    )
    if letter in ("C", "M"):
        return
    _submit(world, row, letter)
    leader = world.by(_OFFICERS.get(letter, ("", ""))[1])
    appraisal_steps.withdraw(where=Q(pk=row.pk), reason=words.text("Rà soát lại", letter), by=leader)
    _submit(world, row, letter)
    _judge(world, province, row, letter, codes=("1.1", "3.1"))
    _question(world, province, row, letter)
    back = appraisal_returns.return_result(
        result=_result(row, "2.1").pk, reason=words.text("Chưa khớp sổ sách", letter),
        by=world.office(province, "department_1"),
    )  # fmt: skip
    world.keep(letter, "remark", back)
    if letter == "B":
        appraisal_returns.answer(
            remark=back.pk, text=words.text("Đã đối chiếu", letter), by=_officer(world, letter)
        )


def _officer(world: World, letter: str) -> Actor:
    return world.by(_OFFICERS.get(letter, ("", ""))[0])


def _fill(world: World, row: Submission, letter: str) -> None:
    """Every indicator with a note; the wordy one, and two files behind the first."""
    words, by = world.canaries, _officer(world, letter)
    cases = {bar.indicator.code: bar.pk for bar in _bars(row)}
    cells = [
        Cell(code, raw, note=words.text("Ghi chú", letter), case=cases.get(code))
        for code, raw in _TYPED.items()
    ]
    cells.append(Cell("1.2", words.text("Có hồ sơ", letter), note=words.text("Ghi chú", letter)))
    enter(where=Q(pk=row.pk), typed=cells, by=by, whole=True)
    for code in ("1.1", "2.1"):
        file = words.scan("minh chung", letter)
        evidence = add_evidence(where=Q(pk=row.pk), code=code, file=file, by=by)
        world.keep(letter, "evidence", evidence)
    world.keep(letter, "result", *Result.objects.filter(submission=row).order_by("pk"))


def _bars(row: Submission) -> Iterable[Threshold]:
    """Of the indicators whose threshold depends on the case, the one that is chosen."""
    bars = Threshold.objects.filter(indicator__criteria_set=row.round.criteria_set).exclude(case="")
    return bars.select_related("indicator").order_by("-pk")


def _submit(world: World, row: Submission, letter: str) -> None:
    leader = world.by(_OFFICERS.get(letter, ("", ""))[1])
    appraisal_steps.submit(where=Q(pk=row.pk), by=leader)


def _result(row: Submission, code: str) -> Result:
    return Result.objects.get(submission=row, indicator__code=code)


def _judge(
    world: World, province: str, row: Submission, letter: str, codes: tuple[str, ...] = (*_TYPED, "1.2")
) -> None:
    """Each department its own: the first answers for 1.1 to 2.2, the second for the third criterion."""
    for code in codes:
        by = world.office(province, "department_2" if code.startswith("3") else "department_1")
        result = _result(row, code)
        seen = Seen(result.version, evidence_marks([result.pk]).get(result.pk, ""))
        word = Word("met", world.canaries.text("Biên bản kiểm tra", letter))
        made = appraisal_judging.judge(result=result.pk, seen=seen, word=word, by=by)
        world.keep(letter, "judgement", made)


def _question(world: World, province: str, row: Submission, letter: str) -> None:
    asked = appraisal_returns.ask(
        result=_result(row, "1.2").pk, text=world.canaries.text("Đề nghị làm rõ", letter),
        by=world.office(province, "specialist"),
    )  # fmt: skip
    words = world.canaries.text("Đã bổ sung", letter)
    appraisal_returns.answer(remark=asked.pk, text=words, by=_officer(world, letter))
    world.keep(letter, "remark", asked)


def _reopen(world: World, last: Round, letter: str) -> None:
    """One accepted return is open again for a month."""
    row = Submission.objects.get(round=last, unit__place=world.earlier[letter].place_id)
    province = "P" if letter == "C" else "Q"
    appraisal_steps.reopen(
        where=Q(pk=row.pk), until=today() + timedelta(days=30), by=world.office(province, "specialist"),
        reason=world.canaries.text("Bổ sung số liệu", letter),
    )  # fmt: skip
