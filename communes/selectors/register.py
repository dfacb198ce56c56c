"""The register of decisions as pages read it: what each decision names, as far as the reader may see."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

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
        rows.annotate(**_beyond(user))
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
    rows = [*uncorrected(decision.seen_made), *decision.seen_ended, *confirmed]
    return sorted(rows, key=lambda row: (row.unit.sort_key, row.level.rank, row.pk))


def uncorrected(rows: Iterable[Recognition]) -> list[Recognition]:
    """Of the rows that a decision makes, those by which it is about a unit: what was corrected away is shown only."""
    return [row for row in rows if row.state != RecognitionState.CORRECTED]


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


def units_named(decision: Any) -> int:
    """How many units a decision of the register names, whoever may see them."""
    found: int | None = decision.units_named
    return places_of(named(decision)) if found is None else found


def units_unseen(decision: Any) -> int:
    """How many of them the person may not see."""
    return units_named(decision) - places_of(named(decision))


def places_of(rows: Sequence[Recognition]) -> int:
    """How many units a decision is about: several levels of one unit are one."""
    return len({row.place_id for row in rows})


def _beyond(user: Any) -> dict[str, Any]:
    """What a decision names beyond the rows that the person may see: `names_others`, whether anything, and
    `units_named`, how many units in all. Whoever reads the province sees every row; nothing is asked then."""
    reach = reach_of(user)
    if not reach.places:
        nothing = Value(None, output_field=IntegerField())
        return {"names_others": Value(False, output_field=BooleanField()), "units_named": nothing}
    made = Q(decision=OuterRef("pk")) & ~Q(state=RecognitionState.CORRECTED)
    about = made | Q(ended_by=OuterRef("pk")) | Q(confirmations__decision=OuterRef("pk"))
    rows = Recognition.objects.filter(about).order_by()
    in_all = rows.annotate(all=Value(1)).values("all").annotate(units=Count("place", distinct=True))
    return {
        "names_others": Exists(rows.exclude(reach.units("unit__"))),
        "units_named": Coalesce(Subquery(in_all.values("units")), 0),
    }
