"""Timing pages side by side, and judging the ratios. Knows nothing of Django or of HTTP."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True)
class Sample:
    """One request: the seconds that it took, and those that the processor worked for it."""

    wall: float
    cpu: float


@dataclass
class Lane:
    """One page that is timed. `fetch` gets it once; what `before` does is not timed."""

    name: str
    fetch: Callable[[], Sample]
    before: Callable[[], object] | None = None
    samples: list[Sample] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(sample.wall for sample in self.samples)

    @property
    def p95(self) -> float:
        return percentile((sample.wall for sample in self.samples), 95)

    @property
    def cpu(self) -> float:
        """The median of the processor's seconds."""
        return statistics.median(sample.cpu for sample in self.samples)

    def run(self) -> Sample:
        if self.before is not None:
            self.before()
        return self.fetch()


@dataclass(frozen=True)
class Limit:
    """A ratio that must not be exceeded."""

    what: str
    ratio: float
    limit: float

    @property
    def kept(self) -> bool:
        return self.ratio <= self.limit


def percentile(values: Iterable[float], share: int) -> float:
    """The smallest value that at least `share` percent of the values do not exceed."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("No values.")
    return ordered[max(math.ceil(len(ordered) * share / 100), 1) - 1]


def interleave(lanes: Sequence[Lane], *, warm_up: int, rounds: int, seed: int = 1) -> None:
    """Every lane once per round, in an order that changes, so that what else the machine does hits all alike."""
    order, dice = list(lanes), Random(seed)  # noqa: S311 - an order, not a secret
    for number in range(warm_up + rounds):
        dice.shuffle(order)
        for lane in order:
            sample = lane.run()
            if number >= warm_up:
                lane.samples.append(sample)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first is text, the others are numbers set right."""
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    rule = "  ".join("-" * width for width in widths)
    text = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], rule, *text[1:]])


def decimal_comma(value: float, digits: int = 1) -> str:
    """As a Vietnamese reader expects it: 12,5."""
    return f"{value:.{digits}f}".replace(".", ",")
