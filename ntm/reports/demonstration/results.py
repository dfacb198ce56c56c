"""Illustrative results of the communes in 2022 and 2023, through the same rules as everybody's. Safe to repeat.

Consistent with the levels of the demonstration: who was recognised in 2023 meets every criterion of that year, where
a threshold is blank by a department's judgement; who was recognised earlier lacks at most what is new, but for two
that give reason to look at their level again; who never was lacks several. Of 2023 a few returns are still being
appraised, and two have not been begun.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from communes.choices import StepKind, Verdict
from communes.models import CriteriaSet, Place, Round, Submission
from communes.selectors.criteria import SetBook, book_of
from communes.services.returns import Answer, Return, load_returns
from communes.services.rounds import lock_round, open_round
from ntm.audit import log as audit
from ntm.core.provenance import Trust
from ntm.reports.demonstration.answers import (
    ON_THE_WAY,
    RECOGNISED,
    Group,
    Question,
    chance,
    criteria_lacked,
    indicators_lacked,
    lacking,
    typed,
)
from ntm.reports.demonstration.choice import Chosen

BEFORE, YEAR = 2022, 2023
#: Criteria met per commune in 2022, as published (mid-2022; the source gives no other day).
PUBLISHED_AVERAGE = Decimal("17.87")
LOCKED = "Minh họa: số liệu năm 2022 đã chốt"
BASIS_MET = "Minh họa: đạt theo hồ sơ minh chứng của xã"
BASIS_NOT = "Minh họa: hồ sơ minh chứng chưa đủ"
RETURNED = "Minh họa: đề nghị bổ sung hồ sơ minh chứng của chỉ tiêu này"
_ACCEPTED = (StepKind.SUBMIT, StepKind.REVIEW, StepKind.ACCEPT)
#: So many of the 19 criteria two communes that were recognised earlier fail in 2023: 36,8 % with a key one, and 52,6 %.
WATCHED = (7, 10)
_NOT_YET, _NOT_YET_ADVANCED = 9, 12


@dataclass
class Plan:
    """Who lacks how much in a year, and which returns are not accepted yet. `empty`: not begun at all."""

    year: int
    groups: list[Group]
    empty: frozenset[str] = frozenset()
    submitted: frozenset[str] = frozenset()
    reviewed: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()
    lacks: dict[str, int] = field(init=False)
    recognised: dict[str, bool] = field(init=False)
    weights: dict[str, dict[str, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.lacks, self.recognised, self.weights = {}, {}, {}
        for group in self.groups:
            self.lacks |= lacking(group)
            for code in group.codes:
                self.recognised[code] = group.weights is RECOGNISED
                self.weights[code] = dict(group.weights or {})

    def steps(self, code: str) -> tuple[str, ...]:
        if code in self.submitted | self.returned:
            return (StepKind.SUBMIT,)
        return (StepKind.SUBMIT, StepKind.REVIEW) if code in self.reviewed else _ACCEPTED

    def judges(self, code: str, indicator: str) -> bool:
        """Whether the department has judged this result: all of an accepted return, half of one under way."""
        if code in self.submitted:
            return False
        return code not in self.reviewed | self.returned or chance(code, "judged", indicator) < 0.5


def load_results(province: Place, chosen: Chosen) -> None:
    """Both years by the commune set, and 2023 by the advanced one. Without the sets there is nothing to load."""
    basic, advanced = _set("ntm"), _set("advanced")
    if basic is not None:
        _load(province, BEFORE, basic, chosen, locking=True)
        _load(province, YEAR, basic, chosen)
    if advanced is not None:
        _load(province, YEAR, advanced, chosen)


def _set(code: str) -> CriteriaSet | None:
    """The nation's first published set of the level in the period of the demonstration."""
    rows = CriteriaSet.objects.published().filter(
        level__code=code,
        level__period__first_year__lte=BEFORE,
        level__period__last_year__gte=YEAR,
        province=None,
    )
    return rows.order_by("revision").select_related("level__period").first()


@audit.verb
def _load(
    province: Place, year: int, criteria_set: CriteriaSet, chosen: Chosen, *, locking: bool = False
) -> None:
    """One round with its returns, whole or not at all; nothing where the round is there already."""
    if Round.objects.filter(province=province, year=year, criteria_set=criteria_set).exists():
        return
    a_round = open_round(province=province, year=year, criteria_set=criteria_set, by=audit.SYSTEM)
    rows = list(Submission.objects.filter(round=a_round).select_related("unit").order_by("unit__code"))
    book = book_of(criteria_set, province.pk)
    plan = _plan(year, criteria_set.level.code, [row.unit.code for row in rows], len(book.criteria), chosen)
    load_returns(a_round, list(_returns(rows, book, plan)), by=audit.SYSTEM, trust=Trust.ILLUSTRATIVE)
    if locking:
        lock_round(a_round, version=a_round.version, reason=LOCKED, by=audit.SYSTEM)


