"""Whether a unit could be recognised at a level for a year: its criteria, the conditions outside them, the level
below, the papers. Data proposes; a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from communes import conditions, rules
from communes.choices import SubmissionState, Term, Tier, Verdict
from communes.judging import met_criteria
from communes.models import Condition, ConditionCheck, Level, Recognition, Result, Submission, Unit
from communes.reach import districts_of, reach_of, reach_with
from communes.selectors import appraisal
from communes.selectors.appraisal_page import value_of
from communes.selectors.criteria import SetBook, book_of
from communes.selectors.return_links import cell_url
from communes.selectors.standing import held_by, level_facts
from ntm.core.dates import as_of

_FULFILLED = (Verdict.MET, Verdict.NOT_APPLICABLE)


# --- conditions ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ConditionLine:
    """One condition of a level, with how the unit stands on it."""

    condition: Condition
    check: ConditionCheck | None
    said: conditions.Verdict

    @property
    def is_met(self) -> bool:
        return self.said.verdict == Verdict.MET

    @property
    def verdict(self) -> str:
        return str(Verdict(self.said.verdict).label) if self.said.verdict else "Chưa kiểm tra"

    @property
    def kind(self) -> str:
        known = {Verdict.MET: "ok", Verdict.NOT_MET: "err", Verdict.NOT_EVALUABLE: "warn"}
        return known[Verdict(self.said.verdict)] if self.said.verdict else "wait"


def condition_lines(unit: Unit, level: Level, year: int) -> list[ConditionLine]:
    """The conditions of the level in their order. Two queries."""
    checks = ConditionCheck.objects.filter(unit=unit, year=year, condition__level=level)
    found = {row.condition_id: row for row in checks.select_related("checked_by")}
    rows = Condition.objects.filter(level=level).select_related("document").order_by("position", "pk")
    return [ConditionLine(row, found.get(row.pk), said_of(row, found.get(row.pk))) for row in rows]


def said_of(condition: Condition, check: ConditionCheck | None) -> conditions.Verdict:
    """What was written down, held against the condition as it stands now."""
    if check is None:
        return conditions.UNCHECKED
    found = conditions.Found(check.verdict, check.value, check.sample, check.note)
    return conditions.verdict_of(conditions.Asked(condition.kind, condition.value), found)


# --- the case -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Missing:
    """An indicator that keeps its criterion from being met: what stands there and how far it is."""

    code: str
    name: str
    value: str
    reason: str
    url: str


@dataclass(frozen=True)
class CriterionCase:
    """One criterion; met, or what is missing."""

    number: str
    name: str
    is_met: bool
    missing: list[Missing]


@dataclass(frozen=True)
class Case:
    """The page. `is_held`: the unit has the level already; `obstacles`: why a decision cannot be recorded (yet);
    `decide_url`: where the approver records it."""

    unit: Unit
    level: Level
    year: int
    submission: Submission | None
    state: str
    criteria: list[CriterionCase]
    conditions: list[ConditionLine]
    below: str
    papers: list[str]
    is_held: bool
    obstacles: list[str]
    decide_url: str

    @property
    def is_sent(self) -> bool:
        """Whether anything is known about the criteria."""
        return self.submission is not None and _is_sent(self.submission)

    @property
    def met(self) -> int:
        return sum(one.is_met for one in self.criteria)

    @property
    def standing(self) -> str:
        """By which decision the unit has the level; empty where it has not. The law's word stands last."""
        return self.obstacles[-1] if self.is_held else ""

    @property
    def lacking(self) -> list[str]:
        """What the data of the year says against it."""
        return self.obstacles[:-1] if self.is_held else self.obstacles


def unit_of(user: Any, code: str, year: int, today: date) -> Unit | None:
    """The unit that bears the code on the year's day, if the person sees its returns."""
    rows = (
        Unit.objects.filter(whose_returns_are_seen(user), code=code)
        .exclude(tier=Tier.PROVINCE)
        .on(as_of(year, today))
    )
    return rows.order_by("pk").first()


