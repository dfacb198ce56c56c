"""What `make check` runs, where a test can hold it, too."""

import re

import pytest

from tools.run_checks import CHECKS


def test_the_settings_of_a_real_server_pass_djangos_deployment_check(
    monkeypatch: pytest.MonkeyPatch,
):
    # Set for this process by the browser tests where they ran before; no server has it, and the check refuses it.
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    check = next(one for one in CHECKS if "deploy" in one.name)
    passed, said = check.run()
    assert passed, said
    assert re.search(r"no issues", said)
