import socket
from collections.abc import Iterator

import pytest

from tools import run_app
from tools.prepare import Stop


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((run_app.HOST, 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_refused_with_another_to_try(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stop) as stopped:
        run_app._refuse_taken(taken)
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert f"Cổng {taken} đang có chương trình khác dùng" in said
    assert f"PORT={taken + 1} make run" in said


@pytest.mark.parametrize("raw", ["abc", "0", "65536", "-1", "80 80", "８０００"])
def test_a_port_that_is_no_port_is_refused(
    raw: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", raw)
    with pytest.raises(Stop):
        run_app._port()
    assert "cần một số từ 1 đến 65535" in capsys.readouterr().err


def test_an_empty_port_means_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    assert run_app._port() == 8000


@pytest.mark.parametrize(
    ("last_line", "sentence"),
    [
        ("django.core.exceptions.ImproperlyConfigured: HTTPS='x'", "Cấu hình chưa đúng: HTTPS='x'"),
        (
            "django.db.utils.OperationalError: no server",
            "Không dùng được cơ sở dữ liệu của DATABASE_URL: no server",
        ),
    ],
)
def test_a_failed_command_that_an_operator_can_mend_is_one_sentence(
    last_line: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failed(*arguments: object, **options: object) -> object:
        return run_app.subprocess.CompletedProcess([], 1, stdout=f"Traceback\n{last_line}\n")

    monkeypatch.setattr(run_app.subprocess, "run", failed)
    with pytest.raises(Stop):
        run_app._manage("Cập nhật cơ sở dữ liệu", "migrate")
    assert capsys.readouterr().err.strip() == sentence


@pytest.mark.parametrize("said", ["", "specialist"])
def test_a_trial_asks_nobody_for_a_second_factor_unless_told_to(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told by the environment or by `.env`; what the application then reads is its environment."""
    monkeypatch.setattr(run_app, "setting", lambda name: said if name == "MFA_ROLES" else "")
    monkeypatch.setattr(run_app.os, "environ", {"MFA_ROLES": said} if said else {})
    run_app.set_trial()
    assert run_app.os.environ["MFA_ROLES"] == (said or "off")
    assert run_app.os.environ["SESSION_IDLE_MINUTES"] == "60"
    assert "SESSION_HOURS" not in run_app.os.environ
