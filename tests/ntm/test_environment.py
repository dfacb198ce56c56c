"""What an operator gets told when the environment says something that nothing can use."""

from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ntm import environment
from tools import prepare


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".env"
    monkeypatch.setattr(environment, "ENV_FILE", path)
    return path


@pytest.mark.parametrize("line", ["FOO_BAR=1", "export FOO_BAR=1", "FOO_BAR= 1"])
def test_an_unknown_name_in_the_file_stops_every_start(env_file: Path, line: str) -> None:
    env_file.write_text(f"# SOME_NOTE=1\nOFFICE_NAME=Sở\n{line}\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(
            ImproperlyConfigured, match=r"Không có cấu hình nào tên FOO_BAR \(trong tệp .env\)"
        ):
            environment.load()


def test_a_misspelt_name_is_met_with_the_right_one(env_file: Path) -> None:
    env_file.write_text("ALLOWED_HOST=a.vn\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="Có phải ý bạn là ALLOWED_HOSTS"):
        environment.load()


def test_a_name_that_others_export_is_still_unknown_in_the_file(
    env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOO_BAR", "1")
    environment.load()
    env_file.write_text("FOO_BAR=2\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match="FOO_BAR"):
        environment.load()


UNREADABLE, QUOTE = "không đọc được. Mỗi dòng ghi TÊN=giá trị", "mở dấu nháy mà không đóng"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("DEBUG = on", UNREADABLE),
        ("HTTPS =off", UNREADABLE),
        (" DEBUG=on", UNREADABLE),
        ("DEBUG: on", UNREADABLE),
        ("ALLOWED-HOSTS=x", UNREADABLE),
        ("hello world", UNREADABLE),
        ("OFFICE_NAME=Sở", "OFFICE_NAME đã được ghi ở dòng 2"),
        ("DEBUG='on", QUOTE),
        ('DEBUG="on" # bật', QUOTE),
    ],
)
def test_a_line_that_would_not_be_read_stops_the_start(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    """The application and the tools before it alike."""
    monkeypatch.setattr(prepare, "ENV_FILE", env_file)
    env_file.write_text(f"# Ghi chú\nOFFICE_NAME=Sở\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ImproperlyConfigured, match=f"^Tệp .env, dòng 4.*{sentence}"):
        environment.load()
    with pytest.raises(prepare.Stop):
        prepare.setting("TEST_FOR_ENV_FILE")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1258"])
def test_a_file_in_another_encoding_stops_the_start(env_file: Path, encoding: str) -> None:
    env_file.write_text("OFFICE_NAME=â\n", encoding=encoding)
    with pytest.raises(ImproperlyConfigured, match="không phải văn bản UTF-8"):
        environment.load()


def test_what_the_file_says_is_read_whole(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark at its beginning, ends of lines of another system, quotes, a comment that is set in."""
    monkeypatch.setattr(prepare, "ENV_FILE", env_file)
    text = 'OFFICE_NAME="Sở \\"NN\\""\r\n  # Ghi chú\r\nexport LOG_LEVEL=\'INFO\' \r\nUNDO_DAYS=\r\nPORT= 81'
    env_file.write_text(text, encoding="utf-8-sig", newline="")
    wanted = {"OFFICE_NAME": 'Sở "NN"', "LOG_LEVEL": "INFO", "UNDO_DAYS": "", "PORT": "81"}
    for name in wanted:
        monkeypatch.setenv(name, "của máy")
        monkeypatch.delenv(name)
    assert {name: prepare.setting(name) for name in wanted} == wanted
    monkeypatch.setenv("PORT", "82")
    env = environment.load()
    assert {name: env.str(name) for name in wanted} == wanted | {"PORT": "82"}


@pytest.mark.parametrize("code", ["Thái Nguyên", "1a", "-1", "²", "6"])
def test_a_province_is_named_by_digits(env_file: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv("DEFAULT_PROVINCE", code)
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_PROVINCE=.*chỉ gồm chữ số"):
        environment.province(environ.Env())
