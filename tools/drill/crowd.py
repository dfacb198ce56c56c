"""Several processes that begin each round at the same moment."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connection, connections

_ROUND_SECONDS = 60
Work = Callable[[int, int], str]


def crowd(people: int, rounds: int, work: Work) -> list[list[str]]:
    """What `work(person, round)` came back with, by round. A process that dies stops the drill."""
    _let_go_of_the_database()
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(people), context.Queue()
    processes = [
        context.Process(target=_person, args=(person, rounds, work, barrier, results))
        for person in range(people)
    ]
    for process in processes:
        process.start()
    found: list[list[str]] = [[] for _ in range(rounds)]
    for _ in range(people * rounds):
        number, outcome = results.get(timeout=_ROUND_SECONDS * 2)
        found[number].append(outcome)
    for process in processes:
        process.join()
    return found


def _person(person: int, rounds: int, work: Work, barrier: Barrier, results: Any) -> None:
    for number in range(rounds):
        barrier.wait(_ROUND_SECONDS)
        try:
            outcome = work(person, number)
        except Exception as error:
            outcome = f"{type(error).__name__}: {error}"
        results.put((number, outcome))
    _let_go_of_the_database()


def _let_go_of_the_database() -> None:
    """No connection and no pool may cross a fork."""
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()
