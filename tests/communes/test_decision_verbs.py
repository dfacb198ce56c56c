"""Recognising and confirming: what is written, what is recorded, and every refusal in its words."""

from datetime import date, timedelta
from typing import Any

import pytest

from communes.choices import AttributeKind, DecisionKind, Extent, RecognitionState, UnitKind
from communes.models import Decision, Recognition, Reorganisation, Succession, Unit
from communes.services import decisions
from communes.services.ground import survey
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused
from tests import factories
from tests.conftest import Land

SIGNED = date(2024, 1, 5)


def paper(number: str = "12/QĐ-UBND", **fields: Any) -> dict[str, Any]:
    return {
        "number": number,
        "issued_on": SIGNED,
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Công nhận xã đạt chuẩn nông thôn mới năm 2023",
    } | fields


def recognise(land: Land, *units: Unit, by: Any = audit.SYSTEM, **fields: Any) -> Decision:
    defaults = {"level": factories.level("ntm"), "achieved_year": 2023} | paper()
    return decisions.recognise(province=land.province.place, units=list(units), by=by, **(defaults | fields))


def confirm(land: Land, *units: Unit, by: Any = audit.SYSTEM, **fields: Any) -> Decision:
    defaults = {"level": factories.level("ntm")} | paper("90/QĐ-UBND", issued_on=date(2025, 9, 1))
    return decisions.confirm(province=land.province.place, units=list(units), by=by, **(defaults | fields))


def merged(land: Land, *parts: Unit, day: date = date(2025, 7, 1)) -> Unit:
    for part in parts:
        Unit.objects.filter(pk=part.pk).update(valid_to=day)
    union = factories.unit(land.province, "Hợp Nhất", valid_from=day)
    act = Reorganisation.objects.create(document=factories.document(), effective_on=day, title="Sáp nhập")
    for part in parts:
        Succession.objects.create(reorganisation=act, predecessor=part, successor=union, extent=Extent.WHOLE)
    return union


def refusal(call: Any, *args: Any, **fields: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **fields)
    assert not Decision.objects.filter(document__number__in=["12/QĐ-UBND", "90/QĐ-UBND"]).exists()
    return caught.value


def actions() -> list[str]:
    return list(LogEntry.objects.order_by("number").values_list("action", flat=True))


def test_one_decision_recognises_several_units(land: Land, cast: Any) -> None:
    factories.level("ntm")
    made = recognise(land, land.commune_a, land.commune_d, by=cast.approver)
    rows = list(made.recognitions.order_by("pk"))
    assert made.kind == DecisionKind.RECOGNISE
    assert made.entered_by == cast.approver
    assert [(row.unit, row.place_id, row.achieved_year) for row in rows] == [
        (land.commune_a, land.commune_a.place_id, 2023),
        (land.commune_d, land.commune_d.place_id, 2023),
    ]
    assert actions() == [
        "document.added",
        "decision.recorded",
        "recognition.recorded",
        "recognition.recorded",
    ]
    assert set(LogEntry.objects.values_list("province_id", "actor_id")) == {
        (land.province.place_id, cast.approver.pk)
    }


def test_a_recognition_names_the_version_of_the_decisions_day(land: Land) -> None:
    Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 1, 1))
    later = factories.unit(
        land.district, "Phú Đình mới", place=land.commune_a.place, valid_from=date(2024, 1, 1)
    )
    made = recognise(land, land.commune_a)
    assert made.recognitions.get().unit == later


def test_levels_can_be_climbed_one_after_the_other(land: Land) -> None:
    recognise(land, land.commune_a)
    recognise(land, land.commune_a, level=factories.level("advanced"), **paper("13/QĐ-UBND"))
    recognise(land, land.commune_a, level=factories.level("model"), **paper("14/QĐ-UBND"))
    held = Recognition.objects.in_force().filter(place=land.commune_a.place)
    assert sorted(held.values_list("level__code", flat=True)) == ["advanced", "model", "ntm"]


