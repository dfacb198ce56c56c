"""What the record holds is read as on the pages: Đạt, names, dd/mm/yyyy, numbers with their units."""

from datetime import date
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import AttributeKind, IndicatorKind, Operator
from communes.models import Submission
from communes.services.attributes import record_attribute
from communes.services.results import Cell, enter
from communes.services.rounds import Deadlines, open_round, set_deadlines
from communes.services.thresholds import ThresholdValues, add_threshold
from funding.services import enter_amount
from ntm.audit.models import LogEntry
from ntm.audit.selectors import described
from tests import factories


@pytest.fixture
def returned(land: Any) -> Submission:
    made = factories.small_set()
    factories.indicator(made, "4", IndicatorKind.GRADED, grades=["Yếu", "Khá", "Tốt"])
    return factories.submission(factories.a_round(land.province, made), land.commune_a)


def read(action: str) -> dict[str, str]:
    """The newest entry of the action: each label with the value after."""
    entry = LogEntry.objects.filter(action=action).order_by("-number")[0]
    return {change.label: change.after for change in described([entry])[0].changes}


@pytest.mark.parametrize(
    ("code", "raw", "words"),
    [
        ("1.1", "Đ", "Đạt"),
        ("1.1", "C", "Chưa đạt"),
        ("2.1", "81,5", "81,5\u00a0%"),
        ("2.2", "1.234.567", "1.234.567\u00a0triệu đồng/người/năm"),
        ("4", "Khá", "Khá"),
    ],
)
def test_a_result_reads_as_in_its_cell(returned, cast, client_as, code, raw, words):
    enter(where=Q(pk=returned.pk), typed=[Cell(code, raw)], by=cast.officer_a)
    told = read("result.entered")
    assert told["Giá trị"] == words
    assert told["Chỉ tiêu"].startswith(f"{code}")
    assert told["Người nhập"] == "officer_a"
    assert told["Tình trạng"] == "Đã nhập"
    key = returned.results.get().pk
    pages = [
        f"/nhat-ky/doi-tuong/communes.result/{key}/",
        f"/nhat-ky/doi-tuong/communes.submission/{returned.pk}/",
    ]
    client = client_as(cast.officer_a)
    assert all(words in client.get(page).text for page in pages)


def test_a_share_reads_as_numbers(returned, cast):
    enter(
        where=Q(pk=returned.pk), typed=[Cell("2.1", numerator="2700", denominator="3000")], by=cast.officer_a
    )
    told = read("result.entered")
    assert (told["Tử số"], told["Mẫu số"], told["Giá trị"]) == ("2.700", "3.000", "90\u00a0%")


def test_putting_back_and_taking_back_read_so_too(returned, cast, client_as):
    enter(where=Q(pk=returned.pk), typed=[Cell("1.1", "Đ")], by=cast.officer_a)
    enter(where=Q(pk=returned.pk), typed=[Cell("1.1", "C", version=1)], by=cast.officer_a)
    entry = LogEntry.objects.filter(action="result.changed").get()
    client = client_as(cast.officer_a)
    for page in (f"/nhat-ky/{entry.number}/khoi-phuc/", f"/nhat-ky/lo/{entry.batch}/hoan-tac/"):
        text = client.get(page).text
        assert "Chưa đạt" in text
        assert "Giá trị" in text


def test_an_attribute_reads_by_its_kind(land, cast):
    def recorded(kind: AttributeKind, value: str) -> str:
        record_attribute(
            land.commune_a, kind=kind, value=value, valid_from=date(2023, 1, 1), by=cast.specialist
        )
        return read("attribute.recorded")["Giá trị"]

    assert recorded(AttributeKind.ATK, "1") == "Có"
    assert recorded(AttributeKind.AREA_TYPE, "III") == "III"
    assert recorded(AttributeKind.POPULATION, "4102") == "4.102"


def test_a_threshold_reads_with_its_unit_and_paper(returned, land, cast):
    paper = factories.document("5/QĐ-UBND", issued_on=date(2021, 1, 5), province=land.province.place)
    add_threshold(
        returned.round.criteria_set.indicators.get(code="2.2"),
        values=ThresholdValues(Operator.AT_LEAST, 45, document=paper, first_year=2023),
        province=land.province.place,
        by=cast.specialist,
    )
    told = read("threshold.added")
    assert told["Ngưỡng"] == "45\u00a0triệu đồng/người/năm"
    assert told["Cách so"] == "từ … trở lên"
    assert told["Từ năm"] == "2023"
    assert "5/QĐ-UBND" in told["Văn bản"]
    assert told["Tỉnh"] == "Tỉnh Thái Nguyên"
    assert LogEntry.objects.get(action="threshold.added").object_label == "2.2: từ 45 trở lên"


def test_days_what_was_known_of_a_unit_and_money_read_so(land, cast):
    factories.attribute(land.commune_a, AttributeKind.ATK)
    made = open_round(
        province=land.province.place, year=2023, criteria_set=factories.small_set(), by=cast.specialist
    )
    opened = LogEntry.objects.filter(action="submission.opened", object_label__contains="Phú Đình").get()
    known = {change.label: change.after for change in described([opened])[0].changes}
    assert known["Thuộc tính đã dùng"] == "Xã an toàn khu: Có"
    set_deadlines(made, version=1, deadlines=Deadlines(date(2024, 1, 5)), by=cast.specialist)
    assert "05/01/2024" in read("round.changed").values()
    enter_amount(
        province=land.province.place, year=2023, source=factories.source(), amount=5_000_000_000,
        by=cast.specialist,
    )  # fmt: skip
    assert read("amount.entered")["Số tiền (đồng)"] == "5.000.000.000"
