"""The office's word that a year is complete: declaring it, and what stands in the way."""

from typing import Any

import pytest

from communes.models import Level, YearDeclaration
from communes.services import declarations
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.conftest import Land


def refusal(call: Any, *args: Any, **fields: Any) -> Refused:
    rows = list(YearDeclaration.objects.order_by("pk").values())
    with pytest.raises(Refused) as caught:
        call(*args, **fields)
    assert list(YearDeclaration.objects.order_by("pk").values()) == rows
    return caught.value


def actions() -> list[str]:
    return list(LogEntry.objects.order_by("number").values_list("action", flat=True))


def test_the_office_declares_a_year_complete_once(land: Land, cast: Any) -> None:
    factories.period()
    home = land.province.place
    row = declarations.declare_year(province=home, year=2023, by=cast.approver)
    assert (row.year, row.declared_on) == (2023, today())
    assert actions() == ["year.declared"]
    with pytest.raises(Refused, match="Năm 2023 đã được xác nhận đủ số liệu"):
        declarations.declare_year(province=home, year=2023, by=cast.approver)
    assert YearDeclaration.objects.count() == 1


def test_a_year_that_is_not_over_or_in_no_period_cannot_be_declared(land: Land) -> None:
    Level.objects.all().delete()
    factories.period()
    home = land.province.place
    for year, sentence in ((today().year, "chưa kết thúc"), (1999, "không thuộc giai đoạn nào")):
        refused = refusal(declarations.declare_year, province=home, year=year, by=audit.SYSTEM)
        assert refused.field == "year"
        assert sentence in refused.message


def test_a_declaration_cannot_point_at_a_document_the_person_may_not_see(land: Land, cast: Any) -> None:
    factories.period()
    hidden = factories.document(province=land.foreign.place)
    with pytest.raises(Refused, match="Không tìm thấy văn bản"):
        declarations.declare_year(province=land.province.place, year=2023, document=hidden, by=cast.approver)


@pytest.mark.parametrize("year", [2021, 2022])
def test_a_year_that_some_may_have_reached_it_in_cannot_be_declared(land: Land, year: int) -> None:
    factories.period(counts=(factories.period(2016, 2020),))
    for unit in (land.commune_a, land.commune_b):
        factories.recognition(unit, year=2022, by_year=True)
    factories.recognition(land.district, factories.level("district_ntm"), year=2022, by_year=True)
    refused = refusal(declarations.declare_year, province=land.province.place, year=year, by=audit.SYSTEM)
    assert refused.field == "year"
    assert refused.message == (
        "2 xã và 1 đơn vị cấp huyện chỉ biết là đạt đến năm 2022, chưa rõ năm đạt, nên chưa thể nói năm "
        f"{year} đã đủ số liệu. Hãy đính chính năm đạt của các lượt công nhận này trước."
    )
    declarations.declare_year(province=land.province.place, year=2023, by=audit.SYSTEM)


def test_a_declaration_is_withdrawn_once_by_who_may_declare(land: Land, cast: Any) -> None:
    row = factories.declaration(land.province, 2023)
    withdraw = declarations.withdraw_declaration
    with pytest.raises(NotAllowed):
        withdraw(row, reason="Thiếu", expected_version=1, by=cast.specialist)
    assert refusal(withdraw, row, reason=" ", expected_version=1, by=cast.approver).field == "reason"
    withdraw(row, reason="Thiếu", expected_version=1, by=cast.approver)
    assert actions() == ["year.withdrawn"]
    with pytest.raises(Stale):
        withdraw(row, reason="Thiếu", expected_version=1, by=cast.approver)
    again = refusal(withdraw, row, reason="Thiếu", expected_version=2, by=cast.approver)
    assert again.message.startswith("Xác nhận đủ số liệu năm 2023 đã được rút ngày")
