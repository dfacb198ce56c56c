"""How rows of this app are put back to what they held: by the verbs that people's own changes go through."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from communes.cells import Typed, as_typed, plain
from communes.choices import ValueState
from communes.models import (
    Assignment,
    Attribute,
    Confirmation,
    CriteriaSet,
    Criterion,
    Decision,
    Department,
    Document,
    Duty,
    Indicator,
    Level,
    Period,
    Recognition,
    Result,
    Round,
    Submission,
    Threshold,
    Unit,
)
from communes.reach import reach_with
from communes.selectors.criteria import book_of
from communes.services import catalogues
from communes.services.assignments import RIGHT as GIVES
from communes.services.assignments import change_period
from communes.services.attributes import Correction, change_attributes, take_back_attributes
from communes.services.register import lock_places
from communes.services.results import RIGHT as ENTERS
from communes.services.results import WRONG, Cell, NothingSaved, Outcome
from communes.services.results_many import enter_many
from communes.services.rounds import RIGHT as ROUNDS
from communes.services.rounds import Deadlines, set_deadlines
from communes.services.thresholds import RIGHT as THRESHOLDS
from communes.services.thresholds import ThresholdValues, change_threshold
from communes.services.units import UnitCorrection, change_units
from ntm.audit.querysets import type_of
from ntm.audit.restorers import Restorer, Wanted, explain, follows, register, shut, stays
from ntm.core.bulk import Told
from ntm.core.errors import Refused, Stale

_VALUES = (
    "state", "value", "numerator", "denominator", "text", "case_id", "note", "copied_from", "is_doubtful",
)  # fmt: skip
_EMPTY: Mapping[str, Any] = dict.fromkeys(_VALUES) | {
    "state": ValueState.EMPTY.value, "text": "", "note": "", "is_doubtful": False,
}  # fmt: skip


def put_results(wanted: Sequence[Wanted], by: Any, told: Told | None = None) -> None:
    """Cells of any number of returns, in one write."""
    returns: dict[int, list[Wanted]] = defaultdict(list)
    for one in wanted:
        returns[one.row.submission_id].append(one)
    try:
        typed = {key: [_cell(one) for one in some] for key, some in returns.items()}
        enter_many(typed=typed, by=by, told=told)
    except NothingSaved as refused:
        _refuse(refused.entry.of(WRONG), returns[refused.entry.submission.pk])
    except Submission.DoesNotExist:
        raise Refused("Phiếu kết quả này nằm ngoài phạm vi ghi của bạn.") from None


def _refuse(wrong: Sequence[Outcome], some: Sequence[Wanted]) -> None:
    if not wrong:
        raise Stale(some[0].row)
    raise Refused(f"{some[0].row.submission}, chỉ tiêu {wrong[0].cell.code}: {wrong[0].sentence}")


def _cell(one: Wanted) -> Cell:
    """What would have to be typed into the cell so that it holds this again."""
    row, then = one.row, one.then
    a_round = row.submission.round
    facts = book_of(a_round.criteria_set, a_round.province_id).indicators[row.indicator_id]
    share = {name: _typed(then[name]) for name in ("numerator", "denominator")}
    return Cell(
        facts.code,
        raw=as_typed(facts.reading, Typed(then["state"], _decimal(then["value"]), then["text"])),
        version=row.version,
        note=then["note"],
        kept=not then["is_doubtful"],
        case=then["case_id"] or 0,
        copied_from=then["copied_from"],
        no_share=not any(share.values()),
        **share,
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _typed(value: str | None) -> str:
    return "" if value is None else plain(Decimal(value))


def _put_attributes(wanted: Sequence[Wanted], by: Any, told: Told | None = None) -> None:
    if any(one.row.taken_back for one in wanted):
        raise Refused(_TAKEN_BACK)
    lock_places(one.row.unit.place_id for one in wanted)
    goes = [one for one in wanted if one.then["taken_back"]]
    stays = [one for one in wanted if not one.then["taken_back"]]
    papers = Document.objects.in_bulk({one.then["document_id"] for one in stays} - {None})
    take_back_attributes([(one.row, one.row.version) for one in goes], by=by)
    change_attributes([_correction(one, papers) for one in stays], by=by)
    if told is not None:
        told(len(wanted))


def _correction(one: Wanted, papers: Mapping[int, Document]) -> Correction:
    facts = {name: one.then[name] for name in ("value", "trust", "source")}
    paper = papers[one.then["document_id"]] if one.then["document_id"] else None
    return Correction(one.row, one.row.version, document=paper, **facts)


def document_of(key: int | None) -> Document | None:
    return None if key is None else Document.objects.get(pk=key)


def _put_units(wanted: Sequence[Wanted], by: Any) -> None:
    change_units([UnitCorrection(one.row, one.row.version, **one.then) for one in wanted], by=by)


def _put_catalogues(wanted: Sequence[Wanted], by: Any) -> None:
    """Recorded names are those of columns; `counts` holds the keys of other periods."""
    for one in wanted:
        values = dict(one.then)
        if "counts" in values:
            values["counts"] = list(Period.objects.filter(pk__in=values["counts"]))
        catalogues.change_row(one.row, values, version=one.row.version, by=by)


def _put_assignments(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        days: dict[str, Any] = {name: value and date.fromisoformat(value) for name, value in one.then.items()}
        change_period(one.row, **days, version=one.row.version, by=by)


_CATALOGUES = {
    Period: ("code", "first_year", "last_year", "counts", "document_id"),
    Level: (
        "period_id", "code", "tier", "rank", "name", "short_name", "city_name", "confirmed",
    ),
    Department: ("code", "name", "short_name", "position"),
}  # fmt: skip


_DEADLINES = ("enter_by", "review_by", "judge_by", "accept_by")


def _put_deadlines(wanted: Sequence[Wanted], by: Any) -> None:
    for one in wanted:
        days = Deadlines(**{name: _day(one.then[name]) for name in _DEADLINES})
        set_deadlines(one.row, version=one.row.version, deadlines=days, by=by)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


_BARS = (
    "operator", "value", "text", "case", "attribute", "attribute_value", "first_year", "last_year",
    "document_id", "trust", "source",
)  # fmt: skip


def _put_thresholds(wanted: Sequence[Wanted], by: Any) -> None:
    """What a threshold said once was held against its document then: a paper that looks back did so before."""
    for one in wanted:
        said = {name: value for name, value in one.then.items() if name != "document_id"}
        said["value"] = _decimal(said["value"])
        values = ThresholdValues(**said, document=document_of(one.then["document_id"]))
        change_threshold(one.row, version=one.row.version, values=values, is_retroactive=True, by=by)


def inside_or_own(model: Any, right: str = "") -> Any:
    """Thresholds and duties of sets that the reader sees: the nation's, and those of the reader's own provinces; with
    a right, of those where they have it."""

    def rows(user: Any) -> Any:
        mine = Q(province=None) | Q(province__in=reach_with(user, right).homes)
        return model.objects.filter(mine, indicator__criteria_set__in=CriteriaSet.objects.visible_to(user))

    return rows


def everyones(model: Any) -> Any:
    """Rows that belong to the nation: whoever has the right sees them all."""
    return lambda user: model._default_manager.all()


_DECIDED = (
    "Quyết định không sửa, không xóa: ghi sai thì đính chính từng lượt công nhận, ghi nhầm thì rút lượt đó, ở trang "
    "của quyết định; mức không còn hiệu lực thì ghi quyết định thu hồi."
)
_STEPPED = "Phiếu kết quả chỉ lùi theo các bước của nó: rút lại, trả lại từng chỉ tiêu, hoặc mở lại."
_JUDGED = "Ý kiến thẩm định không rút khỏi hồ sơ: sở, ngành thẩm định lại, hoặc trả lại chỉ tiêu."
_GIVEN = "Vai trò đã giao hay thu hồi thì giao lại ở trang Quản trị."
_SET = "Bộ tiêu chí đã ban hành không đổi; dự thảo và phân công sửa ở trang của bộ tiêu chí."
_CLOSED = "Khóa hay mở khóa năm làm ở trang của kỳ nhập liệu, kèm lý do."
_TAKEN_BACK = "Giá trị đã rút thì ghi lại từ cùng ngày ở trang Quản trị."
_OPENED = (
    "Đơn vị đã lập thì không xóa được: tên ghi sai thì sửa ở trang Quản trị; mã, loại, cấp trên chỉ đổi bằng một đợt "
    "sắp xếp."
)
_WITHDRAWN = "Ngưỡng đã bỏ thì đặt lại ở trang của chỉ tiêu."


def tell() -> None:
    """Called when the applications are ready."""
    # Each of them is shared by many results; read along with every row they would be made ten thousand times.
    results = ("submission__unit", "submission__round__criteria_set__level", "indicator")
    register(
        Restorer(
            Result, ENTERS, lambda user: Result.objects.visible_to(user).prefetch_related(*results), _VALUES,
            put_results, _EMPTY, tells=True,
        )
    )  # fmt: skip
    facts = ("value", "document_id", "trust", "source", "taken_back")
    register(
        Restorer(
            Attribute, "communes.change_attribute",
            lambda user: Attribute.every.visible_to(user).select_related("unit"), facts, _put_attributes,
            {"taken_back": True}, tells=True,
        )
    )  # fmt: skip
    names = ("name", "trust", "source")
    register(Restorer(Unit, "communes.change_unit", Unit.objects.visible_to, names, _put_units))
    days = ("first_day", "last_day")
    register(Restorer(Assignment, GIVES, Assignment.objects.visible_to, days, _put_assignments))
    for model, fields in _CATALOGUES.items():
        register(
            Restorer(
                model,
                "communes.change_catalogue",
                everyones(model),
                fields,
                _put_catalogues,
            )
        )
    _tell_of_rules()
    follows("submission.summed", "result.rejudged", "criteria.amended")
    follows("attribute.succeeded", "attribute.reopened")
    _explain()


def _tell_of_rules() -> None:
    rounds = Round.objects.visible_to
    register(Restorer(Round, ROUNDS, rounds, _DEADLINES, _put_deadlines))
    whole = ("indicator__criteria_set__level__period", "province", "document")
    seen = inside_or_own(Threshold, THRESHOLDS)
    register(
        Restorer(
            Threshold,
            THRESHOLDS,
            lambda user: seen(user).select_related(*whole),
            _BARS,
            _put_thresholds,
        )
    )


def _explain() -> None:
    stays({"unit.opened": _OPENED})
    shut(Attribute, lambda row: _TAKEN_BACK if row.taken_back else "")
    explain(dict.fromkeys(map(type_of, (Decision, Recognition, Confirmation)), _DECIDED))
    explain(dict.fromkeys(map(type_of, (CriteriaSet, Criterion, Indicator, Duty)), _SET))
    explain(
        {
            type_of(Submission): _STEPPED,
            type_of(Document): "Văn bản đã ghi không đổi; bản chụp đính kèm thêm ở trang của văn bản.",
            **dict.fromkeys(("assignment.given", "assignment.ended"), _GIVEN),
            "assignment.placed": "Sở, ngành của vai trò ghi lại ở trang Quản trị.",
            "result.judged": _JUDGED,
            **dict.fromkeys(
                ("result.returned", "result.answered", "result.resent", "result.restored"), _STEPPED
            ),
            "result.opened": "Ô trống được mở để kèm minh chứng; gỡ tệp minh chứng ở trang của ô.",
            **dict.fromkeys(("round.locked", "round.unlocked"), _CLOSED),
            **dict.fromkeys(("threshold.withdrawn", "threshold.dropped"), _WITHDRAWN),
            "attribute.taken_back": _TAKEN_BACK,
            "attribute.closed": "Thuộc tính đã kết thúc thì ghi một giá trị mới ở trang Quản trị.",
            "unit.closed": "Đơn vị chỉ kết thúc, lập lại bằng một đợt sắp xếp.",
        }
    )
