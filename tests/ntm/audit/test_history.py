"""What the record says of a row: in words on its page, and enough to rebuild it."""

import random
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from communes.models import Assignment, Commune, Level, Period, Unit
from communes.services import assignments, catalogues
from ntm.accounts import services as accounts
from ntm.accounts.models import User
from ntm.audit import log
from ntm.audit.models import LogEntry
from ntm.audit.querysets import type_of
from ntm.audit.selectors import history_of
from ntm.core.errors import Refused
from tests import factories

GOOD = "Ruộng-bậc-thang-88"


def rebuilt(model: type[Any]) -> dict[str, dict[str, Any]]:
    """Every row of a model as the record alone tells it."""
    rows: dict[str, dict[str, Any]] = {}
    for entry in LogEntry.objects.filter(object_type=type_of(model)).order_by("number"):
        row = rows.setdefault(entry.object_id, {})
        for name, (before, after) in entry.changes.items():
            assert row.get(name) == before
            row[name] = after
    return rows


def test_the_state_rebuilt_from_the_record_is_the_real_state(land: Any, cast: SimpleNamespace) -> None:
    dice, by = random.Random(2023), cast.administrator
    for turn in range(120):
        try:
            _act(dice, turn, land, by)
        except Refused:
            continue
    made = User.objects.filter(username__startswith="nguoi")
    real = {
        Period: Period.objects.all(),
        Level: Level.objects.all(),
        User: made,
        Assignment: Assignment.objects.filter(user__in=made),
    }
    for model, rows in real.items():
        assert rows.count() > 3, model
        assert rebuilt(model) == {str(row.pk): log.snapshot(row) for row in rows}, model


def _any(dice: random.Random, rows: Any) -> Any:
    found = list(rows.order_by("pk"))
    return dice.choice(found) if found else None


def _act(dice: random.Random, turn: int, land: Any, by: User) -> None:
    kind = dice.randrange(6)
    if kind == 0:
        first = 1980 + dice.randrange(40)
        values = {"code": f"{first}-{first + 4}", "first_year": first, "last_year": first + 4}
        catalogues.add_row(Period(), values | {"counts": list(Period.objects.all()[:2])}, by=by)
    elif kind == 1 and (period := _any(dice, Period.objects.all())):
        values = {
            "last_year": period.first_year + dice.randrange(9),
            "counts": list(Period.objects.all()[:1]),
        }
        catalogues.change_row(period, values, version=period.version, by=by)
    elif kind == 2 and (period := Period.objects.first()):
        values = {
            "period": period,
            "code": f"l{turn}",
            "tier": "commune",
            "rank": turn + 1,
            "name": "  A  b ",
        }
        catalogues.add_row(Level(), values | {"short_name": "x"}, by=by)
    elif kind == 3:
        accounts.create_user(username=f"nguoi{turn}", full_name=" Người  Mới ", password=GOOD, by=by)
    elif person := _any(dice, User.objects.filter(username__startswith="nguoi")):
        if kind == 4:
            held = person.assignments.filter(ended_at=None).first()
            if held and dice.random() < 0.5:
                assignments.end(held, reason="x", by=by)
            else:
                assignments.assign(user=person, unit=land.commune_a, role="commune_officer", by=by)
        else:
            switch = accounts.deactivate if person.is_active else accounts.reactivate
            switch(person, reason="x", version=person.version, by=by)


def test_a_proxy_shares_the_history_of_its_table(land: Any) -> None:
    with log.writing():
        log.record("unit.changed", Commune.objects.get(pk=land.commune_a.pk), by=log.SYSTEM)
    assert len(history_of(Unit.objects.get(pk=land.commune_a.pk))) == 1


def test_history_shows_names_and_not_keys_with_a_fixed_number_of_queries(db: None) -> None:
    period, other = factories.period(), factories.period(2016, 2020)
    level = factories.level("ntm", period)
    counts = []
    for _ in range(2):
        for target in (other, period) * 3:
            before = log.snapshot(level)
            level.period = target
            with log.writing():
                log.record("catalogue.changed", level, by=log.SYSTEM, before=before)
        with CaptureQueriesContext(connection) as queries:
            items = history_of(level, limit=50)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 2
    change = items[0].changes[0]
    assert (change.label, change.before, change.after) == ("Giai đoạn", "2016–2020", "2021–2025")


def test_a_place_is_told_by_its_newest_name(land: Any) -> None:
    decisions = [factories.decision(land.province), factories.decision(land.foreign)]
    land.commune_a.valid_to = date(2024, 1, 1)
    land.commune_a.save()
    factories.unit(land.district, "Phú Đình Mới", place=land.commune_a.place, valid_from=date(2024, 1, 1))
    with log.writing():
        for row in (*decisions, land.commune_a):
            log.record("unit.changed", row, by=log.SYSTEM)
    said = {change.label: change.after for change in history_of(decisions[0])[0].changes}
    assert said["Tỉnh"] == "Tỉnh Thái Nguyên"
    said = {change.label: change.after for change in history_of(land.commune_a)[0].changes}
    assert (said["Địa danh"], said["Trực thuộc"]) == ("Xã Phú Đình Mới", "Huyện Định Hóa")


def test_the_component_escapes_what_people_typed(db: None) -> None:
    level = factories.level()
    level.name = "<script>alert(1)</script>"
    with log.writing():
        log.record("catalogue.added", level, by=log.SYSTEM, reason="<b>vì</b>")
    text = render_to_string("components/history.html", {"history": history_of(level)})
    assert "<script>" not in text
    assert "<b>vì</b>" not in text
    assert "Thêm dòng danh mục" in text


def test_an_empty_history_says_so(db: None) -> None:
    text = render_to_string("components/history.html", {"history": history_of(factories.level())})
    assert "Chưa có mục nhật ký nào." in text


@pytest.mark.parametrize("secret", ["password", "last_login"])
def test_what_no_record_may_hold_is_in_no_snapshot(db: None, secret: str) -> None:
    assert secret not in log.snapshot(factories.user("ai_do"))


def test_a_row_that_is_read_when_it_is_first_asked_has_the_same_snapshot(cast: SimpleNamespace) -> None:
    """As the user of a request is."""
    waiting: Any = SimpleLazyObject(lambda: cast.leader)
    assert log.snapshot(waiting) == log.snapshot(cast.leader)
