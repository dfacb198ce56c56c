"""Who may read the history of which row of this app, where the row's own page is, and what belongs to it."""

from typing import Any

from django.urls import reverse

from communes.models import (
    Assignment,
    Attribute,
    ConditionCheck,
    Confirmation,
    CriteriaSet,
    Criterion,
    Decision,
    Department,
    Document,
    Duty,
    Evidence,
    Indicator,
    Judgement,
    Level,
    Period,
    Recognition,
    Remark,
    Result,
    Round,
    Step,
    Submission,
    Succession,
    Threshold,
    Unit,
)
from communes.reach import reach_of
from communes.restoring import everyones, inside_or_own
from communes.selectors.evidence import evidence_open_to
from communes.selectors.recognition_case import checks_seen
from communes.selectors.return_links import cell_url, page_url
from communes.selectors.taken_back import taken_back
from ntm.audit.subjects import Parts, Subject, register

_RESULT, _DECISION, _SET = "communes.view_result", "communes.view_decision", "communes.view_criteria"
_CATALOGUE = "communes.change_catalogue"


def _page(route: str) -> Any:
    return lambda row: reverse(route, args=[row.pk])


def _conditions(row: ConditionCheck) -> str:
    where = reverse("communes:conditions", args=[row.unit.code, row.year])
    return f"{where}?muc={row.condition.level.code}"


def _of_unit(row: Unit, user: Any) -> Parts:
    """Its other versions tell of themselves; here stand this version's attributes and levels, and the successions whose
    old unit the page of this one names: one that may be read, or any to whoever holds this place."""
    reach, successions = reach_of(user), row.successions_in.all()
    if row.place_id not in reach.places:
        successions = successions.filter(reach.units("predecessor__"))
    return [
        (Attribute, Attribute.every.filter(unit=row).values_list("pk", flat=True)),
        (Recognition, row.recognitions.values_list("pk", flat=True)),
        (Succession, successions.values_list("pk", flat=True)),
    ]


def _of_submission(row: Submission, user: Any) -> Parts:
    results = list(row.results.values_list("pk", flat=True))
    return [
        (Result, results),
        (Step, row.steps.values_list("pk", flat=True)),
        *_of_results(results),
    ]


def _of_result(row: Result, user: Any) -> Parts:
    return _of_results([row.pk])


def _of_results(keys: list[int]) -> Parts:
    return [
        (model, model._default_manager.filter(result__in=keys).values_list("pk", flat=True))
        for model in (Evidence, Judgement, Remark)
    ]


def _of_decision(row: Decision, user: Any) -> Parts:
    """Only of units that the reader may see: a decision may name others beside them."""
    seen = Recognition.objects.visible_to(user)
    confirmed = row.confirmations.filter(recognition__in=seen)
    no_longer_ended, no_longer_confirmed = taken_back(row, user)
    return [
        (Recognition, seen.filter(decision=row).values_list("pk", flat=True)),
        (Recognition, seen.filter(ended_by=row).values_list("pk", flat=True)),
        (Confirmation, confirmed.values_list("pk", flat=True)),
        (Recognition, no_longer_ended),
        (Confirmation, no_longer_confirmed),
    ]


def _of_set(row: CriteriaSet, user: Any) -> Parts:
    return [
        (Criterion, row.criteria.values_list("pk", flat=True)),
        (Indicator, row.indicators.values_list("pk", flat=True)),
    ]


def _of_assignment(user: Any) -> Any:
    return Assignment.objects.filter(user__in=type(user)._default_manager.visible_to(user))


def tell() -> None:
    """Called when the applications are ready."""
    register(Unit, Subject("communes.view_unit", Unit.objects.visible_to, parts=_of_unit))
    register(
        Attribute,
        Subject(
            "communes.view_unit", Attribute.every.visible_to, url=lambda row: row.unit.get_absolute_url()
        ),
    )
    register(
        Recognition,
        Subject(
            "communes.view_recognition",
            Recognition.objects.visible_to,
            url=lambda row: row.decision.get_absolute_url(),
        ),
    )
    _tell_of_papers()
    _tell_of_returns()
    _tell_of_sets()
    for model in (Period, Level, Department):
        register(model, Subject(_CATALOGUE, everyones(model)))
    register(Assignment, Subject("communes.assign_role", _of_assignment))


def _tell_of_papers() -> None:
    routes = ("communes:decision", "communes:add-units")
    register(Decision, Subject(_DECISION, Decision.objects.visible_to, parts=_of_decision, routes=routes))
    register(
        Document,
        Subject(
            "communes.view_document",
            Document.objects.visible_to,
            url=_page("communes:document"),
            routes=("communes:document", "communes:document-file", "communes:document-attach"),
            shared=True,
        ),
    )


def _tell_of_returns() -> None:
    whole = ("round__criteria_set__level", "unit")
    register(
        Submission,
        Subject(
            _RESULT,
            lambda user: Submission.objects.appraised_by(user).select_related(*whole),
            url=page_url,
            parts=_of_submission,
            routes=("communes:submission",),
        ),
    )
    one = (*(f"submission__{name}" for name in whole), "indicator")
    register(
        Result,
        Subject(
            _RESULT,
            lambda user: Result.objects.visible_to(user).select_related(*one),
            url=lambda row: cell_url(row.submission, row.indicator.code),
            parts=_of_result,
            routes=("communes:judge", "communes:return-result"),
        ),
    )
    register(
        Evidence,
        Subject(
            _RESULT,
            evidence_open_to,
            url=lambda row: cell_url(row.result.submission, row.result.indicator.code),
        ),
    )
    register(ConditionCheck, Subject(_RESULT, checks_seen, url=_conditions))
    register(
        Round,
        Subject(_RESULT, Round.objects.visible_to, url=_page("communes:round"), routes=("communes:round",)),
    )


def _tell_of_sets() -> None:
    def _inside(model: Any, path: str) -> Any:
        return lambda user: model.objects.filter(**{f"{path}__in": CriteriaSet.objects.visible_to(user)})

    register(
        CriteriaSet,
        Subject(
            _SET,
            CriteriaSet.objects.visible_to,
            url=_page("communes:criteria-set"),
            parts=_of_set,
            routes=("communes:criteria-set",),
            shared=True,
        ),
    )
    register(Criterion, Subject(_SET, _inside(Criterion, "criteria_set"), shared=True))
    register(
        Indicator,
        Subject(
            _SET,
            _inside(Indicator, "criteria_set"),
            url=_page("communes:criteria-indicator"),
            routes=("communes:criteria-indicator",),
            shared=True,
        ),
    )
    register(Threshold, Subject(_SET, inside_or_own(Threshold), shared=True))
    register(Duty, Subject(_SET, inside_or_own(Duty), shared=True))