def test_a_level_of_a_period_that_still_counts_is_enough_to_climb(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    present = factories.period(counts=(earlier,))
    factories.level("ntm", present)
    factories.recognition(land.commune_a, factories.level("ntm", earlier), year=2018)
    recognise(land, land.commune_a, level=factories.level("advanced", present))
    assert Recognition.objects.in_force().filter(level__code="advanced").count() == 1


def test_a_level_of_a_period_that_no_longer_counts_is_not_enough(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    factories.level("ntm")
    factories.recognition(land.commune_a, factories.level("ntm", earlier), year=2018)
    refused = refusal(recognise, land, land.commune_a, level=factories.level("advanced"))
    assert refused.message == "Xã Phú Đình chưa được công nhận mức “Xã đạt chuẩn NTM” đang còn hiệu lực."


def test_a_later_period_recognises_anew(land: Land) -> None:
    earlier = factories.period(2016, 2020)
    present = factories.period(counts=(earlier,))
    factories.recognition(land.commune_a, factories.level("ntm", earlier), year=2018)
    recognise(land, land.commune_a, level=factories.level("ntm", present))
    assert Recognition.objects.in_force().filter(place=land.commune_a.place).count() == 2


def test_a_loader_may_record_what_is_only_known_by_a_year(land: Land) -> None:
    made = recognise(land, land.commune_a, number="", issued_on=None, achieved_year=2022, by_year=True)
    row = made.recognitions.get()
    assert (row.achieved_year, row.by_year, made.entered_by) == (2022, True, None)


def test_the_same_level_twice_is_refused_with_the_decision_that_stands(land: Land) -> None:
    recognise(land, land.commune_a, **paper("8/QĐ-UBND"))
    refused = refusal(recognise, land, land.commune_a)
    assert refused.message == (
        "Xã Phú Đình đang được công nhận mức “Xã đạt chuẩn NTM” giai đoạn 2021–2025 theo "
        "Quyết định số 8/QĐ-UBND."
    )
    assert refused.field == "units"


def test_a_twin_that_only_the_database_sees_is_refused_in_the_same_way(
    land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.recognition(land.commune_a)
    monkeypatch.setattr("communes.services.ground.held_by", lambda places, facts: {})
    refused = refusal(recognise, land, land.commune_a)
    assert refused.message == "Xã Phú Đình đang được công nhận mức “Xã đạt chuẩn NTM”."


def test_every_unit_that_cannot_be_recognised_is_named(land: Land) -> None:
    factories.level("ntm")
    refused = refusal(recognise, land, land.commune_a, land.commune_d, level=factories.level("advanced"))
    assert "Xã Phú Đình" in refused.message
    assert "Xã Phúc Thuận" in refused.message


@pytest.mark.parametrize(
    ("code", "missing"), [("advanced", "Xã đạt chuẩn NTM"), ("model", "Xã NTM nâng cao")]
)
def test_a_level_is_refused_without_the_one_below(land: Land, code: str, missing: str) -> None:
    factories.level("ntm")
    factories.level("advanced")
    if code == "model":
        factories.recognition(land.commune_a)
    refused = refusal(recognise, land, land.commune_a, level=factories.level(code))
    assert refused.message == f"Xã Phú Đình chưa được công nhận mức “{missing}” đang còn hiệu lực."


def test_a_level_is_refused_for_a_year_before_the_one_below(land: Land) -> None:
    factories.recognition(land.commune_a, year=2023)
    refused = refusal(recognise, land, land.commune_a, level=factories.level("advanced"), achieved_year=2022)
    assert refused.message == "Xã Phú Đình chỉ đạt mức “Xã đạt chuẩn NTM” từ năm 2023, sau năm 2022."


def test_a_level_is_refused_by_a_paper_older_than_that_of_the_one_below(land: Land) -> None:
    advanced = factories.level("advanced")
    late = factories.decision(land.province, issued_on=date(2024, 6, 1))
    later = " chỉ được công nhận mức “Xã đạt chuẩn NTM” từ ngày 01/06/2024, sau ngày 05/01/2024 của quyết định này."
    factories.recognition(land.commune_a, by=late)
    assert refusal(recognise, land, land.commune_a, level=advanced).message == f"Xã Phú Đình{later}"
    other = recognise(land, land.commune_c)
    added = {"decision": other, "level": advanced, "achieved_year": 2023, "by": audit.SYSTEM}
    with pytest.raises(Refused, match="sau ngày 05/01/2024 của quyết định này"):
        decisions.add_units(units=[land.commune_a], **added)
    # One paper may give both; an unknown day, and a year "by" which, may be older than any paper.
    factories.recognition(land.commune_b, by=factories.decision(land.province, issued_on=None))
    factories.recognition(land.commune_d, by=late, by_year=True)
    decisions.add_units(units=[land.commune_b, land.commune_c, land.commune_d], **added)
    assert recognise(land, land.commune_a, level=advanced, **paper("13/QĐ-UBND", issued_on=date(2024, 6, 1)))


def test_a_correction_is_refused_where_the_one_below_is_signed_later(land: Land) -> None:
    advanced = factories.level("advanced")
    late = factories.decision(land.province, issued_on=date(2024, 6, 1))
    row = factories.recognition(land.commune_a, by=factories.decision(land.province, issued_on=SIGNED))
    factories.recognition(land.commune_b, by=late)
    change = {"unit": land.commune_b, "level": advanced, "reason": "Ghi nhầm"}
    with pytest.raises(Refused, match="từ ngày 01/06/2024, sau ngày 05/01/2024 của quyết định này"):
        decisions.correct(recognition=row, by=audit.SYSTEM, **change)


@pytest.mark.parametrize(
    "validity", [{"valid_from": date(2024, 1, 6)}, {"valid_to": date(2024, 1, 5)}], ids=["not yet", "no more"]
)
def test_a_unit_that_did_not_exist_on_the_day_is_refused(land: Land, validity: dict[str, date]) -> None:
    unit = factories.unit(land.district, "Tân Lập", **validity)
    refused = refusal(recognise, land, unit)
    assert refused.message == "Xã Tân Lập chưa có hoặc không còn vào ngày 05/01/2024 của quyết định."


def test_a_unit_is_refused_for_a_year_before_it_was_formed(land: Land) -> None:
    young = factories.unit(land.district, "Tân Lập", valid_from=date(2024, 1, 1))
    refused = refusal(recognise, land, young)
    assert refused.message == (
        "Xã Tân Lập chỉ có từ ngày 01/01/2024, sau năm đạt 2023; hãy chọn năm đạt từ 2024, "
        "hoặc chọn đơn vị cũ đã có trong năm 2023."
    )
    assert refused.field == "units"


@pytest.mark.parametrize("first", [date(2023, 12, 31), None], ids=["the year's last day", "before records"])
def test_a_unit_is_as_old_as_its_place(land: Land, first: date | None) -> None:
    old = factories.unit(land.district, "Tân Lập", valid_from=first, valid_to=date(2024, 1, 1))
    renamed = factories.unit(land.district, "Tân Tiến", place=old.place, valid_from=date(2024, 1, 1))
    assert recognise(land, renamed).recognitions.get().unit == renamed


def test_a_survey_takes_five_queries_however_many_units(land: Land, django_assert_num_queries: Any) -> None:
    for units in (land.communes[:1], land.communes):
        with django_assert_num_queries(5):
            survey(units, SIGNED)


def test_a_district_is_refused_a_communes_level(land: Land) -> None:
    refused = refusal(recognise, land, land.district)
    assert refused.message == (
        "Huyện Định Hóa là đơn vị cấp huyện, không nhận được mức “Xã đạt chuẩn NTM” của cấp xã."
    )


def test_a_ward_is_refused_unless_an_attribute_puts_it_into_the_programme(land: Land) -> None:
    ward = factories.unit(land.other_district, "Ba Hàng", kind=UnitKind.PHUONG)
    refused = refusal(recognise, land, ward)
    assert refused.message == "Phường Ba Hàng không thuộc Chương trình nông thôn mới vào ngày 05/01/2024."
    factories.attribute(ward, AttributeKind.IN_PROGRAMME, "1", valid_from=date(2023, 1, 1))
    assert recognise(land, ward).recognitions.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"number": " "}, "number", "Chưa nhập số, ký hiệu của văn bản."),
        ({"issued_on": None}, "issued_on", "Chưa nhập ngày ban hành của văn bản."),
        ({"authority": ""}, "authority", "Chưa nhập cơ quan ban hành của văn bản."),
        ({"title": ""}, "title", "Chưa nhập trích yếu của văn bản."),
        ({"title": "x" * 501}, "title", "Phần này dài quá 500 ký tự. Hãy rút gọn."),
        ({"achieved_year": 2025}, "achieved_year", "Năm đạt 2025 sau năm ban hành quyết định (2024)."),
        (
            {"achieved_year": 2020},
            "achieved_year",
            "Năm đạt 2020 nằm ngoài giai đoạn của mức “Xã đạt chuẩn NTM” giai đoạn 2021–2025.",
        ),
    ],
)
def test_a_decision_with_a_wrong_part_is_refused_beside_it(
    land: Land, cast: Any, fields: dict[str, Any], field: str, sentence: str
) -> None:
    refused = refusal(recognise, land, land.commune_a, by=cast.approver, **fields)
    assert (refused.field, refused.message) == (field, sentence)
    assert not Decision.objects.exists()


