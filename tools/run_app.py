"""`make run`: prepare the checkout, fill the database, serve on 127.0.0.1.

Standard library only; the application itself runs under `.venv/bin/python`.
"""

import hashlib
import os
import socket
import subprocess
import sys
import time

from tools.prepare import LOCK_FILE, ROOT, VAR, VENV_PYTHON, Stop, prepare, say, setting

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
#: What a trial on one's own machine does without, unless the environment or `.env` says otherwise: its accounts share
#: one password that stands on the screen, and whoever looks around is interrupted.
_TRIAL = {"MFA_ROLES": "off", "SESSION_IDLE_MINUTES": "60", "SESSION_IDLE_MINUTES_ADMINISTRATOR": "60"}
#: Ends of a traceback that an operator can mend, and how to begin the sentence that replaces it.
_KNOWN_ENDS = {
    "ImproperlyConfigured": "Cấu hình chưa đúng",
    "OperationalError": "Không dùng được cơ sở dữ liệu của DATABASE_URL",
    "PermissionError": "Không được phép ghi (STATIC_ROOT, MEDIA_ROOT hay thư mục của dự án)",
}


def main() -> None:
    os.chdir(ROOT)
    began = time.monotonic()
    port = _port()
    _refuse_taken(port)
    prepare()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ntm.settings"
    set_trial()
    _manage("Cập nhật cơ sở dữ liệu", "migrate", "--no-input", "--verbosity=0")
    _collect_static()
    _load_demo()
    _refuse_taken(port)
    _start_worker()
    say(f"\nChuẩn bị xong sau {time.monotonic() - began:.0f} giây. Mở http://{HOST}:{port}/ (dừng: Ctrl+C)")
    _serve(port)


def set_trial() -> None:
    """For the commands and the server started from here."""
    os.environ.update({name: value for name, value in _TRIAL.items() if not setting(name)})


def _port() -> int:
    raw = setting("PORT") or str(DEFAULT_PORT)
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw) <= 65535):
        raise Stop(f"PORT={raw!r} không hợp lệ: cần một số từ 1 đến 65535.")
    return int(raw)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Stop(
                f"Không được phép mở cổng {port}. Chọn cổng từ 1024 trở lên: PORT=8080 make run"
            ) from None
        except OSError:
            other = port + 1 if port < 65535 else DEFAULT_PORT
            raise Stop(
                f"Cổng {port} đang có chương trình khác dùng. Dừng chương trình đó hoặc chọn cổng khác: "
                f"PORT={other} make run"
            ) from None


def _manage(sentence: str, *arguments: str) -> None:
    """Run a management command quietly; on failure show what it said and stop."""
    say(f"{sentence} …")
    done = subprocess.run(
        [str(VENV_PYTHON), "manage.py", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode == 0:
        return
    for error, meaning in _KNOWN_ENDS.items():
        _, known, reason = done.stdout.rpartition(f"{error}: ")
        if known:
            raise Stop(f"{meaning}: {reason.strip()}")
    said = done.stdout.rstrip()
    raise Stop(f"{said}\n\nLệnh manage.py {arguments[0]} không chạy được (xem các dòng trên).")


def _load_demo() -> None:
    """Load the demonstration; its own words (accounts, the password when new) go to the terminal."""
    say("Nạp dữ liệu minh họa và tài khoản dùng thử …")
    quiet = os.environ | {"LOG_LEVEL": "WARNING"}
    if subprocess.run([str(VENV_PYTHON), "manage.py", "load_demo"], env=quiet, check=False).returncode:
        raise Stop("Không nạp được dữ liệu minh họa (xem các dòng trên).")


def _collect_static() -> None:
    """Gather and compress static files, unless nothing changed since the last time."""
    stamp = VAR / "static.stamp"
    wanted = _static_fingerprint()
    gathered = ROOT / (setting("STATIC_ROOT") or "var/static")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and gathered.is_dir():
        return
    stamp.unlink(missing_ok=True)
    _manage("Gom tệp tĩnh", "collectstatic", "--no-input", "--clear", "--verbosity=0")
    stamp.write_text(wanted, encoding="utf-8")


def _static_fingerprint() -> str:
    seen = hashlib.sha256(LOCK_FILE.read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            about = path.stat()
            seen.update(f"{path.relative_to(ROOT)}\0{about.st_size}\0{about.st_mtime_ns}\n".encode())
    seen.update(setting("DEBUG").encode() + setting("STATIC_ROOT").encode())
    return seen.hexdigest()


def _start_worker() -> None:
    """Have long work done beside the server. Its supervisor ends when nobody holds the other end of its input any
    more: gunicorn, which this process becomes, and the workers of gunicorn."""
    reading, held = os.pipe()
    os.set_inheritable(held, True)
    command = [str(VENV_PYTHON), "-m", "tools.job_worker"]
    subprocess.Popen(command, stdin=reading, start_new_session=True)
    os.close(reading)


def _serve(port: int) -> None:
    """Become gunicorn, so that signals reach it directly."""
    sys.stdout.flush()
    command = [str(VENV_PYTHON), "-m", "gunicorn", "ntm.wsgi:application", "--bind", f"{HOST}:{port}"]
    command += ["--worker-class", "ntm.serving.Worker", "--logger-class", "ntm.serving.Logger"]
    command += ["--workers", "2", "--threads", "4", "--timeout", "60"]
    # The longest address that gunicorn takes.
    command += ["--limit-request-line", "8190", "--log-level", "warning", "--no-control-socket"]
    os.execv(command[0], command)  # noqa: S606 there is no shell to inject into


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise Stop("Đã dừng giữa chừng. Chạy lại make run để tiếp tục.") from None
