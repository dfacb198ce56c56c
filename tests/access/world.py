"""One row of everything in every scope, so that each route can be asked about somebody's own and another's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from communes.choices import AttributeKind, Tier
from communes.models import ConditionCheck, Decision, Duty, Evidence, Recognition, Remark, Result, Round, Unit
from communes.services.attributes import record_attribute
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry
from targets.choices import PlanState
from tests import factories
from tests.access import endings, jobs, reports, uploads
from tests.access.matrix import ANONYMOUS, UNASSIGNED, Route

#: Words that only a row of that scope contains.
CANARIES = {"a": "CNRY-A-7f31", "b": "CNRY-B-52ce", "district": "CNRY-D-9a04", "foreign": "CNRY-X-e8d6"}
SCOPES = tuple(CANARIES)

#: Each person of the cast: the role that the matrix knows, and the scope that is theirs.
ACTORS = {
    ANONYMOUS: (ANONYMOUS, ""),
    "disabled": (ANONYMOUS, ""),
    "unassigned": (UNASSIGNED, ""),
    "officer_a": ("commune_officer", "a"),
    "officer_b": ("commune_officer", "b"),
    "leader_a": ("commune_leader", "a"),
    "district_officer": ("district_officer", "district"),
    "department": ("department", ""),
    "specialist": ("specialist", ""),
    "leader": ("leader", ""),
    "approver": ("approver", ""),
    "administrator": ("administrator", ""),
    "auditor": ("auditor", ""),
}
#: Who made what belongs to its maker alone.
MAKERS = {"a": "officer_a", "b": "officer_b", "district": "district_officer"}
#: What else lies in a scope, to be read: the communes of the district.
WITHIN = {"district": ("a", "b")}
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_SCOPE_OF_WORD = {"xa": "a", "huyen": "district"}


@dataclass
class World:
    """`rows`: scope → model label → row. A scope lacks what cannot belong to it."""

    people: SimpleNamespace
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def row(self, scope: str, label: str) -> Any:
        return self.rows[scope].get(label)


def build(land: Any, people: SimpleNamespace) -> World:
    """Every commune, district and province with its own facts. Plans: 2023 approved, 2024 a draft."""
    for code in ("ntm", "advanced", "model", "district_ntm"):
        factories.level(code)
    world = World(people)
    units = {
        "a": land.commune_a, "b": land.commune_b, "district": land.district, "foreign": land.foreign_commune,
    }  # fmt: skip
    shared = factories.decision(land.province, title="Quyết định chung")
    for scope, unit in units.items():
        home = land.foreign if scope == "foreign" else land.province
        world.rows[scope] = _facts(scope, unit, home)
        if scope in ("a", "b"):
            advanced = factories.level("advanced")
            factories.recognition(unit, advanced, by=shared)
    neighbour = land.foreign.assignments.get()
    world.rows["foreign"] |= {"assignment": neighbour, "user": neighbour.user}
    for scope, home in (("a", land.province), ("foreign", land.foreign)):
        world.rows[scope] |= _province_facts(scope, home) | endings.of(world.rows[scope], home)
    # The nation's tables have no scope; one address of each is enough.
    world.rows["a"] |= {
        "period": factories.period(), "level": factories.level(), "source": factories.source(),
        "purpose": factories.purpose(), "department": factories.department(),
    }  # fmt: skip
    _entries(world, units)
    _returns(world, units)
    _appraisal(world, units)
    _standing(land)
    jobs.add_to(world, CANARIES, MAKERS)
    uploads.bring(world, CANARIES, MAKERS)
    reports.keep(world, {"a": land.province, "foreign": land.foreign}, CANARIES)
    return world


def _returns(world: World, units: dict[str, Unit]) -> None:
    """Every commune has its return of 2023, with a value whose note is its canary, and a file behind it."""
    made = factories.small_set()
    first = made.indicators.get(code="1.1")
    for scope in ("a", "b", "foreign"):
        unit = units[scope]
        place = unit.province
        a_round = Round.objects.get_or_create(province=place, year=2023, criteria_set=made)[0]
        row = factories.submission(a_round, unit, entered=1, missing=4)
        result = Result.objects.create(
            submission=row, indicator=first, kind=first.kind, value=1, note=CANARIES[scope],
            computed="met", verdict="met", entered_at=timezone.now(),
        )  # fmt: skip
        evidence = Evidence(result=result, file_name=f"{CANARIES[scope]}.pdf")
        evidence.file.save("minh-chung.pdf", ContentFile(_PDF))
        world.rows[scope] |= {"submission": row, "cell": result, "evidence": evidence}


def _appraisal(world: World, units: dict[str, Unit]) -> None:
    """A sent return for each commune, judged by the department of the cast, with a question and a condition."""
    body = factories.department("so-nn")
    world.people.department.assignments.update(department=body)
    asked = factories.criteria_set(factories.level(), revision=7)
    one = factories.indicator(asked, "1.1", department=body)
    level_condition = factories.condition(factories.level(), "debt", "absence")
    rounds: dict[int, Any] = {}
    for scope in ("a", "b", "foreign"):
        unit = units[scope]
        home = Unit.objects.get(place=unit.province, tier=Tier.PROVINCE)
        a_round = rounds.setdefault(home.pk, None) or factories.a_round(home, asked)
        rounds[home.pk] = a_round
        now = timezone.now()
        row = factories.submission(a_round, unit, state="submitted", submitted_at=now, entered=1, missing=0)
        result = Result.objects.create(
            submission=row, indicator=one, kind="yes_no", value=1, note=CANARIES[scope], entered_at=now
        )
        remark = Remark.objects.create(result=result, text=CANARIES[scope], by=world.people.specialist)
        check = ConditionCheck(unit=unit, condition=level_condition, year=2023, checked_at=now)
        check.file.save("giay.pdf", ContentFile(_PDF))
        world.rows[scope] |= {"submission": row, "result": result, "remark": remark, "check": check}
        if scope != "b":
            world.rows[scope] |= {"round": a_round, "condition": level_condition}


def _facts(scope: str, unit: Unit, home: Unit) -> dict[str, Any]:
    canary = CANARIES[scope]
    if scope != "district":  # Its name stands on the pages of its communes, rightly.
        unit.name = canary
        unit.save()
    level = factories.level("district_ntm" if unit.tier == Tier.DISTRICT else "ntm")
    paper = factories.document(f"{canary}/QĐ", title=f"Công nhận {canary}", province=home.place)
    paper.file.save("ban-chup.pdf", ContentFile(_PDF))
    paper.file_name = f"{canary}.pdf"
    paper.save()
    decision = factories.decision(home, document=paper)
    return {
        "unit": unit, "commune": unit if unit.tier == Tier.COMMUNE else None,
        "district": unit if unit.tier == Tier.DISTRICT else None,
        "decision": decision, "document": paper,
        "recognition": factories.recognition(unit, level, by=decision, source=canary),
        "attribute": factories.attribute(unit, AttributeKind.ATK, source=canary),
        "assignment": unit.assignments.first(),
        "user": getattr(unit.assignments.first(), "user", None),
    }  # fmt: skip


def _province_facts(scope: str, home: Unit) -> dict[str, Any]:
    canary = CANARIES[scope]
    old = factories.unit(home, f"Cũ {canary}", code=f"8{len(canary)}{home.pk:03d}", valid_to=date(2023, 5, 1))
    new = factories.unit(home, f"Mới {canary}", valid_from=date(2023, 5, 1))
    approved = factories.plan(home, 2023, note=canary, approved_on=date(2023, 1, 5))
    draft = factories.plan(home, 2024, state=PlanState.DRAFT, note=canary)
    factories.target(approved, 3)
    paper = factories.document(f"{canary}/BC", title=f"Báo cáo {canary}", province=home.place)
    # A province's sets are read by all its people: only another province's may leave no trace.
    words = canary if scope == "foreign" else "của tỉnh"
    made = factories.small_set(name=f"Bộ {words}", province=home.place)
    draft_set = factories.small_set(
        factories.level("advanced"), name=f"Dự thảo {words}", province=home.place, state="draft"
    )
    shown = made.indicators.get(code="3")
    return {
        "criteriaset": made, "criteriadraft": draft_set, "indicator": shown,
        "draftindicator": draft_set.indicators.get(code="3"), "criterion": draft_set.criteria.get(number="3"),
        "threshold": factories.threshold(shown, "gte", 80, province=home.place),
        "duty": Duty.objects.create(
            indicator=shown, province=home.place, department=factories.department(), first_year=2023
        ),
        "reorganisation": factories.succession(old, new, note=canary).reorganisation,
        "plan": draft, "target": factories.target(draft, 2), "bare": paper,
        "amount": factories.amount(home, 10**9, note=canary),
        "allocation": factories.allocation(home, 10**9, to="work-transport", note=canary),
        "yeardeclaration": factories.declaration(home, 2022, source=canary),
    }  # fmt: skip


def _entries(world: World, units: dict[str, Unit]) -> None:
    """The record holds an entry about each scope."""
    for scope, unit in units.items():
        record_attribute(
            unit, kind=AttributeKind.ETHNIC_MOUNTAIN, value="1", valid_from=date(2022, 1, 1), by=SYSTEM
        )
        world.rows[scope]["entry"] = LogEntry.objects.order_by("-number").first()


def _standing(land: Any) -> None:
    """A round of 2023 by a set of its own in each province, so that the pages about criteria say something."""
    asked = factories.small_set(revision=9)
    for home, units in ((land.province, land.communes), (land.foreign, [land.foreign_commune])):
        opened = factories.a_round(home, asked)
        for unit in units:
            factories.submission(opened, unit, state="submitted")


# --- addresses ----------------------------------------------------------------------------------------------
def _unit(world: World, scope: str) -> dict[str, Any] | None:
    unit = world.row(scope, "unit")
    word = "huyen" if unit.tier == Tier.DISTRICT else "xa"
    return {"word": word, "code": unit.code, "year": 2023}


def _cell(world: World, scope: str) -> dict[str, Any] | None:
    row = world.row(scope, "cell")
    return row and {"code": row.submission.unit.code, "year": 2023, "indicator": row.indicator.code}


def _commune(world: World, scope: str) -> dict[str, Any] | None:
    """The commune's code, for pages of its return of 2023; a district has none."""
    unit = world.row(scope, "commune")
    return {"code": unit.code, "year": 2023} if unit else None


