"""A province whose period knows its four levels, and a draft in it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from communes.models import Level
from targets.lines import Promise, TargetLine
from targets.models import Plan
from targets.services import change_draft, draft_plan
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed

CODES = ("ntm", "advanced", "model", "district_ntm")


@pytest.fixture
@replayed
def levels(land: Land) -> dict[str, Level]:
    return {code: factories.level(code) for code in CODES}


@pytest.fixture
def lines(levels: dict[str, Level]) -> Callable[..., list[TargetLine]]:
    """`lines(ntm=10, advanced=12)`"""
    return lambda **values: [TargetLine(levels[code], value) for code, value in values.items()]


@pytest.fixture
@replayed
def draft(land: Land, cast: SimpleNamespace, levels: dict[str, Level], lines: Any) -> Plan:
    """2023: ten communes, one district; two communes registered. Drafted by the specialist.

    The province has five more communes than the cast, so that ten can be approved.
    """
    for number in range(5):
        factories.unit(land.other_district, f"Yên {number}")
    plan = draft_plan(province=land.province.place, year=2023, by=cast.specialist)
    return change_draft(
        plan,
        expected_version=plan.version,
        targets=lines(ntm=10, district_ntm=1),
        registrations=[Promise(levels["ntm"], land.commune_a), Promise(levels["ntm"], land.commune_b)],
        by=cast.specialist,
    )
