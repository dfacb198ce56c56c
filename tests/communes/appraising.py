"""A return with its people, for the tests of the appraisal: departments, a full sheet, and the steps in short."""

from typing import Any

from django.db.models import Q

from communes.models import Assignment, Indicator, Result, Submission
from communes.services import appraisal_judging, appraisal_returns, appraisal_steps, results
from communes.services.appraisal import Seen
from communes.services.appraisal_judging import Word
from communes.services.results import Cell
from tests import factories

#: Everything of `factories.small_set()`, all of it met where there is a threshold.
FULL = (Cell("1.1", "Đ"), Cell("1.2", "Đ"), Cell("2.1", "95"), Cell("2.2", "50"), Cell("3", "70"))


def assigned_set(level: Any = None, code: str = "so-nn", **fields: Any) -> Any:
    """The small set, every indicator assigned to one department."""
    made = factories.small_set(level, **fields)
    Indicator.objects.filter(criteria_set=made).update(department=factories.department(code))
    return made


def judge_for(person: Any, code: str = "so-nn") -> Any:
    """The person judges for the department. Returns the person as the database knows it now."""
    Assignment.objects.filter(user=person).update(department=factories.department(code))
    return fresh(person)


def fresh(person: Any) -> Any:
    """Without what was read of its rights before."""
    return type(person).objects.get(pk=person.pk)


def no_districts(land: Any) -> None:
    """As since 01/07/2025: none stands any more."""
    for district in (land.district, land.other_district):
        district.valid_to = "2025-07-01"
        district.save()


def fill(of: Submission, by: Any, *cells: Cell) -> None:
    entry = results.enter(where=Q(pk=of.pk), typed=cells or FULL, by=by)
    assert not entry.of(results.WRONG, results.STALE), entry.outcomes


def result(of: Submission, code: str) -> Result:
    return Result.objects.get(submission=of, indicator__code=code)


def submit(of: Submission, by: Any, **how: Any) -> Any:
    return appraisal_steps.submit(where=Q(pk=of.pk), by=by, **how)


def judge(of: Submission, code: str, by: Any, verdict: str = "met", **how: Any) -> Any:
    row = result(of, code)
    seen = how.pop("seen", Seen(row.version))
    word = Word(verdict, how.pop("basis", "Báo cáo 12/BC"), how.pop("document", None))
    return appraisal_judging.judge(result=row.pk, seen=seen, word=word, by=by)


def judge_all(of: Submission, by: Any, verdict: str = "met") -> Any:
    keys = Result.objects.filter(submission=of).values_list("pk", "version")
    seen = {key: Seen(version) for key, version in keys}
    return appraisal_judging.judge_many(seen=seen, word=Word(verdict, "Báo cáo 12/BC"), by=by)


def give_back(of: Submission, code: str, by: Any, reason: str = "Chưa khớp sổ sách") -> Any:
    return appraisal_returns.return_result(result=result(of, code).pk, reason=reason, by=by)


def step(name: str, of: Submission, by: Any, **how: Any) -> Any:
    return getattr(appraisal_steps, name)(where=Q(pk=of.pk), by=by, **how)


def again(of: Submission) -> Submission:
    return Submission.objects.select_related("round__criteria_set__level", "unit").get(pk=of.pk)
