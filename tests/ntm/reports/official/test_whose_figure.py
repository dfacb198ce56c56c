"""A figure of a form opens the very cell that it was taken from, and one without a figure says the true reason."""

from datetime import date

import pytest
from django.test import Client

from communes.models import Result, Round, Unit
from tests import factories
from tests.conftest import Land
from tests.ntm.reports.official.test_form_pages import BASE, COMMUNE, cells
from tests.ntm.reports.official.test_issued_forms import issue, page_comparison
from tests.ntm.reports.reading import Page
from tests.returns import answers, load, opened


def opened_by(client: Client, address: str, code: str) -> dict[str, str]:
    """What the squares of an indicator's line say, with the address that each opens."""
    tables = client.get(address).context["look"].tables
    rows = [row for table in tables for row in table.body if row[0].text == code]
    return {each.text: each.value.url for each in rows[0] if each.value and each.value.url}


def reasons(client: Client, address: str) -> dict[str, int]:
    return dict(client.get(address).context["look"].unknown)


def recoded(unit: Unit, code: str, day: date) -> Unit:
    """The same place by another code from a day on."""
    Unit.objects.filter(pk=unit.pk).update(valid_to=day)
    new = Unit.objects.get(pk=unit.pk)
    new.pk, new.code, new.valid_from, new.valid_to = None, code, day, None
    new._state.adding = True
    new.save()
    return new


# --- whose cell ----------------------------------------------------------------------------------------------
def test_a_year_with_two_editions_opens_the_one_that_was_read(specialist: Client, office: Land) -> None:
    second = factories.small_set(revision=2)
    load(opened(office.province, second), office.commune_a, answers(_2_1="99"))
    found = opened_by(specialist, COMMUNE, "2.1")
    assert found.keys() == {"99", "Đạt"}
    assert all("bo=ntm-2" in url for url in found.values())
    assert "99 %" in Page(specialist, found["99"]).text


def test_a_unit_that_got_another_code_keeps_its_return(specialist: Client, office: Land) -> None:
    recoded(office.commune_a, "99999", date(2023, 6, 1))
    address = COMMUNE.replace("05602", "99999")
    found = opened_by(specialist, address, "2.1")
    assert {"95", "91,5"} <= found.keys()
    assert {specialist.get(url).status_code for url in found.values()} == {200}
    row = issue(specialist, address)
    comparison = page_comparison(specialist, row)
    assert (comparison.cannot, comparison.differing) == ("", []) and comparison.lines


# --- why not -------------------------------------------------------------------------------------------------
def test_no_data_is_not_known_and_says_why(specialist: Client, office: Land) -> None:
    rows = Result.objects.filter(indicator__code="2.1", submission__unit=office.commune_a)
    rows.filter(submission__round__year=2023).update(state="no_data", value=None, verdict="", judged="")
    line = next(row for row in cells(specialist, COMMUNE).values() if row[0] == "2.1")
    assert line[4:8] == ["91,5", "Đạt", "", ""]
    assert reasons(specialist, COMMUNE) == {"chưa có số liệu": 2}
    row = issue(specialist, COMMUNE)
    kept = {each["key"]: each["value"] for each in row.figures}
    assert kept["chi-tieu/2.1/ket-qua:nay"] is None and kept["chi-tieu/2.1/danh-gia:nay"] is None


@pytest.mark.parametrize(
    ("year", "said", "unsaid"), [(2022, {2021}, {2022, 2023}), (2024, {2024}, {2023, 2022})]
)
@pytest.mark.parametrize("form", ["xa-theo-so-tieu-chi", "tieu-chi-theo-nhom"])
def test_the_reason_names_the_year_that_it_speaks_of(
    specialist: Client, form: str, year: int, said: set[int], unsaid: set[int]
) -> None:
    found = " ".join(why for why in reasons(specialist, f"/bieu-mau/{year}/{form}/") if "được gửi" in why)
    assert all(f"năm {each} chưa có kết quả nào được gửi" in found for each in said), found
    assert not any(str(each) in found for each in unsaid), found


def test_another_set_is_another_reason_than_nothing_sent(specialist: Client, office: Land) -> None:
    Round.objects.filter(year=2022).update(criteria_set=factories.small_set(revision=5))
    found = reasons(specialist, f"{BASE}tieu-chi-theo-nhom/")
    assert found["năm 2022 đánh giá theo bộ tiêu chí khác năm 2023"] == 12
    other = reasons(specialist, COMMUNE)
    assert other["năm 2022 đánh giá theo bộ tiêu chí khác năm 2023"] == 10


def test_a_commune_that_has_not_sent_says_of_which_year(specialist: Client, office: Land) -> None:
    found = reasons(specialist, COMMUNE.replace("05602", office.commune_d.code))
    assert found == {"xã chưa gửi kết quả năm 2023": 10, "xã chưa gửi kết quả năm 2022": 10}
