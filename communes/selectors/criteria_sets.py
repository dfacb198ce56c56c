"""The list of criteria sets, with what is known of each; and the sets that a person may edit."""

from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from communes.choices import SetState
from communes.models import CriteriaSet, Criterion, Indicator, Threshold
from communes.reach import reach_of, reach_with
from communes.selectors.provinces import default_province_id
from ntm.core.dates import format_date
from ntm.core.provenance import Trust


def home_of(user: Any) -> int | None:
    """The place that this person calls "the province"; None in an empty database."""
    return reach_of(user).home or default_province_id()


def label_of(row: CriteriaSet) -> str:
    """The set's name with what tells it from others of that name: "… (của tỉnh, lần 2, áp dụng từ 01/01/2024)"."""
    owner = "cả nước" if row.province_id is None else "của tỉnh"
    since = f"từ {format_date(row.valid_from)}" if row.valid_from else ""
    until = f"đến trước {format_date(row.valid_to)}" if row.valid_to else ""
    validity = f", áp dụng {' '.join(filter(None, (since, until)))}" if since or until else ""
    return f"{row.name} ({owner}, lần {row.revision}{validity})"


def sets_of(user: Any) -> QuerySet[CriteriaSet]:
    """What the person may see, with level, period and document."""
    rows = CriteriaSet.objects.visible_to(user)
    return rows.select_related("level__period", "document", "base")


def drafts_of(user: Any) -> QuerySet[CriteriaSet]:
    """The drafts of the provinces whose sets the person edits."""
    mine = reach_with(user, "communes.change_criteria").provinces
    return sets_of(user).filter(state=SetState.DRAFT, province_id__in=mine)


def with_counts(rows: QuerySet[CriteriaSet], province_id: int | None) -> QuerySet[CriteriaSet]:
    """How many criteria and indicators; of these how many verified, from memory, without a threshold there."""
    inside = Indicator.objects.filter(criteria_set=OuterRef("pk"))
    own = Threshold.objects.filter(
        Q(province=None) | Q(province_id=province_id), indicator=OuterRef("pk"), is_withdrawn=False
    )
    return rows.annotate(
        criteria_count=_count(Criterion.objects.filter(criteria_set=OuterRef("pk"))),
        indicator_count=_count(inside),
        verified_count=_count(inside.filter(trust=Trust.VERIFIED)),
        recalled_count=_count(inside.exclude(trust=Trust.VERIFIED)),
        bare_count=_count(inside.filter(~Exists(own))),
    ).order_by(F("level__period__first_year").desc(), "level__tier", "level__rank", "-revision", "pk")


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("criteria_set").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
