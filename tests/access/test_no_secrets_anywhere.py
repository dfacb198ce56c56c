"""A canary sent to every address that writes, in every field that its forms have: none in a log line or an entry that
is meant for secrets, and every line of the log is one JSON object."""

import io
import json
import logging

import pytest
from django.conf import settings

from ntm.audit.models import LogEntry
from ntm.core.logs import JsonFormatter
from tests.access.matrix import LEAVING, Route, line_of, routes
from tests.access.world import ACTORS, somewhere
from tests.forms import forms_on

pytestmark = pytest.mark.crawl

SECRET = "CNRY-secret-52ce\r\n{}"
#: Fields whose content is never anybody else's business.
SECRETS = ("password", "password1", "password2", "oldpassword", "again", "code", "secret", "key")


def writers(route: Route) -> list[str]:
    line = line_of(route)
    roles = line.roles.get("POST", {}) if line else {}
    return [name for name, (role, _) in ACTORS.items() if role in roles and name != "disabled"]


@pytest.mark.django_db
def test_no_secret_that_is_sent_anywhere_reaches_the_log_or_the_record(world, browser):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    sessions = []
    try:
        for route in (route for route in routes() if writers(route) and route.name not in LEAVING):
            client = browser(writers(route)[0])
            where = somewhere(route, world)
            page = client.get(where)
            body = page.content.decode() if page.status_code == 200 and not page.streaming else ""
            names = {name for form in forms_on(body) for name in form.fields}
            typed = dict.fromkeys((*SECRETS, *(name for name in names if "password" in name)), SECRET)
            client.post(
                where, typed | {"csrfmiddlewaretoken": SECRET, "token": SECRET, "sealed": SECRET}
            ).close()
            sessions.append(getattr(client.cookies.get(settings.SESSION_COOKIE_NAME), "value", ""))
    finally:
        logging.getLogger().removeHandler(handler)
    said = stream.getvalue() + json.dumps(list(LogEntry.objects.values()), default=str, ensure_ascii=False)
    assert "CNRY-secret" not in said
    assert not [session for session in set(sessions) if session and session in said]
    assert all(isinstance(json.loads(line), dict) for line in stream.getvalue().splitlines())
