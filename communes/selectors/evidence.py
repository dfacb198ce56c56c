"""Which evidence a person may open."""

from typing import Any

from django.db.models import Q, QuerySet

from communes.models import Evidence
from communes.reach import reach_of, reach_with
from ntm.audit.reach import READS_RECORD


def evidence_open_to(user: Any) -> QuerySet[Evidence]:
    """The files behind results that the person may see; those taken away only for whoever reads their record."""
    rows = Evidence.objects.filter(reach_of(user).units("result__submission__unit__"))
    named = ("indicator", "submission__unit", "submission__round__criteria_set__level")
    rows = rows.select_related(*(f"result__{name}" for name in named))
    recorded = reach_with(user, READS_RECORD).units("result__submission__unit__")
    return rows.filter(Q(removed_at=None) | recorded)
