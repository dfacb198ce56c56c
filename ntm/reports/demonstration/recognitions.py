"""The recognitions of the demonstration, through the same verbs as everybody's. Safe to repeat."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from communes.choices import AttributeKind, Tier
from communes.models import Decision, Level, Place, Unit
from communes.services.attributes import record_attribute
from communes.services.decisions import recognise
from communes.services.declarations import declare_year
from ntm.audit import log as audit
from ntm.core.provenance import Trust
from ntm.reports.demonstration.choice import Chosen, choose

YEAR = 2023
PUBLISHED = "Báo cáo kết quả thực hiện Chương trình nông thôn mới tỉnh Thái Nguyên năm 2023"
RULE = "Minh họa: chọn theo quy tắc cố định trong số xã có thật; nguồn chỉ công bố tổng số, không nêu tên xã"
OFFICE = "Văn phòng Điều phối nông thôn mới tỉnh Thái Nguyên"
PROVINCE = "UBND tỉnh Thái Nguyên"
PRIME_MINISTER = "Thủ tướng Chính phủ"

#: District-level units recognised, by name in the published report: the cities and Phú Bình by 2022.
CITIES_BEFORE = ("164", "165", "172")
PHU_BINH = "173"
DISTRICTS_NEW = ("167", "171")


@dataclass(frozen=True)
class Batch:
    """One decision to record: its paper, its level, and the units by code."""

    number: str
    issued_on: date | None
    title: str
    authority: str
    level: str
    year: int
    by_year: bool
    codes: tuple[str, ...]
    trust: str
    source: str


def commune_batches(chosen: Chosen) -> list[Batch]:
    """Illustrative decisions: their numbers begin with MH so that nobody takes them for real ones."""

    def batch(level: str, words: str, year: int, codes: tuple[str, ...]) -> Batch:
        before = year < YEAR
        return Batch(
            number=f"MH-{level.upper()}/{year}",
            issued_on=date(year, 12, 30),
            title=f"Công nhận {words} {'đến hết' if before else ''} năm {year} (minh họa)".replace("  ", " "),
            authority=PROVINCE,
            level=level,
            year=year,
            by_year=before,
            codes=codes,
            trust=Trust.ILLUSTRATIVE,
            source=RULE,
        )

    return [
        batch("ntm", "xã đạt chuẩn nông thôn mới", 2022, chosen.ntm_before),
        batch("advanced", "xã nông thôn mới nâng cao", 2022, chosen.advanced_before),
        batch("model", "xã nông thôn mới kiểu mẫu", 2022, chosen.model_before),
        batch("ntm", "xã đạt chuẩn nông thôn mới", 2023, chosen.ntm_new),
        batch("advanced", "xã nông thôn mới nâng cao", 2023, chosen.advanced_new),
        batch("model", "xã nông thôn mới kiểu mẫu", 2023, chosen.model_new),
    ]


def district_batches() -> list[Batch]:
    """The districts are named in the report; the numbers of their decisions are mostly not, so they stay empty."""

    def batch(number: str, title: str, year: int, codes: tuple[str, ...], source: str) -> Batch:
        return Batch(
            number,
            None,
            title,
            PRIME_MINISTER,
            "district_ntm",
            year,
            year < YEAR,
            codes,
            Trust.VERIFIED,
            source,
        )

    return [
        batch(
            "",
            "Công nhận ba thành phố hoàn thành nhiệm vụ xây dựng nông thôn mới",
            2022,
            CITIES_BEFORE,
            PUBLISHED,
        ),
        batch(
            "567/QĐ-TTg",
            "Công nhận huyện Phú Bình đạt chuẩn nông thôn mới năm 2022",
            2022,
            (PHU_BINH,),
            "https://kinhtedothi.vn/tag/huyen-phu-binh-dat-chuan-nong-thon-moi (đăng 25/05/2023)",
        ),
        batch(
            "",
            "Công nhận huyện Định Hóa, huyện Đại Từ đạt chuẩn nông thôn mới",
            2023,
            DISTRICTS_NEW,
            PUBLISHED,
        ),
    ]


def chosen_communes(province: Place) -> Chosen:
    """The rule applied to the units of 31/12/2023."""
    units = Unit.objects.filter(province=province).on(date(YEAR, 12, 31))
    districts = {unit.place_id: unit.code for unit in units.filter(tier=Tier.DISTRICT)}
    communes: dict[str, list[str]] = defaultdict(list)
    for unit in units.filter(tier=Tier.COMMUNE, kind="xã"):
        communes[districts[unit.parent_id or 0]].append(unit.code)
    return choose(communes, frozenset((*CITIES_BEFORE, PHU_BINH)), frozenset(DISTRICTS_NEW))


@audit.verb
def load_recognitions(province: Place, chosen: Chosen) -> None:
    """Every decision of the demonstration, and the word that 2023 is complete; nothing if any decision is there."""
    if Decision.objects.filter(province=province).exists():
        return
    levels = {
        level.code: level
        for level in Level.objects.filter(period__first_year__lte=YEAR, period__last_year__gte=YEAR)
    }
    for batch in (*commune_batches(chosen), *district_batches()):
        day = batch.issued_on or date(batch.year, 12, 31)
        recognise(
            province=province,
            number=batch.number,
            issued_on=batch.issued_on,
            authority=batch.authority,
            title=batch.title,
            level=levels[batch.level],
            achieved_year=batch.year,
            units=_units(province, batch.codes, day),
            by_year=batch.by_year,
            trust=batch.trust,
            source=batch.source,
            by=audit.SYSTEM,
        )
    declare_year(province=province, year=YEAR, by=audit.SYSTEM)


@audit.verb
def load_difficulties(province: Place, chosen: Chosen) -> None:
    """Illustrative: all registered communes lie in the ethnic-minority and mountain area, five are especially
    difficult, as published; which five is chosen."""
    for unit in _units(province, chosen.ntm_new, date(YEAR, 12, 31)):
        kinds = [AttributeKind.ETHNIC_MOUNTAIN]
        if unit.code in chosen.especially_difficult:
            kinds.append(AttributeKind.ESPECIALLY_DIFFICULT)
        for kind in kinds:
            if not unit.attributes.filter(kind=kind).exists():
                record_attribute(
                    unit, kind=kind, value="1", valid_from=date(2021, 6, 4) if unit.valid_from else None,
                    trust=Trust.ILLUSTRATIVE, source=RULE, by=audit.SYSTEM,
                )  # fmt: skip


def registered_units(province: Place, chosen: Chosen) -> list[Unit]:
    """The ten that promised 2023: the ten that reached it."""
    return _units(province, chosen.ntm_new, date(YEAR, 12, 31))


def _units(province: Place, codes: Iterable[str], day: date) -> list[Unit]:
    wanted = tuple(codes)
    found = list(Unit.objects.filter(province=province, code__in=wanted).on(day))
    if len(found) != len(wanted):
        raise LookupError(f"Only {len(found)} of {len(wanted)} units are there on {day}.")
    return found
