"""The catalogue of sources."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from funding.models import Amount, Source
from funding.services import add_source, change_source
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale

Tree = dict[str, Source]


def change(row: Source, by: Any, **fields: Any) -> Source:
    facts = {"expected_version": row.version, "name": row.name, "parent": row.parent, "order": row.order}
    return change_source(row, by=by, **(facts | fields))


def test_a_source_is_added_and_recorded(tree: Tree, cast: SimpleNamespace) -> None:
    row = add_source(code="district", name="Ngân sách cấp huyện", parent=tree["local"], by=cast.administrator)
    assert row.parent == tree["local"]
    assert LogEntry.objects.get(action="source.added").actor == cast.administrator


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 121), ("code", "có dấu"), ("order", -1)]
)
def test_what_the_table_cannot_hold_is_refused(
    tree: Tree, cast: SimpleNamespace, field: str, value: Any
) -> None:
    facts = {"code": "new", "name": "Nguồn mới"} | {field: value}
    with pytest.raises(Refused) as refusal:
        add_source(**facts, by=cast.administrator)
    assert refusal.value.field == field
    assert not Source.objects.filter(code="new").exists()


def test_a_code_twice_is_refused(tree: Tree, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="đã có") as refusal:
        add_source(code="local", name="Khác", by=cast.administrator)
    assert refusal.value.field == "code"


@pytest.mark.parametrize("role", ["specialist", "leader", "approver", "auditor"])
def test_only_the_keeper_of_the_catalogue_may(tree: Tree, cast: SimpleNamespace, role: str) -> None:
    with pytest.raises(NotAllowed):
        add_source(code="x", name="X", by=getattr(cast, role))
    with pytest.raises(NotAllowed):
        change(tree["local"], getattr(cast, role), name="X")


def test_a_change_is_recorded_and_counts_a_version(tree: Tree, cast: SimpleNamespace) -> None:
    row = change(tree["local"], cast.administrator, name="Ngân sách của tỉnh", last_year=2030)
    assert (row.name, row.last_year, row.version) == ("Ngân sách của tỉnh", 2030, 2)
    assert "name" in LogEntry.objects.get(action="source.changed").changes
    with pytest.raises(Stale):
        change(tree["local"], cast.administrator, name="Muộn")


@pytest.mark.parametrize("parent", ["local", "province"])
def test_a_circle_is_refused(tree: Tree, cast: SimpleNamespace, parent: str) -> None:
    with pytest.raises(Refused, match="chính nó") as refusal:
        change(tree["local"], cast.administrator, parent=tree[parent])
    assert refusal.value.field == "parent"


def test_a_move_that_would_count_money_twice_is_refused(
    tree: Tree, cast: SimpleNamespace, enter: Callable[..., Amount]
) -> None:
    enter("central")
    enter("local")
    with pytest.raises(Refused, match="cộng hai lần"):
        change(tree["central"], cast.administrator, parent=tree["local"])
    assert change(tree["commune"], cast.administrator, parent=tree["central"]).parent == tree["central"]


def test_a_source_is_not_ended_before_its_money(tree: Tree, cast: Any, enter: Callable[..., Amount]) -> None:
    enter("central", year=2023)
    with pytest.raises(Refused, match="còn số vốn năm 2023"):
        change(tree["central"], cast.administrator, last_year=2022)
    assert change(tree["central"], cast.administrator, last_year=2023).last_year == 2023