def whose_returns_are_seen(user: Any) -> Q:
    """The condition on a unit: visible, or a commune of the district whose officer the person is."""
    return reach_of(user).units() | Q(parent_id__in=districts_of(user))


def checks_seen(user: Any) -> QuerySet[ConditionCheck]:
    """The checks of conditions that the person may read, with what their names are made of."""
    seen = Unit.objects.filter(whose_returns_are_seen(user))
    return ConditionCheck.objects.filter(unit__in=seen).select_related("unit", "condition__level")


def levels_for(unit: Unit, year: int) -> list[Level]:
    """The levels that a unit of its tier can reach in the period of the year, the lowest first."""
    of_year = Level.objects.filter(period__first_year__lte=year, period__last_year__gte=year, tier=unit.tier)
    return list(of_year.select_related("period").order_by("rank"))


def case_of(unit: Unit, level: Level, year: int, user: Any, today: date) -> Case:
    """Everything about the unit, the level and the year; some fifteen queries."""
    submission = _submission(unit, level, year, today)
    criteria = _criteria(submission) if submission else []
    lines = condition_lines(unit, level, year)
    facts = level_facts()
    held = held_by([unit.place_id], facts)[unit.place_id]
    obstacle = rules.obstacle(facts[level.pk], year, held)
    state = str(SubmissionState(submission.state).label) if submission else "chưa mở phiếu"
    obstacles = [*_why_not(submission, criteria, lines), *([_sentence(unit, obstacle)] if obstacle else [])]
    return Case(
        unit=unit,
        level=level,
        year=year,
        submission=submission,
        state=state,
        criteria=criteria,
        conditions=lines,
        below=_below(facts[level.pk], held, year),
        papers=[line.condition.name for line in lines if line.check is None or not line.check.file],
        is_held=any(rules.same_level(row, facts[level.pk]) for row in held),
        obstacles=obstacles,
        decide_url="" if obstacles else _decide_url(unit, level, year, user),
    )


def _submission(unit: Unit, level: Level, year: int, today: date) -> Submission | None:
    rows: QuerySet[Any] = Submission.objects.filter(
        unit__place_id=unit.place_id,
        round__year=year,
        round__term=Term.YEAR,
        round__criteria_set__level=level,
    )
    rows = rows.annotate(now=appraisal.state_on(today)).select_related("round__criteria_set__level", "unit")
    found: Any = rows.order_by("-round__criteria_set__revision", "-pk").first()
    if found is not None:
        found.state = found.now
    return found


def _criteria(submission: Submission) -> list[CriterionCase]:
    book = book_of(submission.round.criteria_set, submission.round.province_id)
    rows = {row.indicator_id: row for row in Result.objects.filter(submission=submission)}
    met = met_criteria(book.standings(rows.values()))
    return [
        CriterionCase(one.number, one.name, one.pk in met, _missing(submission, book, one.indicators, rows))
        for one in book.criteria
    ]


def _missing(
    submission: Submission, book: SetBook, keys: Sequence[int], rows: dict[int, Result]
) -> list[Missing]:
    found = []
    for one in (book.indicators[key] for key in keys):
        row = rows.get(one.pk)
        if row is not None and row.verdict in _FULFILLED:
            continue
        finding = one.judge(row, submission.facts, submission.round.year) if row else None
        reason = finding.reason if finding else "chưa nhập"
        if row is not None and row.judged:
            reason = f"sở, ngành đánh giá {Verdict(row.judged).label.lower()}; {reason}"
        found.append(
            Missing(one.code, one.row.name, value_of(one, row), reason, cell_url(submission, one.code))
        )
    return found


