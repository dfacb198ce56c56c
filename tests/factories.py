"""Rows for tests: plain functions with sensible defaults. They write straight to the tables, not through verbs."""

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from communes.choices import (
    ConditionKind,
    DecisionKind,
    Extent,
    IndicatorKind,
    Operator,
    SetState,
    Tier,
    UnitKind,
)
from communes.models import (
    Assignment,
    Attribute,
    Condition,
    CriteriaSet,
    Criterion,
    Decision,
    Department,
    Document,
    Indicator,
    Level,
    Period,
    Place,
    Recognition,
    Reorganisation,
    Result,
    Round,
    Submission,
    Succession,
    Threshold,
    Unit,
    YearDeclaration,
)
from funding.models import Allocation, Amount, Purpose, Source
from ntm.accounts.models import User
from ntm.audit.reach import home_of
from ntm.jobs.files import folder
from ntm.jobs.models import Job
from targets.choices import PlanState
from targets.models import Plan, Registration, Target

_numbers = count(1)


def province(code: str = "19", name: str = "Thái Nguyên", **fields: Any) -> Unit:
    """A province: its own place is its province."""
    place = Place.objects.create()
    defaults = {"tier": Tier.PROVINCE, "kind": UnitKind.TINH, "parent": None, "province": place}
    return Unit.objects.create(place=place, code=code, name=name, **(defaults | fields))


def unit(parent: Unit, name: str, *, kind: str = UnitKind.XA, code: str = "", **fields: Any) -> Unit:
    """A unit below another; its tier follows from its kind."""
    tier = Tier.DISTRICT if kind in (UnitKind.HUYEN, UnitKind.THANH_PHO, UnitKind.THI_XA) else Tier.COMMUNE
    defaults = {"place": fields.pop("place", None) or Place.objects.create(), "tier": tier, "kind": kind}
    return Unit.objects.create(
        code=code or f"T{next(_numbers):04d}",
        name=name,
        parent=parent.place,
        province=parent.province,
        **(defaults | fields),
    )


def succession(old: Unit, new: Unit, **fields: Any) -> Succession:
    """The old unit goes wholly into the new one on the day that the new one begins, and ends there as a place."""
    day = new.valid_from or old.valid_to or date(2023, 4, 10)
    act = Reorganisation.objects.create(
        document=fields.pop("document", None) or document(authority="Ủy ban Thường vụ Quốc hội"),
        effective_on=day,
        title="Sắp xếp",
    )
    return Succession.objects.create(
        reorganisation=act, predecessor=old, successor=new, **({"extent": Extent.WHOLE} | fields)
    )


def document(number: str = "", **fields: Any) -> Document:
    defaults = {
        "number": number or f"{next(_numbers)}/QĐ-UBND",
        "issued_on": date(2023, 12, 29),
        "authority": "UBND tỉnh Thái Nguyên",
        "title": "Văn bản kiểm thử",
    }
    return Document.objects.create(**(defaults | fields))


def period(first: int = 2021, last: int = 2025, *, counts: tuple[Period, ...] = ()) -> Period:
    row = Period.objects.filter(first_year=first).first()
    if row is None:
        row = Period.objects.create(first_year=first, last_year=last, code=f"{first}-{last}")
        if counts:
            row.counts.set(counts)
    return row


LEVELS = {
    "ntm": (Tier.COMMUNE, 1, "Xã đạt chuẩn NTM", "Đạt chuẩn"),
    "advanced": (Tier.COMMUNE, 2, "Xã NTM nâng cao", "Nâng cao"),
    "model": (Tier.COMMUNE, 3, "Xã NTM kiểu mẫu", "Kiểu mẫu"),
    "modern": (Tier.COMMUNE, 2, "Xã NTM hiện đại", "Hiện đại"),
    "district_ntm": (Tier.DISTRICT, 1, "Huyện, thành phố NTM", "Đạt chuẩn"),
}


def level(code: str = "ntm", in_period: Period | None = None) -> Level:
    tier, rank, name, short = LEVELS[code]
    within = {"period": in_period} if in_period else {"period__first_year": 2021}
    made = Level.objects.filter(code=code, **within).select_related("period").first()
    at = in_period or (period() if made is None else made.period)
    return made or Level.objects.create(
        period=at, code=code, tier=tier, rank=rank, name=name, short_name=short
    )


