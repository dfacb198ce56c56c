"""Places and their dated versions."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communes.choices import KINDS_OF_TIER, Tier, UnitKind
from communes.querysets import UnitQuerySet
from ntm.core.dates import today
from ntm.core.fields import CleanCharField, SearchKeyField, SortKeyField
from ntm.core.provenance import Sourced
from ntm.core.versions import Versioned

_SHORT_KINDS = {UnitKind.THANH_PHO: "TP.", UnitKind.THI_XA: "TX.", UnitKind.THI_TRAN: "TT."}
_PATH_WORD = {Tier.PROVINCE: "tinh", Tier.DISTRICT: "huyen", Tier.COMMUNE: "xa"}


def unit_address(tier: str, code: str, year: int) -> str:
    """The page of the unit that bore the code in the year."""
    return _address(tier, year).replace(_CODE, code)


# A page holds hundreds of addresses that differ in a code; asking the URLconf for each cost a tenth of the page.
_CODE = "00000"


@lru_cache(maxsize=256)
def _address(tier: str, year: int) -> str:
    return reverse("communes:unit", args=[_PATH_WORD[Tier(tier)], _CODE, year])


class Place(models.Model):
    """The identity that lives through renames, changes of kind and received land; a merger ends it."""

    class Meta:
        verbose_name = "địa danh"
        verbose_name_plural = "địa danh"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Địa danh {self.pk}"

    @staticmethod
    def names_of(keys: Iterable[int]) -> dict[int, str]:
        """The newest name of each of these places. One query; `str` of a place has none to spend."""
        versions = Unit.objects.filter(place_id__in=keys).order_by(
            F("valid_from").asc(nulls_first=True), "pk"
        )
        return {unit.place_id: unit.full_name for unit in versions}


def _kind_fits_tier() -> Q:
    condition = Q()
    for tier, kinds in KINDS_OF_TIER.items():
        condition |= Q(tier=tier, kind__in=kinds)
    return condition


class Unit(Sourced, Versioned):
    """One version of a place: a name, kind, code and parent, from a day until the day before another.

    `valid_from` unknown means "before our records"; `valid_to` is the first day on which it no longer holds.
    A code or name identifies a unit only together with a day: every unit of 2025 bears an older unit's code.
    """

    place = models.ForeignKey(Place, verbose_name="địa danh", on_delete=models.PROTECT, related_name="units")
    tier = models.CharField("cấp", max_length=8, choices=Tier.choices)
    kind = models.CharField("loại", max_length=9, choices=UnitKind.choices)
    code = models.CharField("mã", max_length=10)
    name = CleanCharField("tên", max_length=120)
    parent = models.ForeignKey(
        Place,
        verbose_name="trực thuộc",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    # The top of the parent chain, kept so that one province's rows are found without reading another's.
    province = models.ForeignKey(
        Place, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="province_units"
    )
    valid_from = models.DateField("có hiệu lực từ", null=True, blank=True)
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    search_key = SearchKeyField(of="name", max_length=160, db_index=True)
    sort_key = SortKeyField(of="name", max_length=600)

    objects = UnitQuerySet["Unit"].as_manager()

    class Meta:
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        ordering = ["sort_key", "code", "pk"]
        default_permissions = ()
        permissions = [("view_unit", "Xem địa bàn"), ("change_unit", "Sửa địa bàn")]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_code_once_a_day"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_to=None),
                name="unit_code_open_once",
                violation_error_message="Mã này đang được một đơn vị khác sử dụng.",
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_from=None), name="unit_code_once_before_records"
            ),
            models.UniqueConstraint(
                fields=["place"], condition=Q(valid_to=None), name="unit_place_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_start",
                violation_error_message="Ngày hết hiệu lực phải sau ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                condition=_kind_fits_tier(),
                name="unit_kind_fits_tier",
                violation_error_message="Loại đơn vị không thuộc cấp đã chọn.",
            ),
            models.CheckConstraint(
                condition=Q(tier=Tier.PROVINCE, parent=None) | (~Q(tier=Tier.PROVINCE) & ~Q(parent=None)),
                name="unit_parent_unless_province",
                violation_error_message="Đơn vị dưới cấp tỉnh phải ghi đơn vị trực thuộc.",
            ),
        ]
        indexes = [
            models.Index(fields=["province", "tier", "valid_to"], name="unit_of_province"),
            models.Index(fields=["place", "valid_from"], name="unit_versions"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return self.url_for(self.valid_to)

    def url_for(self, day: date | int | None) -> str:
        """The page of this version as seen from a year, or from the year of a day; None: its last full year."""
        year = day if isinstance(day, int) else self._last_year(day)
        return unit_address(self.tier, self.code, year)

    @staticmethod
    def _last_year(end: date | None) -> int:
        return end.year - 1 if end else today().year

    @property
    def full_name(self) -> str:
        """ "Xã Phú Đình"."""
        return f"{self.get_kind_display()} {self.name}"

    @property
    def short_name(self) -> str:
        """How maps and tables write it: a district by its bare name, a city as "TP. Phổ Yên"."""
        prefix = _SHORT_KINDS.get(UnitKind(self.kind))
        return f"{prefix} {self.name}" if prefix else self.name

    def exists_on(self, day: date) -> bool:
        """Whether this version is valid on the day; an unknown first day passes."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


class CommuneManager(models.Manager["Commune"]):
    """Only commune-level units."""

    def get_queryset(self) -> UnitQuerySet["Commune"]:
        return UnitQuerySet["Commune"](self.model, using=self._db).filter(tier=Tier.COMMUNE)


class DistrictManager(models.Manager["District"]):
    """Only district-level units."""

    def get_queryset(self) -> UnitQuerySet["District"]:
        return UnitQuerySet["District"](self.model, using=self._db).filter(tier=Tier.DISTRICT)


class Commune(Unit):
    """A commune-level unit: xã, phường or thị trấn."""

    objects = CommuneManager.from_queryset(UnitQuerySet)()  # type: ignore[misc, assignment]

    class Meta:
        proxy = True
        verbose_name = "đơn vị cấp xã"
        verbose_name_plural = "đơn vị cấp xã"
        default_permissions = ()


class District(Unit):
    """A district-level unit, until 30/06/2025."""

    objects = DistrictManager.from_queryset(UnitQuerySet)()  # type: ignore[misc, assignment]

    class Meta:
        proxy = True
        verbose_name = "đơn vị cấp huyện"
        verbose_name_plural = "đơn vị cấp huyện"
        default_permissions = ()
