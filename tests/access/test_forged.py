"""Forged input: fields that the form has not, keys of another province in every field; nothing foreign is touched."""

import re
from collections.abc import Container, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from communes.models import Unit
from ntm.audit.models import Chain, LogEntry
from tests.access.matrix import Route, routes
from tests.access.test_csrf import WRITING, writers
from tests.access.world import CANARIES, SCOPES, World, address, somewhere
from tests.access.writes import PASSING, written

pytestmark = pytest.mark.crawl

#: Tables of the record: a refusal is written down, which changes no fact.
RECORD = {LogEntry._meta.db_table, Chain._meta.db_table}
#: What no form of ours takes from the browser, whoever asks.
EXTRA = {
    "is_active": "on", "is_staff": "on", "is_superuser": "on", "by": "1", "role": "administrator", "state": "accepted",
    "verdict": "met", "judged": "met", "trust": "verified", "accepted_at": "2025-01-01", "number": "1",
}  # fmt: skip
#: Names of fields that point at a row, as our forms call them.
POINTING = (
    "province",
    "unit",
    "units",
    "user",
    "document",
    "plan",
    "submission",
    "result",
    "place",
    "criteria_set",
)


class Fields(HTMLParser):
    """What a browser would send back from the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.chosen: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name = given.get("name")
        if name and tag in ("input", "select", "textarea") and given.get("type") != "file":
            self.values.setdefault(name, given.get("value") or "")
            if tag == "select" or given.get("type") in ("hidden", "checkbox", "radio"):
                self.chosen.add(name)


State = dict[tuple[str, int], tuple[Any, ...]]


def state(tables: Container[str] | None = None) -> State:
    """Every row of the application (of these tables), by model and key; of the record only what tells of a row."""
    return {
        (model._meta.label, row[0]): row
        for model in apps.get_models()
        if model._meta.app_label not in PASSING and not model._meta.proxy and model is not Chain
        if tables is None or model._meta.db_table in tables
        for row in told(model).values_list("pk", *[f.attname for f in model._meta.concrete_fields])
    }


def state_after(before: State, tables: Container[str]) -> State:
    """The rows after these tables were written to: the others are as they were."""
    kept = {key: row for key, row in before.items() if apps.get_model(key[0])._meta.db_table not in tables}
    return kept | state(tables)


@pytest.fixture(scope="module")
def untouched(committed: Any, django_db_blocker: Any) -> State:
    """What every test finds: the world as it was committed."""
    with django_db_blocker.unblock():
        return state()


def told(model: type[models.Model]) -> Any:
    """The refusal itself is written down: that is no change."""
    rows = model._base_manager.all()
    return LogEntry.objects.about_rows().order_by() if model is LogEntry else rows


def foreign_rows(world: World) -> dict[str, set[int]]:
    """Keys of the other province's rows, by table."""
    found: dict[str, set[int]] = {}
    for row in world.rows["foreign"].values():
        if isinstance(row, models.Model):
            found.setdefault(row._meta.label, set()).add(row.pk)
    units = Unit.objects.filter(province=world.row("foreign", "unit").province)
    found["communes.Unit"] = set(units.values_list("pk", flat=True))
    found["communes.Place"] = set(units.values_list("place_id", flat=True))
    return found


def leaning(touched: set[tuple[str, int]], foreign: dict[str, set[int]]) -> Iterator[str]:
    """Those of the touched rows that are foreign, or point at something foreign."""
    for label, key in touched:
        row = apps.get_model(label)._base_manager.get(pk=key)
        if key in foreign.get(label, ()):
            yield f"{label} {key}"
        for column in row._meta.concrete_fields:
            target = column.remote_field and column.related_model._meta.label
            if target and getattr(row, column.attname) in foreign.get(target, ()):
                yield f"{label} {key}: {column.name}"