def _why_not(
    submission: Submission | None, criteria: list[CriterionCase], lines: list[ConditionLine]
) -> list[str]:
    found = []
    if submission is None:
        found.append("Năm này chưa mở phiếu kết quả theo bộ tiêu chí của mức.")
    elif submission.state != SubmissionState.ACCEPTED:
        found.append("Phiếu kết quả chưa được tỉnh chấp nhận.")
    missing = [one.number for one in criteria if not one.is_met]
    if submission is not None and not _is_sent(submission):
        found = [f"Phiếu kết quả năm {submission.round.year} chưa gửi nên chưa biết tiêu chí nào đạt."]
    elif missing:
        found.append(f"Còn {len(missing)} tiêu chí chưa đạt: {', '.join(missing)}.")
    found += [f"Điều kiện “{line.condition.name}”: {line.said.reason}." for line in lines if not line.is_met]
    return found


def _is_sent(submission: Submission) -> bool:
    """A draft says nothing about the unit yet."""
    return submission.state != SubmissionState.DRAFT


def _sentence(unit: Unit, obstacle: str) -> str:
    return f"{unit.full_name} {obstacle}."


def _below(wanted: rules.LevelFacts, held: list[rules.Held], year: int) -> str:
    """The level that this one presupposes, and what of it the unit holds."""
    if wanted.below is None:
        return "Mức này không đòi hỏi mức nào trước nó."
    row = next((row for row in held if rules.supports(row, wanted, year)), None)
    if row is None:
        return f"Chưa giữ mức “{wanted.below.name}”."
    paper = f", {row.paper}" if row.paper else ""
    return f"Đang giữ mức “{row.level.name}”, đạt {'đến ' if row.by_year else ''}năm {row.year}{paper}."


def _decide_url(unit: Unit, level: Level, year: int, user: Any) -> str:
    if not reach_with(user, "communes.record_decision").may_write(unit):
        return ""
    return f"{reverse('communes:recognise')}?{urlencode({'muc': level.code, 'nam': year, 'don_vi': unit.pk})}"


# --- all that could be recognised ---------------------------------------------------------------------------
def ready_cases(province_ids: Any, today: date) -> QuerySet[Submission]:
    """Accepted returns with every criterion and condition met, at a level that the place does not hold ("đạt, chờ
    công nhận"); of several years only the last one. One query."""
    level, unit = "round__criteria_set__level", "unit"
    held = Recognition.objects.in_force().filter(
        place_id=OuterRef("unit__place_id"),
        level__period_id=OuterRef(f"{level}__period_id"),
        level__tier=OuterRef(f"{level}__tier"),
        level__rank__gte=OuterRef(f"{level}__rank"),
    )
    checked = ConditionCheck.objects.filter(
        condition=OuterRef("pk"),
        unit_id=OuterRef(OuterRef(unit)),
        year=OuterRef(OuterRef("round__year")),
        verdict__in=_FULFILLED,
    )
    open_conditions = Condition.objects.filter(~Exists(checked), level_id=OuterRef(level))
    later = Submission.objects.filter(
        unit__place_id=OuterRef("unit__place_id"),
        round__criteria_set__level_id=OuterRef(level),
        round__year__gt=OuterRef("round__year"),
        round__term=Term.YEAR,
        accepted_at__isnull=False,
    )
    rows: QuerySet[Any] = Submission.objects.filter(
        ~Exists(held), ~Exists(open_conditions), ~Exists(later),
        round__province_id__in=province_ids, round__term=Term.YEAR,
        criteria_total__gt=0, criteria_met=F("criteria_total"), accepted_at__isnull=False,
    )  # fmt: skip
    rows = rows.annotate(now=appraisal.state_on(today)).filter(now=SubmissionState.ACCEPTED)
    return rows.select_related("unit", "round__criteria_set__level").order_by("accepted_at", "pk")


def case_url(unit: Unit, year: int, level: str) -> str:
    return f"{reverse('communes:recognition-case', args=[unit.code, year])}?{urlencode({'muc': level})}"
