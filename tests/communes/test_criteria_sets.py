"""A province's own set: copied, edited as a draft, published from a day on; what was published stays as it is."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from communes.choices import Operator, SetState
from communes.models import CriteriaSet, Criterion, Duty, Indicator, Threshold
from communes.selectors.set_content import content_of
from communes.services import criteria_rows, criteria_sets
from communes.services.criteria_sets import discard_set, draft_set, publish_set, rename_set
from communes.services.duties import assign_indicators
from communes.services.thresholds import ThresholdValues, add_threshold, change_threshold, withdraw_threshold
from communes.set_content import indicators_of
from ntm.audit.models import LogEntry
from ntm.core.errors import NotAllowed, Refused, Stale
from tests import factories
from tests.replayed import replayed

NAME = "Bộ tiêu chí của tỉnh"


@pytest.fixture
@replayed
def national(land: Any) -> CriteriaSet:
    return factories.small_set(name="Bộ tiêu chí quốc gia", valid_from=date(2022, 1, 1))


@pytest.fixture
@replayed
def draft(national: CriteriaSet, land: Any, cast: SimpleNamespace) -> CriteriaSet:
    return draft_set(
        level=national.level, province=land.province.place, name=NAME, base=national, by=cast.specialist
    )


def publish(row: CriteriaSet, by: Any, day: date = date(2023, 1, 1), **more: Any) -> CriteriaSet:
    row.refresh_from_db()
    values = {"version": row.version, "valid_from": day} | more
    values.setdefault("document", factories.document(issued_on=date(2022, 12, 29)))
    return publish_set(row, by=by, **values)


def put(of: CriteriaSet, code: str) -> Indicator:
    return Indicator.objects.get(criteria_set=of, code=code)


def test_a_copy_says_all_that_its_base_says(draft, national):
    assert (draft.state, draft.revision, draft.base) == (SetState.DRAFT, 1, national)
    assert content_of(draft) == content_of(national)
    mine, theirs = indicators_of(content_of(draft)), indicators_of(content_of(national))
    assert [line.thresholds for _, line in mine.values()] == [line.thresholds for _, line in theirs.values()]


def test_what_the_province_had_set_beside_the_base_comes_along(national, land, cast):
    home, ours = land.province.place, factories.department()
    add_threshold(
        put(national, "3"), province=home, by=cast.specialist, is_retroactive=True,
        values=ThresholdValues(Operator.AT_LEAST, 80, document=factories.document()),
    )  # fmt: skip
    assign_indicators(
        national, province=home, indicators=[put(national, "1.1")], department=ours, first_year=2022,
        by=cast.specialist,
    )  # fmt: skip
    made = draft_set(level=national.level, province=home, name=NAME, base=national, by=cast.specialist)
    assert Threshold.objects.get(indicator=put(made, "3")).province == home
    assert Duty.objects.get(indicator=put(made, "1.1")).department == ours


def test_one_draft_at_a_time_and_only_of_what_is_published(draft, national, land, cast):
    home, by = land.province.place, cast.specialist
    with pytest.raises(Refused, match="đang có một dự thảo"):
        draft_set(level=national.level, province=home, name=NAME, by=by)
    other = factories.criteria_set(factories.level("advanced"), province=land.foreign.place)
    with pytest.raises(Refused, match="đã ban hành của trung ương hoặc của tỉnh"):
        draft_set(level=other.level, province=home, name=NAME, base=other, by=by)
    with pytest.raises(Refused, match="cùng một mức"):
        draft_set(level=factories.level("model"), province=home, name=NAME, base=national, by=by)


def test_only_the_office_of_the_province_edits_and_nobody_the_nations_set(draft, national, cast, land):
    for person in (cast.leader, cast.approver, cast.officer_a, cast.administrator):
        with pytest.raises(NotAllowed):
            rename_set(draft, version=draft.version, name="x", by=person)
    with pytest.raises(NotAllowed, match="của trung ương không sửa"):
        criteria_rows.add_criterion(national, values={"number": "9", "name": "x"}, by=cast.specialist)
    stranger = factories.user("xa", "specialist", land.foreign)
    with pytest.raises(NotAllowed):
        rename_set(draft, version=draft.version, name="x", by=stranger)


def test_rows_are_added_changed_moved_and_taken_out_and_all_of_it_is_recorded(draft, cast):
    by = cast.specialist
    criterion = criteria_rows.add_criterion(draft, values={"number": "4", "name": "Mới"}, by=by)
    row = criteria_rows.add_indicator(
        draft, by=by,
        values={"criterion": criterion, "code": "4.1", "name": "Tỷ lệ", "kind": "percent", "unit_of_measure": "%"},
    )  # fmt: skip
    assert (row.maximum, put(draft, "4.1").position) == (100, 6)
    criteria_rows.move(criterion, up=True, by=by)
    numbers = Criterion.objects.filter(criteria_set=draft).order_by("position")
    assert list(numbers.values_list("number", flat=True)) == ["1", "2", "4", "3"]
    codes = Indicator.objects.filter(criteria_set=draft).order_by("position")
    assert list(codes.values_list("code", flat=True)) == ["1.1", "1.2", "2.1", "2.2", "4.1", "3"]
    criteria_rows.move(put(draft, "1.2"), up=True, by=by)
    assert list(codes.values_list("code", flat=True))[:2] == ["1.2", "1.1"]
    criteria_rows.drop_indicator(put(draft, "2.2"), by=by)
    criteria_rows.drop_criterion(criterion, by=by)
    assert list(codes.values_list("code", flat=True)) == ["1.2", "1.1", "2.1", "3"]
    assert list(codes.values_list("position", flat=True)) == [1, 2, 3, 4]
    dropped = LogEntry.objects.filter(action__endswith=".dropped").values_list("action", flat=True)
    assert sorted(dropped) == [
        "criterion.dropped", "indicator.dropped", "indicator.dropped", "threshold.dropped", "threshold.dropped",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"code": "1.1"}, "code", "đã có trong bộ"),
        ({"code": "1.Ă"}, "code", "chữ không dấu"),
        ({"kind": "graded"}, "grades", "ít nhất hai mức"),
        ({"kind": "graded", "grades": ["Tốt", "tốt"]}, "grades", "trùng tên"),
        ({"kind": "percent", "maximum": 120}, "maximum", "từ 0 đến 100"),
        ({"kind": "number", "minimum": 5, "maximum": 5}, "maximum", "phải lớn hơn"),
        ({"decimals": 9}, None, "4 chữ số"),
    ],
)
def test_an_indicator_that_could_not_be_entered_is_refused(draft, cast, values, field, words):
    criterion = Criterion.objects.get(criteria_set=draft, number="1")
    good = {"criterion": criterion, "code": "1.9", "name": "Mới", "kind": "yes_no"}
    before = Indicator.objects.count()
    with pytest.raises(Refused, match=words) as refusal:
        criteria_rows.add_indicator(draft, values=good | values, by=cast.specialist)
    assert field is None or refusal.value.field == field
    assert Indicator.objects.count() == before


def test_the_kind_of_an_indicator_cannot_leave_its_threshold_behind(draft, cast):
    row = put(draft, "2.1")
    with pytest.raises(Refused, match="bỏ ngưỡng đó trước") as refusal:
        criteria_rows.change_indicator(row, version=row.version, values={"kind": "text"}, by=cast.specialist)
    assert refusal.value.field == "kind"


def test_an_old_version_is_refused_for_indicator_criterion_and_set(draft, cast):
    by, row = cast.specialist, put(draft, "2.1")
    criterion = Criterion.objects.get(criteria_set=draft, number="1")
    criteria_rows.change_indicator(row, version=1, values={"name": "Tên khác"}, by=by)
    with pytest.raises(Stale):
        criteria_rows.change_indicator(row, version=1, values={"name": "Tên nữa"}, by=by)
    with pytest.raises(Stale) as stale:
        criteria_rows.change_criterion(criterion, version=draft.version, values={"name": "Khác"}, by=by)
    fresh = stale.value.current.version
    criteria_rows.change_criterion(criterion, version=fresh, values={"name": "Khác"}, by=by)
    with pytest.raises(Stale):
        rename_set(draft, version=draft.version, name="x", by=by)


def test_a_drafts_thresholds_are_its_own_and_go_without_a_trace_but_the_record(draft, cast):
    row = add_threshold(put(draft, "3"), values=ThresholdValues(Operator.AT_LEAST, 80), by=cast.specialist)
    assert row.province is None
    row = change_threshold(row, version=1, values=ThresholdValues(Operator.AT_LEAST, 85), by=cast.specialist)
    withdraw_threshold(row, version=2, by=cast.specialist)
    assert not Threshold.objects.filter(indicator=put(draft, "3")).exists()


def test_publishing_ends_the_revision_before_it_and_leaves_old_rounds_alone(draft, national, land, cast):
    by = cast.specialist
    first = publish(draft, by, date(2023, 1, 1))
    a_round = factories.a_round(land.province, first)
    second = draft_set(level=national.level, province=first.province, name=NAME, base=first, by=by)
    assert second.revision == 2
    with pytest.raises(Refused, match="sau ngày đó") as refusal:
        publish(second, by, date(2023, 1, 1))
    assert refusal.value.field == "valid_from"
    second = publish(second, by, date(2024, 1, 1))
    first.refresh_from_db()
    national.refresh_from_db()
    assert (first.valid_to, second.valid_to, national.valid_to) == (date(2024, 1, 1), None, None)
    a_round.refresh_from_db()
    assert a_round.criteria_set == first
    assert LogEntry.objects.filter(action="criteria.closed").count() == 1


def test_a_day_before_the_paper_was_issued_needs_a_word_for_it(draft, land, cast):
    paper = factories.document(province=land.province.place, issued_on=date(2025, 12, 29))
    how = {"version": draft.version, "valid_from": date(2024, 1, 1), "document": paper, "by": cast.specialist}
    with pytest.raises(Refused, match="Văn bản ban hành ngày 29/12/2025, sau ngày áp dụng") as refusal:
        publish_set(draft, **how)
    assert refusal.value.field == "valid_from"
    assert publish_set(draft, **how, is_retroactive=True).valid_from == date(2024, 1, 1)
    entry = LogEntry.objects.get(action="criteria.published")
    assert entry.reason == "Văn bản ghi hiệu lực hồi tố (ban hành 29/12/2025)."


def test_what_is_not_whole_is_not_published(draft, land, cast):
    by = cast.specialist
    empty = draft_set(level=factories.level("advanced"), province=land.province.place, name=NAME, by=by)
    with pytest.raises(Refused, match="chưa có tiêu chí nào"):
        publish(empty, by)
    criteria_rows.add_criterion(draft, values={"number": "4", "name": "Trống"}, by=by)
    with pytest.raises(Refused, match="Tiêu chí 4 chưa có chỉ tiêu"):
        publish(draft, by)
    criteria_rows.drop_criterion(Criterion.objects.get(criteria_set=draft, number="4"), by=by)
    with pytest.raises(Refused, match="nằm ngoài giai đoạn 2021–2025"):
        publish(draft, by, date(2026, 1, 1))
    with pytest.raises(Refused, match="thuộc tỉnh khác"):
        publish(draft, by, document=factories.document(province=land.foreign.place))
    Indicator.objects.filter(criteria_set=draft, code="1.2").update(code="2.1x")
    Indicator.objects.filter(criteria_set=draft, code="2.2").update(code="2.1X")
    with pytest.raises(Refused, match="có hai lần"):
        publish(draft, by)
    draft.refresh_from_db()
    assert draft.state == SetState.DRAFT
    assert criteria_sets.repeated(["1", "2", "1"]) == ["1"]


def test_a_published_set_is_never_edited_or_thrown_away(draft, cast):
    by = cast.specialist
    done = publish(draft, by)
    row = put(done, "1.1")
    for attempt in (
        lambda: rename_set(done, version=done.version, name="x", by=by),
        lambda: discard_set(done, version=done.version, by=by),
        lambda: criteria_rows.add_criterion(done, values={"number": "9", "name": "x"}, by=by),
        lambda: criteria_rows.change_indicator(row, version=1, values={"name": "x"}, by=by),
        lambda: criteria_rows.drop_indicator(row, by=by),
        lambda: criteria_rows.move(row, up=False, by=by),
        lambda: publish(done, by),
    ):
        with pytest.raises(Refused, match="đã ban hành"):
            attempt()


def test_a_draft_is_thrown_away_whole_and_another_may_begin(draft, national, land, cast):
    discard_set(draft, version=draft.version, by=cast.specialist)
    assert list(CriteriaSet.objects.all()) == [national]
    again = draft_set(level=national.level, province=land.province.place, name=NAME, by=cast.specialist)
    assert again.revision == 1
