"""Whoever does whatever by whatever way: from the record alone follows every field of every row that there is.

Five hundred requests to every page with a form (the admin, imports, bulk acts, putting back and taking back among
them), by everybody of the cast, and commands between them. The rows that were there at the beginning are given; all
that follows is rebuilt from the entries, each of which must have found what the ones before it left.
"""

import json
import random
import time
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import models

from communes.models import (
    ConditionCheck,
    Duty,
    Evidence,
    Judgement,
    Remark,
    Result,
    Round,
    Step,
    Submission,
    Threshold,
    YearDeclaration,
)
from ntm.accounts.models import OldPassword
from ntm.audit.events import COMMAND
from ntm.audit.log import snapshot
from ntm.audit.models import LogEntry
from ntm.audit.past import is_end
from ntm.audit.querysets import type_of
from ntm.audit.verification import verify
from tests import factories
from tests.access.matrix import LEAVING, Route, line_of, routes
from tests.access.world import ACTORS, SCOPES, World, address
from tests.forms import PDF, Field, filled, forms_on

pytestmark = pytest.mark.crawl

OPERATIONS, SECONDS = 500, 60
#: An entry of such an action says that the row is gone, where it does not say so of each of its fields.
ENDINGS = (".dropped", ".discarded", ".withdrawn")
WORDS = (
    "Đ", "C", "81", "95", "41", "2", "100", "2023", "2024", "Rà soát lại", "Tên mới", "31/12/2023", "05/01/2024",
    "ma-moi", "Phú Đình", "1.234.567", "-", "?", "", "a@tinh.example", "mat-khau-dai-2026", "12/QĐ-UBND",
)  # fmt: skip
#: What dice alone would seldom bring about: (page, query, person, what is typed), each of which succeeds. `...`: the
#: last that is offered.
ERRANDS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("communes:round-deadlines", "", "specialist", {"enter_by": "31/01/2027"}),
    ("communes:judge", "", "department", {"verdict": "met", "basis": "Báo cáo 12/BC"}),
    ("communes:return-result", "", "specialist", {"act": "hoi", "reason": "Nguồn số liệu?"}),
    ("communes:cell", "bo=ntm", "officer_a", {"file": SimpleUploadedFile("bien-ban.pdf", PDF)}),
    ("communes:check-condition", "", "specialist", {"verdict": "met", "note": "Không có nợ"}),
    ("communes:declare-year", "nam=2021", "approver", {}),
    (
        "communes:criteria-duties",
        "",
        "specialist",
        {"department": ..., "first_year": "2025", "indicators": ...},
    ),
    (
        "communes:criteria-threshold-change",
        "",
        "specialist",
        {"value": "85", "document": ..., "is_retroactive": "on", "reason": "Sửa theo văn bản"},
    ),
    ("communes:round-lock", "", "specialist", {"reason": "Chốt số liệu"}),
    ("communes:round-unlock", "", "specialist", {"reason": "Bổ sung"}),
)
#: Tables of which something must be written on the way, for the rebuilding to say anything about them.
PLAYED = {
    Result, Submission, Round, Step, Remark, Judgement, Evidence, ConditionCheck, YearDeclaration, Threshold, Duty,
}  # fmt: skip
DAYS = ("ngay", "issued", "_on", "_by", "until", "valid", "day", "due")


def word(one: Field, dice: random.Random) -> str:
    """A day where a day is asked for, most of the time; else anything."""
    if any(part in one.name for part in DAYS) and dice.random() < 0.8:
        return dice.choice(("31/12/2023", "05/01/2024", "30/06/2023", "26/11/2026"))
    if "reason" in one.name:
        return "Rà soát lại"
    return dice.choice(WORDS)


def models_of_ours() -> list[type[models.Model]]:
    """All but the hashes of former passwords, which no record may hold."""
    labels = ("accounts", "communes", "targets", "funding", "reports")
    return [
        model
        for label in labels
        for model in apps.get_app_config(label).get_models()
        if not model._meta.proxy and model is not OldPassword
    ]


def real() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (type_of(model), str(row.pk)): snapshot(row)
        for model in models_of_ours()
        for row in model._base_manager.all()
    }


def rebuilt(
    start: dict[tuple[str, str], dict[str, Any]], after: int
) -> dict[tuple[str, str], dict[str, Any]]:
    rows = {key: dict(values) for key, values in start.items()}
    for entry in LogEntry.objects.about_rows().filter(number__gt=after).order_by("number"):
        key = (entry.object_type, entry.object_id)
        row = rows.setdefault(key, {})
        for name, (before, now) in entry.changes.items():
            assert row.get(name) == before, f"{entry}: {name} was {row.get(name)!r}, not {before!r}"
            row[name] = now
        if is_end(entry) or (entry.action.endswith(ENDINGS) and not entry.changes):
            del rows[key]
    return rows


