"""A year's plan as its page tells it: which revision says what, who did what, and what may be done next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import Tier
from communes.reach import home_with
from ntm.audit.log import SYSTEM
from ntm.core.dates import format_date, year_end
from ntm.core.ui import Action
from targets.choices import PlanState, TargetKind
from targets.filters import DIFFICULT, ETHNIC
from targets.models import Plan
from targets.selectors import (
    PlanView,
    RegisteredUnit,
    RevisionView,
    TargetView,
    approved_revisions,
    draft_of,
    revision_views,
    view_of,
    years_with_plan,
)
from targets.services import can_approve
from targets.years import YearLink, year_links

_CHIPS = {PlanState.DRAFT: "plan", PlanState.APPROVED: "ok", PlanState.SUPERSEDED: ""}


@dataclass(frozen=True)
class Figure:
    """A number with the list that it opens; None where the revision says nothing."""

    value: int | None
    url: str


@dataclass(frozen=True)
class Line:
    """One target across the revisions shown; `changed` where they do not agree."""

    label: str
    kind: str
    figures: tuple[Figure, ...]

    @property
    def changed(self) -> bool:
        return len({figure.value for figure in self.figures}) > 1


@dataclass(frozen=True)
class Mark:
    """A word of state and the kind of its chip."""

    label: str
    kind: str


@dataclass(frozen=True)
class Version:
    """One revision in the history of the year, with the lists of what it says. `is_in_force`: the year's results are
    compared with it."""

    plan: Plan
    state: str
    kind: str
    people: str
    document: str
    remarks: tuple[str, ...]
    targets_url: str
    units_url: str
    is_in_force: bool


@dataclass(frozen=True)
class Promises:
    """The units that registered one level, with their figures."""

    name: str
    count: Figure
    difficult: Figure
    ethnic: Figure
    units: tuple[tuple[RegisteredUnit, str], ...]
    is_commune: bool
    is_illustrative: bool


@dataclass(frozen=True)
class PlanPage:
    """All that the page shows. `columns` heads the figures of `lines`."""

    year: int
    view: PlanView
    draft: Plan | None
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    promises: tuple[Promises, ...]
    versions: tuple[Version, ...]
    years: tuple[YearLink, ...]
    actions: tuple[Action, ...]
    why_not: str

    @property
    def was_approved(self) -> bool:
        """By today, whatever day the page speaks of."""
        return len(self.versions) > bool(self.draft)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """How far the year's plan has come."""
        approved = Mark("Đã phê duyệt", "ok") if self.was_approved else None
        draft = Mark(f"Đang có dự thảo lần {self.draft.revision}", "plan") if self.draft else None
        return tuple(mark for mark in (approved, draft) if mark) or (Mark("Chưa có kế hoạch", "wait"),)

    @property
    def nothing(self) -> str:
        """Why there is no target to show. What was approved and is not in force came after the year."""
        if self.was_approved:
            end = format_date(year_end(self.year))
            return f"Kế hoạch năm {self.year} được phê duyệt sau {end}; xem ở mục Các lần ban hành."
        return f"Chưa giao kế hoạch năm {self.year}."


def plan_page(province_id: int, year: int, day: date, user: Any, offered: Iterable[int] = ()) -> PlanPage:
    """Read and arrange: six queries and one about rights, whatever the size of the plan.

    `offered`: the years to go to besides those with a plan.
    """
    revisions = approved_revisions(province_id, year)
    view, draft = view_of(revisions, year, day), draft_of(province_id, year)
    drafted = revision_views([draft])[0] if draft else None
    shown = _shown(view, drafted)
    actions, why_not = _actions(year, revisions, draft, user)
    return PlanPage(
        year=year,
        view=view,
        draft=draft,
        columns=tuple(name for name, _ in shown),
        lines=_lines(year, [revision for _, revision in shown]),
        promises=_promises(view),
        versions=_versions([*([draft] if draft else []), *revisions], view),
        years=year_links([*offered, *years_with_plan(province_id)], year),
        actions=actions,
        why_not=why_not,
    )


def _shown(view: PlanView, draft: RevisionView | None) -> list[tuple[str, RevisionView]]:
    found = []
    if view.first is not None:
        found.append((f"Giao đầu năm (lần {view.first.revision})", view.first))
    if view.current is not None:
        found.append((f"Đang áp dụng (lần {view.current.revision})", view.current))
    if draft is not None:
        found.append((f"Dự thảo (lần {draft.revision})", draft))
    return found


def _lines(year: int, revisions: Sequence[RevisionView]) -> tuple[Line, ...]:
    rows: dict[tuple[str, str], TargetView] = {}
    for revision in revisions:
        for target in revision.targets:
            rows.setdefault((target.code, target.kind), target)
    ordered = sorted(rows.values(), key=lambda row: (row.tier, row.rank, row.kind == TargetKind.CUMULATIVE))
    return tuple(
        Line(
            row.name,
            TargetKind(row.kind).label,
            tuple(
                Figure(
                    revision.value(row.code, row.kind),
                    _url("targets:targets", year, muc=row.code, loai=row.kind, lan=revision.revision),
                )
                for revision in revisions
            ),
        )
        for row in ordered
    )


