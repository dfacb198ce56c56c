"""What stops the start, read as a server reads it: by the settings themselves."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from ntm import environment

HOST, ORIGIN = "không phải tên máy chủ", "không phải địa chỉ gốc"
NAMELESS, SQLITE, OPTION = "thiếu tên cơ sở dữ liệu", "ba dấu gạch chéo", "không có tham số"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read the settings with one of them said; gives what they then are."""
    monkeypatch.setattr(environment, "ENV_FILE", tmp_path / ".env")
    for number, key in enumerate(("SECRET_KEY", "AUDIT_KEY", "FACTOR_KEY")):
        monkeypatch.setenv(key, str(number) * 40)

    def read(name: str, value: str) -> dict[str, Any]:
        monkeypatch.setenv(name, value)
        return runpy.run_path(str(environment.BASE_DIR / "ntm" / "settings.py"))

    return read


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ALLOWED_HOSTS", "", "để trống thì không ai vào được"),
        ("ALLOWED_HOSTS", " , ", "để trống thì không ai vào được"),
        ("ALLOWED_HOSTS", "https://ntm.example.vn", HOST),
        ("ALLOWED_HOSTS", "ntm.example.vn,b.vn:8000", HOST),
        ("ALLOWED_HOSTS", "ntm.example.vn b.vn", HOST),
        ("ALLOWED_HOSTS", "*.example.vn", HOST),
        ("ALLOWED_HOSTS", "::1", HOST),
        ("CSRF_TRUSTED_ORIGINS", "ntm.example.vn", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "https://a.vn,https://b.vn/", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "https://a.vn/dang-nhap", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "https://a.vn:443", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "https://", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "https://*", ORIGIN),
        ("CSRF_TRUSTED_ORIGINS", "ftp://a.vn", ORIGIN),
        ("DATABASE_URL", "sqlite:///", SQLITE),
        ("DATABASE_URL", "sqlite:///?foo=bar", SQLITE),
        ("DATABASE_URL", "sqlite:///var/ntm.sqlite3?mode=ro", SQLITE),
        ("DATABASE_URL", "sqlite://var/ntm.sqlite3", SQLITE),
        ("DATABASE_URL", "sqlite:///ntm", "không phải tệp cơ sở dữ liệu SQLite"),
        ("DATABASE_URL", "sqlite:///README.md", "không phải tệp cơ sở dữ liệu SQLite"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/", NAMELESS),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1", NAMELESS),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?sslmod=require", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?sslmode=yes", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?conn_max_age=60", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?connect_timeout=abc", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?target_session_attrs=foo", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?dbname=other", OPTION),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/ntm?application_name=a@b&foo=1", OPTION),
        ("STATIC_ROOT", "README.md/a", "README.md không phải thư mục"),
        ("MEDIA_ROOT", "README.md", "README.md không phải thư mục"),
        ("DEFAULT_PROVINCE", "9", "đúng hai số"),
    ],
)
def test_a_wrong_setting_stops_the_start(start: Any, name: str, value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"^{name}.*{sentence}"):
        start(name, value)


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("ALLOWED_HOSTS", "NTM.example.vn, .b.vn,10.0.0.1,[::1],*",
         ["ntm.example.vn", ".b.vn", "10.0.0.1", "[::1]", "*"]),
        ("CSRF_TRUSTED_ORIGINS", "https://NTM.example.vn, http://10.0.0.1:8080,https://*.b.vn,http://[::1]:81",
         ["https://ntm.example.vn", "http://10.0.0.1:8080", "https://*.b.vn", "http://[::1]:81"]),
        ("CSRF_TRUSTED_ORIGINS", "", []),
        ("MEDIA_ROOT", "none/of/these", environment.BASE_DIR / "none/of/these"),
        ("STATIC_ROOT", "/none/of/these", Path("/none/of/these")),
    ],
)  # fmt: skip
def test_what_can_be_used_is_taken(start: Any, name: str, value: str, taken: Any) -> None:
    assert start(name, value)[name] == taken


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p%3Fa@127.0.0.1:1/ntm?sslmode=require&application_name=ntm",
        "postgres:///ntm?host=/var/run/postgresql&disable_server_side_cursors=true",
        "sqlite:///chua-co.sqlite3",
    ],
)
def test_a_database_that_is_away_does_not_stop_the_start(start: Any, url: str) -> None:
    assert start("DATABASE_URL", url)["DATABASES"]["default"]["NAME"]


def test_the_cache_is_shared_by_all_processes_and_needs_no_package_that_is_not_locked(start: Any) -> None:
    """Whatever the machine's environment says for other programs."""
    backend = start("CACHE_URL", "redis://127.0.0.1:6379/0")["CACHES"]["default"]["BACKEND"]
    assert issubclass(import_string(backend), DatabaseCache)


@pytest.fixture
def wsgi(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Any:
    """Start as gunicorn does, in this process; folders of a server that is all set."""
    monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: "application")
    settings.STATIC_ROOT, settings.MEDIA_ROOT, settings.DEBUG = tmp_path, tmp_path / "media", False
    (tmp_path / "staticfiles.json").write_text("{}", encoding="utf-8")
    return lambda: runpy.run_path(str(environment.BASE_DIR / "ntm" / "wsgi.py"))["application"]


def test_a_server_needs_its_static_files(wsgi: Any, settings: Any) -> None:
    assert wsgi() == "application"
    settings.STATIC_ROOT = Path("/nonexist/a")
    with pytest.raises(ImproperlyConfigured, match="^STATIC_ROOT='/nonexist/a'.*collectstatic"):
        wsgi()
    settings.DEBUG = True
    assert wsgi() == "application"


def test_a_server_needs_to_keep_uploads(wsgi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Asked of the system, since the superuser may write anywhere.
    monkeypatch.setattr(environment.os, "access", lambda *args: False)
    with pytest.raises(ImproperlyConfigured, match="^MEDIA_ROOT=.*không ghi được vào thư mục"):
        wsgi()
