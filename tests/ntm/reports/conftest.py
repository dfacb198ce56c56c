"""The demonstration, loaded once for each module that reads it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from communes.loading.reference import load_reference
from communes.models import Place, Unit
from funding.loading import load_amounts, load_sources
from ntm.core.provenance import Trust
from ntm.reports.demonstration import recognitions
from targets.loading import Named, home_province, load_plans
from tests import factories


def load_demonstration() -> Place:
    """What `load_demo` loads, but for the accounts: hashing their passwords takes longer than all the rest."""
    load_reference()
    load_sources()
    province = home_province()
    chosen = recognitions.chosen_communes(province)
    recognitions.load_difficulties(province, chosen)
    units = recognitions.registered_units(province, chosen)
    load_plans({recognitions.YEAR: [Named("ntm", units, Trust.ILLUSTRATIVE, recognitions.RULE)]})
    load_amounts()
    recognitions.load_recognitions(province, chosen)
    return province


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """Committed, so that each test of the module starts from it; every table is emptied at the end."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            province = load_demonstration()
            factories.user("xem", "leader", Unit.objects.get(place=province, valid_to=None))
        yield province
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def reader(demonstration: Place, db: None, client_as: Any) -> Client:
    """The browser of a provincial leader."""
    client: Client = client_as(factories.User.objects.get(username="xem"))
    return client
