"""The demonstration's results: consistent with its levels and with the one published figure, and safe to load again."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from communes.choices import SubmissionState, ValueState, Verdict
from communes.models import Judgement, Remark, Result, Round, Submission, Unit
from communes.selectors import criteria
from communes.selectors.revocation_watch import alerts
from communes.services.sums import differences
from communes.tallies import average
from ntm.audit.models import LogEntry
from ntm.core.dates import today
from ntm.core.numbers import NBSP
from ntm.core.provenance import Trust
from ntm.reports.demonstration import recognitions, results
from tests import factories
from tests.ntm.reports.loading import load_demonstration
from tests.ntm.reports.reading import Page


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """Everything of the demonstration but its accounts, and how many statements its results took."""
    with django_db_blocker.unblock():
        criteria.forget()
        with transaction.atomic():
            province = load_demonstration()
            chosen = recognitions.chosen_communes(province)
            with CaptureQueriesContext(connection) as queries:
                results.load_results(province, chosen)
            factories.user("xem", "leader", Unit.objects.get(place=province, valid_to=None))
        yield SimpleNamespace(province=province, chosen=chosen, statements=len(queries))
        call_command("flush", verbosity=0, interactive=False)
        cache.clear()


@pytest.fixture(autouse=True)
def _ready(loaded: SimpleNamespace, db: None) -> None:
    """Each test starts from what was loaded."""


def returns(year: int, level: str = "ntm") -> dict[str, Submission]:
    rows = Submission.objects.filter(round__year=year, round__criteria_set__level__code=level)
    return {row.unit.code: row for row in rows.select_related("unit", "round__criteria_set")}


def sent(year: int, level: str = "ntm") -> list[Submission]:
    return [row for row in returns(year, level).values() if row.state != SubmissionState.DRAFT]


def test_each_year_asks_its_own_communes_by_57_indicators():
    assert (len(returns(2022)), len(returns(2023))) == (128, 126)
    assert {row.indicators_total for row in sent(2023)} == {57}


def test_2022_is_near_the_published_average_and_2023_above_it():
    before, now = (average([row.criteria_met for row in sent(year)]) for year in (2022, 2023))
    assert before is not None and now is not None
    assert abs(before - Decimal("17.87")) < Decimal("0.15")
    assert before < now < 19


def test_2022_is_accepted_and_locked():
    assert Counter(row.state for row in returns(2022).values()) == {SubmissionState.ACCEPTED: 128}
    assert Round.objects.get(year=2022).is_locked


def test_who_was_recognised_in_2023_meets_every_criterion_of_that_year(loaded):
    found = returns(2023)
    for code in loaded.chosen.ntm_new[2:]:
        assert (found[code].criteria_met, found[code].state) == (19, SubmissionState.ACCEPTED), code
    assert any(returns(2022)[code].criteria_met < 19 for code in loaded.chosen.ntm_new)


def test_two_of_them_find_theirs_open_and_empty_with_last_year_to_copy(loaded):
    for code in loaded.chosen.ntm_new[:2]:
        row = returns(2023)[code]
        assert (row.state, row.entered, row.results.count()) == (SubmissionState.DRAFT, 0, 0)
        assert not row.round.is_locked
        assert returns(2022)[code].entered == 57


def test_a_blank_threshold_is_met_only_by_a_departments_word():
    blank = Result.objects.filter(computed=Verdict.NOT_EVALUABLE)
    assert blank.filter(verdict=Verdict.MET).exists()
    assert not blank.filter(verdict=Verdict.MET, judgements=None).exists()
    assert not Judgement.objects.filter(basis="").exists()
    assert not Judgement.objects.exclude(basis__startswith="Minh họa").exists()


def test_who_was_never_recognised_lacks_several_criteria(loaded):
    known = {*loaded.chosen.ntm_new, *loaded.chosen.ntm_before}
    never = [row.criteria_met for code, row in returns(2023).items() if code not in known]
    assert len(never) == 8
    assert max(never) <= 16


def test_who_was_recognised_earlier_lacks_little(loaded):
    known = [row for code, row in returns(2023).items() if code in loaded.chosen.ntm_before]
    rows = [row for row in known if row.criteria_met > 12]
    assert len(known) - len(rows) == 2
    assert all(row.not_met <= 6 and row.criteria_met >= 14 for row in rows)
    assert sum(row.criteria_met == 19 for row in rows) > len(rows) / 2


def test_two_of_2023_give_reason_to_look_at_their_level_again():
    reader = factories.User.objects.get(username="xem")
    found = alerts(reader, 2023, today())
    assert [(line.failed, line.level_code) for line in sorted(found, key=lambda line: line.failed)] == [
        (7, "ntm"),
        (10, "ntm"),
    ]
    some, many = (line.reason.replace(NBSP, " ") for line in sorted(found, key=lambda line: line.failed))
    assert "từ 30 % đến dưới 50 %, trong đó có tiêu chí then chốt" in some
    assert "(52,6 %), từ 50 % trở lên." in many
    assert alerts(reader, 2022, today()) == []


def test_a_few_returns_of_2023_are_still_being_appraised():
    states = Counter(row.state for row in returns(2023).values())
    assert states == {"accepted": 119, "submitted": 3, "reviewed": 2, "draft": 2}
    assert Remark.objects.filter(closed_at=None, is_return=True).count() == 1
    assert sum(row.unjudged for row in sent(2023)) > 100


def test_the_advanced_set_knows_those_who_were_recognised_at_it(loaded):
    found = returns(2023, "advanced")
    assert all(found[code].criteria_met == 19 for code in loaded.chosen.advanced_new)
    assert Counter(row.state for row in found.values())["accepted"] == 45


def test_everything_is_marked_illustrative_and_nothing_is_left_doubtful():
    assert not Result.objects.exclude(trust=Trust.ILLUSTRATIVE).exists()
    assert not Result.objects.filter(Q(is_doubtful=True) | ~Q(state=ValueState.ENTERED)).exists()


def test_a_full_recount_finds_no_difference():
    rows = Submission.objects.select_related("round__criteria_set", "unit")
    assert list(differences(rows)) == []


def test_it_takes_hundreds_of_statements_and_is_recorded_row_by_row(loaded):
    assert loaded.statements < 1500
    entered = LogEntry.objects.filter(action="result.entered").count()
    assert entered == Result.objects.count() > 17_000


def test_loading_again_changes_nothing(loaded):
    before = LogEntry.objects.count(), Result.objects.count()
    results.load_results(loaded.province, loaded.chosen)
    assert (LogEntry.objects.count(), Result.objects.count()) == before


def test_the_pages_say_it_is_illustrative(client_as):
    reader = client_as(factories.User.objects.get(username="xem"))
    for where in ("/tieu-chi/2023/", "/tieu-chi/2022/ntm/10/", "/tieu-chi/2023/so-lieu/?bo=ntm&nhom=da-gui"):
        assert "Số liệu minh họa" in Page(reader, where).text, where
    assert "bình quân đạt 17,87/19 tiêu chí mỗi xã" in Page(reader, "/tieu-chi/2022/").text


def test_the_year_page_says_it_quietly_and_each_number_opens(client_as):
    reader = client_as(factories.User.objects.get(username="xem"))
    page = Page(reader, "/tong-quan/2023/")
    anchors = [anchor for anchor in page.figures if anchor.path == "/tieu-chi/2023/so-lieu/"]
    assert {anchor.query["nhom"] for anchor in anchors} == {"da-gui", "duoi-15"}
    for anchor in anchors:
        assert Page(reader, anchor.href).count == anchor.figure
    assert page.values("/tong-quan/2023/so-lieu/", so="luy-ke", muc="ntm") == {118}
