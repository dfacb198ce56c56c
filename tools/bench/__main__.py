"""`make bench`: how long pages and one saved cell take beside an empty page, alone and inside a whole nation; and how
long files take to be imported, undone, previewed and made.

Over HTTP against gunicorn and PostgreSQL, one visitor. The nation lies in a copy of the database on the same
server, so that a page and its twin can be asked in turn: whatever else the machine does then hits both.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from tools.bench import cpu, exports, rights
from tools.bench.browser import Answer, Browser
from tools.bench.cells import CellWriter
from tools.bench.imports import report
from tools.bench.measure import Lane, Limit, Sample, decimal_comma, interleave, table
from tools.bench.stage import Server, Stage, staged
from tools.prepare import Stop, say
from tools.testdb import DATABASE, PostgresServer

NATION, SPOILT = "ntm_nation", "ntm_spoilt"
READER, OFFICER, SPECIALIST = "lanhdao", "xa_b", "chuyenvien"
YEAR_PAGE = "/tong-quan/2023/"
COMPUTED, KEPT, FLOOR = "Tổng quan 2023, tính lại", "Tổng quan 2023, không có gì đổi", "Trang trống"
PAGES = {
    FLOOR: "/bench/empty/",
    COMPUTED: YEAR_PAGE,
    KEPT: YEAR_PAGE,
    "Địa bàn 2023": "/dia-ban/?nam=2023",
    "Quyết định": "/quyet-dinh/",
    "Số liệu: lũy kế đạt NTM": "/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm",
    "Tiêu chí 2023 (ma trận)": "/tieu-chi/2023/",
    "Chỉ tiêu 15.1": "/tieu-chi/2023/ntm/15.1/",
    "Hồ sơ xã": "/dia-ban/xa/05758/2023/",
    "Lưới nhập liệu của xã": "/nhap-lieu/05758/2023/",
}
SAVED, EMPTY_POST = "Lưu một ô", "Ghi trống (POST)"
EVERY = (*PAGES, *rights.titles(), EMPTY_POST, SAVED)
COMPUTED_LIMIT, KEPT_LIMIT, SAVED_LIMIT, NATION_LIMIT = 6.0, 2.0, 3.0, 1.5


@dataclass
class Site:
    """One database with its server and signed-in visitors. `processes`: the roots of all that work for it."""

    name: str
    browser: Browser
    officer: CellWriter
    specialist: Browser
    processes: tuple[int, int]
    database: "psycopg.Connection[tuple[object, ...]]"

    def touch(self) -> None:
        """What every write does to kept pages: the change counter moves on."""
        self.database.execute("update audit_chain set writes = writes + 1")

    def lanes(self) -> dict[str, Lane]:
        return {
            title: Lane(title, self.timed(title, ask), self.before(title))
            for title, ask in self.asks().items()
        }

    def asks(self) -> dict[str, Callable[..., Answer]]:
        """Everything that is measured, by title."""
        pages = {title: partial(self.browser.get, path) for title, path in PAGES.items()}
        people = {rights.NARROW: self.officer.browser, rights.WIDE: self.specialist}
        return pages | rights.asks(self.officer.code, people) | self.writes()

    def writes(self) -> dict[str, Callable[..., Answer]]:
        return {EMPTY_POST: self.officer.nothing, SAVED: self.officer.save}

    def before(self, title: str) -> Callable[[], object] | None:
        """A page is kept until the next write: one that is to be drawn anew needs one, one that is to be found
        kept must be drawn after whatever was saved before. What is written goes out on a connection that stands."""
        if title in (EMPTY_POST, SAVED):
            return self.officer.wake
        if title == COMPUTED:
            return self.touch
        return partial(self.browser.get, YEAR_PAGE) if title == KEPT else None

    def timed(self, title: str, ask: Callable[[], Answer]) -> Callable[[], Sample]:
        def fetch() -> Sample:
            before = cpu.seconds(self.processes)
            answer = ask()
            after = cpu.seconds(self.processes)
            if answer.status != 200:
                raise Stop(f"{title} ({self.name}): máy chủ trả lời {answer.status}, không phải 200.")
            return Sample(answer.seconds, after - before)

        return fetch

    def queries(self, title: str) -> int:
        """How many statements the page sends to the database."""
        if before := self.before(title):
            before()
        return int(self.asks()[title](X_Bench="queries").headers["X-Bench-Queries"])

    def figures(self) -> int:
        """How many figures the year's page shows."""
        return self.browser.get(YEAR_PAGE).body.count(b"data-figure")


