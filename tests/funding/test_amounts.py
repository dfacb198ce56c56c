"""Entering and correcting money: what the verbs do, and every refusal."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from funding.choices import Qualifier
from funding.models import Amount, Source
from funding.services import change_amount
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from ntm.core.numbers import MAX_MONEY
from ntm.core.provenance import Trust
from tests import factories
from tests.conftest import Land

Enter = Callable[..., Amount]


def test_an_amount_is_entered_with_its_words_and_recorded(enter: Enter, land: Land, cast: Any) -> None:
    row = enter("central", 277 * 10**9, qualifier=Qualifier.AT_LEAST, note="trên 277 tỷ")
    assert (row.amount, row.qualifier, row.trust) == (277 * 10**9, "at_least", Trust.VERIFIED)
    entry = LogEntry.objects.get(action="amount.entered")
    assert (entry.actor, entry.province_id) == (cast.specialist, land.province.place_id)


@pytest.mark.parametrize(
    "role", ["leader", "approver", "administrator", "auditor", "department", "officer_a"]
)
def test_only_those_who_enter_money_may(enter: Enter, cast: SimpleNamespace, role: str) -> None:
    with pytest.raises(NotAllowed, match="không có quyền nhập nguồn vốn"):
        enter(by=getattr(cast, role))
    assert not Amount.objects.exists()


def test_another_province_is_refused(enter: Enter, land: Land) -> None:
    with pytest.raises(NotAllowed, match="tỉnh mình"):
        enter(province=land.foreign.place)


def test_a_foreign_document_is_refused(enter: Enter, land: Land) -> None:
    with pytest.raises(Refused, match="tỉnh khác"):
        enter(document=factories.document(province=land.foreign.place))


@pytest.mark.parametrize("amount", [-1, MAX_MONEY + 1])
def test_an_amount_out_of_range_is_refused(enter: Enter, amount: int) -> None:
    with pytest.raises(Refused, match="Số tiền phải từ 0") as refusal:
        enter(amount=amount)
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("amount", [0, MAX_MONEY])
def test_the_bounds_themselves_are_taken(enter: Enter, amount: int) -> None:
    assert enter(amount=amount).amount == amount


def test_a_year_out_of_range_is_refused(enter: Enter) -> None:
    for year in (1999, today().year + 2):
        with pytest.raises(Refused, match="Năm phải từ 2000") as refusal:
            enter(year=year)
        assert refusal.value.field == "year"
    assert enter(year=today().year + 1).pk


def test_an_unknown_qualifier_is_refused(enter: Enter) -> None:
    with pytest.raises(Refused, match="Cách ghi"):
        enter(qualifier="roughly")


def test_a_source_is_refused_after_its_last_year(enter: Enter, tree: dict[str, Source]) -> None:
    tree["central"].last_year = 2022
    with pytest.raises(Refused, match="chỉ dùng đến hết năm 2022") as refusal:
        enter("central")
    assert refusal.value.field == "source_of_funds"


def test_the_same_source_twice_in_a_year_is_refused(enter: Enter) -> None:
    enter("central")
    with pytest.raises(Refused, match="đã có số vốn của nguồn"):
        enter("central")
    assert enter("central", year=2022).pk


def test_a_part_beside_its_branch_is_refused(enter: Enter) -> None:
    enter("local")
    with pytest.raises(Refused, match="cộng hai lần") as refusal:
        enter("province")
    assert "Ngân sách địa phương" in refusal.value.message
    assert enter("province", year=2022).pk


def test_a_branch_beside_its_part_is_refused(enter: Enter) -> None:
    enter("province")
    with pytest.raises(Refused, match="một phần của nguồn này"):
        enter("local")


def test_two_parts_of_one_branch_stand_together(enter: Enter) -> None:
    enter("province")
    assert enter("commune").pk


def test_the_money_of_another_province_is_no_obstacle(enter: Enter, land: Land) -> None:
    factories.amount(land.foreign, 5, code="local")
    assert enter("province").pk


def change(row: Amount, cast: Any, **fields: Any) -> Amount:
    facts = {
        "expected_version": row.version, "year": row.year, "source": row.source_of_funds,
        "amount": row.amount, "qualifier": row.qualifier, "by": cast.specialist,
    }  # fmt: skip
    return change_amount(row, **(facts | fields))


def test_a_correction_is_recorded_with_both_values(enter: Enter, cast: SimpleNamespace) -> None:
    row = change(enter("central", 5), cast, amount=7, note="sửa")
    assert (row.amount, row.version) == (7, 2)
    assert LogEntry.objects.get(action="amount.changed").changes["amount"] == [5, 7]


def test_a_correction_from_an_old_version_is_stale(enter: Enter, cast: SimpleNamespace) -> None:
    row = enter("central", 5)
    change(row, cast, amount=6)
    with pytest.raises(Stale):
        change(row, cast, amount=7)
    assert Amount.objects.get().amount == 6


def test_a_corrected_figure_is_no_longer_the_published_one(enter: Enter, cast: SimpleNamespace) -> None:
    row = enter("central", 5, trust=Trust.ILLUSTRATIVE, origin="minh họa")
    same = change(row, cast, note="chỉ thêm ghi chú")
    assert (same.trust, same.source) == (Trust.ILLUSTRATIVE, "minh họa")
    other = change(same, cast, amount=6)
    assert (other.trust, other.source) == (Trust.VERIFIED, "")


def test_moving_an_amount_meets_the_same_refusals(enter: Enter, cast: SimpleNamespace, tree: Any) -> None:
    enter("local")
    row = enter("central")
    with pytest.raises(Refused, match="cộng hai lần"):
        change(row, cast, source=tree["province"])
    with pytest.raises(Refused, match="đã có số vốn"):
        change(row, cast, source=tree["local"])
    with pytest.raises(Refused, match="Năm phải"):
        change(row, cast, year=1999)
    with pytest.raises(Refused, match="Số tiền"):
        change(row, cast, amount=-5)
    assert change(row, cast, source=tree["province"], year=2022).source_of_funds == tree["province"]


@pytest.mark.parametrize("role", ["leader", "administrator", "auditor"])
def test_others_do_not_correct(enter: Enter, cast: SimpleNamespace, role: str) -> None:
    row = enter("central")
    with pytest.raises(NotAllowed):
        change(row, cast, by=getattr(cast, role))
