"""A year's allocations of one stage and one way of dividing: a row for each source, or each source and purpose."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from communes.models import Place
from funding.choices import Breakdown, Stage
from funding.keys import key_of
from funding.models import Allocation, Purpose, Source
from funding.services import ended
from funding.services_allocations import (
    Portion,
    names_by_sum,
    save_allocations,
    why_not_beside,
    withdraw_allocation,
)
from funding.sheets import rows
from funding.sheets.papers import Papers
from funding.sheets.reading import AMOUNT, PARTS, AmountCells, mark_of
from ntm.audit.past import rows_at
from ntm.core.bulk import Told
from ntm.core.errors import NotAllowed, Refused
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known, Target

_GONE = "Bạn không còn quyền nhập nguồn vốn của tỉnh này nên chưa ghi gì. Hãy tải lại trang."
#: For sources that are not divided.
WHOLE = "chung"
_CODE = Column("ma", "Mã khoản", kinds.KEY, names=("Mã",), width=44)
_NAME = Column("ten", "Khoản vốn", kinds.NAME, names=("Khoản",), width=60)


class YearOfAllocations(Target):
    """For whoever enters money in the province."""

    row_word, sheet, names_are_exact, is_landscape = "khoản", "Phân bổ vốn", True, True
    unknown = "Bảng này không có khoản mang mã {}. Hãy sửa mã, hoặc bỏ dòng này ra."
    hint = (
        "Số tiền là số đồng tròn (1.234.567), hoặc kèm đơn vị (277 tỷ). Cách ghi để trống là “Đúng bằng”. "
        "Cùng một nội dung, không nhập cả số chung của một nguồn lẫn số của từng phần trong nguồn đó. "
        f"Ghi {CLEAR} vào cột số tiền thì bỏ cả khoản phân bổ đó."
    )
    no_clear = "Cách ghi không xóa được: ghi “Đúng bằng”, hoặc xóa số tiền để bỏ cả khoản phân bổ."
    year: int
    province_id: int

    def __init__(self, user: Any, province_id: int, year: int, stage: str, division: str) -> None:
        self.user, self.province_id, self.year = user, province_id, year
        self.stage, self.division = Stage(stage), division
        self.filename = f"phan-bo-von-{year}-{stage}-{division}"

    @cached_property
    def title(self) -> str:  # type: ignore[override]
        """With whose money it is: the rows are the nation's."""
        how = "của cả nguồn" if self.division == WHOLE else f"theo {Breakdown(self.division).label.lower()}"
        words = f"{self.stage.label.removesuffix(' năm')} {how} năm {self.year}"
        return f"{words}, {Place.names_of([self.province_id])[self.province_id]}"

    @property
    def told(self) -> dict[str, frozenset[str]]:
        name = Place.names_of([self.province_id])[self.province_id]
        return super().told | rows.of_province(name)

    # --- what stands there -------------------------------------------------------------------------------
    @cached_property
    def sources(self) -> list[Source]:
        return list(Source.objects.all())

    @cached_property
    def purposes(self) -> list[Purpose | None]:
        if self.division == WHOLE:
            return [None]
        every = Purpose.objects.filter(breakdown=self.division)
        return [row for row in every if row.covers(self.year)]

    @cached_property
    def pairs(self) -> dict[str, tuple[Source, Purpose | None]]:
        """What each row is about, by its key: the purposes of one source together."""
        return {
            key_of(self.stage, source.code, purpose.code if purpose else ""): (source, purpose)
            for source in self.sources
            for purpose in self.purposes
        }

    @cached_property
    def rows(self) -> dict[tuple[int, int], Allocation]:
        return {(row.source_of_funds_id, row.purpose_id or 0): row for row in self._stored}

    @property
    def _stored(self) -> QuerySet[Allocation]:
        found = Allocation.objects.filter(province_id=self.province_id, year=self.year, stage=self.stage)
        return found.select_related("document", "source_of_funds")

    def as_of(self, number: int) -> "YearOfAllocations":
        ours = (self.province_id, self.year, self.stage)
        which = ("province_id", "year", "stage")
        found = rows_at(self._stored, number, lambda held: tuple(held[name] for name in which) == ours)
        return self.holding(rows={(row.source_of_funds_id, row.purpose_id or 0): row for row in found})

    @cached_property
    def names(self) -> dict[tuple[str, int], dict[int, str]]:
        """The sources of which something stands there, by what is added up."""
        return names_by_sum(self.rows.values())

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {source.pk: source.parent_id for source in self.sources}

    @cached_property
    def papers(self) -> Papers:
        return Papers(self.user, self.province_id)

    def row_of(self, key: str) -> Allocation | None:
        source, purpose = self.pairs[key]
        return self.rows.get((source.pk, purpose.pk if purpose else 0))

    # --- the sheet ---------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> list[Column]:
        return [
            _CODE,
            _NAME,
            *rows.columns(self.papers, "Số tiền", "Số vốn", f"Năm {self.year}", f"Vốn năm {self.year}"),
        ]  # fmt: skip

    @cached_property
    def known(self) -> dict[str, Known]:
        return {key: self._known(key) for key in self.pairs}

    def _known(self, key: str) -> Known:
        source, purpose = self.pairs[key]
        row = self.row_of(key)
        values = rows.values(row, self.papers)
        closed = ended(source, self.year) or self._why_not(key, self.names)
        name = f"{source}: {purpose}" if purpose else source.name
        marks = dict.fromkeys(PARTS, mark_of(row)) if row else {}
        return Known(key, name, values, marks, dict.fromkeys(PARTS, closed) if closed else {})

    def _why_not(self, key: str, names: Mapping[tuple[str, int], Mapping[int, str]]) -> str:
        """A branch beside its part, among these."""
        source, purpose = self.pairs[key]
        portion = Portion(source, self.stage, 0, purpose)
        others = {pk: name for pk, name in names.get(portion.sum, {}).items() if pk != source.pk}
        return why_not_beside(portion, self.year, others, self.parents)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        return AmountCells(self.row_of(row.key), cells, self.papers).read()

    def together(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Iterable[tuple[str, CellFault]]:
        """A branch and its part that the file brings both; what stands already has closed the row."""
        new: dict[tuple[str, int], dict[int, str]] = {}
        for row, changes in rows:
            if self.row_of(row.key) is None and any(one.column == AMOUNT for one in changes):
                source, purpose = self.pairs[row.key]
                new.setdefault(Portion(source, self.stage, 0, purpose).sum, {})[source.pk] = source.name
        for row, _ in rows:
            if why := self._why_not(row.key, new):
                yield row.key, CellFault(AMOUNT, why.replace("đã nhập", "trong tệp có"))

    # --- writing -----------------------------------------------------------------------------------------
    def store(
        self, changed: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        province = Place.objects.get(pk=self.province_id)

        def withdraw(key: str) -> None:
            if row := self.row_of(key):
                withdraw_allocation(row, expected_version=row.version, by=by)

        def save(kept: Sequence[tuple[str, Sequence[Change]]], heard: Told) -> None:
            portions = [self._portion(key, changes) for key, changes in kept]
            save_allocations(portions, province=province, year=self.year, by=by, told=heard)

        try:
            rows.write(changed, withdraw=withdraw, save=save, told=told)
        except NotAllowed:
            raise Refused(_GONE) from None

    def _portion(self, key: str, changes: Sequence[Change]) -> Portion:
        source, purpose = self.pairs[key]
        return Portion(source, self.stage, purpose=purpose, **rows.said(self.row_of(key), changes))

    def back(self) -> tuple[str, str]:
        asked = urlencode({"giai_doan": self.stage, "chia": self.division})
        address = reverse("funding:allocations", args=[self.year])
        return f"Phân bổ và thực hiện vốn năm {self.year}", f"{address}?{asked}"
