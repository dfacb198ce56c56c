"""The list of units as a table and as files."""

from functools import cache, lru_cache

import django_tables2 as tables
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from communes.models import Unit
from communes.selectors.levels_on import Standing
from communes.selectors.unit_list import Mark
from ntm.core.provenance import Trust
from ntm.core.tables import NOT_ON_A_PHONE, ONE_LINE, BaseTable, DateColumn, LinkedColumn, YearColumn
from ntm.core.templatetags.components import badge, sign

_NAME = ("unit__sort_key", "unit__code")
_TRUST_BADGES = {Trust.VERIFIED: "info", Trust.RECALLED: "wait", Trust.ILLUSTRATIVE: "illus"}


@cache
def trust_badge(trust: str) -> SafeString:
    """Nothing for what is verified: silence is normal."""
    return (
        badge(str(Trust(trust).label), _TRUST_BADGES[Trust(trust)])
        if trust != Trust.VERIFIED
        else SafeString("")
    )


def standing_cell(standing: Standing) -> SafeString:
    """The sign of the maps, the words, and "minh họa" where the name is made up."""
    if not standing.code:
        return SafeString("")
    return _standing(standing.sign, standing.text, standing.rec.trust if standing.rec else Trust.VERIFIED)


@lru_cache(maxsize=64)
def _standing(level: int | str, words: str, trust: str) -> SafeString:
    return format_html('<span class="lv">{} {}</span> {}', sign(level), words, trust_badge(trust))


@lru_cache(maxsize=64)
def _mark(mark: Mark) -> SafeString:
    return badge(mark.words, _TRUST_BADGES[Trust(mark.trust)])


class UnitTable(BaseTable):
    """Sorted on the server; without a click, the Vietnamese order of names."""

    name = LinkedColumn("Tên", to=lambda record: record.url, accessor="unit__name", order_by=_NAME)
    code = tables.Column("Mã", accessor="unit__code")
    kind = tables.Column("Loại", accessor="unit__get_kind_display")
    district = tables.Column("Huyện, thành phố", order_by=("district__sort_key", *_NAME), attrs=ONE_LINE)
    province = tables.Column("Tỉnh", order_by=("province__sort_key", *_NAME))
    standing = tables.Column("Mức", order_by=("standing__order", *_NAME))
    level_year = YearColumn("Năm đạt", accessor="standing__year", attrs=ONE_LINE)
    level_trust = tables.Column("Mức tin cậy của mức đạt", accessor="standing__trust", visible=False)
    area_type = tables.Column("Khu vực")
    marks = tables.Column("Thuộc tính", orderable=False)
    valid_from = DateColumn("Có hiệu lực từ", accessor="unit__valid_from", attrs=NOT_ON_A_PHONE)
    valid_to = DateColumn("Hết hiệu lực từ", accessor="unit__valid_to", attrs=NOT_ON_A_PHONE)
    trust = tables.Column("Tin cậy", accessor="unit__trust", attrs=NOT_ON_A_PHONE)

    class Meta(BaseTable.Meta):
        default = ""

    def render_standing(self, value: Standing) -> SafeString:
        return standing_cell(value)

    def value_standing(self, value: Standing) -> str:
        return value.text

    def render_district(self, value: Unit) -> str:
        return value.short_name

    def value_district(self, value: Unit) -> str:
        return value.full_name

    def render_province(self, value: Unit) -> str:
        return value.name

    def render_trust(self, value: str) -> SafeString:
        return trust_badge(value) or badge(str(Trust.VERIFIED.label))

    def value_trust(self, value: str) -> str:
        return str(Trust(value).label)

    def render_marks(self, value: tuple[Mark, ...]) -> SafeString:
        return format_html_join(" ", "{}", ((_mark(mark),) for mark in value))

    def value_marks(self, value: tuple[Mark, ...]) -> str:
        return "; ".join(mark.words for mark in value)


def table_without(*columns: str) -> type[UnitTable]:
    """The table without columns that would be empty on the day."""
    return type("UnitTable", (UnitTable,), {"Meta": type("Meta", (UnitTable.Meta,), {"exclude": columns})})
