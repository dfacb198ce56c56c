"""Fifty people read with short pauses, while one writes now and then."""

import threading
import time
from dataclasses import dataclass, field
from random import Random

from tools.bench.browser import BROKEN, Browser
from tools.bench.measure import percentile
from tools.bench.stage import Server
from tools.drill.crash import Writer

PAGES = (
    "/tong-quan/2023/", "/tong-quan/2023/", "/tong-quan/2023/", "/tong-quan/2022/", "/tong-quan/2025/",
    "/tong-quan/2023/?so=nam-truoc", "/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm", "/tong-quan/2023.json",
    "/tong-quan/2023.xlsx", "/dia-ban/?nam=2023", "/quyet-dinh/", "/cong-nhan/", "/ke-hoach/2023/", "/nguon-von/2023/",
)  # fmt: skip
_PAUSE = (0.5, 2.5)
_WRITE_EVERY = 1.0


@dataclass
class Reader(threading.Thread):
    """Opens one page after the other."""

    browser: Browser
    dice: Random
    until: float
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        time.sleep(self.dice.uniform(0, _PAUSE[1]))
        while time.monotonic() < self.until:
            self.read(self.dice.choice(PAGES))
            time.sleep(self.dice.uniform(*_PAUSE))

    def read(self, path: str) -> None:
        try:
            answer = self.browser.get(path)
        except BROKEN as error:
            self.failed.append(f"{path}: {type(error).__name__}")
            return
        self.seconds.append(answer.seconds)
        if answer.status != 200:
            self.failed.append(f"{path}: {answer.status}")


@dataclass(frozen=True)
class Reading:
    """What fifty readers lived through."""

    seconds: list[float]
    failed: list[str]
    saves: int

    @property
    def p95(self) -> float:
        return percentile(self.seconds, 95)

    @property
    def median(self) -> float:
        return percentile(self.seconds, 50)


def read_together(
    server: Server, visitors: list[Browser], writer: Writer, *, people: int, seconds: float
) -> Reading:
    """The readers share the sessions of the visitors; the writer makes kept pages stale once a second."""
    until = time.monotonic() + seconds
    readers = [
        Reader(Browser(server.port, visitors[number % len(visitors)].cookies), Random(number), until)  # noqa: S311
        for number in range(people)
    ]
    for reader in readers:
        reader.start()
    number = 0
    while time.monotonic() < until:
        number += 1
        writer.save(f"DT-doc-{number}")
        time.sleep(_WRITE_EVERY)
    for reader in readers:
        reader.join(timeout=90)
    failed = [line for reader in readers for line in reader.failed]
    failed += [f"ghi: {status}" for status in writer.failed] + ["ghi: đứt kết nối"] * writer.broken
    return Reading([s for reader in readers for s in reader.seconds], failed, len(writer.acknowledged))
