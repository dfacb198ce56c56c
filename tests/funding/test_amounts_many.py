"""A year's amounts saved as one write: as one by one, all or none; an amount taken away and brought back."""

from types import SimpleNamespace
from typing import Any

import pytest

from funding.models import Amount, Source
from funding.services import (
    Line,
    bring_back_amount,
    change_amount,
    enter_amount,
    save_amounts,
    withdraw_amount,
)
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land


@pytest.fixture
def save(land: Land, cast: SimpleNamespace) -> Any:
    def call(*lines: Line, **fields: Any) -> None:
        facts = {"province": land.province.place, "year": 2023, "by": cast.specialist} | fields
        save_amounts(list(lines), **facts)

    return call


def told(action: str) -> list[tuple[str, Any]]:
    """What the record says, without keys."""
    silent = {"id", "version"}
    rows = LogEntry.objects.filter(action=action).order_by("number")
    return [
        (row.object_label, {name: some for name, some in row.changes.items() if name not in silent})
        for row in rows
    ]


def test_many_at_once_leave_what_one_by_one_leaves(save, enter, land, cast, tree):
    paper = factories.document("1/BC", province=land.province.place)
    facts = {"qualifier": "about", "document": paper, "note": "đợt 1"}
    one = enter("central", 5, trust=Trust.RECALLED, origin="Báo cáo")
    change_amount(
        one, expected_version=1, year=2023, source=tree["central"], amount=7, by=cast.specialist, **facts
    )
    enter("province", 6, **facts)
    by_hand = [told(action) for action in ("amount.entered", "amount.changed")]
    stood = list(
        Amount.objects.order_by("source_of_funds").values_list("amount", "trust", "source", "version")
    )
    last = LogEntry.objects.count()
    for row in Amount.objects.all():
        withdraw_amount(row, expected_version=row.version, by=cast.specialist)
    row = enter("central", 5, trust=Trust.RECALLED, origin="Báo cáo")
    save(Line(tree["central"], 7, version=row.version, **facts), Line(tree["province"], 6, **facts))
    assert (
        list(Amount.objects.order_by("source_of_funds").values_list("amount", "trust", "source", "version"))
        == stood
    )
    number = LogEntry.objects.filter(number__lte=last, action="amount.entered").count()
    assert told("amount.entered")[number:] == by_hand[0]
    assert told("amount.changed")[1:] == by_hand[1]


def test_one_refusal_writes_nothing(save, enter, tree):
    enter("local", 5)
    with pytest.raises(Refused, match="Ngân sách cấp xã: Năm 2023 đã nhập số vốn chung"):
        save(Line(tree["central"], 5), Line(tree["commune"], 5))
    assert Amount.objects.count() == 1


def test_a_branch_and_its_part_in_one_write_are_refused_in_any_order(save, tree):
    lines = [Line(tree["local"], 5), Line(tree["province"], 5)]
    for some in (lines, lines[::-1]):
        with pytest.raises(Refused, match="cộng hai lần"):
            save(*some)
    assert not Amount.objects.exists()


def test_whoever_was_slower_is_told(save, enter, tree):
    row = enter("central", 5)
    for version in (0, row.version + 1):
        with pytest.raises(Stale):
            save(Line(tree["central"], 6, version=version))
    with pytest.raises(Stale):
        save(Line(tree["province"], 6, version=1))


@pytest.mark.parametrize("who", ["leader", "officer_a", "administrator"])
def test_the_right_is_asked_for(save, enter, cast, tree, who):
    row, person = enter("central", 5), getattr(cast, who)
    for act in (
        lambda: save(Line(tree["province"], 5), by=person),
        lambda: withdraw_amount(row, expected_version=1, by=person),
        lambda: bring_back_amount(
            Amount(province=row.province, year=2022, source_of_funds=tree["central"], amount=1), by=person
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Amount.objects.count() == 1


def test_the_same_bounds_hold_as_one_by_one(save, land, tree):
    with pytest.raises(Refused, match="Số tiền phải từ 0"):
        save(Line(tree["central"], -1))
    with pytest.raises(Refused, match="Năm phải từ 2000"):
        save(Line(tree["central"], 1), year=1999)
    with pytest.raises(Refused, match="tỉnh khác"):
        save(Line(tree["central"], 1, document=factories.document(province=land.foreign.place)))


def test_a_withdrawn_amount_leaves_all_it_held_in_the_record(enter, cast):
    row = enter("central", 5, note="đợt 1")
    with pytest.raises(Stale):
        withdraw_amount(row, expected_version=2, by=cast.specialist)
    withdraw_amount(row, expected_version=1, by=cast.specialist)
    entry = LogEntry.objects.get(action="amount.withdrawn")
    assert entry.changes["amount"] == [5, None]
    assert entry.changes["note"] == ["đợt 1", None]
    assert not Amount.objects.exists()


def test_it_comes_back_only_where_it_still_fits(enter, cast, tree: dict[str, Source], land):
    row = enter("province", 5)
    withdraw_amount(row, expected_version=1, by=cast.specialist)
    enter_amount(province=land.province.place, year=2023, source=tree["local"], amount=9, by=cast.specialist)
    with pytest.raises(Refused, match="cộng hai lần"):
        bring_back_amount(row, by=cast.specialist)
    assert Amount.objects.get().amount == 9


def test_a_form_of_an_amount_that_was_withdrawn_meanwhile_is_refused_in_words(enter, cast):
    row = enter("central", 5)
    withdraw_amount(Amount.objects.get(), expected_version=1, by=cast.specialist)
    with pytest.raises(Refused, match="vừa được bỏ"):
        change_amount(
            row, expected_version=1, year=2023, source=row.source_of_funds, amount=6, qualifier="exact",
            by=cast.specialist,
        )  # fmt: skip
