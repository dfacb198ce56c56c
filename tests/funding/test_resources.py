"""The tree of sources as a spreadsheet: out, back in, and what a file may not do."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from funding.models import Amount, Source
from funding.resources import SourceResource
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused
from tests.ntm.sheets.files import table

HEADER = ("Mã", "Tên", "Thuộc nguồn", "Thứ tự", "Dùng đến hết năm")
Tree = dict[str, Source]


def load(by: Any, *lines: tuple[Any, ...]) -> Any:
    """Import these lines for good; returns the package's result."""
    resource = SourceResource(by=by, table=table(HEADER, *lines))
    return resource.import_data(resource.dataset(), dry_run=False)


def test_lines_are_added_and_changed_with_an_entry_for_each(tree: Tree, cast: SimpleNamespace) -> None:
    result = load(
        cast.administrator,
        ("district", "Ngân sách cấp huyện", "local", 5, 2025),
        ("central", "Ngân sách Trung ương", None, 1, None),
        ("local", "Ngân sách địa phương", None, 2, None),
    )
    assert not result.has_errors()
    assert not result.has_validation_errors()
    assert Source.objects.get(code="district").parent == tree["local"]
    assert Source.objects.get(code="central").name == "Ngân sách Trung ương"
    assert sorted(LogEntry.objects.values_list("action", flat=True)) == ["source.added", "source.changed"]


def test_what_goes_out_comes_back_without_a_change(tree: Tree, cast: SimpleNamespace) -> None:
    out = SourceResource(by=cast.administrator)
    data = out.export(out.get_queryset())
    load(cast.administrator, *[tuple(row) for row in data])
    assert tuple(data.headers) == HEADER
    assert not LogEntry.objects.exists()


def test_a_circle_made_by_two_lines_is_refused_as_a_whole(tree: Tree, cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="chính nó"):
        load(
            cast.administrator,
            ("local", "Ngân sách địa phương", "province", 2, None),
            ("central", "Tên mới", None, 1, None),
        )
    assert Source.objects.get(code="central").name == tree["central"].name
    assert not LogEntry.objects.exists()


def test_a_move_that_would_count_money_twice_is_refused(
    tree: Tree, cast: SimpleNamespace, enter: Callable[..., Amount]
) -> None:
    enter("central")
    enter("local")
    with pytest.raises(Refused, match="cộng hai lần"):
        load(cast.administrator, ("central", "Ngân sách trung ương", "local", 1, None))


def test_an_unknown_parent_is_an_error_of_its_line(tree: Tree, cast: SimpleNamespace) -> None:
    result = load(cast.administrator, ("x", "Nguồn x", "nowhere", 9, None))
    assert result.has_errors() or result.has_validation_errors()
    assert not Source.objects.filter(code="x").exists()


def test_only_the_keeper_of_the_catalogue_loads_a_file(
    tree: Tree, cast: SimpleNamespace, client_as: Callable[[User], Client]
) -> None:
    with pytest.raises(NotAllowed):
        load(cast.specialist, ("x", "Nguồn x", None, 9, None))
    address = "/quan-tri/funding/source/import/"
    assert client_as(cast.administrator).get(address).status_code == 200
    assert client_as(cast.specialist).get(address).status_code == 403
