"""The demonstration, loaded once for all that is read of it: whatever needs an empty database lives elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from communes.models import Place, Unit
from tests import factories
from tests.ntm.reports.loading import load_demonstration
from tests.ntm.reports.reading import Reader


@pytest.fixture(scope="package")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """Committed, so that each test of this folder starts from it; every table is emptied at the end."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            province = load_demonstration()
            factories.user("xem", "leader", Unit.objects.get(place=province, valid_to=None))
        yield province
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def leader(demonstration: Place, db: None, client_as: Any) -> Client:
    """The browser of a provincial leader."""
    client: Client = client_as(factories.User.objects.get(username="xem"))
    return client


@pytest.fixture(scope="package")
def answered() -> dict[str, Any]:
    return {}


@pytest.fixture
def reader(leader: Client, answered: dict[str, Any]) -> Reader:
    """The same browser, which opens each address once for the whole folder: for tests that change nothing."""
    return Reader(leader, answered)