def _promises(view: PlanView) -> tuple[Promises, ...]:
    found = []
    for code in dict.fromkeys(row.level_code for row in view.registrations):
        rows = view.registered(code)
        found.append(
            Promises(
                name=rows[0].level_name,
                count=_count(view.year, code, len(rows)),
                difficult=_count(view.year, code, _difficult(rows), DIFFICULT),
                ethnic=_count(view.year, code, _ethnic(rows), ETHNIC),
                units=tuple((row, _unit_url(row, view)) for row in rows),
                is_commune=rows[0].unit.tier == Tier.COMMUNE,
                is_illustrative=any(row.is_illustrative for row in rows),
            )
        )
    return tuple(found)


def _difficult(rows: Sequence[RegisteredUnit]) -> int | None:
    """None while nothing is recorded about any of them."""
    return sum(r.especially_difficult for r in rows) if any(r.difficult_known for r in rows) else None


def _ethnic(rows: Sequence[RegisteredUnit]) -> int | None:
    return sum(r.ethnic_mountain for r in rows) if any(r.ethnic_known for r in rows) else None


def _count(year: int, code: str, value: int | None, attribute: str = "") -> Figure:
    return Figure(value, _url("targets:registrations", year, muc=code, thuoc_tinh=attribute))


def _unit_url(row: RegisteredUnit, view: PlanView) -> str:
    return row.unit.url_for(view.year) if row.unit.exists_on(view.day) else row.unit.get_absolute_url()


def _versions(plans: Sequence[Plan], view: PlanView) -> tuple[Version, ...]:
    in_force = view.current.pk if view.current else None
    return tuple(
        Version(
            plan=plan,
            state=plan.get_state_display(),
            kind=_CHIPS[PlanState(plan.state)],
            people=_people(plan),
            document=_document(plan),
            remarks=tuple(remark for remark in (_use(plan, in_force), plan.note) if remark),
            targets_url=_url("targets:targets", plan.year, lan=plan.revision),
            units_url=_url("targets:registrations", plan.year, lan=plan.revision),
            is_in_force=plan.pk == in_force,
        )
        for plan in plans
    )


def _people(plan: Plan) -> str:
    drafted = f"Người lập: {plan.drafted_by or SYSTEM.full_name}"
    if plan.state == PlanState.DRAFT:
        return f"{drafted}. Chưa phê duyệt."
    day = f"ngày {format_date(plan.approved_on)}" if plan.approved_on else "chưa rõ ngày"
    return f"{drafted}. Người phê duyệt: {plan.approved_by or SYSTEM.full_name}, {day}."


def _document(plan: Plan) -> str:
    document = plan.document
    if document is None:
        return ""
    day = f", ngày {format_date(document.issued_on)}" if document.issued_on else ""
    number = f"{document.number}{day}, " if document.number else ""
    return f"{number}{document.title} ({document.authority})"


def _use(plan: Plan, in_force: int | None) -> str:
    end = year_end(plan.year)
    if plan.pk == in_force:
        return "Kết quả của năm được so với lần ban hành này."
    if plan.approved_on is not None and plan.approved_on > end:
        return f"Phê duyệt sau {format_date(end)} nên không dùng để so kết quả của năm."
    return ""


def _actions(
    year: int, revisions: Sequence[Plan], draft: Plan | None, user: Any
) -> tuple[tuple[Action, ...], str]:
    """The buttons that this person may press, and why one that they might expect is missing."""
    actions, why_not = [], ""
    if home_with(user, "targets.draft_plan"):
        actions.append(_drafting(year, bool(revisions), draft))
    if draft is not None and home_with(user, "targets.approve_plan"):
        allowed = can_approve(draft, user)
        why_not = allowed.reason
        if allowed:
            url = reverse("targets:approve", args=[year])
            actions.append(Action("Phê duyệt", url, "check", primary=True))
    return tuple(actions), why_not


def _drafting(year: int, is_approved: bool, draft: Plan | None) -> Action:
    if draft is not None:
        return Action("Sửa dự thảo", reverse("targets:change", args=[year]), "edit")
    if is_approved:
        return Action("Lập bản điều chỉnh", reverse("targets:amend", args=[year]), "plus")
    return Action("Lập dự thảo", reverse("targets:draft", args=[year]), "plus", primary=True)


def _url(name: str, year: int, **query: Any) -> str:
    kept = {key: value for key, value in query.items() if value}
    tail = f"?{urlencode(kept)}" if kept else ""
    return reverse(name, args=[year]) + tail
