"""Prepare a checkout: `.venv` from the locked packages, `.env` with fresh secrets, `var/`.

Standard library only: this runs before anything is installed. Everything here may be interrupted at any
moment and called again; what is already right is left alone.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import secrets
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from ntm import env_file

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK_FILE = ROOT / "requirements" / "dev.txt"
STAMP = VENV / "installed.stamp"
#: Left by an install that was cut off. pip may then take a half-written package for a whole one, so that
#: `.venv` is begun anew; what was downloaded comes from pip's cache.
_INSTALLING = VENV / "installing.stamp"
ENV_FILE = ROOT / ".env"
VAR = ROOT / "var"

_ENV_TEXT = """\
# Do lần chạy `make run` đầu tiên tạo ra; các biến khác xem .env.example. Không đưa tệp này lên kho mã.
SECRET_KEY={secret_key}
# Khóa ký chuỗi nhật ký: mất khóa này thì không kiểm được nhật ký đã ghi.
AUDIT_KEY={audit_key}
# Khóa mã hóa xác thực hai lớp: mất khóa này thì mọi người phải đăng ký lại.
FACTOR_KEY={factor_key}
# Đường dẫn tương đối tính từ thư mục dự án.
DATABASE_URL=sqlite:///var/ntm.sqlite3
# Chạy thử trên máy này bằng http; máy chủ thật phải để HTTPS=on.
HTTPS=off
"""


class Stop(SystemExit):
    """End the program with status 1 and a sentence for the person at the terminal."""

    def __init__(self, sentence: str) -> None:
        print(f"\n{sentence}", file=sys.stderr)
        super().__init__(1)


def say(sentence: str) -> None:
    """Print a progress sentence at once, also into a pipe."""
    print(sentence, flush=True)


def prepare() -> None:
    """Make `.venv`, `.env` and `var/` what they should be; quick and silent when they already are."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    with _alone():
        if not _installed():
            _install()
        _write_env_file()


def setting(name: str) -> str:
    """A variable of the environment, else of `.env`, else an empty text; for tools that run without Django."""
    if name in os.environ:
        return os.environ[name]
    try:
        return env_file.read(ENV_FILE).get(name, "")
    except env_file.Unreadable as error:
        raise Stop(str(error)) from None


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold off a second `make` in the same checkout until this one has prepared it."""
    with (VAR / "prepare.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Một lệnh make khác đang chuẩn bị môi trường, xin chờ…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _wanted_stamp() -> str:
    """What `.venv` must hold, and where: the scripts in `.venv/bin` name their own place."""
    return f"{hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()}\n{VENV}\n"


def _installed() -> bool:
    try:
        stamp = STAMP.read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    if not _works([str(VENV_PYTHON), "-c", "import django"]):
        return False
    wanted = _wanted_stamp()
    if stamp != wanted and stamp.splitlines()[0] == wanted.splitlines()[0]:
        _follow_move(Path(stamp.splitlines()[1]))
        STAMP.write_text(wanted, encoding="utf-8")
        return True
    return stamp == wanted


def _follow_move(old: Path) -> None:
    """Point the scripts of a `.venv` that was moved with its checkout at the new place; needs no network."""
    for script in (VENV / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if b"\0" not in content and bytes(old) in content:
            script.write_bytes(content.replace(bytes(old), bytes(VENV)))


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install() -> None:
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Stop(
                f"Python này ({sys.executable}) thiếu mô-đun {module} nên không tạo được môi trường .venv.\n"
                "Trên Debian hoặc Ubuntu: apt install python3-venv"
            )
    STAMP.unlink(missing_ok=True)
    if _INSTALLING.exists() or not _works([str(VENV_PYTHON), "-m", "pip", "--version"]):
        say("Tạo môi trường .venv …")
        _create_venv()
    _INSTALLING.touch()
    _pip_install()
    _INSTALLING.write_text(_wanted_stamp(), encoding="utf-8")
    _INSTALLING.rename(STAMP)


def _create_venv() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise Stop(f"{made.stdout}{made.stderr}\nKhông tạo được .venv{_cut_off(made.returncode)}.")


def _cut_off(status: int) -> str:
    """Words for a program that did not fail but was ended from outside."""
    return f": chương trình bị hệ thống dừng (tín hiệu {-status})" if status < 0 else ""


def _pip_install() -> None:
    total = sum(1 for line in LOCK_FILE.read_text(encoding="utf-8").splitlines() if line[:1].isalnum())
    say(f"Cài {total} gói đã khóa phiên bản (chỉ lần đầu, khoảng một phút) …")
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--no-deps", "--require-hashes", "--requirement", str(LOCK_FILE)]
    tail: deque[str] = deque(maxlen=15)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=ROOT
    ) as pip:
        assert pip.stdout is not None
        collected = 0
        for line in pip.stdout:
            tail.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                collected += 1
                if collected % 20 == 0:
                    say(f"  {collected}/{total} gói …")
            elif line.startswith("Installing collected"):
                say("  đã tải đủ, đang ghi vào .venv …")
    if pip.returncode:
        raise Stop(
            f"{''.join(tail)}\nCài gói chưa xong{_cut_off(pip.returncode)} (xem các dòng trên; thường là do mạng). "
            "Chạy lại đúng lệnh vừa rồi thì phần đã tải không phải tải lại."
        )


def _write_env_file() -> None:
    """Write `.env` once, readable by its owner only; an existing one only gets the key that earlier releases did not
    ask for, if it holds the others and nobody has set that one elsewhere."""
    if ENV_FILE.exists():
        if setting("AUDIT_KEY") and not setting("FACTOR_KEY"):
            _add_to_env_file(f"FACTOR_KEY={secrets.token_urlsafe(48)}")
        return
    keys = ("secret_key", "audit_key", "factor_key")
    text = _ENV_TEXT.format(**{name: secrets.token_urlsafe(48) for name in keys})
    fresh = ROOT / ".env.tmp"
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    fresh.replace(ENV_FILE)
    say("Đã tạo tệp .env (khóa bí mật, cơ sở dữ liệu SQLite trong var/).")


def _add_to_env_file(line: str) -> None:
    """In one write at its end, so that a cut-off leaves either the old file or the new one."""
    text = ENV_FILE.read_text(encoding="utf-8")
    begin = "" if not text or text.endswith("\n") else "\n"
    with ENV_FILE.open("a", encoding="utf-8") as handle:
        handle.write(f"{begin}{line}\n")
    say(f"Đã thêm {line.partition('=')[0]} vào tệp .env.")


if __name__ == "__main__":
    try:
        prepare()
    except KeyboardInterrupt:
        raise Stop("Đã dừng giữa chừng. Chạy lại đúng lệnh vừa rồi để tiếp tục.") from None
