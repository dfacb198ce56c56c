"""What the environment may say, and a clear stop when it says something else.

Every setting that an operator can change is listed here once. A wrong or unknown value stops the start with a
sentence that names the variable, what was read and what is expected; nothing is guessed.
"""

import difflib
import os
import re
from collections.abc import Iterable
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from ntm import env_file
from ntm.accounts.roles import ROLES

BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = BASE_DIR / ".env"

#: Every variable that the application reads, with what it means to an operator.
KNOWN = {
    "SECRET_KEY": "khóa bí mật của ứng dụng, ít nhất 32 ký tự",
    "AUDIT_KEY": "khóa ký chuỗi nhật ký, ít nhất 32 ký tự; mất khóa thì không kiểm được nhật ký cũ",
    "FACTOR_KEY": "khóa mã hóa xác thực hai lớp, ít nhất 32 ký tự; mất khóa thì mọi người phải đăng ký lại",
    "FACTOR_KEY_FALLBACKS": "các FACTOR_KEY cũ còn đọc được, cách nhau bằng dấu phẩy, khi đang đổi khóa",
    "DATABASE_URL": "postgres://… hoặc sqlite:///…",
    "DATABASE_WAIT_SECONDS": "số giây chờ kết nối PostgreSQL (mặc định 3)",
    "DEBUG": "bật khi phát triển: on hoặc off",
    "HTTPS": "on khi người dùng vào bằng https (mặc định), off khi chạy thử trên máy",
    "ALLOWED_HOSTS": "tên máy chủ, cách nhau bằng dấu phẩy",
    "CSRF_TRUSTED_ORIGINS": "địa chỉ gốc được tin, ví dụ https://ntm.example.vn",
    "TRUSTED_PROXIES": "số máy chủ ủy quyền đứng trước ứng dụng (0 nếu không có)",
    "MEDIA_ROOT": "thư mục giữ tệp tải lên",
    "STATIC_ROOT": "thư mục giữ tệp tĩnh đã gom",
    "EXPORT_LIMIT": "số tệp mỗi người được xuất trong 10 phút (mặc định 1500)",
    "SEARCH_LIMIT": "số danh sách đã lọc (kể cả bấm từ con số) mỗi người được mở trong 1 phút (mặc định 600)",
    "JOBS_PER_PERSON": "số việc chạy nền mỗi người được chờ hoặc chạy cùng lúc (mặc định 3)",
    "LARGE_WRITE_CELLS": "nhập tệp, hoàn tác nhiều ô hơn số này thì chạy ở nền (mặc định 5000, khoảng hai giây)",
    "READERS_AT_ONCE": "số tệp người dùng tải lên được đọc cùng lúc, mỗi tệp cần tới 1 GB bộ nhớ (mặc định 2)",
    "UPLOAD_DAYS": "số ngày giữ tệp đã nạp trên máy chủ (mặc định 30)",
    "LARGE_FILE_ROWS": "danh sách nhiều dòng hơn số này thì tệp được tạo ở nền (mặc định 20000)",
    "DEFAULT_PROVINCE": "mã tỉnh mặc định, ví dụ 19",
    "OFFICE_NAME": "tên cơ quan ghi ở đầu trang",
    "MFA_ROLES": "vai trò phải xác thực hai lớp, cách nhau bằng dấu phẩy; off: không vai trò nào phải dùng",
    "SESSION_IDLE_MINUTES": "số phút không thao tác thì phiên hết hạn",
    "SESSION_IDLE_MINUTES_ADMINISTRATOR": "như trên, với quản trị",
    "SESSION_HOURS": "số giờ dài nhất của một phiên, tính từ lúc đăng nhập",
    "PASSWORD_MIN_LENGTH": "số ký tự ít nhất của mật khẩu",
    "PASSWORD_COMMON": "on: không nhận mật khẩu phổ biến",
    "PASSWORD_HISTORY": "số mật khẩu gần nhất không được dùng lại (0: không kiểm)",
    "PASSWORD_MAX_AGE_DAYS": "số ngày phải đổi mật khẩu một lần (0: không bắt đổi)",
    "UNDO_DAYS": "số ngày kể từ lúc ghi mà một lần ghi còn hoàn tác được cả lô",
    "LOG_LEVEL": "DEBUG, INFO, WARNING hoặc ERROR",
    "DEMO_PASSWORD": "mật khẩu của các tài khoản dùng thử",
    "PORT": "cổng mà make run mở",
    "TEST_DATABASE_URL": "PostgreSQL dùng cho kiểm thử",
}
#: A host as Django compares it: `*`, a domain, all below a domain (`.example.vn`), an address.
_HOST = re.compile(r"\*|\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f]*:[0-9a-f:.]+\]")
_PORT = re.compile(r":\d+$", re.ASCII)
#: Variables of tools around the application which share our prefix and are not ours to read.
_TOOLING = {"NTM_NO_SKIP"}


