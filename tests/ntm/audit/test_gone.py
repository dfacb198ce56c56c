"""Rows that were taken away: the record holds all of them, leads back over them, and is read by those concerned."""

from typing import Any

import pytest

from funding.models import Amount
from funding.services import bring_back_amount, enter_amount, withdraw_amount
from ntm.audit import log
from ntm.audit.histories import history_for, readable
from ntm.audit.models import LogEntry
from ntm.audit.past import Gap, is_birth, is_end, states_before
from tests import factories


@pytest.fixture
def story(land: Any, cast: Any) -> Amount:
    """Entered, withdrawn, brought back, withdrawn."""
    source = factories.source("central")
    row = enter_amount(province=land.province.place, year=2023, source=source, amount=5, by=cast.specialist)
    withdraw_amount(row, expected_version=1, by=cast.specialist)
    row = bring_back_amount(row, by=cast.specialist)
    withdraw_amount(row, expected_version=row.version, by=cast.specialist)
    return row


def entries() -> list[LogEntry]:
    return list(LogEntry.objects.filter(object_type="funding.amount").order_by("number"))


def test_every_state_is_found_over_births_and_ends(story):
    found = entries()
    assert [(is_birth(one), is_end(one)) for one in found] == [(True, False), (False, True)] * 2
    key = int(found[0].object_id)
    states = [states_before(Amount, {key: one.number})[key] for one in found]
    assert [state and (state["amount"], state["version"]) for state in states] == [None, (5, 1), None, (5, 2)]


def test_a_row_that_is_there_although_it_was_taken_away_is_a_gap(story, land):
    key, last = int(entries()[0].object_id), entries()[-1]
    factories.amount(land.province, 5, pk=key)
    with pytest.raises(Gap):
        states_before(Amount, {key: last.number})


def test_a_row_that_vanished_past_the_record_is_a_gap(land, cast):
    source = factories.source("central")
    row = enter_amount(province=land.province.place, year=2023, source=source, amount=5, by=cast.specialist)
    key = row.pk
    Amount.objects.all().delete()
    with pytest.raises(Gap):
        states_before(Amount, {key: LogEntry.objects.get().number})


def test_it_is_told_to_who_reads_such_rows_in_the_province(story, land, cast):
    found, key = entries(), int(entries()[0].object_id)
    neighbour = factories.user("xa-la", "specialist", land.foreign)
    for person, reads in (
        (cast.specialist, True),
        (cast.leader, True),
        (cast.officer_a, False),
        (neighbour, False),
    ):
        assert bool(readable(person, found)) is reads, person
        assert bool(history_for(person, "funding.amount", key)) is reads, person
    assert history_for(cast.leader, "funding.amount", key + 1) is None


def test_a_foreign_row_that_is_there_is_not_taken_for_a_gone_one(land, cast):
    row = factories.amount(land.foreign, 5)
    with log.writing():
        log.record("amount.entered", row, by=cast.specialist, province_id=land.province.place_id)
    assert readable(cast.leader, entries()) == []
    assert history_for(cast.leader, "funding.amount", row.pk) is None