def test_a_decision_of_tomorrow_is_refused(land: Land) -> None:
    refused = refusal(recognise, land, land.commune_a, issued_on=today() + timedelta(days=1))
    assert refused.field == "issued_on"
    assert "chưa đến" in refused.message


def test_a_decision_without_units_is_refused(land: Land) -> None:
    refused = refusal(recognise, land)
    assert (refused.field, refused.message) == ("units", "Chưa chọn đơn vị nào.")


def test_a_decision_already_in_the_register_is_refused(land: Land) -> None:
    recognise(land, land.commune_a)
    with pytest.raises(Refused) as caught:
        recognise(land, land.commune_b, number="12/QĐ-UBND ")
    assert caught.value.field == "number"
    assert caught.value.message == (
        "Văn bản số 12/QĐ-UBND ngày 05/01/2024 của UBND tỉnh Thái Nguyên đã có trong sổ."
    )


def test_a_unit_of_another_province_is_not_found(land: Land, cast: Any) -> None:
    refused = refusal(recognise, land, land.foreign_commune, by=cast.approver)
    assert refused.message == "Không tìm thấy đơn vị đã chọn trong tỉnh."
    assert "Trường Hà" not in refused.message


@pytest.mark.parametrize(
    "role", ["specialist", "leader", "administrator", "auditor", "officer_a", "disabled"]
)
def test_only_the_approver_records_decisions(land: Land, cast: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        recognise(land, land.commune_a, by=getattr(cast, role))


def test_an_approver_cannot_record_for_another_province(land: Land, cast: Any) -> None:
    with pytest.raises(Refused, match="Không tìm thấy tỉnh"):
        decisions.recognise(
            province=land.foreign.place,
            units=[land.foreign_commune],
            level=factories.level(),
            achieved_year=2023,
            by=cast.approver,
            **paper(),
        )


def test_confirming_a_level_in_force_adds_no_recognition(land: Land) -> None:
    factories.recognition(land.commune_a)
    made = confirm(land, land.commune_a)
    assert made.kind == DecisionKind.CONFIRM
    assert made.recognitions.count() == 0
    assert made.confirmations.get().recognition.place == land.commune_a.place
    assert actions() == ["document.added", "decision.recorded", "recognition.confirmed"]


def test_confirming_a_merged_unit_gives_it_a_recognition_of_its_own(land: Land) -> None:
    factories.recognition(land.commune_a)
    union = merged(land, land.commune_a, land.commune_b)
    made = confirm(land, union)
    row = made.recognitions.get()
    assert (row.unit, row.achieved_year, row.state) == (union, 2025, RecognitionState.IN_FORCE)
    assert made.confirmations.count() == 0
    assert actions() == ["document.added", "decision.recorded", "recognition.confirmed"]


def test_one_decision_confirms_standing_and_merged_units_together(land: Land) -> None:
    factories.recognition(land.commune_c)
    union = merged(land, land.commune_a, land.commune_b)
    made = confirm(land, land.commune_c, union)
    assert (made.confirmations.count(), made.recognitions.count()) == (1, 1)


def test_confirming_a_unit_that_never_had_the_level_is_refused(land: Land) -> None:
    refused = refusal(confirm, land, land.commune_a)
    assert refused.message == (
        "Xã Phú Đình chưa được công nhận mức “Xã đạt chuẩn NTM” nên không có gì để xác nhận; "
        "hãy ghi quyết định công nhận."
    )


def test_confirming_a_merged_unit_at_a_higher_level_needs_the_lower_one(land: Land) -> None:
    factories.level("ntm")
    union = merged(land, land.commune_a, land.commune_b)
    refused = refusal(confirm, land, union, level=factories.level("advanced"))
    assert refused.message == "Xã Hợp Nhất chưa được công nhận mức “Xã đạt chuẩn NTM” đang còn hiệu lực."


def test_a_level_is_not_confirmed_by_a_paper_older_than_its_own(land: Land) -> None:
    late = factories.decision(land.province, issued_on=date(2025, 9, 2))
    for unit in (land.commune_a, land.commune_b):
        factories.recognition(unit, by=late, by_year=unit == land.commune_b)
    assert refusal(confirm, land, land.commune_a, land.commune_b).message == (
        "Xã Phú Đình được công nhận mức “Xã đạt chuẩn NTM” ngày 02/09/2025, sau ngày 01/09/2025 của quyết định này."
    )
    signed = paper("91/QĐ-UBND", issued_on=date(2025, 9, 2))
    assert confirm(land, land.commune_a, land.commune_b, **signed).confirmations.count() == 2


def test_confirming_a_closed_unit_is_refused(land: Land) -> None:
    factories.recognition(land.commune_a)
    merged(land, land.commune_a, land.commune_b)
    refused = refusal(confirm, land, land.commune_a)
    assert refused.message == "Xã Phú Đình chưa có hoặc không còn vào ngày 01/09/2025 của quyết định."


def test_units_are_added_to_a_recognition_with_an_entry_each(land: Land, cast: Any) -> None:
    made = recognise(land, land.commune_a)
    decisions.add_units(
        decision=made, level=factories.level(), achieved_year=2023, units=[land.commune_b], by=cast.approver
    )
    assert made.recognitions.count() == 2
    assert actions()[-1] == "recognition.recorded"
    with pytest.raises(NotAllowed):
        decisions.add_units(
            decision=made, level=factories.level(), achieved_year=2023, units=[land.commune_c], by=cast.leader
        )


def test_units_are_not_added_to_a_confirmation(land: Land) -> None:
    row = factories.recognition(land.commune_a)
    made = confirm(land, land.commune_a)
    with pytest.raises(Refused, match="Chỉ ghi thêm đơn vị được vào quyết định công nhận"):
        decisions.add_units(
            decision=made, level=row.level, achieved_year=2023, units=[land.commune_b], by=audit.SYSTEM
        )