def _stop_at_unknown(names: Iterable[str], where: str) -> None:
    for name in sorted(names):
        near = difflib.get_close_matches(name, KNOWN, n=1)
        hint = f" Có phải ý bạn là {near[0]}?" if near else f" Các biến được nhận: {', '.join(KNOWN)}."
        raise ImproperlyConfigured(f"Không có cấu hình nào tên {name} ({where}).{hint}")


def load() -> environ.Env:
    """Read `.env` and the process environment; raise `ImproperlyConfigured` for a name that nothing reads.

    In `.env` every name must be known. The process environment belongs to others too, so there only names that
    begin with `NTM_` are held to that, and near misses of a known name (`ALLOWED_HOST`).
    """
    try:
        said = env_file.read(ENV_FILE)
    except env_file.Unreadable as error:
        raise ImproperlyConfigured(str(error)) from error
    _stop_at_unknown(said.keys() - set(KNOWN), "trong tệp .env")
    for name, value in said.items():
        os.environ.setdefault(name, value)
    misspelt = {
        name
        for name in os.environ
        if name not in KNOWN and name not in _TOOLING and (name.startswith("NTM_") or _is_near_miss(name))
    }
    _stop_at_unknown(misspelt, "trong biến môi trường")
    return environ.Env()


def _is_near_miss(name: str) -> bool:
    """One letter missing, doubled or swapped at the end: `ALLOWED_HOST`, `DATABASE_URLS`."""
    return any(name in (known.rstrip("S"), known + "S") for known in KNOWN) and name not in KNOWN


def boolean(env: environ.Env, name: str, default: bool) -> bool:
    """`on` or `off` (also true/false, yes/no, 1/0); anything else stops the start."""
    raw = env.str(name, default="").strip().lower()
    if raw == "":
        return default
    if raw in {"on", "true", "yes", "1"}:
        return True
    if raw in {"off", "false", "no", "0"}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} không hợp lệ: chỉ nhận on hoặc off ({KNOWN[name]}).")


def secret(env: environ.Env, name: str) -> str:
    """A key of at least 32 characters; there is no default, so that none can be shipped by mistake."""
    value: str = env.str(name, default="")
    if len(value) < 32:
        found = "chưa đặt" if not value else f"chỉ có {len(value)} ký tự"
        raise ImproperlyConfigured(
            f"{name} {found}: cần {KNOWN[name]}. Lệnh `make run` tạo sẵn khi chạy thử."
        )
    return value


def own_key(env: environ.Env, name: str, **others: str) -> str:
    """A key for one purpose, other than the keys of other purposes: the secret key is changed now and then, and
    whoever holds one must not be able to do what another is for (forge the record, open the second factors)."""
    value = secret(env, name)
    for other, taken in others.items():
        if value == taken:
            raise ImproperlyConfigured(f"{name} phải khác {other}. Hãy đặt hai khóa khác nhau.")
    return value


def older_keys(env: environ.Env, name: str, **others: str) -> list[str]:
    """Keys that still open what they once closed; each as long as a key must be, and none in use for anything."""
    keys = [key.strip() for key in env.str(name, default="").split(",") if key.strip()]
    for key in keys:
        if len(key) < 32:
            raise ImproperlyConfigured(f"{name}: có khóa chỉ có {len(key)} ký tự; mỗi khóa ít nhất 32 ký tự.")
        if same := [other for other, taken in others.items() if key == taken]:
            raise ImproperlyConfigured(f"{name} chứa chính {same[0]}; ở đây chỉ ghi các khóa cũ.")
    return keys


