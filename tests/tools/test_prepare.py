from pathlib import Path

import pytest

from tools import prepare


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout that the module takes for its own."""
    for name, path in (
        ("ROOT", ""),
        ("VENV", ".venv"),
        ("STAMP", ".venv/installed.stamp"),
        ("ENV_FILE", ".env"),
    ):
        monkeypatch.setattr(prepare, name, tmp_path / path)
    for name in ("SECRET_KEY", "AUDIT_KEY", "FACTOR_KEY", "DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    return tmp_path


def test_the_env_file_is_for_its_owner_only_and_holds_three_long_keys(checkout: Path) -> None:
    prepare._write_env_file()
    written = checkout / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    keys = [prepare.setting(name) for name in ("SECRET_KEY", "AUDIT_KEY", "FACTOR_KEY")]
    assert all(len(key) >= 50 for key in keys)
    assert len(set(keys)) == 3
    assert prepare.setting("DATABASE_URL") == "sqlite:///var/ntm.sqlite3"


def test_an_env_file_that_is_there_is_never_touched(checkout: Path) -> None:
    (checkout / ".env").write_text("SECRET_KEY=mine\n", encoding="utf-8")
    prepare._write_env_file()
    assert (checkout / ".env").read_text(encoding="utf-8") == "SECRET_KEY=mine\n"


def test_an_env_file_of_an_earlier_release_gets_the_key_that_it_lacks_once(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = "SECRET_KEY=mine\nAUDIT_KEY=ours"
    (checkout / ".env").write_text(before, encoding="utf-8")
    prepare._write_env_file()
    after = (checkout / ".env").read_text(encoding="utf-8")
    assert after.startswith(f"{before}\nFACTOR_KEY=")
    assert len(prepare.setting("FACTOR_KEY")) >= 50
    prepare._write_env_file()
    assert (checkout / ".env").read_text(encoding="utf-8") == after
    (checkout / ".env").write_text(before, encoding="utf-8")
    monkeypatch.setenv("FACTOR_KEY", "elsewhere")
    prepare._write_env_file()
    assert (checkout / ".env").read_text(encoding="utf-8") == before


def test_the_environment_outranks_the_env_file(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".env").write_text('PORT="8100"\n', encoding="utf-8")
    assert prepare.setting("PORT") == "8100"
    monkeypatch.setenv("PORT", "8200")
    assert prepare.setting("PORT") == "8200"


def test_scripts_follow_a_checkout_that_moved(checkout: Path) -> None:
    script = checkout / ".venv" / "bin" / "pytest"
    script.write_bytes(b"#!/old place/.venv/bin/python\nprint()\n")
    program = checkout / ".venv" / "bin" / "uv"
    program.write_bytes(b"\x7fELF\0/old place/.venv\0")
    prepare._follow_move(Path("/old place/.venv"))
    assert script.read_bytes() == f"#!{checkout}/.venv/bin/python\nprint()\n".encode()
    assert program.read_bytes() == b"\x7fELF\0/old place/.venv\0"


def test_a_python_without_venv_is_told_what_to_install(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        prepare.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object()
    )
    with pytest.raises(prepare.Stop) as stopped:
        prepare._install()
    assert stopped.value.code == 1
    assert "apt install python3-venv" in capsys.readouterr().err
