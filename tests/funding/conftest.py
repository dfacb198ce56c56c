"""A small tree of sources: central; local with province and commune under it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from funding.models import Amount, Source
from funding.services import enter_amount
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed


@pytest.fixture
@replayed
def tree(land: Land) -> dict[str, Source]:
    local = factories.source("local", "Ngân sách địa phương", order=2)
    rows = [
        factories.source("central", "Ngân sách trung ương", order=1),
        local,
        factories.source("province", "Ngân sách cấp tỉnh", order=3, parent=local),
        factories.source("commune", "Ngân sách cấp xã", order=4, parent=local),
    ]
    return {row.code: row for row in rows}


@pytest.fixture
def enter(land: Land, cast: SimpleNamespace, tree: dict[str, Source]) -> Callable[..., Amount]:
    """`enter("central", 277 * 10**9)`: the specialist enters an amount of 2023."""

    def call(code: str = "central", amount: int = 10**9, **fields: Any) -> Amount:
        facts = {"province": land.province.place, "year": 2023, "by": cast.specialist} | fields
        return enter_amount(source=tree[code], amount=amount, **facts)

    return call
