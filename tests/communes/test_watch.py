"""The revocation watch of QĐ 18/2022: shares and key criteria, in words; and its list."""

from typing import Any

import pytest

from communes import watch
from communes.judging import MET, NOT_EVALUABLE, NOT_MET, Standing
from communes.models import Criterion, Result, Submission
from communes.selectors.revocation_watch import alerts
from communes.services.results import Cell
from communes.watch import CriterionState, alert
from ntm.core.dates import today
from tests import factories
from tests.communes import appraising
from tests.communes.appraising import again, fill, submit


def criteria(total: int, failed: int, *, key: bool = False, unclear: int = 0) -> list[CriterionState]:
    """So many criteria, the first of them failed; `key`: the first is a key one."""
    return [
        CriterionState(
            str(n + 1), f"Tiêu chí {n + 1}", is_key=key and n == 0, is_failed=n < failed,
            is_open=failed <= n < failed + unclear,
        )
        for n in range(total)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("total", "failed", "key", "alerted"),
    [
        (19, 0, False, False),
        (19, 5, True, False),  # 26,3 %
        (19, 6, True, True),  # 31,5 %
        (19, 6, False, False),
        (19, 9, False, False),  # 47,3 %
        (19, 9, True, True),
        (19, 10, False, True),  # 52,6 %
        (10, 3, True, True),  # exactly 30 %
        (10, 5, False, True),  # exactly 50 %
        (10, 2, True, False),
        (1, 1, False, True),
        (0, 0, False, False),
    ],
)
def test_the_limits(total, failed, key, alerted):
    assert bool(alert(criteria(total, failed, key=key))) == alerted


def test_the_reason_names_share_and_key_criterion():
    found = alert(criteria(19, 6, key=True))
    assert found.reason == (
        "Chưa đạt 6/19 tiêu chí (31,5\u00a0%), từ 30\u00a0% đến dưới 50\u00a0%, "
        "trong đó có tiêu chí then chốt 1 (Tiêu chí 1)."
    )
    assert alert(criteria(10, 5)).reason == "Chưa đạt 5/10 tiêu chí (50\u00a0%), từ 50\u00a0% trở lên."


def test_what_could_not_be_evaluated_has_not_failed():
    found = watch.states(
        [(1, "1", "A", False), (2, "2", "B", False), (3, "3", "C", False)],
        [
            Standing(1, verdict=NOT_MET), Standing(1, verdict=NOT_EVALUABLE), Standing(2, verdict=NOT_EVALUABLE),
            Standing(2, verdict=MET), Standing(3, verdict=MET),
        ],
    )  # fmt: skip
    assert [(one.is_failed, one.is_open) for one in found] == [(True, False), (False, True), (False, False)]
    assert alert(criteria(10, 4, unclear=6)) is None


# --- the list -----------------------------------------------------------------------------------------------
@pytest.fixture
def failing(land: Any, cast: Any) -> Submission:
    """A recognised commune whose sent return fails one criterion of three, a key one (33 %)."""
    appraising.no_districts(land)
    made = appraising.assigned_set()
    Criterion.objects.filter(criteria_set=made, number="2").update(is_key=True)
    row = factories.submission(factories.a_round(land.province, made), land.commune_a)
    fill(
        row,
        cast.officer_a,
        Cell("1.1", "Đ"),
        Cell("1.2", "Đ"),
        Cell("2.1", "10"),
        Cell("2.2", "9"),
        Cell("3", "5"),
    )
    factories.recognition(land.commune_a, year=2022, by=factories.decision(land.province))
    submit(row, cast.leader_a)
    return again(row)


def test_a_recognised_unit_that_fails_is_listed_with_its_reasons(failing, cast, client_as):
    (line,) = alerts(cast.approver, 2023, today())
    assert (line.level_code, line.failed, line.total, line.unclear) == ("ntm", 1, 3, "3 (Tiêu chí 3)")
    assert line.criteria == "2 (Tiêu chí 2)"
    page = client_as(cast.approver).get("/canh-bao-thu-hoi/2023/").content.decode()
    assert 'data-count="1"' in page
    assert f'href="/phieu/{failing.pk}/"' in page
    assert "/quyet-dinh/thu-hoi/?muc=ntm&amp;ten=Ph%C3%BA+%C4%90%C3%ACnh" in page
    assert "không tính là chưa đạt" in page


def test_only_the_approver_is_led_to_the_decision(failing, cast, client_as):
    page = client_as(cast.specialist).get("/canh-bao-thu-hoi/2023/").content.decode()
    assert ('data-count="1"' in page, "/quyet-dinh/thu-hoi/?" in page) == (True, False)
    # Nor is a column shown in which nothing could stand; the reasons have their label on a phone.
    assert ("Quyết định</th>" in page, 'data-label="Vì sao cảnh báo"' in page) == (False, True)
    assert 'data-count="0"' in client_as(cast.officer_b).get("/canh-bao-thu-hoi/2023/").content.decode()


def test_neither_drafts_nor_units_without_the_level_are_listed(land, failing, cast):
    Submission.objects.update(state="draft")
    assert alerts(cast.approver, 2023, today()) == []
    Submission.objects.update(state="submitted")
    failing.unit.recognitions.all().delete()
    assert alerts(cast.approver, 2023, today()) == []


def test_advanced_and_model_are_watched_on_the_advanced_set(land, failing, cast):
    advanced, model = factories.level("advanced"), factories.level("model")
    made = factories.small_set(advanced)
    row = factories.submission(
        factories.a_round(land.province, made), land.commune_a, state="accepted", not_met=3
    )
    now = row.round.pk and failing.submitted_at
    for one in made.indicators.all():
        Result.objects.create(submission=row, indicator=one, kind=one.kind, verdict="not_met", entered_at=now)
    for level in (advanced, model):
        factories.recognition(land.commune_a, level, year=2022, by=factories.decision(land.province))
    found = [(line.level_code, line.judged_on) for line in alerts(cast.approver, 2023, today())]
    assert found == [("ntm", "Đạt chuẩn"), ("advanced", "Nâng cao"), ("model", "Nâng cao")]
    assert len(alerts(cast.approver, 2023, today(), level="model")) == 1
    assert alerts(cast.approver, 2023, today(), district="172") == []


def test_the_queries_do_not_grow_with_the_units(land, failing, cast, django_assert_num_queries):
    alerts(cast.approver, 2023, today())
    for unit in (land.commune_b, land.commune_c, land.commune_d):
        row = factories.submission(failing.round, unit, state="submitted", not_met=2)
        for one in Result.objects.filter(submission=failing):
            one.pk, one.submission = None, row
            one.save()
        factories.recognition(unit, year=2022, by=factories.decision(land.province))
    with django_assert_num_queries(5):
        assert len(alerts(cast.approver, 2023, today())) == 4
