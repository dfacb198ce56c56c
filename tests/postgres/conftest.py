"""A return on its way, committed, for those who fall over one another about it."""

from typing import Any

import pytest

from communes.models import Submission
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, submit
from tests.conftest import Land


@pytest.fixture
def people(cast: Any) -> Any:
    appraising.judge_for(cast.department)
    return cast


@pytest.fixture
def draft(land: Land, people: Any) -> Submission:
    appraising.no_districts(land)
    row = factories.submission(factories.a_round(land.province, appraising.assigned_set()), land.commune_a)
    fill(row, people.officer_a)
    return again(row)


@pytest.fixture
def sent(draft: Submission, people: Any) -> Submission:
    submit(draft, people.leader_a)
    return again(draft)
