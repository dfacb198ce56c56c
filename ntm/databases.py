"""The database of `DATABASE_URL`, and a clear stop where the address itself is wrong.

Whether the database answers is not asked here: one that is away does not stop the start, pages say 503 meanwhile.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from ntm.environment import BASE_DIR, KNOWN, whole_number

_MEMORY = ("sqlite://:memory:", "sqlite:///:memory:")
#: The one setting of Django that an address may hold (behind PgBouncer); libpq knows all others.
_OF_DJANGO = "disable_server_side_cursors"
_SWITCH = ("true", "false")
#: Of what libpq itself would refuse only when it connects.
_VALUES = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
_NUMBERS = (
    "port",
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
)
#: Said before the question mark. The folder of a socket has no place there.
_ELSEWHERE = ("dbname", "user", "password")
#: How every SQLite database begins that something was written to.
_SQLITE_HEAD = b"SQLite format 3\0"


def database(env: environ.Env) -> dict[str, object]:
    """SQLite and PostgreSQL are the two that are tested.

    SQLite: WAL, IMMEDIATE transactions and a busy timeout, so that writers queue instead of failing.
    PostgreSQL: psycopg 3's own pool, since a connection per request costs four times the throughput; and the price of
    a random read on today's disks, without which the planner reads whole tables. While the database is away a page
    holds its thread no longer than `DATABASE_WAIT_SECONDS`. An address with `?options=…` of its
    own keeps them (behind PgBouncer: `ignore_startup_parameters = options`).
    """
    url = env.str("DATABASE_URL", default="").strip()
    if not url:
        raise ImproperlyConfigured(f"DATABASE_URL chưa đặt: cần {KNOWN['DATABASE_URL']}.")
    if url.startswith("sqlite:"):
        return {"ENGINE": "django.db.backends.sqlite3"} | _sqlite(_file_of(url))
    try:
        config = dict(environ.Env.db_url_config(url))
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL không đọc được: cần {KNOWN['DATABASE_URL']}.") from error
    if config.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"DATABASE_URL phải là {KNOWN['DATABASE_URL']}.")
    _check_server(str(config["NAME"]), url)
    options = dict(config.get("OPTIONS") or {})
    seconds = whole_number(env, "DATABASE_WAIT_SECONDS", default=3, low=1, high=60)
    options["pool"] = {"min_size": 1, "max_size": 8, "timeout": seconds}
    options.setdefault("connect_timeout", seconds)
    options.setdefault("options", "-c random_page_cost=1.1")
    return config | {"OPTIONS": options, "CONN_HEALTH_CHECKS": True}


def _check_server(name: str, url: str) -> None:
    if not name:
        raise ImproperlyConfigured(
            "DATABASE_URL thiếu tên cơ sở dữ liệu ở cuối, ví dụ postgres://ntm:mat-khau@127.0.0.1:5432/ntm."
        )
    for option, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        is_known = value.lower() in _SWITCH if option.lower() == _OF_DJANGO else _libpq_takes(option, value)
        if not is_known:
            raise ImproperlyConfigured(
                f"DATABASE_URL: không có tham số {option!r}, hoặc giá trị của nó sai. Hãy sửa phần sau dấu ?, "
                "ví dụ ?sslmode=require."
            )


def _libpq_takes(option: str, value: str) -> bool:
    try:
        make_conninfo("", **{option: value})
    except (ProgrammingError, TypeError):
        return False
    if option in _NUMBERS and not (value.isascii() and value.isdecimal()):
        return False
    return option not in _ELSEWHERE and value in _VALUES.get(option, (value,))


def _file_of(url: str) -> str:
    """The file of an address of SQLite; without one SQLite would keep everything in memory, and forget it."""
    if url in _MEMORY:
        return ":memory:"
    try:
        parts = urlsplit(url)
        name = "" if parts.netloc or parts.query else str(environ.Env.db_url_config(url)["NAME"])
    except ValueError:
        name = ""
    if name in ("", ":memory:"):
        raise ImproperlyConfigured(
            f"DATABASE_URL={url!r} không hợp lệ: ghi sqlite:/// (ba dấu gạch chéo) rồi đến tên tệp, không có phần sau "
            "dấu ?, ví dụ sqlite:///var/ntm.sqlite3."
        )
    return name


def _sqlite(name: str) -> dict[str, object]:
    path = name if name == ":memory:" or Path(name).is_absolute() else str(BASE_DIR / name)
    if name != ":memory:":
        _check_place(Path(path))
    return {
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _check_place(file: Path) -> None:
    """SQLite also writes beside its file, so the folder itself must allow it."""
    folder = file.parent
    if not folder.is_dir():
        raise ImproperlyConfigured(
            f"DATABASE_URL: chưa có thư mục {folder}. Hãy tạo thư mục hoặc sửa đường dẫn."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"DATABASE_URL: không ghi được vào thư mục {folder}. Hãy cấp quyền ghi.")
    if not file.exists():
        return
    if not file.is_file() or not _is_database(file):
        raise ImproperlyConfigured(
            f"DATABASE_URL: {file} không phải tệp cơ sở dữ liệu SQLite. Hãy sửa đường dẫn."
        )
    if not os.access(file, os.R_OK | os.W_OK):
        raise ImproperlyConfigured(f"DATABASE_URL: không đọc, ghi được tệp {file}. Hãy cấp quyền.")


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as handle:
            return handle.read(len(_SQLITE_HEAD)) in (b"", _SQLITE_HEAD)
    except OSError:
        return True
