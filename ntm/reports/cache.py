"""A drawn page is kept until the next write: its key holds the change counter, so any write shows at once. It also
holds the code and whatever of the settings the page shows, so a new release or setting does too."""

import hashlib
from collections.abc import Callable
from functools import cache as once

from django.conf import settings
from django.core.cache import cache

from ntm.audit.log import change_counter

_KEEP_SECONDS = 24 * 60 * 60


@once
def release() -> str:
    """A mark of the code and templates that draw pages, so that a new release never shows an old drawing."""
    digest = hashlib.sha256()
    for folder, pattern in (
        ("templates", "*.html"),
        ("ntm", "*.py"),
        ("communes", "*.py"),
        ("targets", "*.py"),
        ("funding", "*.py"),
    ):
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
            stat = path.stat()
            digest.update(f"{path.name}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def drawn(parts: tuple[object, ...], draw: Callable[[], str]) -> str:
    """The page for these parts of a key (year, day, comparison, office …): kept, or drawn now."""
    whole = repr((release(), change_counter(), *parts))
    # Digested: an office's name is longer, and written in more signs, than a key may be.
    key = f"page:{hashlib.sha256(whole.encode()).hexdigest()}"
    found: str | None = cache.get(key)
    if found is None:
        found = draw()
        cache.set(key, found, _KEEP_SECONDS)
    return found
