"""What the sheets of a draft have in common: whose draft, why there may be none to write into, and how it is stored."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse

from communes.models import Level, Place
from ntm.core.bulk import Told
from ntm.core.errors import NotAllowed, Refused
from ntm.sheets.imports import kinds
from ntm.sheets.imports.kinds import Change, Known
from targets.models import Plan, Registration, Target
from targets.selectors import approved_revisions, draft_of, levels_of
from targets.services_many import adjust_draft

_ROWS_DIFFER = (
    "Danh sách này có một dòng cho mỗi {} nên một {} có thể ở nhiều dòng, không nhập lại được. Hãy tải mẫu của trang "
    "này, đã điền sẵn dự thảo đang có, rồi sửa trong đó."
)
#: Our lists that people may bring: both only tell.
_LISTS = tuple(
    kinds.Listed("", frozenset(), frozenset(titles.split("|")), why=_ROWS_DIFFER.format(*words))
    for titles, words in (
        ("Mức|Cách tính|Số lượng|Lần ban hành", ("chỉ tiêu", "mức")),
        ("Đơn vị|Mã|Thuộc huyện|Mức đăng ký", ("lượt đăng ký", "đơn vị")),
    )
)
_GONE = "Bạn không còn quyền lập kế hoạch của tỉnh này nên chưa ghi gì. Hãy tải lại trang."


class OfDraft(kinds.Target):
    """A part of the draft of one province's plan for a year, for whoever drafts it there."""

    lists = _LISTS
    what: str
    year: int
    province_id: int

    def __init__(self, user: Any, province_id: int, year: int) -> None:
        self.user, self.province_id, self.year = user, province_id, year

    @cached_property
    def title(self) -> str:  # type: ignore[override]
        """With whose plan it is: levels are the nation's."""
        whose = Place.names_of([self.province_id])[self.province_id]
        return f"{self.what}: dự thảo kế hoạch năm {self.year}, {whose}"

    @cached_property
    def plan(self) -> Plan | None:
        return draft_of(self.province_id, self.year)

    @property
    def nothing(self) -> str:
        """The mark of a change where nothing stands: what was previewed for one revision is no change of the next."""
        return f"-{self.plan.pk}" if self.plan else ""

    @cached_property
    def levels(self) -> dict[str, Level]:
        """By code."""
        return {level.code: level for level in levels_of(self.year)}

    @cached_property
    def _closed(self) -> tuple[str, tuple[str, str] | None]:
        """Why there is nothing to write into, and the way out."""
        year = self.year
        if self.plan is not None:
            return "", None
        if not self.levels:
            return f"Chưa có giai đoạn nào của Chương trình bao gồm năm {year}.", None
        if approved_revisions(self.province_id, year):
            sentence = (
                f"Kế hoạch năm {year} đã được phê duyệt nên không nhập vào được. Muốn sửa thì lập bản điều chỉnh "
                "trước, rồi nhập vào bản đó."
            )
            return sentence, ("Lập bản điều chỉnh", reverse("targets:amend", args=[year]))
        sentence = (
            f"Năm {year} chưa có dự thảo kế hoạch để nhập vào. Hãy lập dự thảo (để trống cũng được), lưu lại, "
            "rồi quay lại đây."
        )
        return sentence, ("Lập dự thảo", reverse("targets:draft", args=[year]))

    @property
    def shut(self) -> str:  # type: ignore[override]
        return self._closed[0]

    @property
    def way(self) -> tuple[str, str] | None:  # type: ignore[override]
        return self._closed[1]

    def store(
        self, rows: Sequence[tuple[Known, Sequence[Change]]], by: Any, told: Told | None = None
    ) -> None:
        """All of it in one write of the draft, as the sheet saw it."""
        plan = self.plan
        if plan is None:
            raise Refused(self.shut)
        added, changed, dropped = self.writes(plan, rows)
        try:
            # Each row that is written is one cell of the file.
            adjust_draft(
                plan,
                added=added,
                changed=changed,
                dropped=dropped,
                expected_version=plan.version,
                by=by,
                told=told,
            )
        except NotAllowed:
            raise Refused(_GONE) from None

    def writes(
        self, plan: Plan, rows: Sequence[tuple[Known, Sequence[Change]]]
    ) -> tuple[list[Target | Registration], list[Target], list[Target | Registration]]:
        """Rows to add, to change and to drop."""
        raise NotImplementedError

    def back(self) -> tuple[str, str]:
        if self.plan is None:
            return f"Kế hoạch năm {self.year}", reverse("targets:plan", args=[self.year])
        return f"Dự thảo kế hoạch năm {self.year}", reverse("targets:change", args=[self.year])
