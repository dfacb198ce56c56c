"""Decisions, documents, conditions, the plan and the money of a province."""

from datetime import date
from decimal import Decimal
from typing import Any

from communes import conditions
from communes.choices import ConditionKind
from communes.models import Condition, Recognition
from communes.services.appraisal_conditions import Check, check_condition
from communes.services.decisions import confirm, recognise, revoke
from communes.services.declarations import declare_year
from communes.services.documents import Paper, add_document
from funding.choices import Breakdown, Stage
from funding.models import Purpose, Source
from funding.services import add_source, enter_amount
from funding.services_allocations import Portion, enter_allocation
from funding.services_purposes import add_purpose
from ntm.audit import log as audit
from ntm.core.provenance import Trust
from ntm.reports.acceptance.criteria import level
from ntm.reports.acceptance.people import NATION
from ntm.reports.acceptance.world import COMMUNES, EARLIER, World
from targets.lines import Promise, TargetLine
from targets.services import amend, approve, change_draft, draft_plan

_CHECKED_YEAR = 2025


def record_papers(world: World, province: str) -> None:
    _documents(world, province)
    _recognitions(world, province)
    _conditions(world, province)
    _plan(world, province)
    _money(world, province)


def _wording(world: World, letter: str, number: str, title: str) -> dict[str, Any]:
    """What every decision says, with a canary in each text and a scan."""
    words = world.canaries
    return {
        "number": words.text(number, letter), "authority": words.text("Ủy ban nhân dân", letter),
        "title": words.text(title, letter), "source": words.text("Công báo", letter),
        "file": words.scan("quyet dinh", letter), "url": f"https://mau.example/{words.word(letter)}",
    }  # fmt: skip


def _documents(world: World, province: str) -> None:
    """One report of the province, without a scan."""
    words = world.canaries
    paper = Paper(
        words.text("7/BC", province), date(2025, 1, 20), words.text("Văn phòng", province),
        words.text("Báo cáo năm", province), source=words.text("Văn thư", province),
    )  # fmt: skip
    by = world.office(province, "specialist")
    world.keep(province, "bare_document", add_document(paper=paper, province=world.place(province), by=by))


def _recognitions(world: World, province: str) -> None:
    """Each commune by a paper of its own; two by one paper; one level taken back, one confirmed after a merger."""
    place, by = world.place(province), world.office(province, "approver")
    for letter in EARLIER[province]:
        made = recognise(
            province=place, issued_on=date(2023, 2, 10), level=level("ntm"), achieved_year=2022,
            units=[world.earlier[letter]], by=by, **_wording(world, letter, "31/QĐ", "Công nhận đạt chuẩn"),
        )  # fmt: skip
        world.keep(letter, "decision", made)
        world.keep(letter, "document", made.document)
        world.keep(letter, "recognition", *made.recognitions.all())
    if province == "P":
        _shared(world)
    declared = declare_year(
        province=place, year=2024, source=world.canaries.text("Văn phòng", province), by=by
    )
    world.keep(province, "year_declaration", declared)


def _shared(world: World) -> None:
    """One paper names A and B: either commune reads the paper, neither the other's name."""
    place, by = world.place("P"), world.by("approver")
    both = recognise(
        province=place, issued_on=date(2024, 3, 5), level=level("advanced"), achieved_year=2023,
        units=[world.earlier["A"], world.earlier["B"]], by=by,
        **_wording(world, "P", "44/QĐ", "Công nhận nâng cao"),
    )  # fmt: skip
    world.keep("P", "decision", both)
    lost = revoke(
        province=place, issued_on=date(2025, 3, 3), effective_on=date(2025, 3, 3), by=by,
        recognitions=list(Recognition.objects.filter(unit=world.earlier["C"])),
        reason=world.canaries.text("Không duy trì", "C"), **_wording(world, "C", "52/QĐ", "Thu hồi"),
    )  # fmt: skip
    kept = confirm(
        province=place, issued_on=date(2025, 8, 15), level=level("ntm"), units=[world.units["M"]], by=by,
        **_wording(world, "M", "77/QĐ", "Xác nhận tiếp tục đạt chuẩn"),
    )  # fmt: skip
    for letter, row in (("C", lost), ("M", kept)):
        world.keep(letter, "decision", row)
        world.keep(letter, "document", row.document)


