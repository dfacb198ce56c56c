"""A year's money: a row for each source of the tree."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from communes.models import Place
from funding import ledger
from funding.models import Amount, Source
from funding.services import Line, ended, save_amounts, withdraw_amount
from funding.sheets import rows
from funding.sheets.papers import Papers
from funding.sheets.reading import AMOUNT, PARTS, AmountCells, mark_of
from ntm.audit.past import rows_at
from ntm.core.bulk import Told
from ntm.core.errors import NotAllowed, Refused
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import CLEAR, CellFault, Change, Column, Known, Target

_GONE = "Bạn không còn quyền nhập nguồn vốn của tỉnh này nên chưa ghi gì. Hãy tải lại trang."
CODE = Column("ma", "Mã nguồn", kinds.KEY, names=("Mã", "Mã nguồn vốn"), width=18)
NAME = Column("ten", "Nguồn vốn", kinds.NAME, names=("Tên nguồn", "Tên nguồn vốn", "Nguồn"), width=44)
UNDER = Column("thuoc", "Thuộc nguồn", kinds.ABOUT, width=30)


class YearOfMoney(Target):
    """What each source brought to one province in one year, for whoever enters it there."""

    row_word, sheet, names_are_exact = "nguồn vốn", "Nguồn vốn", True
    unknown = "Danh mục nguồn vốn không có mã {}. Hãy sửa mã, hoặc bỏ dòng này ra."
    hint = (
        "Số tiền là số đồng tròn (1.234.567), hoặc kèm đơn vị (277 tỷ). Cách ghi để trống là “Đúng bằng”. "
        "Không nhập cả số chung của một nguồn lẫn số của từng phần trong nguồn đó. "
        f"Ghi {CLEAR} vào cột số tiền thì bỏ cả dòng số vốn đó."
    )
    no_clear = "Cách ghi không xóa được: ghi “Đúng bằng”, hoặc xóa số tiền để bỏ cả dòng số vốn."
    year: int
    province_id: int

    def __init__(self, user: Any, province_id: int, year: int) -> None:
        self.user, self.province_id, self.year = user, province_id, year
        self.filename = f"nguon-von-{year}"

    @cached_property
    def title(self) -> str:  # type: ignore[override]
        """With whose money it is: the rows are the nation's."""
        return f"Nguồn vốn năm {self.year}, {Place.names_of([self.province_id])[self.province_id]}"

    @property
    def told(self) -> dict[str, frozenset[str]]:
        name = Place.names_of([self.province_id])[self.province_id]
        return super().told | rows.of_province(name)

    # --- what stands there -------------------------------------------------------------------------------
    @cached_property
    def sources(self) -> dict[str, Source]:
        return {row.code: row for row in Source.objects.all()}

    @cached_property
    def rows(self) -> dict[int, Amount]:
        return {row.source_of_funds_id: row for row in self._stored}

    @property
    def _stored(self) -> QuerySet[Amount]:
        found = Amount.objects.filter(province_id=self.province_id, year=self.year)
        return found.select_related("document")

    def as_of(self, number: int) -> "YearOfMoney":
        ours = (self.province_id, self.year)
        found = rows_at(self._stored, number, lambda held: (held["province_id"], held["year"]) == ours)
        return self.holding(rows={row.source_of_funds_id: row for row in found})

    @cached_property
    def names(self) -> dict[int, str]:
        return {source.pk: source.name for source in self.sources.values()}

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {source.pk: source.parent_id for source in self.sources.values()}

    @cached_property
    def papers(self) -> Papers:
        return Papers(self.user, self.province_id)

    # --- the sheet ---------------------------------------------------------------------------------------
    @cached_property
    def columns(self) -> list[Column]:
        return [
            CODE,
            NAME,
            UNDER,
            *rows.columns(
                self.papers, "Số tiền", "Số vốn", f"Số tiền năm {self.year}", f"Năm {self.year}",
                f"Vốn năm {self.year}",
            ),
        ]  # fmt: skip

    @cached_property
    def known(self) -> dict[str, Known]:
        return {code: self._known(source) for code, source in self.sources.items()}

    def _known(self, source: Source) -> Known:
        row = self.rows.get(source.pk)
        values = {UNDER.key: self.names.get(source.parent_id or 0, "")} | rows.values(row, self.papers)
        closed = self._why_closed(source)
        marks = dict.fromkeys(PARTS, mark_of(row)) if row else {}
        return Known(source.code, source.name, values, marks, dict.fromkeys(PARTS, closed) if closed else {})

    def _why_closed(self, source: Source) -> str:
        beside = {pk: self.names[pk] for pk in self.rows if pk != source.pk}
        return ended(source, self.year) or ledger.why_not_beside(source.pk, self.year, beside, self.parents)

    def read(self, row: Known, cells: Mapping[str, Any]) -> tuple[list[Change], list[CellFault]]:
        return AmountCells(self.rows.get(self.sources[row.key].pk), cells, self.papers).read()

    def together(self, rows: Sequence[tuple[Known, Sequence[Change]]]) -> Iterable[tuple[str, CellFault]]:
        """A branch and its part that the file brings both; what stands already has closed the row."""
        new = {
            self.sources[row.key].pk: row.name
            for row, changes in rows
            if self.sources[row.key].pk not in self.rows and any(one.column == AMOUNT for one in changes)
        }
        for row, _ in rows:
            mine = self.sources[row.key].pk
            if mine in new and (why := ledger.why_not_beside(mine, self.year, new, self.parents)):
                yield row.key, CellFault(AMOUNT, why.replace("đã nhập", "trong tệp có"))

    # --- writing -----------------------------------------------------------------------------------------
    def store(
        self, changed: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        province = Place.objects.get(pk=self.province_id)

        def withdraw(code: str) -> None:
            amount = self.rows[self.sources[code].pk]
            withdraw_amount(amount, expected_version=amount.version, by=by)

        def save(kept: Sequence[tuple[str, Sequence[Change]]], heard: Told) -> None:
            lines = [self._line(self.sources[code], changes) for code, changes in kept]
            save_amounts(lines, province=province, year=self.year, by=by, told=heard)

        try:
            rows.write(changed, withdraw=withdraw, save=save, told=told)
        except NotAllowed:
            raise Refused(_GONE) from None

    def _line(self, source: Source, changes: Sequence[Change]) -> Line:
        return Line(source, **rows.said(self.rows.get(source.pk), changes))

    def back(self) -> tuple[str, str]:
        return f"Nguồn vốn năm {self.year}", reverse("funding:amounts", args=[self.year])
