"""The kinds of work: an app registers a function, the worker finds it by its code.

    @job("list-file", title="Tạo tệp danh sách", permission=SIGNED_IN, writes=False)
    def make_file(work: Work, *, address: str) -> Outcome:
        …
        for row in work.counted(rows, total):     # shows on the job's page, and ends here when somebody stops it
            …
        return Outcome("Tệp có 45.210 dòng.", url=…)

The module must be imported when the applications are ready, as the audit codes are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ntm.core.exports import Provinces

T = TypeVar("T")


class Stopped(Exception):
    """Somebody has stopped the job. Raised by `check()`, `reached()` and `counted()`; a kind lets it pass."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: a sentence, the address of the page that shows it, or a file to fetch from the job's page."""

    sentence: str
    url: str = ""
    file: "MadeFile | None" = None


@dataclass(frozen=True)
class MadeFile:
    """A file below `ntm.jobs.files.folder()` for whoever asked, with what the record says when it leaves."""

    stored: str
    name: str
    title: str
    rows: int
    scope: str = ""
    of: Provinces = Provinces()


@dataclass
class Work:
    """What a kind of work holds in its hand. `by`: who asked, as the account is now."""

    pk: int
    by: Any
    done: int = 0
    total: int | None = None
    stop: bool = field(default=False, repr=False)

    def progress(self, done: int, total: int | None = None) -> None:
        """How far it is. Costs nothing: the worker's pulse writes it down once a second, past this transaction."""
        self.done = done
        if total is not None:
            self.total = total

    def check(self) -> None:
        """Raise `Stopped` where somebody has stopped the job; what the job wrote is then taken back."""
        if self.stop:
            raise Stopped

    def reached(self, done: int, total: int) -> None:
        """Both, for a verb that tells how many of how many it has written."""
        self.progress(done, total)
        self.check()

    def counted(self, rows: Iterable[T], total: int | None = None) -> Iterator[T]:
        """The rows, each counted once it is dealt with."""
        self.progress(0, total)
        for number, row in enumerate(rows, start=1):
            self.check()
            yield row
            self.done = number


#: A kind's function: the work in hand, and its parameters by name.
Run = Callable[..., Outcome]


@dataclass(frozen=True)
class Kind:
    """`permission`: asked when the job is asked for and again when it runs, of the parameters where it depends on
    them. `writes`: it runs in one transaction with the word that it is done, so that both are there or neither."""

    code: str
    title: str
    run: Run
    permission: str | Callable[[Mapping[str, Any]], str]
    unit: str = "dòng"
    writes: bool = True

    def needs(self, parameters: Mapping[str, Any]) -> str:
        return self.permission if isinstance(self.permission, str) else self.permission(parameters)


KINDS: dict[str, Kind] = {}


def job(
    code: str,
    *,
    title: str,
    permission: str | Callable[[Mapping[str, Any]], str],
    unit: str = "dòng",
    writes: bool = True,
) -> Callable[[Run], Run]:
    """Register a function as a kind of work. A code used twice raises `ValueError`."""

    def register(run: Run) -> Run:
        if KINDS.setdefault(code, Kind(code, title, run, permission, unit, writes)).run is not run:
            raise ValueError(f"The kind of work {code!r} is registered twice.")
        return run

    return register
