"""Workers are killed in the middle of saves; the people who save carry on."""

import json
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from tools.bench.browser import BROKEN, Browser
from tools.bench.stage import Server

_SAVE = "/drill/save/"
_BETWEEN = (0.1, 0.4)
_INTO_THE_SAVE = 0.06
_MOST_SECONDS = 420


@dataclass
class Writer(threading.Thread):
    """Saves one decision after the other for its team until told to stop."""

    team: int
    browser: Browser
    stop: threading.Event
    acknowledged: list[str] = field(default_factory=list)
    broken: int = 0
    refused: int = 0
    failed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            self.save(f"DT-{self.team}-{number}")

    def save(self, number: str) -> None:
        """One save. A connection that breaks leaves open whether it was done; nothing may be half done."""
        try:
            answer = self.browser.post(_SAVE, {"team": str(self.team), "number": number})
        except BROKEN:
            self.broken += 1
            return
        if answer.status == 201:
            self.acknowledged.append(number)
        elif answer.status == 422:
            self.refused += 1
        else:
            self.failed.append(answer.status)


@dataclass(frozen=True)
class Crashes:
    """`moments`: kills that cut a save off; `failed`: answers of 4xx or 5xx."""

    kills: int
    moments: int
    acknowledged: list[str]
    failed: list[int]

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps(self.acknowledged), encoding="utf-8")
        return path


def crash(server: Server, cookies: dict[str, str], *, teams: int, moments: int) -> Crashes:
    """Kill a worker, let gunicorn start another, again and again until `moments` kills have each cut a save off."""
    stop = threading.Event()
    writers = [Writer(team, Browser(server.port, cookies), stop) for team in range(teams)]
    for writer in writers:
        writer.start()
    try:
        kills, hits = _kill(server, writers, moments)
    finally:
        stop.set()
        for writer in writers:
            writer.join(timeout=90)
    return Crashes(
        kills,
        hits,
        [number for writer in writers for number in writer.acknowledged],
        [status for writer in writers for status in writer.failed],
    )


def _kill(server: Server, writers: list[Writer], moments: int) -> tuple[int, int]:
    dice, kills, hits = Random(1), 0, 0  # noqa: S311 - moments, not secrets
    deadline = time.monotonic() + _MOST_SECONDS
    while hits < moments and time.monotonic() < deadline:
        time.sleep(dice.uniform(*_BETWEEN))
        workers = psutil.Process(server.process.pid).children()
        done = sum(len(writer.acknowledged) for writer in writers)
        broken = sum(writer.broken for writer in writers)
        if not workers or not _wait_for_a_save(writers, done, deadline):
            continue
        time.sleep(dice.uniform(0, _INTO_THE_SAVE))
        os.kill(dice.choice(workers).pid, signal.SIGKILL)
        kills += 1
        time.sleep(0.1)
        hits += sum(writer.broken for writer in writers) > broken
    return kills, hits


def _wait_for_a_save(writers: list[Writer], done: int, deadline: float) -> bool:
    """Whether somebody has saved since: a kill of a worker that has only just started would show nothing."""
    while time.monotonic() < deadline:
        if sum(len(writer.acknowledged) for writer in writers) > done:
            return True
        time.sleep(0.005)
    return False