@dataclass(frozen=True)
class Result:
    """The timed pages of one site and their query counts, by title."""

    lanes: dict[str, Lane]
    queries: dict[str, int]

    def floor(self, title: str) -> Lane:
        """What a page is held against: the empty page; a write: the empty write."""
        return self.lanes[EMPTY_POST if title in (EMPTY_POST, SAVED) else FLOOR]

    def ratio(self, title: str) -> float:
        return self.lanes[title].median / self.floor(title).median


def main() -> int:
    options = _options()
    with staged("tools.bench.settings") as (stage, server):
        say("Chuẩn bị cơ sở dữ liệu minh họa …")
        stage.fill(stage.environment(server.url()))
        imported = (
            report.measured(stage, server, options.import_rounds)
            if options.only in (None, "imports")
            else None
        )
        exported = _exported(stage, server) if options.only in (None, "exports") else None
        if options.only in ("imports", "exports"):
            return _end(_report({}, imported, exported), options)
        if options.scale:
            _load_nation(stage, server, options.scale)
        _settle(server, with_nation=bool(options.scale))
        with ExitStack() as open_sites:
            sites = [_open(open_sites, stage, server, DATABASE, "chỉ Thái Nguyên")]
            if options.scale:
                sites.append(_open(open_sites, stage, server, NATION, "cả nước"))
            say(f"Đo {len(EVERY) * len(sites)} việc, {options.rounds} lượt …")
            results = _measure(sites, options)
            if options.profile:
                _profile(sites[0], options.profile)
    return _end(_report(results, imported, exported), options)


def _end(kept: bool, options: argparse.Namespace) -> int:
    return 0 if kept or options.no_fail else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--no-fail", action="store_true", help="chỉ in kết quả, không báo lỗi khi vượt mức")
    parser.add_argument("--only", choices=["imports", "exports", "pages"], help="chỉ đo một phần")
    parser.add_argument("--rounds", type=int, default=50, help="số lượt đo mỗi trang (mặc định 50)")
    parser.add_argument("--warm-up", type=int, default=5, help="số lượt chạy trước không tính (mặc định 5)")
    parser.add_argument("--scale", type=float, default=1.0, help="cỡ của cả nước giả lập; 0 để bỏ qua")
    parser.add_argument("--import-rounds", type=int, default=3, help="số lượt đo việc nhập tệp (mặc định 3)")
    parser.add_argument("--profile", type=Path, metavar="TỆP", help="ghi hồ sơ một lần tính trang tổng quan")
    return parser.parse_args()


def _exported(stage: Stage, server: PostgresServer) -> exports.Exported:
    """On a copy of the database, which is spoilt by it."""
    say("Đo một tệp Excel dài …")
    return exports.measured(partial(stage.ask, stage.environment(server.copy(SPOILT))))


def _load_nation(stage: Stage, server: PostgresServer, scale: float) -> None:
    say("Nạp cả nước giả lập vào một bản sao …")
    url = server.copy(NATION)
    began = time.monotonic()
    said = stage.manage(stage.environment(url), "load_nation", f"--scale={scale}")
    say(f"{said.rstrip()}\nNạp xong sau {time.monotonic() - began:.0f} giây.")


def _settle(server: PostgresServer, *, with_nation: bool) -> None:
    """Statistics as a server has them after its first night, so that none is gathered while we measure."""
    for name in (DATABASE, NATION) if with_nation else (DATABASE,):
        with psycopg.connect(server.url(name), autocommit=True) as connection:
            connection.execute("vacuum analyze")
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")


def _open(sites: ExitStack, stage: Stage, server: PostgresServer, database: str, name: str) -> Site:
    url = server.url(database)
    running: Server = sites.enter_context(stage.serve(stage.environment(url), database))
    connection = sites.enter_context(psycopg.connect(url, autocommit=True))
    postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
    visitor = running.visitor(READER, stage.password)
    officer = CellWriter(running.visitor(OFFICER, stage.password))
    specialist = running.visitor(SPECIALIST, stage.password)
    return Site(name, visitor, officer, specialist, (running.process.pid, postmaster), connection)


