"""What was measured of imports, as rows of a table and as limits. Starts no Django: a command of the stage measures."""

import statistics
from dataclasses import dataclass

from tools.bench.measure import Limit, decimal_comma
from tools.bench.stage import Stage
from tools.prepare import say
from tools.testdb import PostgresServer

_NAME = "ntm_imports"
LANES = {
    "floor": "Sàn: calamine, COPY, gộp vào bảng (10.000 kết quả)",
    "confirm": "Xác nhận nhập 10.000 kết quả",
    "undo": "Hoàn tác lần nhập đó",
    "package": "django-import-export mặc định, cùng số liệu",
    "reading": "Sàn: đọc tệp và một lần kiểm mỗi ô (200 xã × 57 chỉ tiêu)",
    "receive": "Nạp tệp đó: đọc, đối chiếu, giữ lại",
    "preview": "Trang xem trước, đủ mọi lỗi (200 xã × 57 chỉ tiêu)",
}
CONFIRM_LIMIT, PACKAGE_AT_LEAST, PREVIEW_LIMIT, PREVIEW_SECONDS, UNDO_LIMIT = 8.0, 10.0, 3.0, 1.5, 2.0


@dataclass(frozen=True)
class Imports:
    """Seconds of each lane, round by round."""

    seconds: dict[str, list[float]]

    def median(self, lane: str) -> float:
        return statistics.median(self.seconds[lane])

    def limits(self) -> list[Limit]:
        floor, confirm = self.median("floor"), self.median("confirm")
        preview = self.median("preview")
        return [
            Limit("Nhập 10.000 kết quả so với sàn", confirm / floor, CONFIRM_LIMIT),
            Limit(
                f"Nhập so với django-import-export (1/{decimal_comma(PACKAGE_AT_LEAST, 0)} = 0,1)",
                confirm / self.median("package"),
                1 / PACKAGE_AT_LEAST,
            ),
            Limit("Hoàn tác so với nhập", self.median("undo") / confirm, UNDO_LIMIT),
            Limit("Xem trước so với đọc và kiểm từng ô", preview / self.median("reading"), PREVIEW_LIMIT),
            Limit(f"Xem trước so với {decimal_comma(PREVIEW_SECONDS)} giây", preview / PREVIEW_SECONDS, 1.0),
        ]

    def rows(self) -> list[tuple[str, ...]]:
        return [(words, decimal_comma(self.median(lane), 2)) for lane, words in LANES.items()]


def measured(stage: Stage, server: PostgresServer, rounds: int) -> Imports:
    """In a copy of the database, which must have nobody connected to it."""
    environment = stage.environment(server.copy(_NAME))
    say(f"Đo việc nhập tệp, {rounds} lượt …")
    return Imports(stage.ask(environment, "bench_imports", f"--rounds={rounds}"))
