"""Drafting and changing a plan: what the verbs do, and every refusal."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import AttributeKind, UnitKind
from communes.models import Level
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.provenance import Trust
from targets.choices import PlanState, TargetKind
from targets.lines import Promise, TargetLine
from targets.models import Plan, Registration, Target
from targets.services import (
    amend,
    approve,
    can_approve,
    change_draft,
    change_target,
    draft_plan,
    register_units,
    set_target,
)
from tests import factories
from tests.conftest import Land


def test_a_draft_knows_who_drafted_it(land: Land, cast: SimpleNamespace, levels: Any) -> None:
    plan = draft_plan(province=land.province.place, year=2023, by=cast.specialist)
    assert (plan.state, plan.revision, plan.drafted_by) == (PlanState.DRAFT, 1, cast.specialist)
    assert LogEntry.objects.get(action="plan.drafted").actor == cast.specialist


def test_a_second_draft_of_the_year_is_refused(draft: Plan, land: Land, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="đang có một dự thảo"):
        draft_plan(province=land.province.place, year=2023, by=cast.specialist)


def test_a_year_with_an_approved_plan_is_amended_not_drafted(land: Land, cast: Any, levels: Any) -> None:
    factories.plan(land.province)
    with pytest.raises(Refused, match="bản điều chỉnh"):
        draft_plan(province=land.province.place, year=2023, by=cast.specialist)


def test_a_year_outside_every_period_is_refused(land: Land, cast: SimpleNamespace, levels: Any) -> None:
    with pytest.raises(Refused, match="giai đoạn") as refusal:
        draft_plan(province=land.province.place, year=2040, by=cast.specialist)
    assert refusal.value.field == "year"


@pytest.mark.parametrize("role", ["leader", "approver", "department", "auditor", "officer_a", "unassigned"])
def test_only_those_who_draft_plans_may(land: Land, cast: SimpleNamespace, levels: Any, role: str) -> None:
    with pytest.raises(NotAllowed, match="không có quyền lập kế hoạch"):
        draft_plan(province=land.province.place, year=2023, by=getattr(cast, role))
    assert not Plan.objects.exists()


def test_another_province_is_refused(land: Land, cast: SimpleNamespace, levels: Any) -> None:
    with pytest.raises(NotAllowed, match="tỉnh mình"):
        draft_plan(province=land.foreign.place, year=2023, by=cast.specialist)


def test_a_foreign_document_is_refused(land: Land, cast: SimpleNamespace, levels: Any) -> None:
    document = factories.document(province=land.foreign.place)
    with pytest.raises(Refused, match="tỉnh khác") as refusal:
        draft_plan(province=land.province.place, year=2023, document=document, by=cast.specialist)
    assert refusal.value.field == "document"


def test_a_draft_may_begin_with_the_targets_of_another_year(draft: Plan, land: Land, cast: Any) -> None:
    plan = draft_plan(province=land.province.place, year=2024, copy_from=draft, by=cast.specialist)
    assert {row.level.code: row.value for row in plan.targets.all()} == {"ntm": 10, "district_ntm": 1}
    assert not plan.registrations.exists()  # names are promises of their own year


def test_a_copy_meets_the_levels_of_the_next_period_by_code(draft: Plan, land: Land, cast: Any) -> None:
    later = factories.level("ntm", factories.period(2026, 2030))
    plan = draft_plan(province=land.province.place, year=2026, copy_from=draft, by=cast.specialist)
    assert [(row.level, row.value) for row in plan.targets.all()] == [(later, 10)]


def test_a_copy_from_another_province_is_refused(land: Land, cast: SimpleNamespace, levels: Any) -> None:
    theirs = factories.plan(land.foreign)
    with pytest.raises(Refused, match="cùng một tỉnh"):
        draft_plan(province=land.province.place, year=2023, copy_from=theirs, by=cast.specialist)


def test_a_change_adds_changes_and_drops_lines_and_records_each(
    draft: Plan, land: Land, cast: SimpleNamespace, levels: dict[str, Level], lines: Any
) -> None:
    before = LogEntry.objects.count()
    change_draft(
        draft,
        expected_version=draft.version,
        targets=lines(ntm=12, advanced=3),
        registrations=[Promise(levels["ntm"], land.commune_b), Promise(levels["ntm"], land.commune_c)],
        note="Đã thống nhất",
        by=cast.specialist,
    )
    assert set(Target.objects.values_list("level__code", "value")) == {("ntm", 12), ("advanced", 3)}
    assert {row.unit for row in Registration.objects.all()} == {land.commune_b, land.commune_c}
    entries = LogEntry.objects.filter(number__gt=before)
    assert set(entries.values_list("action", flat=True)) == {
        "plan.changed", "target.changed", "target.dropped", "target.set",
        "registration.dropped", "registration.added",
    }  # fmt: skip
    assert {entry.province_id for entry in entries} == {land.province.place_id}


def test_new_and_cumulative_targets_stand_side_by_side(draft: Plan, cast: Any, levels: Any) -> None:
    both = [TargetLine(levels["ntm"], 10), TargetLine(levels["ntm"], 118, TargetKind.CUMULATIVE)]
    change_draft(draft, expected_version=draft.version, targets=both, registrations=[], by=cast.specialist)
    assert set(Target.objects.values_list("kind", "value")) == {("new", 10), ("cumulative", 118)}


def test_what_stays_keeps_its_trust_and_source(draft: Plan, cast: Any, levels: Any, land: Land) -> None:
    Target.objects.filter(level=levels["ntm"]).update(trust=Trust.RECALLED, source="nhớ lại")
    Registration.objects.filter(unit=land.commune_a).update(trust=Trust.ILLUSTRATIVE)
    change_draft(
        draft,
        expected_version=draft.version,
        targets=[TargetLine(levels["ntm"], 10)],
        registrations=[Promise(levels["ntm"], land.commune_a)],
        by=cast.specialist,
    )
    assert Target.objects.get().trust == Trust.RECALLED
    assert Registration.objects.get().trust == Trust.ILLUSTRATIVE


def test_a_change_from_an_old_version_is_stale(draft: Plan, cast: SimpleNamespace, lines: Any) -> None:
    old = draft.version
    change_draft(draft, expected_version=old, targets=lines(ntm=11), registrations=[], by=cast.specialist)
    with pytest.raises(Stale):
        change_draft(draft, expected_version=old, targets=lines(ntm=9), registrations=[], by=cast.specialist)
    assert Target.objects.get().value == 11


def test_an_approved_plan_is_never_edited(draft: Plan, cast: SimpleNamespace, lines: Any, land: Land) -> None:
    approved = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    with pytest.raises(Refused, match="không sửa được nữa"):
        change_draft(
            approved, expected_version=approved.version, targets=[], registrations=[], by=cast.specialist
        )
    with pytest.raises(Refused, match="không sửa được nữa"):
        register_units(approved, "ntm", [land.commune_c], by=audit.SYSTEM)


@pytest.mark.parametrize("value", [-1, 20_001])
def test_a_target_out_of_range_is_refused_beside_its_field(
    draft: Plan, cast: SimpleNamespace, levels: Any, value: int
) -> None:
    with pytest.raises(Refused, match="từ 0 đến") as refusal:
        change_draft(
            draft,
            expected_version=draft.version,
            targets=[TargetLine(levels["ntm"], value)],
            registrations=[],
            by=cast.specialist,
        )
    assert refusal.value.field == "new_ntm"


def test_a_target_twice_is_refused(draft: Plan, cast: SimpleNamespace, levels: Any) -> None:
    twice = [TargetLine(levels["ntm"], 1), TargetLine(levels["ntm"], 2)]
    with pytest.raises(Refused, match="hai lần"):
        change_draft(
            draft, expected_version=draft.version, targets=twice, registrations=[], by=cast.specialist
        )


class TestSingleTargets:
    """As the admin enters them."""

    def test_a_target_is_added_to_a_draft_and_changes_its_version(
        self, draft: Plan, cast: SimpleNamespace, levels: Any
    ) -> None:
        row = set_target(draft, levels["model"], 4, by=cast.specialist)
        assert (row.value, row.kind) == (4, TargetKind.NEW)
        assert Plan.objects.get().version == draft.version + 1
        with pytest.raises(Refused, match="sửa chỉ tiêu đó"):
            set_target(draft, levels["model"], 5, by=cast.specialist)

    def test_a_number_is_changed_and_a_stale_one_is_not(self, draft: Plan, cast: SimpleNamespace) -> None:
        row = Target.objects.get(level__code="ntm")
        change_target(row, expected_version=row.version, value=11, by=cast.specialist)
        assert Target.objects.get(level__code="ntm").value == 11
        with pytest.raises(Stale):
            change_target(row, expected_version=row.version, value=12, by=cast.specialist)

    def test_both_are_refused_in_an_approved_plan_and_to_others(
        self, draft: Plan, cast: SimpleNamespace, levels: Any
    ) -> None:
        row = Target.objects.get(level__code="ntm")
        with pytest.raises(NotAllowed):
            change_target(row, expected_version=row.version, value=11, by=cast.leader)
        with pytest.raises(NotAllowed):
            set_target(draft, levels["model"], 4, by=cast.approver)
        with pytest.raises(Refused, match="từ 0 đến"):
            change_target(row, expected_version=row.version, value=-1, by=cast.specialist)
        approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        row = Target.objects.get(level__code="ntm")
        with pytest.raises(Refused, match="không sửa được nữa"):
            change_target(row, expected_version=row.version, value=11, by=cast.specialist)
        with pytest.raises(Refused, match="không sửa được nữa"):
            set_target(draft, levels["model"], 4, by=cast.specialist)

    def test_whoever_changes_one_target_does_not_approve_the_plan(
        self, draft: Plan, land: Land, cast: SimpleNamespace
    ) -> None:
        second = factories.user("second", "specialist", land.province)
        row = Target.objects.get(level__code="ntm")
        change_target(row, expected_version=row.version, value=11, by=second)
        assert not can_approve(draft, second)


def test_a_level_of_another_period_is_refused(draft: Plan, cast: SimpleNamespace) -> None:
    later = factories.level("modern", factories.period(2026, 2030))
    with pytest.raises(Refused, match="không có mức"):
        change_draft(
            draft,
            expected_version=draft.version,
            targets=[TargetLine(later, 1)],
            registrations=[],
            by=cast.specialist,
        )


class TestRegisteredUnits:
    @pytest.fixture
    def register(self, draft: Plan, cast: SimpleNamespace, levels: dict[str, Level]) -> Any:
        def call(*units: Any, code: str = "ntm") -> None:
            change_draft(
                draft,
                expected_version=draft.version,
                targets=[],
                registrations=[Promise(levels[code], unit) for unit in units],
                by=cast.specialist,
            )

        return call

    def test_a_unit_of_another_tier_is_refused(self, register: Any, land: Land) -> None:
        with pytest.raises(Refused, match="không phải đơn vị cấp xã") as refusal:
            register(land.district)
        assert refusal.value.field == "registered_ntm"
        with pytest.raises(Refused, match="không phải đơn vị cấp huyện"):
            register(land.commune_a, code="district_ntm")

    def test_a_unit_of_another_province_is_refused(self, register: Any, land: Land) -> None:
        with pytest.raises(Refused, match="không thuộc tỉnh"):
            register(land.foreign_commune)

    def test_a_unit_outside_the_programme_is_refused(self, register: Any, land: Land) -> None:
        ward = factories.unit(land.other_district, "Ba Hàng", kind=UnitKind.PHUONG)
        with pytest.raises(Refused, match="không thuộc Chương trình"):
            register(ward)
        factories.attribute(ward, AttributeKind.IN_PROGRAMME)
        register(ward)
        assert Registration.objects.get().unit == ward

    def test_a_unit_that_was_gone_before_the_year_is_refused(self, register: Any, land: Land) -> None:
        gone = factories.unit(land.district, "Cũ", valid_to=date(2023, 1, 1))
        with pytest.raises(Refused, match="không còn trong năm 2023"):
            register(gone)

    def test_a_unit_that_began_after_the_year_is_refused(self, register: Any, land: Land) -> None:
        new = factories.unit(land.district, "Mới", valid_from=date(2024, 1, 1))
        with pytest.raises(Refused, match="chưa được lập trong năm 2023"):
            register(new)

    def test_a_unit_that_ended_within_the_year_may_have_promised_it(self, register: Any, land: Land) -> None:
        ended = factories.unit(land.district, "Sáp nhập", valid_to=date(2023, 7, 1))
        register(ended)
        assert Registration.objects.get().unit == ended

    def test_a_place_twice_is_refused_even_in_two_versions(self, register: Any, land: Land) -> None:
        old = factories.unit(land.district, "Tên cũ", valid_to=date(2023, 7, 1))
        new = factories.unit(land.district, "Tên mới", place=old.place, valid_from=date(2023, 7, 1))
        with pytest.raises(Refused, match="hai lần"):
            register(old, new)

    def test_nothing_is_written_when_one_unit_is_refused(self, register: Any, land: Land) -> None:
        with pytest.raises(Refused):
            register(land.commune_c, land.foreign_commune)
        assert not Registration.objects.filter(unit=land.commune_c).exists()


def test_register_units_adds_and_leaves_those_that_are_there(draft: Plan, land: Land, cast: Any) -> None:
    made = register_units(draft, "ntm", land.communes[:3], trust=Trust.ILLUSTRATIVE, by=cast.specialist)
    assert [row.unit for row in made] == [land.commune_c]
    assert draft.registrations.count() == 3
    assert register_units(draft, "ntm", land.communes[:3], by=cast.specialist) == []


def test_register_units_refuses_an_unknown_level(draft: Plan, land: Land, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="không có mức"):
        register_units(draft, "modern", [land.commune_c], by=cast.specialist)


def test_an_amendment_begins_as_a_copy_and_leaves_the_approved_plan(draft: Plan, cast: Any) -> None:
    approved = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    copy = amend(approved, by=cast.specialist)
    assert (copy.revision, copy.state) == (2, PlanState.DRAFT)
    assert copy.approved_on is None
    assert set(copy.targets.values_list("level__code", "value")) == {("ntm", 10), ("district_ntm", 1)}
    assert copy.registrations.count() == 2
    approved.refresh_from_db()
    assert approved.state == PlanState.APPROVED


def test_only_the_standing_approved_plan_is_amended(draft: Plan, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="đã phê duyệt"):
        amend(draft, by=cast.specialist)
    approved = approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
    copy = amend(approved, by=cast.specialist)
    with pytest.raises(Refused, match="đang có một dự thảo"):
        amend(approved, by=cast.specialist)
    approve(copy, approved_on=date(2023, 6, 1), by=cast.approver)
    with pytest.raises(Refused, match="chưa bị thay thế"):
        amend(approved, by=cast.specialist)
