"""The returns of units: the one an address means, its neighbours, and those that a person may type into."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from communes import workflow
from communes.choices import ReviewState, SubmissionState, Term, Tier
from communes.models import Result, Submission, Unit
from communes.reach import reach_of, reach_with
from communes.selectors.appraisal import due_of, facts_without_results
from communes.selectors.return_links import HALF_YEAR, meant, tail
from ntm.core.dates import as_of, format_date

RIGHT = "communes.enter_result"
#: Words of an address for `Term`; a whole year is not said.
_RETURNED = (ReviewState.RETURNED, ReviewState.ANSWERED)


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the unit of a code on the year's day, and a set (`CriteriaSet.key`) for a term."""

    code: str
    year: int
    key: str = "ntm"
    term: str = Term.YEAR

    @classmethod
    def of(cls, code: str, year: str | int, query: Any) -> "Asked":
        """From the path and the query string: `?bo=` names the set, `?ky=6-thang` the half year."""
        half = query.get("ky") == HALF_YEAR
        return cls(code, int(year), query.get("bo") or "ntm", Term.HALF if half else Term.YEAR)

    def means(self, submission: Submission) -> bool:
        """Whether a return that was named by its key is one of this code and year."""
        return bool(submission.unit.code == self.code and submission.round.year == self.year)

    @property
    def tail(self) -> str:
        """The query string that leads here again."""
        return tail(self.key, self.term)


@dataclass(frozen=True)
class Opened:
    """A unit that the user may see, with its returns of the year. `submission` None: no round of that set is open.

    `may_type`: the person has the right here; whether the return takes anything now is the workflow's word.
    """

    asked: Asked
    unit: Unit
    day: date
    returns: list[Submission]
    submission: Submission | None
    may_type: bool


def open_return(user: Any, asked: Asked, today: date) -> Opened | None:
    """What the address leads to; None where the unit is foreign or does not exist on that day."""
    day = as_of(asked.year, today)
    unit = Unit.objects.on(day).filter(code=asked.code).exclude(tier=Tier.PROVINCE).first()
    if unit is None or not reach_of(user).may_read(unit):
        return None
    returns = list(_of_place(unit.place_id, asked.year))
    mine = meant([row for row in returns if row.round.term == asked.term], asked.key)
    may_type = reach_with(user, RIGHT).may_write(unit)
    return Opened(asked, unit, day, returns, mine, may_type)


def why_none(user: Any, asked: Asked, today: date) -> str:
    """Of a code that a unit of the user's bears at another time: when; empty for a code that is nobody's to know."""
    day = as_of(asked.year, today)
    rows = Unit.objects.visible_to(user).filter(code=asked.code).exclude(tier=Tier.PROVINCE)
    unit = max(rows, key=lambda row: (row.valid_from or date.min, row.pk), default=None)
    if unit is None or unit.exists_on(day):
        return ""
    when = ""
    if unit.valid_to and unit.valid_to <= day:
        when = f"có đến hết ngày {format_date(unit.valid_to - timedelta(days=1))}"
    elif unit.valid_from:
        when = f"có từ ngày {format_date(unit.valid_from)}"
    return f"{unit.full_name} {when}, nên không có phiếu của năm {asked.year}." if when else ""


def _of_place(place_id: int, year: int) -> QuerySet[Submission]:
    """Newest sets first."""
    rows = Submission.objects.filter(unit__place_id=place_id, round__year=year)
    rows = rows.select_related("round__criteria_set__level__period", "unit")
    return rows.order_by("-round__criteria_set__revision", "-pk")


def of_set(asked: Asked, set_id: int, user: Any, today: date) -> Q:
    """The condition on the one return, by a set, of the unit that bears the code on the year's day; also where the
    return was made out to an earlier version of the unit (before it was renamed)."""
    units = Unit.objects.on(as_of(asked.year, today)).filter(code=asked.code)
    of_round = Q(round__year=asked.year, round__term=asked.term, round__criteria_set=set_id)
    return of_round & Q(unit__place_id__in=units.values("place_id")) & _inside(user)


def _inside(user: Any) -> Q:
    """Units that the user may write."""
    reach = reach_with(user, RIGHT)
    inside = Q(unit__province_id__in=reach.provinces) if reach.provinces else Q()
    inside |= Q(unit__place_id__in=reach.places) if reach.places else Q()
    return inside or Q(pk__in=())


def why_closed(submission: Submission, today: date, review: str = ReviewState.OPEN) -> str | None:
    """Why a cell cannot be typed into now, whoever asks; None: it can."""
    return workflow.why_closed(
        facts_without_results(submission, today), review=review, due=due_of(submission), today=today
    )


# --- lists -----------------------------------------------------------------------------------------------------
def writable_returns(user: Any) -> QuerySet[Submission]:
    """Every return of the units that the user may write, open or not."""
    reach = reach_with(user, RIGHT)
    inside = Q(unit__province_id__in=reach.provinces) | Q(unit__place_id__in=reach.places)
    rows = Submission.objects.filter(inside)
    return rows.select_related("round__criteria_set__level", "unit").annotate(
        due=Coalesce("due_on", "round__enter_by")
    )


def open_now(rows: QuerySet[Submission], today: date) -> QuerySet[Submission]:
    """Of these, the ones in which at least one cell can be typed into; the same word as `why_closed`."""
    mended = Exists(Result.objects.filter(submission=OuterRef("pk"), review__in=_RETURNED))
    in_time = Q(due=None) | Q(due__gte=today)
    reopened = Q(reopened_until__gte=today) & ~Q(state=SubmissionState.ACCEPTED)
    drafts = Q(state=SubmissionState.DRAFT) & in_time
    over = Q(reopened_until__lt=today)
    return rows.filter(Q(drafts) | reopened | Q(mended), round__locked_at=None).exclude(over)


def newest_first(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    return rows.order_by("-round__year", F("round__criteria_set__level__rank"), "unit__sort_key", "pk")


def only_open_return(user: Any, today: date) -> Submission | None:
    """The one open return of a person of a single unit; None for people of the province, or with several."""
    reach = reach_with(user, RIGHT)
    if reach.provinces or not reach.places:
        return None
    found = list(newest_first(open_now(writable_returns(user), today))[:2])
    return found[0] if len(found) == 1 else None


def neighbours(submission: Submission, user: Any) -> tuple[Unit | None, Unit | None]:
    """The units before and after this one in its round that the user may enter too, in Vietnamese order."""
    reach = reach_with(user, RIGHT)
    if not reach.provinces and len(reach.places) < 2:
        return None, None
    inside = Q(province_id__in=reach.provinces) | Q(place_id__in=reach.places)
    rows = Unit.objects.filter(inside, submissions__round_id=submission.round_id)
    order = list(rows.order_by("sort_key", "code", "pk").only("kind", "name", "code", "tier"))
    at = next((index for index, row in enumerate(order) if row.pk == submission.unit_id), None)
    if at is None:
        return None, None
    before, after = (order[i] if 0 <= i < len(order) else None for i in (at - 1, at + 1))
    return before, after


# --- addresses -------------------------------------------------------------------------------------------------
def due_words(due: date | None, today: date) -> str:
    """ "Hạn 15/12/2023, còn 6 ngày"; empty without a deadline."""
    if due is None:
        return ""
    left = (due - today).days
    rest = f"còn {left} ngày" if left > 0 else ("hôm nay" if left == 0 else "đã quá hạn")
    return f"Hạn {format_date(due)}, {rest}"