def decision(in_province: Unit, *, kind: str = DecisionKind.RECOGNISE, **fields: Any) -> Decision:
    doc = fields.pop("document", None) or document(province=in_province.place, **fields)
    return Decision.objects.create(document=doc, province=in_province.place, kind=kind)


def recognition(
    of: Unit, at: Level | None = None, *, year: int = 2023, by: Decision | None = None, **fields: Any
) -> Recognition:
    if by is None:
        by = decision(Unit.objects.get(place=of.province, tier=Tier.PROVINCE, valid_to=None))
    return Recognition.objects.create(
        decision=by,
        unit=of,
        place=of.place,
        level=at or level(),
        achieved_year=year,
        **fields,
    )


def declaration(of: Unit, year: int, **fields: Any) -> YearDeclaration:
    return YearDeclaration.objects.create(
        province=of.place, year=year, **({"declared_on": date(year + 1, 1, 8)} | fields)
    )


def attribute(of: Unit, kind: str, value: str = "1", **fields: Any) -> Attribute:
    return Attribute.objects.create(unit=of, kind=kind, value=value, **fields)


def plan(of: Unit, year: int = 2023, *, state: str = PlanState.APPROVED, **fields: Any) -> Plan:
    return Plan.objects.create(province=of.place, year=year, state=state, **fields)


def target(of: Plan, value: int, code: str = "ntm", **fields: Any) -> Target:
    return Target.objects.create(plan=of, level=level(code), value=value, **fields)


def registration(of: Plan, who: Unit, code: str = "ntm", **fields: Any) -> Registration:
    return Registration.objects.create(plan=of, unit=who, level=level(code), **fields)


def source(code: str = "central", name: str = "Ngân sách trung ương", **fields: Any) -> Source:
    return Source.objects.filter(code=code).first() or Source.objects.create(code=code, name=name, **fields)


def amount(of: Unit, value: int, *, year: int = 2023, code: str = "central", **fields: Any) -> Amount:
    return Amount.objects.create(
        province=of.place, year=year, source_of_funds=source(code, code), amount=value, **fields
    )


def purpose(code: str = "work-transport", name: str = "Giao thông", **fields: Any) -> Purpose:
    defaults = {"name": name, "breakdown": code.partition("-")[0], **fields}
    return Purpose.objects.get_or_create(code=code, defaults=defaults)[0]


def allocation(
    of: Unit, value: int, stage: str = "plan", to: str = "", *, code: str = "central", **fields: Any
) -> Allocation:
    """`to`: the code of a purpose; none: the source as a whole."""
    facts = {"province": of.place, "year": 2023, "purpose": purpose(to, to) if to else None} | fields
    return Allocation.objects.create(source_of_funds=source(code, code), amount=value, stage=stage, **facts)


def department(code: str = "so-nn", **fields: Any) -> Department:
    defaults = {"name": f"Sở {code}", "short_name": code}
    made = Department.objects.filter(code=code).first()
    return made or Department.objects.create(code=code, **(defaults | fields))


def criteria_set(at: Level | None = None, **fields: Any) -> CriteriaSet:
    """A published set without criteria; `indicator()` fills it."""
    defaults = {"name": "Bộ tiêu chí kiểm thử", "state": SetState.PUBLISHED}
    return CriteriaSet.objects.create(level=at or level(), **(defaults | fields))


def indicator(of: CriteriaSet, code: str, kind: str = IndicatorKind.YES_NO, **fields: Any) -> Indicator:
    """An indicator of the criterion that its code begins with."""
    number = code.split(".")[0]
    place = Indicator.objects.filter(criteria_set=of).count() + 1
    criterion = Criterion.objects.filter(criteria_set=of, number=number).first()
    if criterion is None:
        criterion = Criterion.objects.create(
            criteria_set=of, number=number, name=f"Tiêu chí {number}", position=place
        )
    defaults = {"name": f"Chỉ tiêu {code}", "position": place}
    return Indicator.objects.create(
        criteria_set=of, criterion=criterion, code=code, kind=kind, **(defaults | fields)
    )


def threshold(of: Indicator, operator: str = Operator.YES, value: Any = None, **fields: Any) -> Threshold:
    return Threshold.objects.create(indicator=of, operator=operator, value=value, **fields)


