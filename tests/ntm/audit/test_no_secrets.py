"""Whatever is typed where: no password, token, session or secret reaches a line of the log or an entry of the record,
and one event is one line of JSON."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ntm.audit.models import LogEntry, Receipt
from ntm.core.logs import JsonFormatter

SECRET = "CNRY-secret-7f31"
NASTY = f'{SECRET}\r\n{{"level": "ERROR", "message": "forged"}}\x00\u2028\x1b[31m'


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as the server writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("django.db.backends",):  # The text of statements is written only where DEBUG is on.
        logging.getLogger(name).setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def written() -> str:
    return json.dumps(list(LogEntry.objects.values()), default=str, ensure_ascii=False)


def is_clean(lines: io.StringIO, *secrets: str) -> None:
    text, record = lines.getvalue(), written()
    for secret in secrets:
        assert secret not in text, [line for line in text.splitlines() if secret in line][:2]
        assert secret not in record
    for line in text.splitlines():
        assert isinstance(json.loads(line), dict)


def secrets_of(client: Client) -> list[str]:
    cookies = client.cookies
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    return [cookies[name].value for name in names if name in cookies]


@pytest.mark.parametrize("typed", [SECRET, NASTY])
def test_signing_in_leaves_no_trace_of_a_password(cast, log_lines, typed):
    client = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        client.post("/tai-khoan/dang-nhap/", {"login": "officer_a", "password": typed})
    cast.officer_a.set_password(SECRET)
    cast.officer_a.save()
    fresh = Client(REMOTE_ADDR="10.9.9.9")
    fresh.post("/tai-khoan/dang-nhap/", {"login": "officer_a", "password": SECRET})
    is_clean(log_lines, SECRET, *secrets_of(client), *secrets_of(fresh))


def test_new_passwords_leave_no_trace(cast, client_as, log_lines):
    cast.officer_a.set_password("mat-khau-cu-2026")
    cast.officer_a.save()
    client = client_as(cast.officer_a)
    own = {"oldpassword": "mat-khau-cu-2026", "password1": SECRET, "password2": SECRET}
    client.post("/tai-khoan/doi-mat-khau/", own)
    admin = client_as(cast.administrator)
    for where in ("/quan-tri/accounts/user/add/", f"/quan-tri/accounts/user/{cast.officer_b.pk}/mat-khau/"):
        page = admin.get(where).content.decode()
        hidden = dict(re.findall(r'name="(token|version)" value="([^"]*)"', page))
        names = {"username": "moi", "full_name": "Người mới", "email": ""}
        typed = dict.fromkeys(("password", "again", "new_password1", "new_password2"), SECRET)
        assert admin.post(where, names | hidden | typed).status_code in (302, 422)
    cast.officer_b.refresh_from_db()
    is_clean(
        log_lines,
        SECRET,
        "mat-khau-cu-2026",
        cast.officer_b.password,
        *secrets_of(client),
        *secrets_of(admin),
    )


def test_a_token_of_a_form_stays_out_of_the_record(cast, client_as, log_lines):
    client = client_as(cast.specialist)
    page = client.get("/nguon-von/nhap/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]  # type: ignore[index]
    client.post("/nguon-von/nhap/", {"token": token, "year": NASTY, "amount": NASTY})
    is_clean(log_lines, token, SECRET, *secrets_of(client))
    assert not Receipt.objects.exists()


def test_a_fault_says_where_but_not_what_was_typed(cast, client_as, log_lines, monkeypatch):
    """The way to a fault is logged; the values that led there are not."""

    def fail(*args: Any, **named: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("ntm.accounts.services.create_user", fail)
    admin = client_as(cast.administrator)
    admin.raise_request_exception = False
    page = admin.get("/quan-tri/accounts/user/add/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]  # type: ignore[index]
    typed = {"username": "moi", "full_name": "Mới", "password": SECRET, "again": SECRET, "token": token}
    assert admin.post("/quan-tri/accounts/user/add/", typed).status_code == 500
    assert "broken" in log_lines.getvalue()
    is_clean(log_lines, SECRET, token, *secrets_of(admin))


def test_whatever_is_in_a_message_it_is_one_line(log_lines):
    logging.getLogger("ntm").warning("%s", 'a\r\nb\u2028c\x00"}\n{"level": "ERROR"}')
    lines = log_lines.getvalue().splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0])["level"] == "WARNING"
