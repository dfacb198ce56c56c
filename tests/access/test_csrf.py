"""No page writes without the token of its own form."""

import re

import pytest

from tests.access.matrix import ANONYMOUS, Route, line_of, routes
from tests.access.world import ACTORS, somewhere
from tests.ntm.accounts.entering import CHANGE, LOGIN

pytestmark = pytest.mark.crawl


def writers(route: Route) -> list[str]:
    """Those whom the document lets write here, one of each role."""
    line = line_of(route)
    roles = line.roles.get("POST", {}) if line else {}
    found = {role: name for name, (role, _) in ACTORS.items() if role in roles and name != "disabled"}
    return list(found.values())


WRITING = [route for route in routes() if writers(route)]


def test_no_unsafe_request_passes_without_a_token(world, browser):
    """Asked by somebody whom nothing else would stop, where there is one."""
    passed = []
    for route in routes():
        where = somewhere(route, world)
        name = (writers(route) or ["administrator"])[0]
        for method in ("post", "delete"):
            client = browser(name, enforce_csrf_checks=True)
            if getattr(client, method)(where).status_code != 403:
                passed.append((method, where, name))
    assert not passed


def test_a_foreign_or_stolen_token_does_not_pass(world, browser):
    """A browser has one token for all pages: each person opens one. An empty one is none, as above."""
    passed, clients = [], {}
    for route in WRITING:
        where, name = somewhere(route, world), writers(route)[0]
        if name not in clients:
            clients[name] = browser(name, enforce_csrf_checks=True)
            clients[name].get(LOGIN if name == ANONYMOUS else CHANGE).close()
        client = clients[name]
        own = client.cookies["csrftoken"].value
        answers = [client.post(where, {"csrfmiddlewaretoken": token}) for token in ("x" * 64, "a" * 32)]
        answers.append(
            client.post(where, {"csrfmiddlewaretoken": own}, headers={"origin": "https://khac.example"})
        )
        passed += [(where, at) for at, answer in enumerate(answers) if answer.status_code != 403]
    assert not passed


def test_the_token_of_the_form_passes(world, browser):
    """The control: the same request with its token is let through to the form's own checks."""
    client = browser("specialist", enforce_csrf_checks=True)
    page = client.get("/nguon-von/nhap/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    answer = client.post("/nguon-von/nhap/", {"csrfmiddlewaretoken": token[1]})
    assert answer.status_code == 422


def test_the_sign_in_form_asks_for_its_token_too(world, browser):
    client = browser(ANONYMOUS, enforce_csrf_checks=True)
    assert client.post(LOGIN, {"login": "a", "password": "b"}).status_code == 403
