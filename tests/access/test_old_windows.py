"""A window from before a role ended: what names its own unit is written by that unit's rights, and nothing that was
typed is lost."""

import json
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.html import escape

from communes.models import Assignment, Remark, Result
from ntm.core.headed import FIELD
from tests import factories
from tests.communes import appraising


@pytest.fixture
def old(land: Any, client_as: Any) -> SimpleNamespace:
    """A specialist of two provinces with a window of B open, whose role in B has ended since; a return in each."""
    person = factories.user("hai_tinh", "specialist", land.province)
    role = Assignment.objects.create(user=person, unit=land.foreign, role="specialist")
    made, client = appraising.assigned_set(), client_as(person)
    here = factories.submission(factories.a_round(land.province, made), land.commune_a)
    there = factories.submission(factories.a_round(land.foreign, made), land.foreign_commune)
    client.post("/tai-khoan/tinh/", {"tinh": land.foreign.place_id})
    window = {FIELD: str(land.foreign.place_id), "token": str(uuid.uuid4())}
    return SimpleNamespace(
        person=person, role=role, client=client, made=made, here=here, there=there, window=window,
        grid=f"/nhap-lieu/{land.commune_a.code}/2023/", foreign=f"/nhap-lieu/{land.foreign_commune.code}/2023/",
        sideways=f"/nhap-lieu/chi-tieu/{made.pk}/3/2023/",
    )  # fmt: skip


def stored(of: Any, code: str = "3") -> Any:
    return Result.objects.filter(submission=of, indicator__code=code).values_list("value", flat=True).first()


def test_a_cell_is_stored_by_the_right_in_its_own_province(old: Any) -> None:
    old.role.delete()
    form = old.client.post(old.grid, old.window | {"version": old.here.version, "3": "70"})
    assert (form.status_code, stored(old.here)) == (303, 70)
    cells = [{"code": "2.1", "raw": "81"}]
    body = {"set": old.made.pk, "user": old.person.pk, "cells": cells}
    script = old.client.post(f"{old.grid}o/", json.dumps(body), content_type="application/json")
    assert (script.status_code, stored(old.here, "2.1")) == (200, 81)
    page = old.client.post(
        f"{old.grid}2.2/?bo=ntm", old.window | {"version": "0", "state": "entered", "note": "", "value": "41"}
    )
    assert (page.status_code, stored(old.here, "2.2")) == (302, 41)
    assert old.client.post(old.foreign, old.window | {"version": "0", "3": "70"}).status_code == 404
    assert stored(old.there) is None


def test_the_list_over_units_keeps_what_was_typed_for_those_that_are_left(old: Any) -> None:
    page = old.client.get(old.sideways).text
    assert f'name="o-{old.there.pk}"' in page
    seen, long = json.dumps([[old.here.pk, 0, ""], [old.there.pk, 0, ""]]), "<b>65</b> " * 99
    both = old.window | {"seen": seen, f"o-{old.here.pk}": "70", f"o-{old.there.pk}": long}
    old.role.delete()
    answer = old.client.post(old.sideways, both)
    assert (answer.status_code, stored(old.here)) == (422, None)
    assert f'name="o-{old.here.pk}" value="70"' in answer.text
    assert f"<li>{escape(long)}</li>" in answer.text
    # What was not touched there holds up nothing.
    assert old.client.post(old.sideways, both | {f"o-{old.there.pk}": ""}).status_code == 302
    assert (stored(old.here), stored(old.there)) == (70, None)


def test_what_is_refused_shows_what_was_typed_and_no_field_of_ours(old: Any, land: Any) -> None:
    old.role.delete()
    typed = old.window | {"version": "0", "3": "70,5", "note-3": "Theo <b>sổ</b>"}
    answer = old.client.post(old.foreign, typed)
    missing = old.client.post("/nhap-lieu/09999/2023/", typed)
    assert (answer.status_code, answer.content) == (404, missing.content)
    assert "<li>Chỉ tiêu 3: 70,5</li><li>Theo &lt;b&gt;sổ&lt;/b&gt;</li>" in answer.text
    assert old.window["token"] not in answer.text
    Assignment.objects.filter(user=old.person).update(role="leader")
    answer = old.client.post(old.grid, typed)
    assert (answer.status_code, "Chỉ tiêu 3: 70,5" in answer.text) == (403, True)
    # Nor what a form ticks, chooses or sends along of itself.
    for where, ours, text in (
        ("/tham-dinh/nhieu/", {"picks": "12:3:7.8", "verdict": "met"}, {"basis": "Căn cứ A"}),
        (f"{old.grid}2.2/?bo=ntm", {"state": "entered", "case": "17", "kept": "on"}, {"value": "41"}),
        (f"{old.grid}2.2/?bo=ntm", {"viec": "go-tep", "file": "17"}, {}),
        (f"/phieu/{old.here.pk}/mo-lai/", {"criteria": "1", "codes": "2.1"}, {"reason": "Sửa số"}),
    ):
        answer = old.client.post(where, old.window | {"version": "0", "seen": "1:2"} | ours | text)
        assert answer.status_code == 403
        assert re.findall("<li>(.*?)</li>", answer.text) == list(text.values()), where
    # Elsewhere nothing is shown again: such a form may hold a secret.
    answer = old.client.post("/nguon-von/nhap/", old.window | {"note": "bí mật"})
    assert (answer.status_code, "bí mật" in answer.text) == (403, False)


def test_a_word_on_a_result_is_written_by_the_right_in_its_own_province(old: Any, land: Any) -> None:
    appraising.fill(old.here, old.person)
    Assignment.objects.filter(user=old.person).update(role="department", department=factories.department())
    type(old.here).objects.update(state="submitted")
    Result.objects.update(entered_by=None)
    row = Result.objects.get(submission=old.here, indicator__code="3")
    old.role.delete()
    sent = old.window | {
        "version": row.version,
        "evidence": "",
        "act": "hoi",
        "reason": "Số này của ngày nào?",
    }
    answer = old.client.post(f"/tham-dinh/{row.pk}/tra-lai/", sent)
    assert (answer.status_code, Remark.objects.filter(result=row).count()) == (302, 1)
