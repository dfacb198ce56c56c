"""The forms of 2023 say what the page, its lists and its files say of the demonstration."""

from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from ntm.core.dates import today
from ntm.core.scope import Scope
from ntm.reports.official.answers import answers_of
from ntm.reports.official.filling import fill
from ntm.reports.official.mapping import all_forms
from ntm.reports.official.sources import Sources
from ntm.reports.selectors.overview import overview
from tests.ntm.reports.reading import Page, Reader

LEVELS = {"dat_chuan": "ntm", "nang_cao": "advanced", "kieu_mau": "model", "huyen": "district_ntm"}


class Sheet:
    """A filled form, by the names of its cells."""

    def __init__(self, code: str, province: Any) -> None:
        scope = Scope.of(province.pk, 2023, today())
        office = type("Office", (), {"province": "Thái Nguyên", "parent_name": "UBND tỉnh", "name": "VP"})()
        self.filled = fill(answers_of(all_forms()[code], Sources(scope, office)))

    def __getitem__(self, name: str) -> Any:
        ((_, where),) = self.filled.book.defined_names[name].destinations
        return self.filled.sheet[where.replace("$", "")].value


def test_counts_by_level_are_those_of_the_page(demonstration: Any, db: None) -> None:
    sheet = Sheet("xa-theo-so-tieu-chi", demonstration)
    rows = {row.code: row for row in overview(Scope.of(demonstration.pk, 2023, today())).rows}
    for name, code in LEVELS.items():
        row = rows[code]
        assert sheet[f"o_{name}_nay"] == row.cumulative.value, code
        assert sheet[f"o_{name}_truoc"] == row.previous.value, code
        assert sheet[f"o_{name}_sau"] == row.next_cumulative.value, code
        if code != "district_ntm":
            assert sheet[f"o_{name}_moi_nay"] == row.achieved.value, code
            assert sheet[f"o_{name}_moi_sau"] == row.next_plan.value, code
            assert sheet[f"o_{name}_ty_le"] == row.percent, code
    last = {row.code: row for row in overview(Scope.of(demonstration.pk, 2022, today())).rows}
    for name, code in LEVELS.items():
        assert sheet[f"o_{name}_truoc"] == last[code].cumulative.value, code
    assert sheet["o_dat_chuan_moi_truoc"] == last["ntm"].achieved.value
    assert sheet["o_so_xa_truoc"] == last["ntm"].denominator.value
    assert [sheet[f"o_{name}_nay"] for name in ("so_xa", *LEVELS)] == [126, 118, 33, 10, 6]


def test_money_is_that_of_the_page(demonstration: Any, db: None) -> None:
    sheet = Sheet("nguon-luc", demonstration)
    panel = overview(Scope.of(demonstration.pk, 2023, today())).money
    assert panel is not None
    assert sheet["o_tat_ca_nay"] * 10**6 == panel.total and sheet["o_tat_ca_cach"] == panel.words.strip()
    by_code = {row.code: row for row in panel.rows}
    for name, code in (("trung_uong", "central"), ("dia_phuong", "local"), ("khac", "other")):
        assert sheet[f"o_{name}_nay"] * 10**6 == by_code[code].amount
        assert sheet[f"o_{name}_ty_le"] == by_code[code].share
        assert sheet[f"o_{name}_cach"] == by_code[code].words.strip()
    # No plan was published of it. What was published as a whole is not split, and no part of it is 0.
    assert [sheet[f"o_{name}_nay"] for name in ("dau_tu", "tinh", "tin_dung", "nguoi_dan")] == [None] * 4
    assert [
        sheet[f"o_{name}_{at}"] for name in ("tat_ca", "dau_tu") for at in ("ke_hoach", "ke_hoach_sau")
    ] == [None] * 4


@pytest.mark.alike
@pytest.mark.parametrize(
    "code", ["xa-theo-so-tieu-chi", "nguon-luc", "theo-loai-cong-trinh", "theo-noi-dung-thanh-phan"]
)
def test_each_figure_opens_its_own_list(reader: Reader, code: str) -> None:
    page = Page(reader, f"/bieu-mau/2023/{code}/")
    assert page.figures or page.sums
    for anchor in page.figures:
        assert Page(reader, anchor.href).count == anchor.figure, anchor.href
    for anchor in page.sums:
        assert Page(reader, anchor.href).total == anchor.sum, anchor.href


def test_the_districts_add_up_to_the_province(demonstration: Any, db: None) -> None:
    sheet = Sheet("xa-theo-so-tieu-chi", demonstration)
    block = all_forms()["xa-theo-so-tieu-chi"].blocks[0]
    area = sheet.filled.moved(block.area)
    column = get_column_letter(block.area.left + 2)
    rows = range(area.top, area.bottom + 1)
    assert len(rows) == 9
    assert sum(sheet.filled.sheet[f"{column}{row}"].value for row in rows) == sheet["o_so_xa_nay"] == 126


def test_an_illustration_says_so(demonstration: Any, db: None) -> None:
    assert "số liệu minh họa" in Sheet("xa-theo-so-tieu-chi", demonstration)["ghi_chu_o_trong"]
    # The plan by kind of work is made up; what was published of 2023 stands in forms without it.
    assert "số liệu minh họa" in Sheet("theo-loai-cong-trinh", demonstration)["ghi_chu_o_trong"]
    for code in ("nguon-luc", "theo-noi-dung-thanh-phan"):
        assert "minh họa" not in Sheet(code, demonstration)["ghi_chu_o_trong"], code