def small_set(at: Level | None = None, **fields: Any) -> CriteriaSet:
    """Three criteria: two yes/no, a percent from 90, an income by year, and one indicator without a threshold."""
    made = criteria_set(at, **fields)
    first, second, third = Criterion.objects.bulk_create(
        Criterion(criteria_set=made, number=number, name=f"Tiêu chí {number}", position=place)
        for number, place in (("1", 1), ("2", 3), ("3", 5))
    )
    of_indicators: tuple[tuple[Criterion, str, str, dict[str, Any]], ...] = (
        (first, "1.1", IndicatorKind.YES_NO, {}),
        (first, "1.2", IndicatorKind.YES_NO, {}),
        (second, "2.1", IndicatorKind.PERCENT, {"soft_limit": 10, "unit_of_measure": "%"}),
        (second, "2.2", IndicatorKind.NUMBER, {"unit_of_measure": "triệu đồng/người/năm"}),
        (third, "3", IndicatorKind.PERCENT, {"unit_of_measure": "%"}),
    )
    one, other, share, income, _ = Indicator.objects.bulk_create(
        Indicator(
            criteria_set=made,
            criterion=of,
            code=code,
            kind=kind,
            name=f"Chỉ tiêu {code}",
            position=at,
            **more,
        )
        for at, (of, code, kind, more) in enumerate(of_indicators, start=1)
    )
    Threshold.objects.bulk_create(
        [
            *(Threshold(indicator=of, operator=Operator.YES) for of in (one, other)),
            Threshold(indicator=share, operator=Operator.AT_LEAST, value=90),
            *(
                Threshold(
                    indicator=income, operator=Operator.AT_LEAST, value=value, first_year=year, last_year=year
                )
                for year, value in ((2022, 39), (2023, 42))
            ),
        ]
    )
    return made


def a_round(of: Unit, by_set: CriteriaSet, year: int = 2023, **fields: Any) -> Round:
    """A round without returns; `submission()` adds one."""
    return Round.objects.create(province=of.place, criteria_set=by_set, year=year, **fields)


def submission(in_round: Round, of: Unit, **fields: Any) -> Submission:
    count = Indicator.objects.filter(criteria_set=in_round.criteria_set).count()
    criteria = Criterion.objects.filter(criteria_set=in_round.criteria_set).count()
    sums = {"indicators_total": count, "missing": count, "criteria_total": criteria}
    return Submission.objects.create(round=in_round, unit=of, **(sums | fields))


def result(of: Submission, code: str, value: Any = None, **fields: Any) -> Result:
    """A value past the verbs: nothing is judged or summed up."""
    of_code = of.round.criteria_set.indicators.get(code=code)
    defaults = {"kind": of_code.kind, "value": value, "entered_at": timezone.now()}
    return Result.objects.create(submission=of, indicator=of_code, **(defaults | fields))


def condition(of: Level, code: str = "survey", kind: str = ConditionKind.SURVEY, **fields: Any) -> Condition:
    defaults = {"name": f"Điều kiện {code}", "position": Condition.objects.filter(level=of).count() + 1}
    return Condition.objects.create(level=of, code=code, kind=kind, **(defaults | fields))


def user(username: str, role: str | None = None, at: Unit | None = None, **fields: Any) -> User:
    """A person who cannot sign in by password (hashing one costs a quarter of a second): use `force_login`."""
    person = User(username=username, full_name=fields.pop("full_name", username), **fields)
    person.set_unusable_password()
    person.save()
    if role and at:
        Assignment.objects.create(user=person, unit=at, role=role)
    return person


def specialist_who_reads(here: Unit, there: Unit, *, reading_first: bool) -> User:
    """Enters for one province and only reads another, in the order in which the roles were given."""
    person = user("hai_tinh")
    roles = [("specialist", here), ("leader", there)]
    for role, at in reversed(roles) if reading_first else roles:
        Assignment.objects.create(user=person, unit=at, role=role)
    return person


def job_with_file(person: User, kind: str, words: str) -> Job:
    """A job that is done, with a file in which the words stand."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / f"{words}.csv").write_text(words)
    made = {"stored": f"{words}.csv", "name": f"{words}.csv", "title": words, "rows": 1, "scope": ""}
    return Job.objects.create(
        kind=kind, title="Việc mẫu", label=words, asked_by=person, state="done", finished_at=timezone.now(),
        province_id=home_of(person), result={"sentence": words, "url": "", "file": made},
    )  # fmt: skip
