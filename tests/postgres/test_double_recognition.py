"""Two people decide about one commune in the same moment, on PostgreSQL: exactly one of them wins."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from communes.models import Decision, Document, Level, Recognition
from communes.services import decisions
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from tests import factories
from tests.conftest import Land
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
STEP = "?muc=ntm&nam=2023&ngay=05/01/2024"


def recognising(land: Land, level: Level, number: int) -> Callable[[], Decision]:
    return lambda: decisions.recognise(
        province=land.province.place,
        number=f"{number}/QĐ-UBND",
        issued_on=date(2024, 1, 5),
        authority="UBND tỉnh Thái Nguyên",
        title="Công nhận",
        level=level,
        achieved_year=2023,
        units=[land.commune_a, land.commune_b] if number % 2 else [land.commune_b, land.commune_a],
        by=audit.SYSTEM,
    )


def sentences(results: list[Any]) -> list[str]:
    return [result.message for result in results if isinstance(result, Refused)]


@contextmanager
def without_the_constraint() -> Iterator[None]:
    (constraint,) = (c for c in Recognition._meta.constraints if c.name == "recognition_in_force_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Recognition, constraint)
    try:
        yield
    finally:
        Recognition.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Recognition, constraint)


def take_the_lock_away(monkeypatch: pytest.MonkeyPatch, people: int) -> None:
    """Nobody locks, and nobody writes before everybody has looked: the worst moment, every time."""
    looked = Barrier(people)
    store = decisions.store

    def store_when_all_have_looked(*args: Any) -> Document:
        looked.wait(timeout=10)
        return store(*args)

    monkeypatch.setattr("communes.services.ground.lock_places", lambda places: None)
    monkeypatch.setattr(decisions, "store", store_when_all_have_looked)


def test_of_eight_who_recognise_the_same_communes_one_wins(land: Land) -> None:
    level = factories.level()
    results = at_once(*[recognising(land, level, number) for number in range(8)])
    said = sentences(results)
    assert len(said) == 7
    assert all(sentence.count("đang được công nhận mức “Xã đạt chuẩn NTM”") == 2 for sentence in said)
    assert (Recognition.objects.count(), Decision.objects.count(), Document.objects.count()) == (2, 1, 1)
    assert LogEntry.objects.count() == 4


def test_without_the_lock_the_constraint_lets_one_through_and_refuses_in_words(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = factories.level()
    take_the_lock_away(monkeypatch, 2)
    # In one order: two that insert crosswise would wait for each other.
    said = sentences(at_once(*[recognising(land, level, number) for number in (1, 3)]))
    assert said == [
        "Xã Phú Đình đang được công nhận mức “Xã đạt chuẩn NTM”. "
        "Xã Điềm Mặc đang được công nhận mức “Xã đạt chuẩn NTM”."
    ]
    assert (Recognition.objects.count(), Decision.objects.count()) == (2, 1)


def test_without_lock_and_constraint_both_would_win(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    level = factories.level()
    take_the_lock_away(monkeypatch, 2)
    with without_the_constraint():
        assert sentences(at_once(*[recognising(land, level, number) for number in (1, 3)])) == []
        assert Recognition.objects.filter(place=land.commune_a.place).count() == 2


def test_of_two_who_revoke_the_same_level_one_wins(land: Land) -> None:
    row = factories.recognition(land.commune_a, by=factories.decision(land.province))

    def revoking(number: int) -> Callable[[], Decision]:
        return lambda: decisions.revoke(
            province=land.province.place,
            number=f"{number}/QĐ-UBND",
            issued_on=date(2024, 3, 1),
            authority="UBND tỉnh Thái Nguyên",
            title="Thu hồi",
            recognitions=[row],
            effective_on=date(2024, 3, 1),
            reason="Ô nhiễm",
            by=audit.SYSTEM,
        )

    assert sentences(at_once(revoking(1), revoking(2))) == [
        "Xã Phú Đình, mức “Xã đạt chuẩn NTM”: đã thu hồi."
    ]
    assert LogEntry.objects.filter(action="recognition.revoked").count() == 1


def test_of_two_who_correct_the_same_row_one_wins(land: Land) -> None:
    row = factories.recognition(land.commune_a, by=factories.decision(land.province))

    def correcting(unit: Any) -> Callable[[], Recognition]:
        return lambda: decisions.correct(recognition=row, reason="Nhầm", unit=unit, by=audit.SYSTEM)

    results = at_once(correcting(land.commune_b), correcting(land.commune_c))
    assert sentences(results) == ["Xã Phú Đình, mức “Xã đạt chuẩn NTM”: đã đính chính."]
    assert Recognition.objects.counted().count() == 1


def test_two_clicks_at_once_have_one_effect_and_lead_to_one_place(
    land: Land, cast: Any, client_as: Callable[[Any], Client]
) -> None:
    factories.level()
    data = {
        "number": "12/QĐ-UBND",
        "issued_on": "05/01/2024",
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Công nhận",
        "units": [land.commune_a.pk],
        "token": str(uuid4()),
    }
    clients = [client_as(cast.approver) for _ in range(3)]
    answers = at_once(
        *[lambda client=client: client.post(f"/quyet-dinh/cong-nhan/{STEP}", data) for client in clients]
    )
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert (Recognition.objects.count(), Decision.objects.count()) == (1, 1)