def _measure(sites: list[Site], options: argparse.Namespace) -> dict[str, Result]:
    lanes = {site.name: site.lanes() for site in sites}
    every = [lane for of_site in lanes.values() for lane in of_site.values()]
    interleave(every, warm_up=options.warm_up, rounds=options.rounds)
    results = {}
    for site in sites:
        queries = {title: site.queries(title) for title in EVERY}
        if queries[COMPUTED] <= queries[KEPT]:
            raise Stop("Trang tổng quan không được tính lại sau khi có thay đổi: phép đo không có giá trị.")
        if site.figures() < 20:
            raise Stop("Trang tổng quan 2023 có dưới 20 con số: phép đo không có giá trị.")
        results[site.name] = Result(lanes[site.name], queries)
    return results


def _profile(site: Site, path: Path) -> None:
    """The same worker answers all requests of one connection, so the last one finds everything warm."""
    for _ in range(5):
        site.touch()
        site.browser.get(YEAR_PAGE)
    site.touch()
    path.write_bytes(site.browser.get(YEAR_PAGE, X_Bench="profile").body)
    say(f"Đã ghi hồ sơ vào {path}.")


def _report(
    results: dict[str, Result], imported: report.Imports | None, exported: exports.Exported | None
) -> bool:
    """Print what was measured; whether every limit is kept."""
    for name, result in results.items():
        columns = (
            "trung vị (ms)",
            "p95 (ms)",
            "so với trống",
            "CPU (ms)",
            "so với trống",
            "truy vấn",
        )
        say("\n" + table((f"Cơ sở dữ liệu {name}", *columns), [_row(result, title) for title in EVERY]))
    limits = _limits(results) if results else []
    if imported is not None:
        say("\n" + table(("Nhập tệp", "trung vị (giây)"), imported.rows()))
        limits += imported.limits()
    if exported is not None:
        say(f"\n{exported.words()}")
        limits += exported.limits
    verdicts = [_verdict(limit) for limit in limits]
    say("\n" + table(("Mức phải giữ", "tỷ lệ", "không quá", "kết luận"), verdicts))
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    if busy > cores:
        words = f"tải trung bình {decimal_comma(busy)} trên {cores} nhân"
        say(f"\nMáy đang bận việc khác ({words}): tỷ lệ theo thời gian kém tin, hãy xem cột CPU.")
    return all(limit.kept for limit in limits)


def _row(result: Result, title: str) -> tuple[str, ...]:
    lane = result.lanes[title]
    times = (decimal_comma(lane.median * 1000), decimal_comma(lane.p95 * 1000), _times(result.ratio(title)))
    work = ("–", "–")
    if cpu.is_known():
        work = (decimal_comma(lane.cpu * 1000), _times(lane.cpu / result.floor(title).cpu))
    return (title, *times, *work, str(result.queries[title]))


def _limits(results: dict[str, Result]) -> list[Limit]:
    first, *others = results.values()
    limits = [
        Limit("Tính lại so với trang trống", first.ratio(COMPUTED), COMPUTED_LIMIT),
        Limit("Không có gì đổi so với trang trống", first.ratio(KEPT), KEPT_LIMIT),
        Limit("Lưu một ô so với ghi trống", first.ratio(SAVED), SAVED_LIMIT),
        *rights.limits(first.lanes),
    ]
    for nation in others:
        limits += [
            Limit(
                f"{title}: cả nước so với riêng tỉnh", nation.lanes[title].median / lane.median, NATION_LIMIT
            )
            for title, lane in first.lanes.items()
            if title not in (FLOOR, EMPTY_POST)
        ]
    return limits


def _verdict(limit: Limit) -> tuple[str, ...]:
    words = "đạt" if limit.kept else "VƯỢT"
    return (limit.what, _times(limit.ratio), _times(limit.limit, 1), words)


def _times(ratio: float, digits: int = 2) -> str:
    return f"{decimal_comma(ratio, digits)} ×"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        raise Stop("Đã dừng phép đo giữa chừng.") from None
