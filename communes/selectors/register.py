"""The register of decisions as pages read it: what each decision names, as far as the reader may see."""

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from communes.choices import RecognitionState, Tier
from communes.models import Confirmation, Decision, Document, Recognition, Unit
from communes.reach import reach_of


def register(user: Any) -> QuerySet[Decision]:
    """The decisions that the person may see, each with the rows of it that they may see (`named`). Four
    queries for any number of decisions."""
    seen = Recognition.objects.visible_to(user).select_related(
        "unit", "level__period", "ended_by__document", "replaced_by__unit", "replaced_by__level"
    )
    confirmed = Confirmation.objects.filter(recognition__in=Recognition.objects.visible_to(user))
    rows = Decision.objects.visible_to(user).select_related("document", "entered_by")
    newest = F("document__issued_on").desc(nulls_last=True)
    return (
        rows.annotate(names_others=_names_others(user))
        .order_by(newest, "-pk")
        .prefetch_related(
            Prefetch("recognitions", seen, to_attr="seen_made"),
            Prefetch("ended", seen, to_attr="seen_ended"),
            Prefetch(
                "confirmations",
                confirmed.select_related("recognition__unit", "recognition__level__period"),
                to_attr="seen_confirmed",
            ),
        )
    )


def named(decision: Any) -> list[Recognition]:
    """The visible rows that a decision of the register makes, ends or confirms, in Vietnamese order."""
    confirmed = [row.recognition for row in decision.seen_confirmed]
    made = [row for row in decision.seen_made if row.state != RecognitionState.CORRECTED]
    rows = [*made, *decision.seen_ended, *confirmed]
    return sorted(rows, key=lambda row: (row.unit.sort_key, row.level.rank, row.pk))


def scan_is_open(decision: Any, user: Any) -> bool:
    """Whether the person may open the scan: only if the paper names nobody whom they may not see."""
    reach = reach_of(user)
    whole = decision.province_id in reach.provinces | reach.past_provinces
    return bool(decision.document.file) and (whole or not decision.names_others)


def recognitions(user: Any) -> QuerySet[Recognition]:
    """The recognitions that the person may see, with their district's name. One query."""
    district = Unit.objects.filter(place=OuterRef("unit__parent"), tier=Tier.DISTRICT)
    latest = district.order_by(F("valid_from").desc(nulls_last=True))[:1]
    return (
        Recognition.objects.visible_to(user)
        .select_related("unit", "level__period", "decision__document")
        .annotate(
            district=Subquery(latest.values("name"), output_field=CharField()),
            district_kind=Subquery(latest.values("kind"), output_field=CharField()),
            district_key=Subquery(latest.values("sort_key"), output_field=CharField()),
        )
    )


def documents(user: Any) -> QuerySet[Document]:
    """The documents that the person may see."""
    return Document.objects.visible_to(user).select_related("decision")


def document_scan_is_open(document: Document, user: Any) -> bool:
    """As `scan_is_open`, from the document. One query for a person who sees single communes."""
    if not document.file:
        return False
    decision = register(user).prefetch_related(None).filter(document=document).first()
    return decision is None or scan_is_open(decision, user)


def places_of(rows: Sequence[Recognition]) -> int:
    """How many units a decision is about: several levels of one unit are one."""
    return len({row.place_id for row in rows})


def _names_others(user: Any) -> Any:
    reach = reach_of(user)
    if not reach.places | reach.past_places:
        return Value(False, output_field=BooleanField())
    about = (
        Q(decision=OuterRef("pk")) | Q(ended_by=OuterRef("pk")) | Q(confirmations__decision=OuterRef("pk"))
    )
    return Exists(Recognition.objects.counted().filter(about).exclude(reach.units("unit__")))
