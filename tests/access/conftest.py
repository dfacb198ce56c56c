"""The world of `world.py`, committed once for each module, and a browser for everybody in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings

from tests.access import world as worlds
from tests.access.world import World
from tests.conftest import make_land

#: Opens a fresh browser in which this person of the cast is signed in.
Browser = Callable[..., Client]


@pytest.fixture(scope="module")
def committed(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, dict[str, str]]]:
    """The world, and a session for each person who can have one."""
    media: Path = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        with transaction.atomic():
            land = make_land()
            world = worlds.build(land, worlds.people(land))
            sessions = {name: _session(user) for name, user in vars(world.people).items()}
        yield world, sessions
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def world(committed: tuple[World, dict[str, str]], db: None) -> World:
    return committed[0]


@pytest.fixture
def browser(committed: tuple[World, dict[str, str]], db: None) -> Browser:
    # One stack of middleware for all browsers of a test: making it costs more than many an answer.
    handlers: dict[bool, Any] = {}

    def opened(name: str, **options: Any) -> Client:
        client = Client(**options)
        client.handler = handlers.setdefault(client.handler.enforce_csrf_checks, client.handler)
        if name in committed[1]:
            client.cookies[settings.SESSION_COOKIE_NAME] = committed[1][name]
        return client

    return opened


def _session(user: Any) -> str:
    """Signed in once; the closed account too, as one that was closed while somebody worked."""
    client = Client()
    client.force_login(user, backend="communes.backends.AssignmentBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
