"""A set of each province's own, with a canary in every text; its indicators shared out between two departments."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from communes.choices import IndicatorKind, Operator
from communes.models import CriteriaSet, Indicator, Level
from communes.services.criteria_sets import draft_set, publish_set
from communes.services.documents import Paper, add_document
from communes.services.duties import assign_indicators
from communes.services.set_import import replace_content
from communes.set_content import CriterionLine, IndicatorLine, ThresholdLine
from ntm.reports.acceptance.world import World

PERIOD_STARTS = 2021
#: The kind of an indicator, and what a good value has to reach.
Asked = tuple[IndicatorKind, Operator, Decimal | None]
SMALL: Mapping[str, Asked] = {
    "1.1": (IndicatorKind.YES_NO, Operator.YES, None),
    "1.2": (IndicatorKind.TEXT, Operator.JUDGED, None),
    "2.1": (IndicatorKind.PERCENT, Operator.AT_LEAST, Decimal(80)),
    "2.2": (IndicatorKind.NUMBER, Operator.AT_LEAST, Decimal(40)),
    "3.1": (IndicatorKind.GRADED, Operator.GRADE, Decimal(2)),
    "3.2": (IndicatorKind.YES_NO, Operator.YES, None),
}
#: Sixty indicators in twenty criteria, for measuring.
FULL: Mapping[str, Asked] = {
    f"{criterion}.{number}": (IndicatorKind.PERCENT, Operator.AT_LEAST, Decimal(60))
    for criterion in range(1, 21)
    for number in (1, 2, 3)
}


def level(code: str) -> Level:
    return Level.objects.select_related("period").get(code=code, period__first_year=PERIOD_STARTS)


def publish(
    world: World,
    province: str,
    code: str,
    indicators: Mapping[str, Asked],
) -> CriteriaSet:
    """The province's own set of the level, in force from 2022 on, each department answering for half of it."""
    by, words = world.office(province, "specialist"), world.canaries
    place = world.place(province)
    draft = draft_set(level=level(code), province=place, name=words.text("Bộ tiêu chí", province), by=by)
    content = [_criterion(world, province, number, indicators) for number in _numbers(indicators)]
    draft = replace_content(draft, version=draft.version, content=content, by=by)
    paper = Paper(
        words.text("12/QĐ", province), date(2022, 1, 4), words.text("Ủy ban", province),
        words.text("Ban hành bộ tiêu chí", province), file=words.scan("bo tieu chi", province),
    )  # fmt: skip
    document = add_document(paper=paper, province=place, by=by)
    made = publish_set(draft, version=draft.version, valid_from=date(2022, 1, 10), document=document, by=by)
    rows = list(Indicator.objects.filter(criteria_set=made).order_by("position"))
    half = len(rows) * 2 // 3
    for department, theirs in zip(world.departments, (rows[:half], rows[half:]), strict=True):
        duties = assign_indicators(
            made, province=place, indicators=theirs, department=department, first_year=2021,
            document=document, by=by,
        )  # fmt: skip
        world.keep(province, "duty", *duties)
    world.keep(province, "document", document)
    world.keep(province, "criteria_set", made)
    world.keep(province, "indicator", *rows)
    return made


def begin_draft(world: World, province: str, base: CriteriaSet) -> None:
    """What the office is still writing: only those who may edit it see it."""
    draft = draft_set(
        level=base.level, province=world.place(province), base=base,
        name=world.canaries.text("Dự thảo bộ tiêu chí", province), by=world.office(province, "specialist"),
    )  # fmt: skip
    world.keep(province, "criteria_draft", draft)


def _numbers(indicators: Mapping[str, Asked]) -> list[str]:
    return list(dict.fromkeys(code.split(".")[0] for code in indicators))


def _criterion(
    world: World,
    province: str,
    number: str,
    indicators: Mapping[str, Asked],
) -> CriterionLine:
    words = world.canaries
    lines = tuple(
        _indicator(world, province, code, *how)
        for code, how in indicators.items()
        if code.split(".")[0] == number
    )
    return CriterionLine(
        number,
        words.text(f"Tiêu chí {number}", province),
        group=words.text("Nhóm", province),
        indicators=lines,
    )


def _indicator(
    world: World, province: str, code: str, kind: IndicatorKind, operator: Operator, value: Decimal | None
) -> IndicatorLine:
    words = world.canaries
    measured = kind == IndicatorKind.NUMBER
    bars = tuple(
        ThresholdLine(
            operator, value, text=words.text("Theo quy định", province) if operator == Operator.JUDGED else "",
            case=words.text(case, province) if case else "", source=words.text("Quyết định", province),
        )
        for case in (("Xã vùng cao", "Xã khác") if measured else ("",))
    )  # fmt: skip
    return IndicatorLine(
        code, words.text(f"Chỉ tiêu {code}", province), kind,
        unit_of_measure=words.text("triệu đồng", province) if measured else "",
        maximum=Decimal(100) if kind == IndicatorKind.PERCENT else None,
        grades=("Thấp", words.text("Khá", province), "Tốt") if kind == IndicatorKind.GRADED else (),
        guidance=words.text("Cách tính", province), threshold_note=words.text("Ngưỡng", province),
        source=words.text("Quyết định", province), thresholds=bars,
    )  # fmt: skip
