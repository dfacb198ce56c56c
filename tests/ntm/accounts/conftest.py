"""Hashing is the package's business; here it is only slow."""

from typing import Any

import pytest


@pytest.fixture
def fast_hash(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
