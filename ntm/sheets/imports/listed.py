"""Files that left here and come back: whose they are, and which list one is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from ntm.core.text import clean
from ntm.sheets.imports.brought import Brought, Marker
from ntm.sheets.imports.kinds import Listed, Target

#: A list has its header in its first row; whoever writes a title above it moves it down.
_SEARCHED = 5
_OTHER_LIST = (
    "Danh sách này đã bị bớt hay đổi cột nên không nhận ra. Hãy xuất lại danh sách rồi sửa trong đó, hoặc tải mẫu của "
    "trang này."
)
_OTHER_DAY = (
    "Danh sách này là số của ngày {}, không phải số đang có, nên không nhập lại được. Hãy xuất danh sách hiện nay, "
    "hoặc tải mẫu của trang này."
)


@dataclass(frozen=True)
class Returned:
    """A list that came back: which, and our columns by their place in the file ("": brings nothing). `is_told`: the
    file itself says whose rows it holds."""

    listed: Listed
    decided: Mapping[str, str]
    is_told: bool

    def sentence(self, target: Target) -> str:
        titles = {key: title for title, key in self.listed.columns.items()}
        read = ", ".join(f"“{titles[key]}”" for key in self.decided.values() if key)
        said = (
            f"Tệp là {self.listed.name} xuất từ hệ thống: chỉ nhập các cột {read}; các cột khác là số tính ra hoặc để "
            "tham khảo."
        )
        whose = f" Tệp không tự nói là của đâu: hãy kiểm tra đúng là danh sách của “{target.title}”."
        return said if self.is_told else said + whose


def returned(target: Target, brought: Brought) -> Returned | str | None:
    """The list that a file is, or why it brings nothing here; None: it is none of ours."""
    marker = brought.marker
    # Some leave with the words of the template: they need no table of titles.
    if marker is not None and not (marker.is_list and target.lists):
        return None
    for row in brought.rows[:_SEARCHED]:
        titles = {str(at): clean(cell[1]) for at, cell in enumerate(row.cells) if cell}
        words = set(titles.values())
        if len(words) < len(titles):
            continue
        for one in target.lists:
            if one.needs <= words and (not one.titles or words <= one.titles):
                decided = {at: one.columns.get(title, "") for at, title in titles.items()}
                return one.why or Returned(one, decided, marker is not None)
    # Whoever knows lists only to refuse them reads others by the words of the template.
    knows = any(not one.why for one in target.lists)
    return _OTHER_LIST if marker is not None and brought.rows and knows else None


def _is_of(marker: Marker, params: Mapping[str, str]) -> bool:
    """A list may be wider than the page: then each row says whether it belongs there."""
    said = {name: params.get(name) for name in marker.params} if marker.is_list else dict(params)
    return marker.params == said


def not_ours(marker: Marker, target: Target, kind: str, params: Mapping[str, str]) -> str:
    """Why a template, or a list, was not made for this page."""
    what = "Danh sách này được xuất" if marker.is_list else "Tệp mẫu này được tải"
    if kind not in marker.kinds or not _is_of(marker, params):
        return (
            f"{what} cho việc khác, không phải “{target.title}”. Hãy tải mẫu của trang này, "
            f"hoặc mở đúng trang đã {'xuất danh sách' if marker.is_list else 'tải mẫu'} rồi chọn lại tệp."
        )
    if marker.province == target.province_id:
        return _OTHER_DAY.format(marker.day[:10]) if marker.day else ""
    if marker.province is None:
        return "Tệp mẫu này tải từ trước nên không ghi là của tỉnh nào. Hãy tải lại mẫu của trang này."
    return f"{what} cho tỉnh khác, không phải “{target.title}”. Hãy tải mẫu của trang này rồi nhập lại."
