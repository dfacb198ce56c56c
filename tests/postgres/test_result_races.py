"""Several people at one cell in the same moment, on PostgreSQL: of two who save, one is told, with both values. Each
has its control: with the protection off, one value would be lost."""

import json
import re
from collections.abc import Callable
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client

from communes.models import Evidence, Result, Submission
from communes.services import evidence, results
from communes.services.results import SAVED, STALE, Cell, enter
from communes.services.sums import differences
from ntm.audit import pages
from ntm.audit.models import LogEntry
from tests import factories
from tests.communes.scans import PDF
from tests.conftest import Land
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

GRID = "/nhap-lieu/05602/2023/"
#: What each of two people types over the 80 that both have before them.
TYPED = ("81", "82")


@pytest.fixture
def row(land: Land, cast: SimpleNamespace) -> Submission:
    made = factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)
    enter(where=Q(pk=made.pk), typed=[Cell("3", "80")], by=cast.leader_a)
    return made


@pytest.fixture
def two(row: Submission, cast: SimpleNamespace, client_as: Callable[..., Client]) -> list[Client]:
    return [client_as(person) for person in (cast.officer_a, cast.leader_a)]


def on_the_cell_page(client: Client, value: str) -> Callable[[], Any]:
    data = {"state": "entered", "version": 1, "note": "", "value": value}
    return lambda: client.post(f"{GRID}3/", data)


def in_the_plain_grid(client: Client, value: str) -> Callable[[], Any]:
    page = client.get(GRID).content.decode()
    versions = re.findall(r'name="version" value="([^"]*)"', page)
    return lambda: client.post(GRID, {"version": versions, "3": value})


def in_the_grid(client: Client, value: str) -> Callable[[], Any]:
    """As its script saves."""
    row = Submission.objects.get()
    body = {
        "set": row.round.criteria_set_id,
        "user": int(client.session["_auth_user_id"]),
        "cells": [{"code": "3", "raw": value, "version": 1}],
    }

    return lambda: client.post(f"{GRID}o/", json.dumps(body), content_type="application/json")


def told(answer: Any) -> str:
    """What became of the value, by a page's status or by what the script is told."""
    if answer["Content-Type"] == "application/json":
        return str(answer.json()["cells"][0]["status"])
    return {302: SAVED, 303: SAVED, 409: STALE}[answer.status_code]


WAYS = pytest.mark.parametrize("way", [on_the_cell_page, in_the_plain_grid, in_the_grid])


def both_save(way: Any, two: list[Client]) -> list[Any]:
    answers = at_once(*[way(client, value) for client, value in zip(two, TYPED, strict=True)])
    return sorted(
        zip([told(answer) for answer in answers], TYPED, answers, strict=True), key=lambda one: one[0]
    )


@WAYS
def test_of_two_who_save_one_is_told_both_values(way: Any, two: list[Client], row: Submission) -> None:
    (saved, kept, _), (refused, typed, answer) = both_save(way, two)
    assert (saved, refused) == (SAVED, STALE)
    assert Result.objects.get().value == int(kept)
    page = answer.content.decode()
    assert kept in page
    assert typed in page or way is in_the_grid, "what was typed stays; in the grid it never left the page"
    assert LogEntry.objects.filter(action="result.changed").count() == 1
    assert list(differences([Submission.objects.select_related("round__criteria_set", "unit").get()])) == []


class _Any:
    """Whatever version a cell was read with is good."""

    def __contains__(self, version: int) -> bool:
        return True


@WAYS
def test_without_the_version_one_value_would_be_lost(
    way: Any, two: list[Client], row: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "_versions", lambda row: _Any())
    assert [status for status, *_ in both_save(way, two)] == [SAVED, SAVED]
    assert LogEntry.objects.filter(action="result.changed").count() == 2


@WAYS
def test_without_the_lock_one_value_would_be_lost(
    way: Any, two: list[Client], row: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, read = Barrier(2), results.stored_of

    def read_together(*what: Any) -> Any:
        stored = read(*what)
        looked.wait(timeout=10)
        return stored

    rows = Submission.objects.select_related("round__criteria_set", "unit")
    monkeypatch.setattr(results, "locked", rows.get)
    monkeypatch.setattr(results, "stored_of", read_together)
    assert [status for status, *_ in both_save(way, two)] == [SAVED, SAVED]


# --- a file, sent twice -------------------------------------------------------------------------------------
def three_clicks(cast: Any, client_as: Callable[..., Client]) -> list[Any]:
    token = str(uuid4())

    def click(client: Client) -> Callable[[], Any]:
        data = {"viec": "tep", "token": token, "file": SimpleUploadedFile("a.pdf", PDF)}
        return lambda: client.post(f"{GRID}3/", data)

    return at_once(*[click(client_as(cast.officer_a)) for _ in range(3)])


def test_three_clicks_upload_one_file(
    row: Submission, cast: Any, client_as: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    answers = three_clicks(cast, client_as)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Evidence.objects.count() == LogEntry.objects.filter(action="evidence.added").count() == 1
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_without_token_and_twin_three_files_would_be_there(
    row: Submission, cast: Any, client_as: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(evidence, "_refuse_twin", lambda row, file: None)
    monkeypatch.setattr(pages.CreatePage, "run", pages.FormPage.run)
    assert {answer.status_code for answer in three_clicks(cast, client_as)} == {302}
    assert Evidence.objects.count() == 3
