"""The world of `seed_acceptance`, built once by the command itself."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

from ntm.accounts.models import User

#: Hashing thirteen passwords well takes longer than everything else.
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
#: Opens a browser in which this person is signed in.
Browser = Callable[[str], Client]


@pytest.fixture(scope="package")
def seeded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """What the command printed."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media, HTTPS=False):
        printed = io.StringIO()
        with override_settings(PASSWORD_HASHERS=QUICK):
            call_command("seed_acceptance", seed=7, stdout=printed)
        yield json.loads(printed.getvalue())
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture
def browser(seeded: dict[str, Any], db: None) -> Browser:
    def opened(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=name), backend="communes.backends.AssignmentBackend")
        return client

    return opened