def _sideways(world: World, scope: str) -> dict[str, Any] | None:
    """The nation's set: one address, about the reader's own province."""
    row = world.row("a", "cell")
    own = {"pk": row.submission.round.criteria_set_id, "indicator": row.indicator.code, "year": 2023}
    return own if scope == "a" else None


def _pk(label: str) -> Callable[[World, str], dict[str, Any] | None]:
    def args(world: World, scope: str) -> dict[str, Any] | None:
        row = world.row(scope, label)
        return None if row is None else {"pk": row.pk}

    return args


def _year(year: int) -> Callable[[World, str], dict[str, Any] | None]:
    """Pages of a year are about the reader's own province, whoever's it is."""
    return lambda world, scope: {"year": year} if scope == "a" else None


def somewhere(route: Route, world: World) -> str:
    """The route's address in the first scope that has one."""
    return next(where for scope in SCOPES if (where := address(route, world, scope)))


def _kind(world: World, scope: str) -> dict[str, Any] | None:
    return {"kind": "con-trong"} if scope == "a" else None


def _condition(world: World, scope: str) -> dict[str, Any] | None:
    where, row = _commune(world, scope), world.row("a", "condition")
    return None if where is None else where | {"pk": row.pk}


_ROUND_PAGES = (
    "round", "round-returns", "round-returns-xlsx", "round-returns-csv", "round-deadlines", "round-lock",
    "round-unlock", "accept-many",
)  # fmt: skip
_SUBMISSION_PAGES = (
    "submission", "submission-submit", "submission-withdraw", "submission-review", "submission-answer",
    "submission-accept", "submission-reopen", "submission-extend",
)  # fmt: skip

