"""`make drill`: races, edits of one cell, power cuts, many writers and many readers, on servers of its own.

Each protection is also rehearsed switched off; a drill that does not fail then would prove nothing. Takes some twelve
minutes; begins and ends on this machine's own addresses.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tools.bench.browser import Browser
from tools.bench.cells import CellWriter
from tools.bench.measure import decimal_comma, table
from tools.bench.stage import Stage, staged
from tools.drill import protection
from tools.drill.cells import Edits, edit_together
from tools.drill.crash import Crashes, Writer, crash
from tools.drill.readers import read_together
from tools.prepare import Stop, say
from tools.testdb import PostgresServer

WRITER = "duyet"
#: The officer of a commune, and two who may type there too.
EDITORS = ("xa_a", "lanhdaoxa_a", "chuyenvien")
READERS = ("quantri", "chuyenvien", "duyet", "lanhdao", "so_nn")
TEAMS = 8
CRASH_TEAMS = 4
READING_TEAM = TEAMS - 1
UNPROTECTED = {protection.NAME: "1"}


@dataclass(frozen=True)
class Outcome:
    """One line of the report."""

    what: str
    found: str
    wanted: str
    good: bool


@dataclass(frozen=True)
class Field:
    """Where the drills take place, and how much of each."""

    stage: Stage
    server: PostgresServer
    options: argparse.Namespace


def main() -> int:
    options = _options()
    began = time.monotonic()
    outcomes: list[Outcome] = []
    with staged("tools.drill.settings") as (stage, server):
        say("Chuẩn bị cơ sở dữ liệu minh họa …")
        environment = stage.environment(server.url())
        stage.fill(environment)
        stage.manage(environment, "drill_prepare", f"--teams={TEAMS}")
        for name in options.only or DRILLS:
            say(f"Diễn tập {name} …")
            for outcome in DRILLS[name](Field(stage, server, options)):
                say(f"  {outcome.what}: {outcome.found}")
                outcomes.append(outcome)
    rows = [(o.what, o.found, o.wanted, "đạt" if o.good else "KHÔNG ĐẠT") for o in outcomes]
    say("\n" + table(("Diễn tập", "kết quả", "phải là", "kết luận"), rows))
    say(f"\nXong sau {time.monotonic() - began:.0f} giây.")
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("--only", action="append", choices=DRILLS, help="chỉ một phần; lặp lại được")
    parser.add_argument("--rounds", type=int, default=100, help="số vòng ghi trùng (mặc định 100)")
    parser.add_argument("--cells", type=int, default=400, help="số vòng cùng sửa một ô (mặc định 400)")
    parser.add_argument(
        "--moments", type=int, default=100, help="số lần giết tiến trình giữa lúc lưu (mặc định 100)"
    )
    parser.add_argument("--saves", type=int, default=50, help="số lần lưu của mỗi người ghi (mặc định 50)")
    parser.add_argument("--readers", type=int, default=50, help="số người đọc cùng lúc (mặc định 50)")
    parser.add_argument("--seconds", type=float, default=30, help="thời gian đọc (mặc định 30 giây)")
    return parser.parse_args()


def race(field: Field) -> Iterator[Outcome]:
    """The same commune recognised by several people at once."""
    rounds = field.options.rounds
    environment = field.stage.environment(field.server.copy("ntm_race"))
    found = field.stage.ask(environment, "drill_race", f"--rounds={rounds}", "--first=5000")
    words = f"{found['once']}/{rounds} vòng"
    if found["errors"]:
        words += f", lỗi {found['errors'][0][:60]}"
    good = found["once"] == rounds and not found["errors"]
    yield Outcome("Bốn người cùng công nhận một xã: đúng một lần", words, f"{rounds}/{rounds} vòng", good)
    control = field.stage.ask(environment | UNPROTECTED, "drill_race", "--rounds=20", "--first=7000")
    several = control["several"]
    yield Outcome(
        "  đối chứng, bỏ khóa và ràng buộc: công nhận trùng", f"{several}/20 vòng", "ít nhất 1", several > 0
    )


def cells(field: Field) -> Iterator[Outcome]:
    """One cell of the grid changed by several people at once."""
    rounds = field.options.cells
    found = _edit(field, "ntm_cells", {}, rounds)
    words = f"{found.lost} trên {found.saved}" + (f", lỗi {found.errors[0]}" if found.errors else "")
    good = found.saved == rounds and not (found.lost or found.errors)
    what = f"{len(EDITORS)} người cùng sửa một ô, {rounds} vòng: mất"
    yield Outcome(what, words, f"0 trên {rounds}", good)
    yield Outcome("  bị từ chối mà không thấy giá trị đã lưu", str(found.untold), "0", not found.untold)
    control = _edit(field, "ntm_cells_lost", UNPROTECTED, 20)
    yield Outcome("  đối chứng, bỏ phiên bản: mất", str(control.lost), "ít nhất 1", control.lost > 0)


def _edit(field: Field, name: str, more: dict[str, str], rounds: int) -> Edits:
    environment = field.stage.environment(field.server.copy(name), **more)
    with field.stage.serve(environment, name, "tools.drill.wsgi", "--preload") as server:
        own = CellWriter(server.visitor(EDITORS[0], field.stage.password))
        others = [CellWriter(server.visitor(one, field.stage.password), own.code) for one in EDITORS[1:]]
        return edit_together([own, *others], rounds)


def power_cut(field: Field) -> Iterator[Outcome]:
    """Workers killed while people save."""
    moments = field.options.moments
    crashes, state = _crash(field, "ntm_crash", {}, moments)
    cut = f"{crashes.moments} lần ({crashes.kills} lần giết)"
    yield Outcome("Tiến trình bị giết giữa lúc lưu", cut, f"{moments} lần", crashes.moments >= moments)
    told = len(crashes.acknowledged)
    wanted = f"0 trên {told}"
    yield Outcome(
        "  đã báo là đã lưu mà mất", f"{state['lost']} trên {told}", wanted, not state["lost"] and told > 0
    )
    for key, words in _FAULTS.items():
        yield Outcome(f"  {words}", str(state[key]), "0", not state[key])
    failed = sorted(set(crashes.failed))
    yield Outcome("  trả lời lỗi 4xx, 5xx", f"{len(crashes.failed)} {failed or ''}".strip(), "0", not failed)
    _, torn = _crash(field, "ntm_torn", UNPROTECTED, max(moments // 5, 10))
    found = torn["partial"] + torn["unrecorded"]
    yield Outcome("  đối chứng, bỏ giao dịch: dở dang", str(found), "ít nhất 1", found > 0)


_FAULTS = {
    "partial": "quyết định dở dang",
    "unrecorded": "lệch giữa dữ liệu và nhật ký",
    "no_file": "văn bản thiếu tệp bản chụp",
    "chain_broken": "chuỗi nhật ký hỏng",
}


def _crash(field: Field, name: str, more: dict[str, str], moments: int) -> tuple[Crashes, dict[str, int]]:
    environment = field.stage.environment(field.server.copy(name), **more)
    with field.stage.serve(environment, name, "tools.drill.wsgi", "--preload") as server:
        cookies = server.visitor(WRITER, field.stage.password).cookies
        crashes = crash(server, cookies, teams=CRASH_TEAMS, moments=moments)
    path = crashes.write(field.stage.folder / f"{name}.json")
    return crashes, field.stage.ask(environment, "drill_check", str(path))


def writers(field: Field) -> Iterator[Outcome]:
    """Eight writers on SQLite."""
    saves = field.options.saves
    found, state = _write(field, "writers", {}, saves)
    whole = TEAMS * saves
    good = len(found["saved"]) == whole and not found["locked"] and not found["errors"]
    words = f"{len(found['saved'])} lần lưu, {found['locked']} lần “locked”"
    yield Outcome(f"SQLite: {TEAMS} người ghi × {saves}", words, f"{whole} lần lưu, 0 lần", good)
    faults = sum(state[key] for key in ("lost", *_FAULTS))
    yield Outcome("  mất, dở dang, lệch nhật ký", str(faults), "0", not faults)
    control, _ = _write(field, "writers_deferred", UNPROTECTED, max(saves // 5, 5))
    yield Outcome(
        "  đối chứng, giao dịch DEFERRED: “locked”",
        f"{control['locked']} lần",
        "ít nhất 1",
        control["locked"] > 0,
    )


def _write(field: Field, name: str, more: dict[str, str], saves: int) -> tuple[Any, dict[str, int]]:
    plain = field.stage.environment(f"sqlite:///{field.stage.folder / name}.sqlite3")
    field.stage.fill(plain)
    field.stage.manage(plain, "drill_prepare", f"--teams={TEAMS}")
    found = field.stage.ask(plain | more, "drill_writers", f"--people={TEAMS}", f"--saves={saves}")
    path = field.stage.folder / f"{name}.json"
    path.write_text(json.dumps(found["saved"]), encoding="utf-8")
    return found, field.stage.ask(plain, "drill_check", str(path))


def load(field: Field) -> Iterator[Outcome]:
    """Many readers, and a writer who makes their pages stale."""
    people, seconds = field.options.readers, field.options.seconds
    with field.stage.serve(field.stage.environment(field.server.copy("ntm_load")), "ntm_load") as server:
        visitors = [server.visitor(name, field.stage.password) for name in READERS]
        writer = Writer(
            READING_TEAM, Browser(server.port, visitors[READERS.index(WRITER)].cookies), threading.Event()
        )
        reading = read_together(server, visitors, writer, people=people, seconds=seconds)
    count = len(reading.seconds)
    words = f"{len(reading.failed)} trên {count}" + (f" ({reading.failed[0]})" if reading.failed else "")
    yield Outcome(
        f"{people} người đọc, {seconds:.0f} giây: trang lỗi", words, "0", count > 0 and not reading.failed
    )
    times = f"{decimal_comma(reading.median * 1000, 0)} / {decimal_comma(reading.p95 * 1000, 0)} ms"
    yield Outcome(f"  trung vị / p95, trong lúc {reading.saves} lần ghi", times, "(để biết)", True)


DRILLS: dict[str, Callable[[Field], Iterator[Outcome]]] = {
    "race": race,
    "cells": cells,
    "crash": power_cut,
    "writers": writers,
    "load": load,
}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        raise Stop("Đã dừng diễn tập giữa chừng.") from None
