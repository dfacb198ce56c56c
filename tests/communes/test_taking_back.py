"""A row of a decision that was entered by mistake is taken back: a recognition, a confirmation, a revocation."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communes.choices import DecisionKind, RecognitionState
from communes.models import Confirmation, Decision, Recognition
from communes.services import decisions, taking_back
from ntm.audit import log as audit
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.communes.test_decision_verbs_ending import actions, recognised, refusal, revoke
from tests.conftest import Land

ClientAs = Callable[[Any], Client]


def confirm(land: Land, row: Recognition) -> Confirmation:
    made = factories.decision(land.province, kind=DecisionKind.CONFIRM, number="20/QĐ-UBND")
    return Confirmation.objects.create(decision=made, recognition=row)


def take_back(row: Recognition, **fields: Any) -> Recognition:
    return taking_back.take_back_recognition(
        **({"recognition": row, "reason": "Tick nhầm xã", "by": audit.SYSTEM} | fields)
    )


def give_back(row: Recognition, decision: Decision, **fields: Any) -> Recognition:
    told = {"recognition": row, "decision": decision, "reason": "Ghi nhầm", "by": audit.SYSTEM}
    return taking_back.take_back_revocation(**(told | fields))


def test_a_recognition_leaves_every_count_and_stays_without_a_replacement(land: Land, cast: Any) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    take_back(row, by=cast.approver)
    row.refresh_from_db()
    assert (row.state, row.replaced_by, row.end_reason) == (RecognitionState.CORRECTED, None, "Tick nhầm xã")
    assert not Recognition.objects.counted().exists()
    assert actions() == ["recognition.taken_back"]
    assert refusal(take_back, row).message == "Xã Phú Đình, mức “Xã đạt chuẩn NTM”: đã đính chính."


def test_what_something_rests_on_is_not_taken_back(land: Land) -> None:
    ntm, advanced = recognised(land.commune_a, "ntm", "advanced")
    assert refusal(take_back, ntm).message == (
        "Xã Phú Đình được công nhận mức “Xã NTM nâng cao” năm 2022 dựa trên lượt này; nếu ghi nhầm, hãy rút hoặc "
        "đính chính mức đó trước."
    )
    ending = revoke(land, advanced)
    assert "dựa trên lượt này" in refusal(take_back, ntm).message
    give_back(advanced, ending)
    take_back(advanced)
    confirmation = confirm(land, ntm)
    assert "xác nhận tiếp tục đạt theo Quyết định số 20/QĐ-UBND" in refusal(take_back, ntm).message
    taking_back.take_back_confirmation(confirmation=confirmation, reason="Nhầm", by=audit.SYSTEM)
    assert take_back(ntm).state == RecognitionState.CORRECTED


def test_a_level_held_twice_does_not_rest_on_a_revoked_one(land: Land) -> None:
    (first,) = recognised(land.commune_a, "ntm", year=2021)
    revoke(land, first)
    second, _ = recognised(land.commune_a, "ntm", "advanced", year=2023)
    assert "mức “Xã NTM nâng cao” năm 2023 dựa trên lượt này" in refusal(take_back, second).message


def test_a_revocation_that_is_taken_back_gives_the_levels_back_the_lower_first(land: Land, cast: Any) -> None:
    ntm, advanced = recognised(land.commune_a, "ntm", "advanced")
    ending = revoke(land, ntm)
    assert refusal(give_back, advanced, ending).message == (
        "Xã Phú Đình chưa được công nhận mức “Xã đạt chuẩn NTM” đang còn hiệu lực."
    )
    for row in (ntm, advanced):
        give_back(row, ending, by=cast.approver)
        row.refresh_from_db()
        ended = (row.ended_by, row.ended_on, row.end_reason)
        assert (row.state, ended) == (RecognitionState.IN_FORCE, (None, None, ""))
    assert actions()[-2:] == ["recognition.given_back"] * 2
    assert refusal(give_back, ntm, ending).message.endswith("theo quyết định này: đang có hiệu lực.")


def test_a_level_that_was_recognised_anew_or_ended_by_another_decision_is_not_given_back(land: Land) -> None:
    (first,) = recognised(land.commune_a, "ntm")
    ending = revoke(land, first)
    other = factories.decision(land.province, kind=DecisionKind.REVOKE)
    assert "không còn là mức bị thu hồi theo quyết định này" in refusal(give_back, first, other).message
    recognised(land.commune_a, "ntm", year=2023)
    assert refusal(give_back, first, ending).message.startswith("Xã Phú Đình đang được công nhận mức")


def test_a_level_is_not_given_back_below_one_that_is_signed_later(land: Land) -> None:
    ntm, advanced = recognised(land.commune_a, "ntm", "advanced")
    ending = revoke(land, ntm)
    later = factories.decision(land.province, number="40/QĐ-UBND", issued_on=date(2024, 6, 5))
    factories.recognition(land.commune_a, factories.level(), year=2022, by=later)
    assert "từ ngày 05/06/2024, sau ngày 01/02/2023" in refusal(give_back, advanced, ending).message


def test_the_level_of_an_earlier_period_comes_back_after_the_one_that_it_fell_with(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    present = factories.period(counts=(earlier,))
    old = factories.recognition(land.commune_a, factories.level("ntm", earlier), year=2018)
    new = factories.recognition(land.commune_a, factories.level("ntm", present), year=2023)
    ending = revoke(land, new)
    assert refusal(give_back, old, ending).message == (
        "Xã Phú Đình mất mức này theo mức “Xã đạt chuẩn NTM” năm 2023; hãy rút lượt thu hồi mức đó trước."
    )
    give_back(new, ending)
    assert give_back(old, ending).state == RecognitionState.IN_FORCE


def test_a_confirmation_goes_once_and_its_level_holds_on(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    confirmation = confirm(land, row)
    taken = {"confirmation": confirmation, "reason": "Nhầm", "by": audit.SYSTEM}
    assert taking_back.take_back_confirmation(**taken) == row
    assert not Confirmation.objects.exists()
    row.refresh_from_db()
    assert row.state == RecognitionState.IN_FORCE
    with pytest.raises(Refused, match="đã được rút"):
        taking_back.take_back_confirmation(
            **(taken | {"confirmation": Confirmation(pk=1, **_of(confirmation))})
        )


def _of(row: Confirmation) -> dict[str, Any]:
    return {"decision": row.decision, "recognition": row.recognition}


@pytest.mark.parametrize("role", ["specialist", "leader", "officer_a"])
def test_only_the_approver_takes_back_and_only_with_a_reason(land: Land, cast: Any, role: str) -> None:
    ntm, other = recognised(land.commune_a, "ntm")[0], recognised(land.commune_b, "ntm")[0]
    ending, confirmation, person = revoke(land, other), confirm(land, ntm), getattr(cast, role)
    for act in (
        lambda: take_back(ntm, by=person),
        lambda: give_back(other, ending, by=person),
        lambda: taking_back.take_back_confirmation(confirmation=confirmation, reason="x", by=person),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert refusal(take_back, ntm, reason=" ").field == "reason"
    (foreign,) = recognised(land.foreign_commune, "ntm")
    assert refusal(take_back, foreign, by=cast.approver).message == "Không tìm thấy tỉnh của quyết định."


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def three(land: Land) -> list[tuple[str, Decision]]:
    """The page of each kind of row with the decision on whose page it is offered."""
    ntm, other = recognised(land.commune_a, "ntm")[0], recognised(land.commune_b, "ntm")[0]
    confirmation = confirm(land, factories.recognition(land.commune_c))
    return [
        (f"/cong-nhan/{ntm.pk}/rut/", ntm.decision),
        (f"/cong-nhan/{other.pk}/rut-thu-hoi/", revoke(land, other)),
        (f"/xac-nhan/{confirmation.pk}/rut/", confirmation.decision),
    ]


def test_the_page_of_the_decision_offers_it_and_tells_of_it_afterwards(
    land: Land, cast: Any, client_as: ClientAs, three: list[tuple[str, Decision]]
) -> None:
    approver, officer = client_as(cast.approver), client_as(cast.officer_a)
    for address, decision in three:
        assert f'href="{address}"' in text(approver.get(f"/quyet-dinh/{decision.pk}/"))
        assert f'href="{address}"' not in text(client_as(cast.leader).get(f"/quyet-dinh/{decision.pk}/"))
        page = approver.get(address)
        hidden = {"decision": decision.pk} if "thu-hoi" in address else {}
        typed = hidden | {"reason": "Ghi nhầm so với bản giấy", "token": str(uuid4())}
        assert "Đang ghi: Xã" in text(page)
        assert approver.post(address, typed | {"reason": ""}).status_code == 422
        answers = [approver.post(address, typed) for _ in range(2)]
        assert [answer["Location"] for answer in answers] == [decision.get_absolute_url()] * 2
        after = text(approver.get(answers[0]["Location"]))
        assert "Đã rút lượt ghi nhầm: Xã" in after
        history = after.split('id="history"')[1]
        assert ("ghi nhầm" in history, "Ghi nhầm so với bản giấy" in history) == (True, True)
        assert "ghi nhầm" in text(
            approver.get(reverse("audit:object", args=["communes.decision", decision.pk]))
        )
        assert approver.get(address).status_code == 404
    assert "Công nhận: 0 đơn vị" in text(approver.get(f"/quyet-dinh/{three[0][1].pk}/"))
    assert "Đã rút, không có lượt thay." in text(officer.get(f"/quyet-dinh/{three[0][1].pk}/"))


def test_a_revocation_that_somebody_took_back_meanwhile_is_still_called_by_its_decision(
    land: Land, cast: Any, client_as: ClientAs
) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    ending = revoke(land, row)
    give_back(row, ending)
    sent = {"reason": "Ghi nhầm", "decision": ending.pk, "token": str(uuid4())}
    answer = client_as(cast.approver).post(f"/cong-nhan/{row.pk}/rut-thu-hoi/", sent)
    page = text(answer)
    assert answer.status_code == 422 and "không còn là mức bị thu hồi theo quyết định này" in page
    assert f'<a href="{ending.get_absolute_url()}">quyết định 30/QĐ-UBND</a> (thu hồi)' in page


def test_nobody_reads_of_another_unit_what_was_taken_back(land: Land, cast: Any, client_as: ClientAs) -> None:
    mine, other = recognised(land.commune_a, "ntm")[0], recognised(land.commune_b, "ntm")[0]
    ending = revoke(land, mine, other)
    give_back(other, ending)
    for person, told in ((cast.officer_a, False), (cast.leader, True)):
        client = client_as(person)
        for address in (
            f"/quyet-dinh/{ending.pk}/",
            reverse("audit:object", args=["communes.decision", ending.pk]),
        ):
            assert ("Điềm Mặc" in text(client.get(address))) is told, address
            assert ("Rút lượt thu hồi ghi nhầm" in text(client.get(address))) is told, address


def test_a_year_s_figures_follow(land: Land, cast: Any, client_as: ClientAs) -> None:
    decisions.recognise(
        province=land.province.place, number="12/QĐ-UBND", issued_on=date(2024, 1, 5), authority="UBND tỉnh",
        title="Công nhận", level=factories.level(), achieved_year=2023,
        units=[land.commune_a, land.commune_b], by=audit.SYSTEM,
    )  # fmt: skip
    client = client_as(cast.approver)
    address = "/tong-quan/2023/so-lieu/?so=dat-moi&muc=ntm"
    assert 'data-count="2"' in text(client.get(address))
    take_back(Recognition.objects.get(place=land.commune_b.place))
    page = text(client.get(address))
    assert ('data-count="1"' in page, "Điềm Mặc" in page) == (True, False)


def test_the_pages_ask_the_same_for_3_and_30_rows(land: Land, cast: Any, client_as: ClientAs) -> None:
    client, found = client_as(cast.approver), []
    for more in (3, 27):
        rows = [recognised(factories.unit(land.district, "Tân Lập"), "ntm")[0] for _ in range(more)]
        ending = revoke(land, *rows, number=f"{more}/QĐ-UBND")
        for row in rows[: more - 1]:
            give_back(row, ending)
        for address in (f"/quyet-dinh/{ending.pk}/", f"/cong-nhan/{rows[-1].pk}/rut-thu-hoi/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found.append(len(queries))
    assert found[:2] == found[2:]
