"""Revoking and correcting."""

from datetime import date, timedelta
from typing import Any

import pytest

from communes.choices import DecisionKind, RecognitionState
from communes.models import Decision, Document, Recognition, Unit
from communes.services import decisions, declarations
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.conftest import Land

SIGNED = date(2024, 3, 1)


def recognised(unit: Unit, *codes: str, year: int = 2022) -> list[Recognition]:
    for code in ("ntm", "advanced", "model"):
        factories.level(code)
    home = Unit.objects.get(place=unit.province)
    return [
        factories.recognition(
            unit, factories.level(code), year=year, by=factories.decision(home, issued_on=date(2023, 2, 1))
        )
        for code in codes
    ]


def revoke(land: Land, *rows: Recognition, by: Any = audit.SYSTEM, **fields: Any) -> Decision:
    defaults = {
        "number": "30/QĐ-UBND",
        "issued_on": SIGNED,
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Thu hồi quyết định công nhận",
        "effective_on": SIGNED,
        "reason": "Không giữ được tiêu chí môi trường",
    }
    return decisions.revoke(
        province=land.province.place, recognitions=list(rows), by=by, **(defaults | fields)
    )


def refusal(call: Any, *args: Any, **fields: Any) -> Refused:
    states = list(Recognition.objects.order_by("pk").values_list("state", flat=True))
    with pytest.raises(Refused) as caught:
        call(*args, **fields)
    assert list(Recognition.objects.order_by("pk").values_list("state", flat=True)) == states
    return caught.value


def actions() -> list[str]:
    return list(LogEntry.objects.order_by("number").values_list("action", flat=True))


def test_revoking_ends_the_level_with_its_day_its_decision_and_its_reason(land: Land, cast: Any) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    made = revoke(land, row, by=cast.approver)
    row.refresh_from_db()
    assert made.kind == DecisionKind.REVOKE
    assert (row.state, row.ended_by, row.ended_on) == (RecognitionState.REVOKED, made, SIGNED)
    assert row.end_reason == "Không giữ được tiêu chí môi trường"
    assert actions() == ["document.added", "decision.recorded", "recognition.revoked"]
    entry = LogEntry.objects.get(action="recognition.revoked")
    assert entry.changes["state"] == ["in_force", "revoked"]
    assert entry.reason == row.end_reason


def test_revoking_a_level_ends_every_higher_level_of_the_place_and_no_other(land: Land) -> None:
    ntm, advanced, model = recognised(land.commune_a, "ntm", "advanced", "model")
    (other,) = recognised(land.commune_b, "ntm")
    made = revoke(land, advanced)
    assert set(made.ended.all()) == {advanced, model}
    assert set(Recognition.objects.in_force()) == {ntm, other}


def test_revoking_a_level_ends_it_in_the_earlier_periods_that_still_count(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    present = factories.period(counts=(earlier,))
    old = factories.recognition(land.commune_a, factories.level("ntm", earlier), year=2018)
    new = factories.recognition(land.commune_a, factories.level("ntm", present), year=2023)
    made = revoke(land, new)
    assert set(made.ended.all()) == {old, new}


def test_a_revoked_level_can_be_recognised_again(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    revoke(land, row)
    decisions.recognise(
        province=land.province.place,
        number="31/QĐ-UBND",
        issued_on=date(2025, 1, 10),
        authority="UBND tỉnh Thái Nguyên",
        title="Công nhận lại",
        level=row.level,
        achieved_year=2024,
        units=[land.commune_a],
        by=audit.SYSTEM,
    )
    assert Recognition.objects.in_force().get(place=land.commune_a.place).achieved_year == 2024


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"reason": "  "}, "reason", "Chưa nhập lý do."),
        ({"reason": "x" * 501}, "reason", "Lý do dài quá 500 ký tự. Hãy rút gọn."),
        (
            {"effective_on": date(2023, 1, 31)},
            "effective_on",
            "Xã Phú Đình được công nhận mức “Xã đạt chuẩn NTM” ngày 01/02/2023, "
            "sau ngày hết hiệu lực 31/01/2023.",
        ),
    ],
)
def test_a_revocation_with_a_wrong_part_is_refused_beside_it(
    land: Land, fields: dict[str, Any], field: str, sentence: str
) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    refused = refusal(revoke, land, row, **fields)
    assert (refused.field, refused.message) == (field, sentence)


