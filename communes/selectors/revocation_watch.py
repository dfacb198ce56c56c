"""Units whose results of a year give reason to consider revoking a level that they hold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from communes import watch
from communes.choices import SubmissionState, Term
from communes.judging import Standing
from communes.models import Level, Period, Result, Submission, Unit
from communes.rules import Held
from communes.selectors import appraisal
from communes.selectors.appraisal_desk import in_district
from communes.selectors.criteria import SetBook, book_of
from communes.selectors.standing import held_by, level_facts


@dataclass(frozen=True)
class AlertLine:
    """One level of one unit, with the alert and where a person looks and decides."""

    unit: Unit
    level_code: str
    level_name: str
    judged_on: str
    alert: watch.Alert
    url: str
    revoke_url: str

    @property
    def failed(self) -> int:
        return len(self.alert.failed)

    @property
    def total(self) -> int:
        return self.alert.total

    @property
    def reason(self) -> str:
        return self.alert.reason

    @property
    def criteria(self) -> str:
        return "; ".join(map(str, self.alert.failed))

    @property
    def unclear(self) -> str:
        return "; ".join(map(str, self.alert.open))


def watched_levels(year: int) -> list[tuple[str, str]]:
    """Code and name of the levels of the year's period."""
    of_year = Level.objects.filter(period__first_year__lte=year, period__last_year__gte=year)
    return list(of_year.order_by("tier", "rank").values_list("code", "name"))


def alerts(user: Any, year: int, day: date, *, level: str = "", district: str = "") -> list[AlertLine]:
    """The alerts of the year, in the order of names: from returns that were sent, on levels held by then. Nine
    queries, however many units there are."""
    returns = _returns(user, year, day, district)
    if not returns:
        return []
    states = _states(returns)
    held = held_by({row.unit.place_id for row in returns}, level_facts())
    period = Period.objects.get(first_year__lte=year, last_year__gte=year)
    may_decide = user.has_perm("communes.record_decision")
    found = []
    for row in returns:
        alert = watch.alert(states[row.pk])
        for one in _held_on(row, held[row.unit.place_id], year, period) if alert else ():
            if not level or one.level.code == level:
                found.append(_line(row, one, alert, may_decide))  # type: ignore[arg-type]
    return found


def _returns(user: Any, year: int, day: date, district: str) -> list[Submission]:
    """Sent returns in which something is not met."""
    rows: QuerySet[Submission] = Submission.objects.appraised_by(user)
    rows = rows.filter(round__year=year, round__term=Term.YEAR, not_met__gt=0)
    rows = rows.annotate(now=appraisal.state_on(day)).exclude(now=SubmissionState.DRAFT)
    if district:
        rows = rows.filter(in_district(district, "unit__") | Q(unit__code=district))
    rows = rows.select_related("round__criteria_set__level", "unit")
    return list(rows.order_by("unit__sort_key", "round__criteria_set__level__rank", "pk"))


def _states(returns: list[Submission]) -> dict[int, list[watch.CriterionState]]:
    """Each return's criteria. One query for all."""
    verdicts: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Result.objects.filter(submission__in=[row.pk for row in returns])
    for key, indicator, verdict in rows.values_list("submission_id", "indicator_id", "verdict"):
        verdicts[key][indicator] = verdict
    return {
        row.pk: _of(book_of(row.round.criteria_set, row.round.province_id), verdicts[row.pk])
        for row in returns
    }


def _of(book: SetBook, verdicts: dict[int, str]) -> list[watch.CriterionState]:
    criteria = [(one.pk, one.number, one.name, one.is_key) for one in book.criteria]
    standings = [
        Standing(one.criterion, verdict=verdicts.get(key, "")) for key, one in book.indicators.items()
    ]
    return watch.states(criteria, standings)


def _held_on(row: Submission, held: list[Held], year: int, period: Period) -> list[Held]:
    """The levels held by the year that are watched on the return's set."""
    wanted = row.round.criteria_set.level
    return [
        one
        for one in held
        if watch.WATCHED_ON.get(one.level.code, one.level.code) == wanted.code
        and one.level.tier == wanted.tier
        and one.level.first_year <= period.first_year
        and one.year <= year
    ]


def _line(row: Submission, one: Held, alert: watch.Alert, may_decide: bool) -> AlertLine:
    query = urlencode({"muc": one.level.code, "ten": row.unit.name})
    return AlertLine(
        unit=row.unit,
        level_code=one.level.code,
        level_name=one.level.name,
        judged_on=row.round.criteria_set.level.short_name,
        alert=alert,
        url=reverse("communes:submission", args=[row.pk]),
        revoke_url=f"{reverse('communes:revoke')}?{query}" if may_decide else "",
    )