#: Arguments by the name of a route; what is missing here is guessed from the route below, or the suite fails.
ARGUMENTS: dict[str, Callable[[World, str], dict[str, Any] | None]] = {
    "communes:unit": _unit,
    "communes:unit-then": _unit,
    "communes:grid": _commune,
    "communes:grid-cells": _commune,
    "communes:unit-results": _unit,
    "communes:unit-results-xlsx": _unit,
    "communes:unit-results-csv": _unit,
    **reports.ARGUMENTS,
    "communes:decision": _pk("decision"),
    "communes:add-units": _pk("decision"),
    **{route: _pk(label) for route, label in endings.ARGUMENTS.items()},
    "communes:withdraw-declaration": _pk("yeardeclaration"),
    "communes:document": _pk("document"),
    "communes:document-file": _pk("document"),
    "communes:document-attach": _pk("bare"),
    "communes:criteria-set": _pk("criteriaset"),
    "communes:criteria-export": _pk("criteriaset"),
    "communes:criteria-copy": _pk("criteriaset"),
    "communes:criteria-duties": _pk("criteriaset"),
    "communes:criteria-indicator": _pk("indicator"),
    "communes:criteria-threshold-add": _pk("indicator"),
    "communes:criteria-threshold-change": _pk("threshold"),
    "communes:criteria-threshold-withdraw": _pk("threshold"),
    "communes:criteria-duty-drop": _pk("duty"),
    **{
        f"communes:criteria-{name}": _pk("criteriadraft")
        for name in ("import", "rename", "publish", "discard", "criterion-add")
    },
    **{
        f"communes:criteria-{name}": _pk("criterion")
        for name in ("criterion-change", "criterion-drop", "criterion-move", "indicator-add")
    },
    **{f"communes:criteria-indicator-{name}": _pk("draftindicator") for name in ("change", "drop", "move")},
    "communes:cell": _cell,
    "communes:evidence-file": _pk("evidence"),
    "communes:sideways": _sideways,
    "communes:sideways-xlsx": _sideways,
    "communes:sideways-csv": _sideways,
    "communes:work-list": _kind,
    "communes:work-list-xlsx": _kind,
    "communes:work-list-csv": _kind,
    **{f"communes:{name}": _pk("round") for name in _ROUND_PAGES},
    **{f"communes:{name}": _pk("submission") for name in _SUBMISSION_PAGES},
    "communes:judge": _pk("result"),
    "communes:return-result": _pk("result"),
    "communes:answer-remark": _pk("remark"),
    "communes:condition-file": _pk("check"),
    "communes:recognition-case": _commune,
    "communes:conditions": _commune,
    "communes:check-condition": _condition,
    **{f"jobs:{name}": _pk("job") for name in ("job", "progress", "cancel")},
    "jobs:file": jobs.file_of,
    "sheets:import": lambda world, scope: {"kind": "ket-qua-xa"} if scope == "a" else None,
    "sheets:template": lambda world, scope: {"kind": "ket-qua-xa"} if scope == "a" else None,
    **{
        f"sheets:{name}": _pk("upload")
        for name in ("upload", "choose", "columns", "confirm", "faults-xlsx", "faults-csv")
    },
    "funding:change": _pk("amount"),
    "funding:change-allocation": _pk("allocation"),
    "targets:draft": _year(2025),
    "targets:change": _year(2024),
    "targets:approve": _year(2024),
    "targets:amend": _year(2023),
    "admin:app_list": lambda world, scope: {"app_label": "communes"} if scope == "a" else None,
}


