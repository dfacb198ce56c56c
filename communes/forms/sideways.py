"""What people type on the list of one indicator over all units."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from communes.forms.cell_form import options_of, typed_text
from communes.judging import Measure
from communes.models import Unit
from communes.selectors.sideways import EMPTY_ONLY, NOT_MET_ONLY, SidewaysRow
from communes.services.results import Cell
from ntm.core.forms import BaseForm
from ntm.core.text import clean


@dataclass(frozen=True)
class Seen:
    """What a unit's box held when the page was made."""

    submission: int
    version: int
    text: str


@dataclass(frozen=True)
class Box:
    """A unit's box: what stands in it, and what is wrong with that. `theirs`: somebody else's value meanwhile."""

    seen: Seen
    text: str
    error: str = ""

    @property
    def name(self) -> str:
        return f"o-{self.seen.submission}"


def box_of(row: SidewaysRow) -> Box:
    """The box as the row is stored."""
    seen = Seen(row.submission.pk, row.version, typed_text(row.one, row.result))
    return Box(seen, seen.text)


def packed(boxes: Sequence[Box]) -> str:
    """What all boxes of a page held, for one hidden field."""
    rows = [[box.seen.submission, box.seen.version, box.seen.text] for box in boxes]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def unpacked(raw: str) -> list[Seen] | None:
    """What the boxes of the page that was sent held; None where the field is damaged."""
    try:
        found = [Seen(int(pk), int(version), str(text)) for pk, version, text in json.loads(raw)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return found if len({row.submission for row in found}) == len(found) else None


def changed(seen: Sequence[Seen], posted: Mapping[str, str]) -> dict[Seen, str]:
    """The boxes in which something else stands now than when the page was made."""
    typed = {row: posted.get(Box(row, "").name) for row in seen}
    return {row: text for row, text in typed.items() if text is not None and clean(text) != clean(row.text)}


def as_cells(code: str, typed: Mapping[Seen, str]) -> dict[int, Cell]:
    """The same as the verb takes them, by submission."""
    return {row.submission: Cell(code, raw=text, version=row.version) for row, text in typed.items()}


def drawn(box: Box, measure: Measure, unit: Unit) -> str:
    """A unit's box as HTML; where one chooses, a state that cannot be chosen here stays choosable while it stands."""
    attrs: dict[str, Any] = {"id": box.name, "aria-label": f"Kết quả của {unit.full_name}"}
    attrs |= {"autocomplete": "off", "data-box": unit.code, "data-name": unit.name}
    if box.error:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{box.name}-error"}
    options = options_of(measure)
    if options:
        if box.text not in dict(options):
            options = [
                *options,
                (box.text, {"-": "Không áp dụng", "?": "Chưa có số liệu"}.get(box.text, box.text)),
            ]
        return str(forms.Select(choices=options).render(box.name, box.text, attrs))
    attrs |= {"inputmode": "decimal", "maxlength": 60} if measure.kind != "text" else {"maxlength": 500}
    return str(forms.TextInput().render(box.name, box.text, attrs))


class SidewaysFilterForm(BaseForm):
    """What narrows the list."""

    tinh_trang = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[("", "Tất cả"), (EMPTY_ONLY, "Chưa nhập"), (NOT_MET_ONLY, "Chưa đạt")],
    )
    huyen = forms.ChoiceField(label="Huyện", required=False)

    def __init__(self, data: Any, *, districts: Sequence[tuple[str, str]]) -> None:
        super().__init__(data)
        if districts:
            self.fields["huyen"].choices = [("", "Tất cả"), *districts]  # type: ignore[attr-defined]
        else:
            del self.fields["huyen"]
