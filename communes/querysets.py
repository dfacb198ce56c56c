"""How this app's rows are narrowed: by who asks, by day, by province. No model is imported here."""

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from communes.choices import Holding, RecognitionState, SetState, UnitKind
from communes.reach import Reach, districts_of, reach_of, reach_with
from ntm.core.querysets import ValidityQuerySet
from ntm.core.text import search_key, without_kind

M = TypeVar("M", bound=models.Model)


def named(text: str, prefix: str = "") -> Q:
    """The condition that a unit bears such a name, as the list of units has it: part of the name, or its kind and how
    it begins: "dinh hoa", "Xã Phú Đình", "xa phu". `prefix`: the path to the unit."""
    key, bare = search_key(text), search_key(without_kind(text)[1])
    found = Q(**{f"{prefix}search_key__contains": bare})
    if " " not in key:
        return found
    for kind in UnitKind:
        begins = f"{search_key(kind)} "
        rest = key.removeprefix(begins) if key.startswith(begins) else "" if begins.startswith(key) else None
        if rest is not None:
            found |= Q(**{f"{prefix}kind": kind, f"{prefix}search_key__startswith": rest})
    return found


class UnitQuerySet(ValidityQuerySet[M]):
    """Versions of administrative units."""

    def visible_to(self, user: Any) -> Self:
        """Units inside the user's assignments, their other versions, and what they were made of."""
        return self.filter(reach_of(user).units())

    def named_like(self, text: str) -> Self:
        """Units that bear such a name, accents and case aside; one word order. The kind may stand before it."""
        return self.filter(named(text)) if search_key(text) else self


class AttributeQuerySet(ValidityQuerySet[M]):
    """Dated facts about units; they belong to the place, so that they live through renames."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(reach_of(user).units("unit__"))


class AssignmentQuerySet(models.QuerySet[M]):
    """Roles given to people, each for a period. Which of them give rights is said here, and of rows that
    are already read by `Tenure.holds`; nowhere else."""

    def visible_to(self, user: Any) -> Self:
        """Every role ever given inside the provinces that are the person's as a whole."""
        return self.filter(unit__province_id__in=reach_with(user, "communes.assign_role").provinces)

    def standing(self, day: date) -> Self:
        """Those that give their rights on the day: begun, not run out, not taken away."""
        return self.not_over(day).filter(Q(first_day=None) | Q(first_day__lte=day))

    def not_over(self, day: date) -> Self:
        """Those that stand on the day or will stand later."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=day), ended_at=None)

    def held(self, holding: str, day: date) -> Self:
        """Those that `Assignment.holding_on(day)` says this of."""
        if holding == Holding.STANDING:
            return self.standing(day)
        if holding == Holding.COMING:
            return self.not_over(day).filter(first_day__gt=day)
        return (
            self.filter(ended_at=None, last_day__lt=day)
            if holding == Holding.OVER
            else self.exclude(ended_at=None)
        )


class DocumentQuerySet(models.QuerySet[M]):
    """Legal documents: the nation's are everyone's, a province's stay in the province."""

    def visible_to(self, user: Any) -> Self:
        """People of single units see national documents and those that decide about their units."""
        reach = reach_of(user)
        inside = Q(province=None) | Q(province_id__in=reach.provinces | reach.past_provinces)
        return self.filter(inside | _naming(reach, "decision__") if reach.places else inside).distinct()


class DecisionQuerySet(models.QuerySet[M]):
    """Decisions about levels."""

    def visible_to(self, user: Any) -> Self:
        """Decisions of the user's province, or those that name one of the user's units."""
        reach = reach_of(user)
        inside = Q(province_id__in=reach.provinces | reach.past_provinces)
        return self.filter(inside | _naming(reach)).distinct() if reach.places else self.filter(inside)


def _naming(reach: Reach, prefix: str = "") -> Q:
    """The condition on a decision that it makes, ends or confirms a level of one of the user's single units."""
    paths = ("recognitions__unit__", "ended__unit__", "confirmations__recognition__unit__")
    made, ended, confirmed = (reach.single_units(prefix + path) for path in paths)
    return made | ended | confirmed


class RecognitionQuerySet(models.QuerySet[M]):
    """Recognitions of units at levels."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(reach_of(user).units("unit__"))

    def in_force(self) -> Self:
        """Neither revoked nor corrected, as of now."""
        return self.filter(state=RecognitionState.IN_FORCE)

    def counted(self) -> Self:
        """Everything that counted at some time; a corrected row never did."""
        return self.exclude(state=RecognitionState.CORRECTED)


class YearDeclarationQuerySet(models.QuerySet[M]):
    """Declarations that a year is complete."""

    def visible_to(self, user: Any) -> Self:
        """Those of provinces that the person reads."""
        reach = reach_of(user)
        return self.filter(province_id__in=reach.provinces | reach.past_provinces)

    def standing(self) -> Self:
        """Not withdrawn."""
        return self.filter(withdrawn_on=None)


class CriteriaSetQuerySet(ValidityQuerySet[M]):
    """Criteria sets: the nation's are everyone's, a province's own stay in the province; drafts with the office."""

    def visible_to(self, user: Any) -> Self:
        """Published sets for everybody with a role; drafts for those who may edit the province's."""
        reach, edits = reach_of(user), reach_with(user, "communes.change_criteria").provinces
        inside = Q(province=None) | Q(province_id__in=reach.homes | reach.past_provinces)
        published = inside & Q(state=SetState.PUBLISHED)
        return self.filter(published | Q(province_id__in=edits) if edits else published)

    def published(self) -> Self:
        return self.filter(state=SetState.PUBLISHED)


class RoundQuerySet(models.QuerySet[M]):
    """Rounds of the user's provinces."""

    def visible_to(self, user: Any) -> Self:
        reach = reach_of(user)
        return self.filter(province_id__in=reach.homes | reach.past_provinces)


class SubmissionQuerySet(models.QuerySet[M]):
    """Returns of units."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(reach_of(user).units("unit__"))

    def appraised_by(self, user: Any) -> Self:
        """What the user sees, and for a district's officer the returns of the district's communes."""
        return self.filter(reach_of(user).units("unit__") | Q(unit__parent_id__in=districts_of(user)))


class ResultQuerySet(models.QuerySet[M]):
    """Results of units on indicators."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(reach_of(user).units("submission__unit__"))

    def appraised_by(self, user: Any) -> Self:
        """What the user sees, and for a district's officer the results of the district's communes."""
        below = Q(submission__unit__parent_id__in=districts_of(user))
        return self.filter(reach_of(user).units("submission__unit__") | below)