def address(route: Route, world: World, scope: str) -> str | None:
    """Where the route leads to in a scope; None where there is no such thing there. Without arguments: once."""
    names = list(route.pattern.pattern.converters) + list(route.pattern.pattern.regex.groupindex)
    if not names:
        where = f"/{route.route.replace('^', '').replace('$', '')}"
        return where + (jobs.LIST if route.name == "jobs:list-file" else "") if scope == "a" else None
    if not route.name:  # The admin's own answer to what it does not know.
        return "/quan-tri/khong-co-trang-nay/" if scope == "a" else None
    kwargs = _arguments(route, names, world, scope)
    return None if kwargs is None else reverse(route.name, kwargs=kwargs)


def _arguments(route: Route, names: list[str], world: World, scope: str) -> dict[str, Any] | None:
    if route.name in ARGUMENTS:
        return ARGUMENTS[route.name](world, scope)
    if "object_id" in names or (route.name.startswith("admin:") and "pk" in names):
        row = world.row(scope, route.name.split("_")[1] if "_" in route.name else "")
        return None if row is None else {names[0]: row.pk}
    if route.name.startswith("audit:"):
        return _audit(names, world, scope)
    if set(names) == {"year"}:
        return _year(2023)(world, scope)
    raise LookupError(f"Give sample arguments for '{route}' in tests/access/world.py.")


def _audit(names: list[str], world: World, scope: str) -> dict[str, Any] | None:
    """An entry, its batch, its row, or a person."""
    entry, person = world.row(scope, "entry"), world.row(scope, "user")
    if "kind" in names:
        return {"kind": entry.object_type, "key": int(entry.object_id)}
    if "key" in names:
        return {"key": person.pk} if person else None
    return {"number": entry.number} if "number" in names else {"batch": entry.batch}


def decision_of_both(world: World) -> Decision:
    """The decision that names A and B together."""
    both = Recognition.objects.filter(level__code="advanced", unit=world.row("a", "unit")).get()
    return both.decision


def people(land: Any) -> SimpleNamespace:
    """The cast, as `tests.conftest` makes it, for a fixture that outlives one test."""
    home = land.province
    at = {
        "commune_officer": land.commune_a, "commune_leader": land.commune_a, "district_officer": land.district,
    }  # fmt: skip
    found = {}
    for name, (role, mine) in ACTORS.items():
        if name in (ANONYMOUS, "disabled"):
            continue
        unit = land.commune_b if mine == "b" else at.get(role, home)
        found[name] = factories.user(name, None if role == UNASSIGNED else role, unit)
    found["disabled"] = factories.user("disabled", "specialist", home, is_active=False)
    factories.user(f"la-{CANARIES['foreign']}", "administrator", land.foreign)
    for person in found.values():
        # As if they had one: a page of the package asks. No password has this hash.
        person.password = "md5$not$a-password"
        person.save()
    return SimpleNamespace(**found)