class Office:
    """Everybody at work. `done` counts what the requests wrote, by the way they took."""

    def __init__(self, world: World, browser: Any, seed: int) -> None:
        self.dice, self.world = random.Random(seed), world
        self.browsers = {name: browser(name) for name in ACTORS}
        passing = {*LEAVING, "communes:choose-province"}
        self.pages = [route for route in routes() if route.name not in passing and _writers(route)]
        self.done: Counter[str] = Counter()

    def act(self) -> None:
        before = LogEntry.objects.about_rows().count()
        kind = self.dice.choices(
            (self.form, self.cells, self.put_back, self.load, self.command), (64, 20, 12, 3, 1)
        )[0]
        kind()
        if LogEntry.objects.about_rows().count() > before:
            self.done[kind.__name__] += 1

    def form(self) -> None:
        """A form of a page, by one who may (or, now and then, by anybody)."""
        route = self.dice.choice(self.pages)
        name = self.dice.choice(_writers(route) if self.dice.random() < 0.9 else list(ACTORS))
        where = address(route, self.world, self.dice.choice(SCOPES))
        if where is not None:
            self.send(self.browsers[name], where)

    def errand(self, name: str, query: str, who: str, typed: dict[str, Any]) -> None:
        """One form filled in with care."""
        route = next(route for route in self.pages if route.name == name)
        where = f"{address(route, self.world, 'a')}?{query}"
        if name == "communes:cell":  # Of the returns of 2023 the newest, which the page shows, is sent.
            where = where.replace("/2023/", "/2022/")
        client = self.browsers[who]
        found = forms_on(client.get(where).content.decode())
        form = next((form for form in found if typed.keys() <= form.fields.keys()), None)
        assert form is not None, f"{where}: {found}"
        kept = {
            one.name: one.value.strip()
            for one in form.fields.values()
            if one.kind not in ("checkbox", "file")
        }
        chosen = {
            name: form.fields[name].options[-1] if value is ... else value for name, value in typed.items()
        }
        answer = client.post(form.action or where, kept | chosen)
        assert answer.status_code == 302, f"{where}: {answer.status_code} {form.fields}"

    def send(self, client: Any, where: str) -> None:
        page = client.get(where)
        forms = forms_on(page.content.decode()) if page.status_code == 200 and not page.streaming else []
        if forms:
            chosen = self.dice.choice(forms)
            answer = client.post(chosen.action or where, filled(chosen, self.dice, word))
            assert answer.status_code < 500
            answer.close()
        page.close()

    def cells(self) -> None:
        """Cells of the grid, as they are saved while somebody types; now and then from an old version."""
        name = self.dice.choice(("officer_a", "officer_b", "leader_a", "specialist"))
        mine = ("a", "b") if name == "specialist" else (ACTORS[name][1],)
        units = [self.world.row(scope, "commune") for scope in mine]
        returned = self.dice.choice(
            list(Submission.objects.filter(unit__in=units).select_related("round", "unit"))
        )
        there = dict(returned.results.values_list("indicator__code", "version"))
        codes = list(returned.round.criteria_set.indicators.values_list("code", flat=True))
        cells = [
            {
                "code": code,
                "raw": self.dice.choice(WORDS[:7]),
                "version": there.get(code, self.dice.choice((0, 0, 5))),
            }
            for code in self.dice.sample(codes, min(3, len(codes)))
        ]
        body = {
            "set": returned.round.criteria_set_id,
            "user": getattr(self.world.people, name).pk,
            "cells": cells,
        }
        where = f"/nhap-lieu/{returned.unit.code}/2023/o/"
        self.browsers[name].post(where, json.dumps(body), content_type="application/json")

    def put_back(self) -> None:
        """One value, or a whole batch."""
        entries = list(LogEntry.objects.about_rows().order_by("-number")[:40])
        entry = self.dice.choice(entries)
        name = self.dice.choice(("officer_a", "specialist", "administrator"))
        where = self.dice.choice(
            (f"/nhat-ky/{entry.number}/khoi-phuc/", f"/nhat-ky/lo/{entry.batch}/hoan-tac/")
        )
        self.send(self.browsers[name], where)

    def load(self) -> None:
        """A file into a code table: seen, then confirmed."""
        number = self.dice.randrange(6)
        text = f"\ufeffMã;Tên;Tên ngắn;Thứ tự\r\nso-{number};Sở {self.dice.random():.3f};S{number};{number}"
        client, where = self.browsers["administrator"], "/quan-tri/communes/department/import/"
        seen = client.post(where, {"file": SimpleUploadedFile("a.csv", text.encode())})
        if seen.context and seen.context.get("sealed"):
            client.post(where, {"sealed": seen.context["sealed"]})

    def command(self) -> None:
        call_command("relock_due", stdout=StringIO())


def _writers(route: Route) -> list[str]:
    line = line_of(route)
    roles = line.roles.get("POST", {}) if line else {}
    return [
        name for name, (role, _) in ACTORS.items() if role in roles and name not in ("disabled", "anonymous")
    ]


@pytest.mark.django_db
def test_from_the_record_follows_every_field_of_every_row(world, browser):
    cell = world.row("a", "cell").submission
    home = world.people.specialist.assignments.get().unit
    factories.submission(factories.a_round(home, cell.round.criteria_set, 2022), cell.unit)
    office = Office(world, browser, seed=20261126)
    last = LogEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    start, began = real(), time.process_time()
    for errand in ERRANDS:
        office.errand(*errand)
    for _ in range(OPERATIONS):
        office.act()
    call_command("load_sources", stdout=StringIO())
    took = time.process_time() - began
    told, there = rebuilt(start, last), real()
    differing = {key for key in told.keys() | there.keys() if told.get(key) != there.get(key)}
    assert not differing, sorted(differing)[:10]
    assert verify().fault is None
    written = set(LogEntry.objects.filter(number__gt=last).values_list("object_type", flat=True))
    missing = {type_of(model) for model in PLAYED} - written
    assert not missing, missing
    assert COMMAND in written, "no command has written anything"
    assert set(office.done) >= {"form", "cells", "put_back", "load"}, office.done
    assert sum(office.done.values()) >= 60, office.done
    assert took < SECONDS, f"{took:.0f} s"
