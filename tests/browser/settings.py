"""The application's own settings, but for what signing in costs: a hash of passwords that is no work at all."""

from ntm.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
