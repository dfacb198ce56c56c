"""Rows of a draft put in, changed and taken out as one write, by the rules of the form."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import AttributeKind
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from targets.models import Plan, Registration, Target
from targets.services import approve, change_draft, change_target
from targets.services_many import adjust_draft
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(land: Any, cast: Any, draft: Plan, levels: Any) -> SimpleNamespace:
    return SimpleNamespace(land=land, cast=cast, draft=draft, levels=levels)


def promise(place: Any, unit: Any, code: str = "ntm") -> Registration:
    return Registration(plan=place.draft, level=place.levels[code], unit=unit)


def adjust(place: Any, **facts: Any) -> None:
    adjust_draft(place.draft, **({"by": place.cast.specialist} | facts))


def state() -> tuple[list[Any], list[Any]]:
    targets = Target.objects.order_by("pk").values_list("level__code", "kind", "value")
    names = Registration.objects.order_by("pk").values_list("unit__code", "level__code")
    return list(targets), list(names)


def test_it_leaves_what_the_form_would_leave(place, lines):
    row = place.draft.targets.get(level__code="ntm")
    row.value = 12
    adjust(
        place, changed=[row], added=[promise(place, place.land.communes[2])],
        dropped=[Registration.objects.get(unit=place.land.commune_a)],
    )  # fmt: skip
    left, last = state(), LogEntry.objects.count()
    plan = Plan.objects.get()
    assert plan.version == place.draft.version + 1
    change_draft(
        plan, expected_version=plan.version, targets=lines(ntm=12, district_ntm=1), by=place.cast.specialist,
        registrations=list(Registration.objects.select_related("unit", "level")),
    )  # fmt: skip
    assert state() == left
    assert [entry.action for entry in LogEntry.objects.filter(number__gt=last)] == ["plan.changed"]


def test_who_was_slower_writes_nothing(place):
    row = place.draft.targets.get(level__code="ntm")
    change_target(
        Target.objects.get(pk=row.pk), expected_version=row.version, value=15, by=place.cast.specialist
    )
    row.value = 12
    for facts in ({"changed": [row]}, {"expected_version": place.draft.version}):
        with pytest.raises(Stale):
            adjust(place, **facts)
    gone = Registration.objects.get(unit=place.land.commune_a)
    adjust(place, dropped=[gone])
    with pytest.raises(Stale):
        adjust(place, dropped=[gone])
    assert Target.objects.get(pk=row.pk).value == 15


def test_what_the_form_refuses_is_refused(place):
    outside = factories.unit(place.land.district, "Ngoài")
    factories.attribute(outside, AttributeKind.IN_PROGRAMME, "0")
    refusals = {
        "không thuộc Chương trình": [promise(place, outside)],
        "không đăng ký được mức này": [promise(place, place.land.district)],
        "không thuộc tỉnh": [promise(place, place.land.foreign_commune)],
        "đã đăng ký mức": [promise(place, place.land.commune_a)],
        "ghi hai lần": [promise(place, place.land.communes[2])] * 2,
        "được ghi hai lần": [Target(plan=place.draft, level=place.levels["ntm"], kind="new", value=1)],
        "từ 0 đến 20.000": [Target(plan=place.draft, level=place.levels["model"], kind="new", value=20_001)],
        "không có mức": [
            Target(plan=place.draft, level=factories.level("modern", factories.period(2026, 2030)), value=1)
        ],
    }
    before = state()
    for words, added in refusals.items():
        with pytest.raises(Refused, match=words):
            adjust(place, added=added)
    assert state() == before


def test_an_approved_plan_and_people_without_the_right_are_refused(place):
    for who in ("leader", "approver", "officer_a"):
        with pytest.raises(NotAllowed):
            adjust(place, by=getattr(place.cast, who))
    approve(place.draft, approved_on=date(2023, 1, 5), by=place.cast.approver)
    with pytest.raises(Refused, match="đã phê duyệt"):
        adjust(place, dropped=[Registration.objects.get(unit=place.land.commune_a)])


def test_a_registration_that_stands_is_not_asked_again(place):
    """Its unit has left the programme since: other rows are written all the same."""
    factories.attribute(place.land.commune_a, AttributeKind.IN_PROGRAMME, "0")
    adjust(place, added=[promise(place, place.land.communes[2])])
    assert Registration.objects.count() == 3
