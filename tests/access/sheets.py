"""What a sheet of each kind is about, in each scope of the world."""

from collections.abc import Callable
from typing import Any


def _round_of(world: Any, scope: str) -> dict[str, str] | None:
    row = world.row(scope, "cell")
    return row and {"ky": str(row.submission.round_id)}


def _return_of(world: Any, scope: str) -> dict[str, str] | None:
    row = world.row(scope, "cell")
    return row and {"phieu": str(row.submission_id)}


def _indicator_of(world: Any, scope: str) -> dict[str, str] | None:
    return (found := _round_of(world, scope)) and found | {"chi_tieu": "1.1"}


def _own_year(year: int) -> Callable[[Any, str], dict[str, str] | None]:
    """Sheets of a year are about the own province, as its pages are."""
    return lambda world, scope: {"nam": str(year)} if scope == "a" else None


def _own_plan(world: Any, scope: str) -> dict[str, str] | None:
    found = _own_year(2023)(world, scope)
    return found and found | {"giai_doan": "plan", "chia": "work"}


def _register(**more: str) -> Callable[[Any, str], dict[str, str] | None]:
    """Sheets about units are about the own province on a day."""
    return lambda world, scope: {"ngay": "31/12/2023"} | more if scope == "a" else None


def _recognitions(world: Any, scope: str) -> dict[str, str] | None:
    level = world.row("a", "recognition").level_id
    return (found := _register()(world, scope)) and found | {"muc": str(level)}


#: What a sheet of each kind is about in a scope; None where there is no such thing there.
SHEETS: dict[str, Callable[[Any, str], dict[str, str] | None]] = {
    "ket-qua-xa": _return_of,
    "ket-qua-ky": _round_of,
    "ket-qua-chi-tieu": _indicator_of,
    "chi-tieu-ke-hoach": _own_year(2024),
    "dang-ky-ke-hoach": _own_year(2024),
    "nguon-von": _own_year(2023),
    "phan-bo-von": _own_plan,
    "thuoc-tinh": _register(),
    "don-vi": _register(tu="ngay"),
    "cong-nhan": _recognitions,
}
