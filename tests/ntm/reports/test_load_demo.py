"""The demonstration never gets into a real server's database."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ntm.accounts.models import User


@pytest.mark.django_db
def test_a_real_server_takes_no_trial_accounts(settings: Any) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="máy chủ thật"):
        call_command("load_demo")
    assert not User.objects.exists()
