"""Lines that tell whoever waits how far it is."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ntm.core.numbers import integer

T = TypeVar("T")
Say = Callable[[str], object]
_SECONDS = 5


class Progress:
    """Says what begins, and every few seconds how far it is."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def counted(self, things: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
        """The same things; `what` is their name in the sentence."""
        told = time.monotonic()
        for done, thing in enumerate(things, start=1):
            yield thing
            if not done % 100 and time.monotonic() - told > _SECONDS:
                told = time.monotonic()
                self.say(f"  {what}: {integer(done)}{f'/{integer(total)}' if total else ''}")