def _conditions(world: World, province: str) -> None:
    asked = Condition.objects.filter(level=level("ntm")).order_by("position")
    for letter in COMMUNES[province]:
        for condition in asked:
            words = world.canaries.text("Biên bản", letter)
            found = conditions.Found("met", note=words)
            if condition.kind == ConditionKind.SURVEY:
                found = conditions.Found("met", Decimal("92.5"), 120, words)
            row = check_condition(
                unit=world.units[letter], condition=condition, year=_CHECKED_YEAR,
                check=Check(found, world.canaries.scan("bien ban", letter)),
                by=world.office(province, "specialist"),
            )  # fmt: skip
            world.keep(letter, "condition_check", row)


def _plan(world: World, province: str) -> None:
    """2025: approved, with each commune registered; and a draft that would amend it."""
    words, place = world.canaries, world.place(province)
    specialist = world.office(province, "specialist")
    paper = Paper(
        words.text("9/QĐ", province), date(2025, 1, 15), words.text("Ủy ban", province),
        words.text("Giao kế hoạch", province), file=words.scan("ke hoach", province),
    )  # fmt: skip
    document = add_document(paper=paper, province=place, by=specialist)
    plan = draft_plan(
        province=place, year=2025, document=document, note=words.text("Ghi chú", province),
        source=words.text("Tờ trình", province), by=specialist,
    )  # fmt: skip
    target = TargetLine(level("model"), 1, source=words.text("Tờ trình", province))
    promised = [
        Promise(level("model"), world.units[letter], Trust.VERIFIED, words.text("Đăng ký", letter))
        for letter in COMMUNES[province]
    ]
    plan = change_draft(
        plan, expected_version=plan.version, targets=[target], registrations=promised,
        note=words.text("Ghi chú", province), document=document, by=specialist,
    )  # fmt: skip
    approved = approve(plan, approved_on=date(2025, 1, 20), by=world.office(province, "approver"))
    draft = amend(approved, by=specialist)
    world.keep(province, "document", document)
    world.keep(province, "plan", approved, draft)
    world.keep(province, "target", *draft.targets.all())
    for letter in COMMUNES[province]:
        world.keep(letter, "registration", *plan.registrations.filter(unit=world.units[letter]))


def open_source(world: World) -> Source:
    """A source of money of the nation's list."""
    name = world.canaries.text("Nguồn thử nghiệm", NATION)
    source = add_source(code="thu-nghiem", name=name, by=audit.SYSTEM)
    world.keep(NATION, "source", source)
    return source


def open_purpose(world: World) -> Purpose:
    """Something that money is spent on, of the nation's list."""
    words = world.canaries
    purpose = add_purpose(
        code="noi-dung-thu", name=words.text("Nội dung thử nghiệm", NATION), breakdown=Breakdown.WORK,
        source=words.text("Danh mục", NATION), by=audit.SYSTEM,
    )  # fmt: skip
    world.keep(NATION, "purpose", purpose)
    return purpose


def _money(world: World, province: str) -> None:
    source = Source.objects.get(code="thu-nghiem")
    for year in (2024, 2025):
        row = enter_amount(
            province=world.place(province), year=year, source=source, amount=45_000_000_000,
            note=world.canaries.text("Đợt hai", province), origin=world.canaries.text("Kho bạc", province),
            by=world.office(province, "specialist"),
        )  # fmt: skip
        world.keep(province, "amount", row)
        portion = Portion(
            source, Stage.PLAN, 9_000_000_000, Purpose.objects.get(code="noi-dung-thu"),
            note=world.canaries.text("Đợt một", province),
        )  # fmt: skip
        divided = enter_allocation(
            portion, province=world.place(province), year=year,
            origin=world.canaries.text("Sở Tài chính", province), by=world.office(province, "specialist"),
        )  # fmt: skip
        world.keep(province, "allocation", divided)
