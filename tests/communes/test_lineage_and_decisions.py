"""A reorganisation may not take a unit away from under a decision that names it as one that was there."""

from datetime import date
from typing import Any

import pytest

from communes.choices import DecisionKind, RecognitionState
from communes.models import Confirmation, Recognition, Reorganisation, Unit
from communes.services.lineage import close_unit, reorganise
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.errors import Refused
from tests import factories
from tests.communes.test_lineage_verbs import DAY, formed, like
from tests.conftest import Land

LATER = date(2023, 12, 29)


def renamed(land: Land, on: date = DAY) -> Reorganisation:
    return reorganise(
        document=factories.document(), effective_on=on, title="Đổi tên", by=audit.SYSTEM,
        changes=[formed(like(land.commune_a, name="Tân Tên"), land.commune_a)],
    )  # fmt: skip


def refusal(land: Land, on: date = DAY) -> str:
    with pytest.raises(Refused) as caught:
        renamed(land, on)
    assert caught.value.field == "effective_on"
    assert not Reorganisation.objects.exists()
    assert not LogEntry.objects.exists()
    return caught.value.message


def recognised(land: Land, issued_on: date | None, **fields: Any) -> Recognition:
    by = factories.decision(land.province, number="12/QĐ-CT", issued_on=issued_on, title="Công nhận ba xã")
    return factories.recognition(land.commune_a, by=by, **fields)


@pytest.mark.parametrize("signed", [DAY, LATER], ids=["on the day", "later"])
def test_a_recognition_of_the_day_or_later_stands_in_the_way(land: Land, signed: date) -> None:
    recognised(land, signed)
    assert refusal(land) == (
        f"Xã Phú Đình còn được nêu tên trong Quyết định số 12/QĐ-CT ngày {signed:%d/%m/%Y}, nên không thể "
        "sắp xếp từ ngày 10/04/2023. Hãy kiểm tra lại ngày có hiệu lực; nếu quyết định đó ghi nhầm đơn vị "
        "thì đính chính trước."
    )


def test_the_day_after_the_decision_is_free(land: Land) -> None:
    recognised(land, date(2023, 4, 9))
    assert renamed(land).successions.count() == 1


def test_a_decision_about_another_unit_does_not_matter(land: Land) -> None:
    factories.recognition(land.commune_b, by=factories.decision(land.province, issued_on=LATER))
    assert renamed(land).successions.count() == 1


def test_what_was_corrected_names_nobody(land: Land) -> None:
    recognised(land, LATER, state=RecognitionState.CORRECTED)
    assert renamed(land).successions.count() == 1


def test_a_confirmation_stands_in_the_way(land: Land) -> None:
    row = recognised(land, date(2022, 1, 5), year=2021)
    paper = factories.decision(land.province, kind=DecisionKind.CONFIRM, number="90/QĐ-CT", issued_on=LATER)
    Confirmation.objects.create(decision=paper, recognition=row)
    assert "Quyết định số 90/QĐ-CT ngày 29/12/2023" in refusal(land)


def test_a_revocation_stands_in_the_way(land: Land) -> None:
    paper = factories.decision(land.province, kind=DecisionKind.REVOKE, number="30/QĐ-CT", issued_on=LATER)
    ended = {"state": RecognitionState.REVOKED, "ended_by": paper, "ended_on": LATER}
    recognised(land, date(2022, 1, 5), year=2021, **ended)
    assert "Quyết định số 30/QĐ-CT ngày 29/12/2023" in refusal(land)


def test_the_latest_of_several_is_named(land: Land) -> None:
    row = recognised(land, date(2023, 5, 1))
    paper = factories.decision(land.province, kind=DecisionKind.CONFIRM, number="90/QĐ-CT", issued_on=LATER)
    Confirmation.objects.create(decision=paper, recognition=row)
    assert "90/QĐ-CT" in refusal(land)


def test_a_decision_without_a_day_stands_for_the_end_of_its_year(land: Land) -> None:
    by = factories.decision(land.province, issued_on=None, title="Công nhận ba xã")
    by.document.number = ""
    by.document.save()
    factories.recognition(land.commune_a, by=by, year=2023)
    assert "trong Quyết định “Công nhận ba xã” (không rõ ngày, năm đạt 2023), nên" in refusal(land)
    assert renamed(land, date(2024, 1, 1)).successions.count() == 1


def test_dissolving_a_unit_asks_the_same(land: Land) -> None:
    recognised(land, LATER)
    with pytest.raises(Refused, match="còn được nêu tên trong Quyết định số 12/QĐ-CT"):
        close_unit(
            land.commune_a, on=DAY, into=[land.commune_b], document=factories.document(), by=audit.SYSTEM
        )
    assert not Unit.objects.exclude(valid_to=None).exists()
