"""What the database keeps of second factors, encrypted: a copy of the database alone makes nobody's codes.

Sealed by `FACTOR_KEY`, opened by it or by one of `FACTOR_KEY_FALLBACKS`, so that the key can be changed: the new key in
front, the old one behind it, `manage.py seal_factors`, then the old one away.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

#: Before everything that is sealed. Neither a secret (base 32) nor a seed (hexadecimal) begins like this.
_MARK = "sealed:"


class Unreadable(Exception):
    """Sealed by a key that is not among ours, or damaged."""


def seal(text: str) -> str:
    return _MARK + _keys()[0].encrypt(text.encode()).decode()


def unseal(stored: str) -> str:
    """The text. What a release before the sealing stored is returned as it is. Raises `Unreadable`."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return MultiFernet(_keys()).decrypt(stored.removeprefix(_MARK)).decode()
    except InvalidToken:
        raise Unreadable from None


def is_current(stored: str) -> bool:
    """Whether it is sealed, and by the key in front."""
    try:
        _keys()[0].decrypt(stored.removeprefix(_MARK))
    except InvalidToken:
        return False
    return stored.startswith(_MARK)


def _keys() -> list[Fernet]:
    return [_fernet(key) for key in (settings.FACTOR_KEY, *settings.FACTOR_KEY_FALLBACKS)]


@cache
def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ntm.accounts.sealing").derive(
        key.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