def test_a_level_is_not_revoked_by_a_paper_older_than_its_own_or_that_of_a_higher_one(land: Land) -> None:
    ntm, advanced = recognised(land.commune_a, "ntm", "advanced")
    early = {"issued_on": date(2023, 1, 31), "effective_on": date(2023, 2, 1)}
    refused = refusal(revoke, land, ntm, **early)
    assert (refused.field, refused.message) == (
        "issued_on",
        "Xã Phú Đình được công nhận mức “Xã đạt chuẩn NTM” ngày 01/02/2023, sau ngày 31/01/2023 của quyết định này. "
        "Xã Phú Đình được công nhận mức “Xã NTM nâng cao” ngày 01/02/2023, sau ngày 31/01/2023 của quyết định này.",
    )
    Document.objects.filter(decision__recognitions=ntm).update(issued_on=None)
    assert "“Xã đạt chuẩn NTM”" not in refusal(revoke, land, ntm, **early).message
    Document.objects.filter(decision__recognitions=advanced).update(issued_on=early["issued_on"])
    assert set(revoke(land, ntm, **early).ended.all()) == {ntm, advanced}


def test_a_revocation_that_takes_effect_tomorrow_is_refused(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    assert refusal(revoke, land, row, effective_on=today() + timedelta(days=1)).field == "effective_on"


def test_a_revocation_of_nothing_is_refused(land: Land) -> None:
    assert refusal(revoke, land).field == "recognitions"


def test_a_level_that_has_ended_cannot_be_revoked_again(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    revoke(land, row)
    refused = refusal(revoke, land, row, number="31/QĐ-UBND")
    assert refused.message == "Xã Phú Đình, mức “Xã đạt chuẩn NTM”: đã thu hồi."


def test_a_level_of_a_closed_unit_cannot_be_revoked(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 1, 1))
    refused = refusal(revoke, land, row)
    assert refused.message == "Xã Phú Đình chưa có hoặc không còn vào ngày 01/03/2024 của quyết định."


def test_a_level_of_another_province_cannot_be_revoked(land: Land, cast: Any) -> None:
    (row,) = recognised(land.foreign_commune, "ntm")
    refused = refusal(revoke, land, row, by=cast.approver)
    assert refused.message == "Không tìm thấy đơn vị đã chọn trong tỉnh."


@pytest.mark.parametrize("role", ["specialist", "leader", "officer_a"])
def test_only_the_approver_revokes_corrects_and_declares(land: Land, cast: Any, role: str) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    person = getattr(cast, role)
    for act in (
        lambda: revoke(land, row, by=person),
        lambda: decisions.correct(recognition=row, reason="Nhầm", achieved_year=2021, by=person),
        lambda: declarations.declare_year(province=land.province.place, year=2023, by=person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_correction_replaces_the_row_and_keeps_the_wrong_one_uncounted(land: Land, cast: Any) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    new = decisions.correct(recognition=row, reason="Ghi nhầm xã", unit=land.commune_b, by=cast.approver)
    row.refresh_from_db()
    assert (row.state, row.replaced_by, row.end_reason) == (RecognitionState.CORRECTED, new, "Ghi nhầm xã")
    assert (new.decision, new.unit, new.level, new.achieved_year) == (
        row.decision,
        land.commune_b,
        row.level,
        2022,
    )
    assert list(Recognition.objects.counted()) == [new]
    assert actions() == ["recognition.recorded", "recognition.corrected"]


def test_a_correction_may_give_a_precise_year_to_what_was_known_by_a_year(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    Recognition.objects.filter(pk=row.pk).update(by_year=True)
    new = decisions.correct(
        recognition=row, reason="Tìm thấy quyết định", achieved_year=2021, by=audit.SYSTEM
    )
    assert (new.achieved_year, new.by_year) == (2021, False)


def test_a_correction_may_say_that_by_a_year_was_in_that_year(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    Recognition.objects.filter(pk=row.pk).update(by_year=True)
    row.refresh_from_db()
    assert (
        "Chưa có gì khác" in refusal(decisions.correct, recognition=row, reason="x", by=audit.SYSTEM).message
    )
    new = decisions.correct(recognition=row, reason="Tìm thấy", achieved_year=2022, by=audit.SYSTEM)
    assert (new.achieved_year, new.by_year) == (2022, False)


def test_a_correction_to_a_level_checks_what_is_below_it(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    refused = refusal(
        decisions.correct,
        recognition=row,
        reason="Nhầm mức",
        level=factories.level("advanced"),
        by=audit.SYSTEM,
    )
    assert refused.message == "Xã Phú Đình chưa được công nhận mức “Xã đạt chuẩn NTM” đang còn hiệu lực."


@pytest.mark.parametrize("change", [{"unit": "commune_b"}, {"achieved_year": 2023}], ids=str)
def test_a_correction_cannot_take_away_what_a_higher_level_stands_on(
    land: Land, change: dict[str, Any]
) -> None:
    ntm, _ = recognised(land.commune_a, "ntm", "advanced")
    fields = {name: getattr(land, value) if name == "unit" else value for name, value in change.items()}
    refused = refusal(decisions.correct, recognition=ntm, reason="Nhầm", by=audit.SYSTEM, **fields)
    assert refused.message == (
        "Xã Phú Đình đang được công nhận mức “Xã NTM nâng cao” năm 2022 dựa trên lượt này; "
        "hãy đính chính mức đó trước."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Chưa có gì khác với lượt công nhận đang ghi."),
        ({"achieved_year": 2024}, "Năm đạt 2024 sau năm ban hành quyết định (2023)."),
        ({"achieved_year": 2021, "reason": ""}, "Chưa nhập lý do."),
    ],
)
def test_a_correction_without_change_reason_or_sense_is_refused(
    land: Land, fields: dict[str, Any], sentence: str
) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    defaults = {"reason": "Nhầm"}
    refused = refusal(decisions.correct, recognition=row, by=audit.SYSTEM, **(defaults | fields))
    assert refused.message == sentence


def test_a_correction_to_a_unit_that_already_has_the_level_is_refused(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    recognised(land.commune_b, "ntm")
    refused = refusal(decisions.correct, recognition=row, reason="Nhầm", unit=land.commune_b, by=audit.SYSTEM)
    assert refused.message.startswith("Xã Điềm Mặc đang được công nhận mức “Xã đạt chuẩn NTM”")


def test_a_correction_to_a_year_before_the_unit_was_formed_is_refused(land: Land) -> None:
    young = factories.unit(land.district, "Tân Lập", valid_from=date(2022, 4, 1))
    (row,) = recognised(young, "ntm")
    refused = refusal(decisions.correct, recognition=row, achieved_year=2021, reason="Nhầm", by=audit.SYSTEM)
    assert refused.message.startswith("Xã Tân Lập chỉ có từ ngày 01/04/2022, sau năm đạt 2021")


def test_a_corrected_row_cannot_be_corrected_again(land: Land) -> None:
    (row,) = recognised(land.commune_a, "ntm")
    decisions.correct(recognition=row, reason="Nhầm", achieved_year=2021, by=audit.SYSTEM)
    refused = refusal(decisions.correct, recognition=row, reason="Nhầm", unit=land.commune_b, by=audit.SYSTEM)
    assert refused.message == "Xã Phú Đình, mức “Xã đạt chuẩn NTM”: đã đính chính."


def test_what_is_known_by_a_year_may_be_older_than_its_paper(land: Land) -> None:
    """As a confirmation has it: the paper of such a level says nothing of the day on which it began."""
    factories.level()
    paper = factories.decision(land.province, issued_on=date(2023, 2, 1))
    row = factories.recognition(land.commune_a, year=2022, by_year=True, by=paper)
    made = revoke(land, row, issued_on=date(2023, 1, 10), effective_on=date(2023, 3, 1))
    assert list(made.ended.all()) == [row]
