"""What an operator gets told when the environment says something that nothing can use."""

from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ntm import environment


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".env"
    monkeypatch.setattr(environment, "ENV_FILE", path)
    return path


@pytest.mark.parametrize("line", ["FOO_BAR=1", "export FOO_BAR=1", "  FOO_BAR = 1"])
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


@pytest.mark.parametrize("code", ["Thái Nguyên", "1a", "-1", "²", "6"])
def test_a_province_is_named_by_digits(env_file: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv("DEFAULT_PROVINCE", code)
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_PROVINCE=.*chỉ gồm chữ số"):
        environment.province(environ.Env())
