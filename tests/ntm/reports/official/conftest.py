"""A province with two years of returns, decisions, a plan and money, and the browsers of its people."""

from typing import Any

import pytest
from django.test import Client

from communes.choices import AttributeKind
from tests import factories
from tests.conftest import Land
from tests.replayed import replayed
from tests.returns import answers, fill, load, opened


@pytest.fixture
@replayed
def office(land: Land) -> Land:
    """2023: A, B, C have sent, D is a draft, E not begun. 2022: A alone, by the same set."""
    for code in ("ntm", "advanced", "model", "district_ntm"):
        factories.level(code)
    for year in (2021, 2022, 2023):
        factories.declaration(land.province, year)
    factories.recognition(land.commune_a, factories.level())
    factories.target(factories.plan(land.province), 3)
    factories.attribute(land.commune_a, AttributeKind.ESPECIALLY_DIFFICULT)
    central = factories.source()
    part = factories.source("central-investment", "Vốn đầu tư", parent=central)
    factories.source("local", "Ngân sách địa phương")
    factories.amount(land.province, 2_500_000_000, code=part.code)
    asked = factories.small_set()
    fill(opened(land.province, asked), land)
    load(opened(land.province, asked, 2022), land.commune_a, answers(_2_1="91,5"))
    return land


@pytest.fixture
def specialist(office: Land, cast: Any, client_as: Any) -> Client:
    client: Client = client_as(cast.specialist)
    return client


@pytest.fixture
def leader(office: Land, cast: Any, client_as: Any) -> Client:
    client: Client = client_as(cast.leader)
    return client