def _plan(year: int, level: str, codes: Sequence[str], criteria: int, chosen: Chosen) -> Plan:
    if level == "advanced":
        return _advanced(codes, chosen)
    new, known = frozenset(chosen.ntm_new), frozenset(chosen.ntm_before)
    never = tuple(code for code in codes if code not in new | known)
    rest = tuple(code for code in codes if code in known)
    if year == BEFORE:
        whole = criteria * len(codes)
        met = (whole * PUBLISHED_AVERAGE / 19).to_integral_value(ROUND_HALF_UP)
        lacked = whole - int(met)
        first, second = 6 * len(never) + 2, 3 * len(new) - 2
        return Plan(
            year,
            [
                Group(never, first, 4, 9, ON_THE_WAY),
                Group(tuple(chosen.ntm_new), second, 1, 4, ON_THE_WAY),
                Group(rest, lacked - first - second, 0, 3, RECOGNISED),
            ],
        )
    order = sorted(rest, key=lambda code: chance("under way", code))
    watched = [code for code in reversed(order) if code not in chosen.advanced_before + chosen.advanced_new]
    watched = watched[: len(WATCHED)]
    others = tuple(code for code in rest if code not in watched)
    return Plan(
        year,
        [
            Group(never, 5 * len(never), 3, 7, ON_THE_WAY),
            Group(tuple(chosen.ntm_new), 0),
            Group(others, len(others) * 2 // 5, 0, 2, RECOGNISED),
            *(
                Group((code,), count, count, count, RECOGNISED)
                for code, count in zip(watched, WATCHED, strict=True)
            ),
        ],
        empty=frozenset(chosen.ntm_new[:2]),
        submitted=frozenset(order[:2]),
        reviewed=frozenset(order[2:4]),
        returned=frozenset(order[4:5]),
    )


def _advanced(codes: Sequence[str], chosen: Chosen) -> Plan:
    """Who was recognised in 2023 meets all; who was before lacks little; those of next year's plan are on the way."""
    there = frozenset(codes)
    old = tuple(code for code in chosen.advanced_before if code in there)
    new = tuple(code for code in chosen.advanced_new if code in there)
    taken = frozenset(old) | frozenset(new)
    following = tuple(code for code in chosen.ntm_before if code in there - taken)[:_NOT_YET_ADVANCED]
    groups = [
        Group(new, 0),
        Group(old, len(old) * 3 // 5, 0, 2, RECOGNISED),
        Group(following, 4 * len(following), 2, 7, ON_THE_WAY),
    ]
    filled = frozenset((*old, *new, *following))
    return Plan(YEAR, groups, empty=there - filled)


def _returns(rows: Sequence[Submission], book: SetBook, plan: Plan) -> Iterator[Return]:
    numbers = {criterion.pk: criterion.number for criterion in book.criteria}
    for row in rows:
        code = row.unit.code
        if code in plan.empty:
            continue
        questions = list(_questions(row, book, numbers, plan.year))
        lacked = criteria_lacked(code, plan.lacks[code], numbers.values(), plan.weights[code])
        missing = indicators_lacked(code, questions, lacked, newer=plan.recognised[code])
        yield Return(row, list(_answers(code, questions, missing, plan)), plan.steps(code))


def _questions(row: Submission, book: SetBook, numbers: dict[int, str], year: int) -> Iterator[Question]:
    for one in book.indicators.values():
        bars = tuple(one.bars_in(row.facts, year))
        yield Question(
            one.code, numbers[one.criterion], one.row.kind, bars, one.row.decimals, len(one.row.grades)
        )


def _answers(code: str, questions: Sequence[Question], missing: set[str], plan: Plan) -> Iterator[Answer]:
    returned = next((q.code for q in questions if q.code in missing), questions[0].code)
    for question in questions:
        lacks = question.code in missing
        raw = typed(code, plan.year, question, lacks=lacks)
        if code in plan.returned and question.code == returned:
            yield Answer(question.code, raw, remark=RETURNED)
        elif plan.judges(code, question.code):
            verdict = Verdict.NOT_MET if lacks else Verdict.MET
            yield Answer(question.code, raw, True, verdict, BASIS_NOT if lacks else BASIS_MET)
        else:
            yield Answer(question.code, raw)