def choice(env: environ.Env, name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words."""
    value: str = env.str(name, default=default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} không hợp lệ: chỉ nhận {', '.join(allowed)}.")
    return value


def whole_number(env: environ.Env, name: str, default: int, low: int, high: int) -> int:
    """An integer within bounds."""
    raw = env.str(name, default=str(default))
    if not (raw.isascii() and raw.isdigit() and low <= int(raw) <= high):
        raise ImproperlyConfigured(f"{name}={raw!r} không hợp lệ: cần số nguyên từ {low} đến {high}.")
    return int(raw)


def role_codes(env: environ.Env, name: str, default: tuple[str, ...]) -> frozenset[str]:
    """Codes of roles, or `off` for none; a word that is no role stops the start."""
    raw = env.str(name, default="").strip()
    if raw.lower() == "off":
        return frozenset()
    codes = frozenset(part.strip() for part in raw.split(",")) if raw else frozenset(default)
    if unknown := sorted(codes - set(ROLES)):
        raise ImproperlyConfigured(
            f"{name}={raw!r} không hợp lệ: không có vai trò {unknown[0]!r}. "
            f"Chỉ nhận off, hoặc các mã: {', '.join(ROLES)}."
        )
    return codes


def province(env: environ.Env) -> str:
    """The code of the province that pages open with: two digits, as the official list has them."""
    code: str = env.str("DEFAULT_PROVINCE", default="19").strip()
    if not (code.isascii() and code.isdigit() and len(code) == 2):
        raise ImproperlyConfigured(
            f"DEFAULT_PROVINCE={code!r} không hợp lệ: cần {KNOWN['DEFAULT_PROVINCE']} (chỉ gồm chữ số, đúng hai số)."
        )
    return code


def _parts(env: environ.Env, name: str, default: Iterable[str]) -> list[str]:
    """What stands between the commas, in small letters: browsers send names of hosts so."""
    raw = env.str(name, default=",".join(default))
    return [part.strip().lower() for part in raw.split(",") if part.strip()]


def hosts(env: environ.Env, name: str, default: Iterable[str]) -> list[str]:
    """Names of hosts, as a browser sends them without the port. None would have every page refused."""
    found = _parts(env, name, default)
    if not found:
        raise ImproperlyConfigured(
            f"{name} để trống thì không ai vào được: ghi {KNOWN[name]}, ví dụ ntm.example.vn, hoặc bỏ hẳn dòng này "
            "khi chạy thử trên máy."
        )
    for host in found:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name}: {host!r} không phải tên máy chủ. Chỉ ghi tên miền hoặc địa chỉ IP, không kèm https://, cổng "
                "hay đường dẫn, cách nhau bằng dấu phẩy, ví dụ ntm.example.vn (mọi tên miền con: .example.vn; "
                "IPv6: [::1]; tên miền có dấu: dạng xn--…)."
            )
    return found


def origins(env: environ.Env, name: str) -> list[str]:
    """Where forms may come from, as a browser names it: scheme and host, and the port unless it is the usual one."""
    found = _parts(env, name, ())
    for origin in found:
        scheme, _, rest = origin.partition("://")
        host, _, port = rest.rpartition(":") if _PORT.search(rest) else (rest, "", "")
        usual = {"https": "443", "http": "80"}.get(scheme)
        named = _HOST.fullmatch(host.removeprefix("*")) and not host.startswith(".") and host != "*"
        if usual is None or not named or port == usual or (port and not 0 < int(port) < 65536):
            raise ImproperlyConfigured(
                f"{name}: {origin!r} không phải địa chỉ gốc. Ghi đủ https:// và tên miền, chỉ kèm cổng khi khác cổng "
                "thường lệ (443), không kèm đường dẫn hay dấu / ở cuối, ví dụ https://ntm.example.vn."
            )
    return found


def folder(env: environ.Env, name: str, default: str) -> Path:
    """A folder, by default below `var/` in the project; there already, or one that can be made."""
    chosen = BASE_DIR / (env.str(name, default="").strip() or f"var/{default}")
    if (nearest := _nearest(chosen)) and not nearest.is_dir():
        raise ImproperlyConfigured(f"{name}={str(chosen)!r} không hợp lệ: {nearest} không phải thư mục.")
    return chosen


def _nearest(path: Path) -> Path | None:
    """What is there of a path that may not be there yet."""
    return next((one for one in (path, *path.parents) if os.path.exists(one)), None)


def refuse_unservable(static: Path, media: Path) -> None:
    """What a server needs beyond the settings, which commands such as `collectstatic` are there to bring about."""
    if not (static / "staticfiles.json").is_file():
        raise ImproperlyConfigured(
            f"STATIC_ROOT={str(static)!r}: chưa có tệp tĩnh đã gom ở đây nên không trang nào hiện được. Hãy sửa đường "
            "dẫn, hoặc chạy: .venv/bin/python manage.py collectstatic --no-input"
        )
    nearest = _nearest(media)
    if nearest is None or not os.access(nearest, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"MEDIA_ROOT={str(media)!r}: không ghi được vào thư mục {nearest}. Hãy cấp quyền ghi hoặc chọn thư "
            "mục khác."
        )


def uploads(env: environ.Env, static_folders: Iterable[Path]) -> Path:
    """Where uploaded files lie: never inside (or around) a folder whose files anybody may fetch."""
    chosen = folder(env, "MEDIA_ROOT", "media").resolve()
    for served in (path.resolve() for path in static_folders):
        if chosen == served or served in chosen.parents or chosen in served.parents:
            raise ImproperlyConfigured(
                f"MEDIA_ROOT={str(chosen)!r} không hợp lệ: tệp tải lên không được nằm chung với tệp tĩnh "
                f"({served}), nơi ai cũng tải về được. Hãy chọn thư mục khác."
            )
    return chosen
