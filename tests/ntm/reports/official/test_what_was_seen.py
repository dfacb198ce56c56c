"""What is issued is what the person had before them: every word of the form, not its labelled figures alone."""

import io
from collections.abc import Callable

import pytest
from django.db.models import F
from django.test import Client
from openpyxl import load_workbook

from communes.models import CriteriaSet, Threshold
from funding.models import Amount
from ntm.reports import services
from ntm.reports.models import IssuedForm
from ntm.reports.official import looking
from tests.conftest import Land
from tests.ntm.reports.official.test_issued_forms import COMMUNE, MONEY, issue, page_comparison, sent

Change = Callable[[], object]


def require_more() -> None:
    Threshold.objects.filter(value=90).update(value=93)
    CriteriaSet.objects.update(version=F("version") + 1)


@pytest.mark.parametrize(
    ("address", "change"),
    [
        (MONEY, lambda: Amount.objects.update(qualifier="about")),
        (MONEY, lambda: Amount.objects.update(trust="illustrative")),
        (COMMUNE, require_more),
    ],
    ids=["how an amount is stated", "that it only illustrates", "what is required"],
)
def test_a_form_that_says_something_else_by_now_is_refused(
    specialist: Client, address: str, change: Change
) -> None:
    typed = sent(specialist, address)
    change()
    answer = specialist.post(address, typed)
    assert answer.status_code == 422 and "Số liệu đã thay đổi" in answer.content.decode()
    assert not IssuedForm.objects.exists()


def test_then_and_now_speak_of_how_an_amount_is_stated(specialist: Client, office: Land) -> None:
    row = issue(specialist, MONEY)
    with row.file.open("rb") as stored:
        sheet = load_workbook(io.BytesIO(stored.read()))["Biểu 04"]
    assert sheet["G13"].value is None
    Amount.objects.update(qualifier="about")
    lines = {line.label: (line.then, line.now) for line in page_comparison(specialist, row).differing}
    assert lines["Trung ương: vốn đầu tư, cách ghi"] == ("để trống", "khoảng")


def test_then_and_now_speak_of_what_was_required(specialist: Client, office: Land) -> None:
    row = issue(specialist, COMMUNE)
    require_more()
    lines = {line.label: (line.then, line.now) for line in page_comparison(specialist, row).differing}
    assert lines == {"Chỉ tiêu 2.1: yêu cầu": ("≥ 90", "≥ 93")}


def test_a_form_is_filled_once_for_each_thing_that_a_person_does(
    specialist: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for place in (looking, services):
        fill = place.fill
        monkeypatch.setattr(
            place, "fill", lambda given, of=place, fill=fill: done.append(of.__name__) or fill(given)
        )
    typed = sent(specialist, MONEY)
    assert done == ["ntm.reports.official.looking"]
    for expected in (["ntm.reports.services"], []):  # The second click finds what the first one has made.
        done.clear()
        assert specialist.post(MONEY, typed).status_code == 302
        assert done == expected
    typed = sent(specialist, MONEY)
    Amount.objects.update(qualifier="about")
    done.clear()
    assert specialist.post(MONEY, typed).status_code == 422
    assert done == ["ntm.reports.official.looking"]
