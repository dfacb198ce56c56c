"""Money planned, spent by the middle of the year, and divided: what is kept, and what never is."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from funding.models import Allocation, Purpose
from funding.services import change_source, enter_amount
from funding.services_allocations import (
    Portion,
    bring_back_allocation,
    change_allocation,
    enter_allocation,
    portion_of,
    save_allocations,
    withdraw_allocation,
)
from funding.services_purposes import add_purpose, change_purpose
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land

TY = 10**9


@pytest.fixture
def road(land: Land) -> Purpose:
    return factories.purpose()


@pytest.fixture
def allot(land: Land, cast: SimpleNamespace, tree: Any) -> Any:
    """`allot("central", "plan", 5, road)`: the specialist enters one of 2023."""

    def call(
        code: str = "central", stage: str = "plan", amount: int = TY, purpose: Any = None, **fields: Any
    ) -> Allocation:
        facts = {"province": land.province.place, "year": 2023, "by": cast.specialist}
        about = {name: fields.pop(name) for name in ("qualifier", "document", "note") if name in fields}
        return enter_allocation(Portion(tree[code], stage, amount, purpose, **about), **facts | fields)

    return call


def test_one_source_has_a_row_for_each_stage_and_purpose(allot, road, cast):
    other = factories.purpose("component-economy", "Kinh tế")
    rows = [allot(stage="plan"), allot(stage="half")]
    rows += [allot(stage=stage, purpose=road) for stage in ("plan", "half", "year")]
    rows.append(allot(purpose=other, qualifier="about", note="đợt 1"))
    assert Allocation.objects.count() == 6
    entry = LogEntry.objects.filter(action="allocation.entered").order_by("number").last()
    assert entry.object_id == str(rows[-1].pk) and entry.actor_name == str(cast.specialist)
    assert str(rows[2]) == "Ngân sách trung ương cho Giao thông, kế hoạch năm 2023"


@pytest.mark.parametrize(
    ("fields", "where", "sentence"),
    [
        ({"stage": "year"}, "purpose", "Số cả năm của cả một nguồn nhập ở trang Nguồn vốn"),
        ({"stage": "month"}, "stage", "không có trong danh mục"),
        ({"amount": -1}, "amount", "từ 0 đồng"),
        ({"amount": 10**15 + 1}, "amount", "từ 0 đồng"),
        ({"qualifier": "roughly"}, "qualifier", "Cách ghi"),
        ({"year": 1999}, "year", "Năm phải từ 2000"),
        ({"year": 2999}, "year", "Năm phải từ 2000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(allot, fields, where, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        allot(**fields)
    assert refusal.value.field == where
    assert not Allocation.objects.exists() and not LogEntry.objects.exists()


def test_the_same_twice_and_a_branch_beside_its_part_are_refused_for_each_sum_alone(allot, road):
    allot("local", purpose=road)
    for code, said in (("local", "đã có số của nguồn"), ("province", "cộng hai lần")):
        with pytest.raises(Refused, match="Kế hoạch năm 2023, Giao thông: .*" + said):
            allot(code, purpose=road)
    # Another stage, another purpose and the whole are other sums.
    allot("province", "half", purpose=road)
    allot("province", purpose=factories.purpose("work-water", "Nước sạch"))
    allot("province")
    with pytest.raises(Refused, match="cộng hai lần"):
        allot("local")


def test_the_database_refuses_what_goes_past_the_verbs(land, tree, road):
    facts = {"province": land.province.place, "year": 2023, "source_of_funds": tree["central"], "amount": 1}
    Allocation.objects.create(**facts, stage="plan")
    Allocation.objects.create(**facts, stage="plan", purpose=road)
    for wrong in (
        {"stage": "year"}, {"stage": "plan"}, {"stage": "plan", "purpose": road}, {"stage": "half", "amount": -1},
        {"stage": "quarter"[:4]}, {"stage": "half", "qualifier": "x"}, {"stage": "half", "year": 1999},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(**facts | wrong)


def test_a_purpose_is_of_its_years_and_stays_so(allot, cast):
    keeper = cast.administrator
    part = add_purpose(
        code="component-x", name="X", breakdown="component", first_year=2021, last_year=2024, by=keeper
    )
    with pytest.raises(Refused, match="“X” chỉ dùng từ năm 2021 đến hết năm 2024") as refusal:
        allot(purpose=part, year=2025)
    assert refusal.value.field == "purpose"
    allot(purpose=part)
    for years, field in (((2021, 2022), "last_year"), ((2024, None), "first_year")):
        with pytest.raises(Refused, match="còn số vốn năm 2023") as refusal:
            change_purpose(
                part, expected_version=1, name="X", first_year=years[0], last_year=years[1], by=keeper
            )
        assert refusal.value.field == field
    # Asked about the years that stand once the tables are held, not about those that a page read before.
    change_purpose(part, expected_version=1, name="X", first_year=2021, last_year=2023, by=keeper)
    with pytest.raises(Refused, match="đến hết năm 2023"):
        allot(purpose=part, year=2024)
    with pytest.raises(NotAllowed):
        add_purpose(code="x", name="X", breakdown="work", by=cast.specialist)


def test_a_source_that_has_allocations_neither_ends_nor_moves_beside_them(allot, tree, cast, road):
    allot("central", purpose=road)
    allot("local", purpose=road)
    keeper = cast.administrator
    row = tree["central"]
    with pytest.raises(Refused, match="còn số vốn năm 2023"):
        change_source(row, expected_version=1, name=row.name, last_year=2022, by=keeper)
    with pytest.raises(Refused, match="cộng hai lần"):
        change_source(row, expected_version=1, name=row.name, parent=tree["local"], by=keeper)


def test_a_change_is_the_offices_own_and_needs_the_version(allot, cast, tree, road):
    row = allot(trust=Trust.RECALLED, origin="Báo cáo", purpose=road)
    facts = {"year": 2023, "by": cast.specialist}
    noted = change_allocation(
        row, Portion(tree["central"], "plan", TY, road, note="rà soát"), expected_version=1, **facts
    )
    assert (noted.trust, noted.source) == (Trust.RECALLED, "Báo cáo")
    moved = Portion(tree["central"], "half", TY, road)
    with pytest.raises(Stale):
        change_allocation(row, moved, expected_version=1, **facts)
    changed = change_allocation(row, moved, expected_version=2, **facts)
    assert (changed.stage, changed.trust, changed.source) == ("half", Trust.VERIFIED, "")
    with pytest.raises(Refused, match="Số cả năm của cả một nguồn"):
        change_allocation(row, Portion(tree["central"], "year", TY), expected_version=3, **facts)


def test_what_was_withdrawn_is_brought_back_under_its_key(allot, cast, road):
    row = allot(purpose=road, note="đợt 1")
    key = row.pk
    withdraw_allocation(row, expected_version=1, by=cast.specialist)
    assert not Allocation.objects.exists()
    with pytest.raises(Refused, match="vừa được bỏ"):
        withdraw_allocation(Allocation(pk=key, province=row.province), expected_version=1, by=cast.specialist)
    row.pk = key
    bring_back_allocation(row, by=cast.specialist)
    again = Allocation.objects.get()
    assert (again.pk, again.note, again.version) == (key, "đợt 1", 2)
    withdraw_allocation(again, expected_version=2, by=cast.specialist)
    allot(purpose=road)
    row.pk = key
    with pytest.raises(Refused, match="đã có số của nguồn"):
        bring_back_allocation(row, by=cast.specialist)


def test_many_at_once_stand_together_or_not_at_all(allot, land, cast, tree, road):
    row = allot(purpose=road)

    def save(*portions: Portion, by: Any = cast.specialist) -> None:
        save_allocations(portions, province=land.province.place, year=2023, by=by)

    with pytest.raises(Stale):
        save(Portion(tree["central"], "plan", 5, road))
    with pytest.raises(Refused, match="Ngân sách cấp tỉnh: Kế hoạch năm 2023, Giao thông: năm 2023"):
        save(Portion(tree["province"], "plan", 5, road), Portion(tree["local"], "plan", 5, road))
    with pytest.raises(Refused, match="Số cả năm"):
        save(Portion(tree["province"], "plan", 5, road), Portion(tree["local"], "year", 5))
    with pytest.raises(NotAllowed):
        save(by=cast.leader)
    assert Allocation.objects.count() == 1
    save(Portion(tree["central"], "plan", 5, road, version=row.version), Portion(tree["province"], "half", 6))
    assert sorted(Allocation.objects.values_list("amount", flat=True)) == [5, 6]
    assert portion_of(Allocation.objects.get(pk=row.pk)).version == 2


def test_only_who_enters_money_there_writes_and_papers_are_of_the_province(allot, cast, land, tree):
    for person in (cast.leader, cast.approver, cast.administrator, cast.officer_a):
        with pytest.raises(NotAllowed):
            allot(by=person)
    with pytest.raises(NotAllowed):
        allot(province=land.foreign.place)
    with pytest.raises(Refused, match="tỉnh khác"):
        allot(document=factories.document(province=land.foreign.place))
    row = factories.allocation(land.foreign, 5)
    with pytest.raises(NotAllowed):
        withdraw_allocation(row, expected_version=1, by=cast.specialist)
    with pytest.raises(NotAllowed):
        change_allocation(
            row, Portion(tree["central"], "plan", 6), expected_version=1, year=2023, by=cast.specialist
        )
    assert Allocation.objects.get().amount == 5


def test_the_years_whole_is_an_amount_and_stands_beside(allot, cast, land, tree, road):
    enter_amount(province=land.province.place, year=2023, source=tree["local"], amount=9, by=cast.specialist)
    # The parts of a year's whole may be of the parts of its source.
    allot("province", "year", 5, road)
    assert Allocation.objects.count() == 1
