"""Ways round the pages: questions put to the admin's lists, templates of others, putting back what is another's."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.models import Q

from communes.choices import AttributeKind
from communes.models import Assignment, Round
from communes.services.attributes import change_attribute, record_attribute
from communes.services.results import Cell, enter
from communes.services.rounds import Deadlines, set_deadlines
from communes.services.units import change_unit
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from tests import factories
from tests.access.test_forged import state


@pytest.mark.parametrize(
    "question",
    [
        "accounts/user/?password__startswith=",
        "accounts/user/?password__regex=.",
        "accounts/user/?oldpassword__password__startswith=m",
        "accounts/user/?assignments__unit__province=1",
        "communes/assignment/?user__password__startswith=m",
        "communes/assignment/?user__email__contains=a",
        "jobs/job/?parameters__address__contains=a",
        "jobs/job/?asked_by__password__startswith=m",
    ],
)
def test_lists_of_the_admin_answer_only_what_they_offer(question, cast, client_as):
    """Django lets every column of the table be asked; by the number of rows, a hash would be read sign by sign."""
    answer = client_as(cast.administrator).get(f"/quan-tri/{question}")
    assert answer.status_code in (302, 400)
    assert answer.status_code == 400 or "e=1" in answer["Location"]


@pytest.fixture
def of_both(land: Any) -> Any:
    """Enters for one province, only reads the other."""
    person = factories.user("hai_noi", "specialist", land.province)
    Assignment.objects.create(user=person, unit=land.foreign, role="leader")
    return person


def _attribute(land: Any) -> None:
    kind = AttributeKind.ETHNIC_MOUNTAIN
    row = record_attribute(land.foreign_commune, kind=kind, value="1", valid_from=date(2022, 1, 1), by=SYSTEM)
    change_attribute(row, expected=1, value="1", document=None, trust=row.trust, source="khác", by=SYSTEM)


def _unit(land: Any) -> None:
    row = land.foreign_commune
    change_unit(row, expected=row.version, name="Tên khác", trust=row.trust, source="", by=SYSTEM)


def _opened(land: Any) -> Round:
    return factories.a_round(land.foreign, factories.small_set())


def _deadlines(land: Any) -> None:
    days = Deadlines(enter_by=date(2026, 12, 1))
    set_deadlines(_opened(land), version=1, deadlines=days, by=SYSTEM)


def _result(land: Any) -> None:
    row = factories.submission(_opened(land), land.foreign_commune)
    for number, typed in enumerate(("81", "90")):
        enter(where=Q(pk=row.pk), typed=[Cell("2.1", typed, version=number)], by=SYSTEM)


@pytest.mark.parametrize("write", [_attribute, _unit, _deadlines, _result])
def test_what_is_only_read_there_is_neither_put_back_nor_taken_back(
    write: Callable[[Any], None], of_both: Any, land: Any, client_as: Any
):
    """The right to put back was given in one province; the rows of the other are there to read."""
    write(land)
    entry = LogEntry.objects.exclude(action="submission.summed").order_by("-number")[0]
    client, before = client_as(of_both), state()
    one, whole = f"/nhat-ky/{entry.number}/khoi-phuc/", f"/nhat-ky/lo/{entry.batch}/hoan-tac/"
    for where in (one, whole):
        page = client.get(where)
        assert page.status_code == 200
        seen = [page.context["plan"].seen] if where == whole else ["1", "2"]
        for mark in seen:
            answer = client.post(where, {"reason": "Thử", "seen": mark})
            assert answer.status_code in (403, 409, 422), where
    assert state() == before


@pytest.mark.parametrize("kind", ["ket-qua-xa", "ket-qua-ky", "ket-qua-chi-tieu"])
def test_a_template_of_anothers_return_is_not_made(kind, land, cast, client_as, of_both):
    """Nor one about a whole round for people of a commune, or of a province where one only reads."""
    made = factories.small_set()
    a_round, away = (factories.a_round(home, made) for home in (land.province, land.foreign))
    other = factories.submission(a_round, land.commune_b)
    foreign = factories.submission(away, land.foreign_commune)
    tried = [(cast.officer_a, a_round, other), (of_both, away, foreign), (cast.specialist, away, foreign)]
    for person, asked, row in tried:
        about = {"phieu": row.pk, "ky": asked.pk, "chi_tieu": "2.1"}
        answer = client_as(person).get(f"/nhap-tep/{kind}/mau.xlsx", about)
        assert answer.status_code in (403, 404), (person, answer.status_code)