def forgeries(fields: Fields, world: World) -> Iterator[dict[str, Any]]:
    """The page's own form with the keys of one foreign row after another wherever a key could stand."""
    own = {name: value for name, value in fields.values.items() if name != "csrfmiddlewaretoken"}
    keys = {row.pk for row in world.rows["foreign"].values() if isinstance(row, models.Model)}
    pointing = {name for name in fields.chosen if name not in ("version", "token") and "FORMS" not in name}
    for key in sorted(keys)[:6]:
        yield own | EXTRA | dict.fromkeys(pointing, str(key)) | dict.fromkeys(POINTING, str(key))


def asked(browser: Any, route: Route, where: str) -> Iterator[tuple[str, Client]]:
    for name in writers(route)[:2]:
        yield name, browser(name)


@pytest.mark.parametrize("route", WRITING, ids=str)
def test_forged_fields_touch_nothing_foreign(
    route: Route, world: Any, browser: Any, untouched: State
) -> None:
    if "logout" in route.name:
        return
    where, foreign = somewhere(route, world), foreign_rows(world)
    after, entries = untouched, told(LogEntry).count()
    for name, client in asked(browser, route, where):
        page = client.get(where)
        fields = Fields(page.content.decode() if not page.streaming else "")
        page.close()
        for forged in forgeries(fields, world):
            with written() as tables:
                answer = client.post(where, forged)
            assert answer.status_code < 500, (where, forged)
            if not tables - RECORD and told(LogEntry).count() == entries:
                continue
            before, after, entries = after, state_after(after, tables), told(LogEntry).count()
            touched = {key for key, row in after.items() if before.get(key) != row}
            gone = {(label, key) for label, key in set(before) - set(after) if key in foreign.get(label, ())}
            assert not gone, f"{name} deletes {gone} at {where}"
            assert not list(leaning(touched, foreign)), (
                f"{name} at {where}: {list(leaning(touched, foreign))}"
            )


@pytest.mark.parametrize("route", WRITING, ids=str)
def test_posting_to_what_is_foreign_changes_nothing(route: Route, world: Any, browser: Any) -> None:
    """Another province's row, an upload or a file of theirs among them: 404, and nothing is written but the refusal."""
    where = address(route, world, "foreign")
    if where is None:
        return
    entries = told(LogEntry).count()
    with written() as tables:
        for _, client in asked(browser, route, where):
            answer = client.post(where, EXTRA | {"version": "1"})
            assert answer.status_code in (403, 404), (where, answer.status_code)
    assert tables <= RECORD and told(LogEntry).count() == entries, (where, tables)


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope not in ("a", "district")])
def test_files_of_others_are_not_there(scope: str, world: Any, browser: Any) -> None:
    client = browser("officer_a")
    for route in routes():
        if route.name in ("communes:evidence-file", "communes:document-file", "communes:condition-file"):
            where = address(route, world, scope)
            assert where is None or client.get(where).status_code == 404, where


def test_a_tampered_filter_shows_nothing_more(world: Any, browser: Any) -> None:
    """Keys and codes of the other province in every filter: refused or empty, never their rows."""
    foreign = world.row("foreign", "unit")
    client = browser("specialist")
    values = {str(foreign.pk), str(foreign.place_id), str(foreign.province_id), foreign.code}
    for where in ("/dia-ban/", "/quyet-dinh/", "/van-ban/", "/nguon-von/", "/tieu-chi/bo/"):
        page = client.get(where)
        names = set(re.findall(r'name="(\w+)"', page.content.decode())) | set(POINTING)
        for value in values:
            answer = client.get(where, dict.fromkeys(names, value))
            assert answer.status_code < 500
            assert CANARIES["foreign"] not in answer.content.decode(), (where, value)


def test_the_search_for_what_was_touched_finds_it(world: Any) -> None:
    """The control: a write past the verbs is seen, and seen as foreign."""
    before = state()
    row = world.row("foreign", "amount")
    type(row).objects.filter(pk=row.pk).update(note="khác")
    touched = {key for key, value in state().items() if before.get(key) != value}
    assert list(leaning(touched, foreign_rows(world)))
