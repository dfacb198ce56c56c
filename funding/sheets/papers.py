"""Documents as a sheet names them: by the words of the form's list, or by number or title alone. Never guessed."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from communes.models import Document
from ntm.core.text import clean, folded, quote
from ntm.sheets.imports.values import BadCell
from targets.forms import document_label


class Papers:
    """The documents on which a person may rest an amount of the province."""

    def __init__(self, user: Any, province_id: int) -> None:
        visible = Document.objects.visible_to(user)
        self.rows = [row for row in visible if row.province_id in (None, province_id)]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The drop-down list, each once."""
        return tuple(dict.fromkeys(self.label(row) for row in self.rows))

    @staticmethod
    def label(row: Document) -> str:
        return clean(document_label(row))

    @cached_property
    def _by_word(self) -> dict[str, dict[int, Document]]:
        found: dict[str, dict[int, Document]] = defaultdict(dict)
        for row in self.rows:
            for word in (self.label(row), row.number, row.title, str(row)):
                if word:
                    found[folded(word)][row.pk] = row
        return found

    def find(self, text: str, stored: Document | None) -> Document:
        """The one document that the words name; of several, the one that stands there already."""
        rows = self._by_word.get(folded(text), {})
        if stored is not None and stored.pk in rows:
            return stored
        if not rows:
            raise BadCell(
                f"Không có văn bản {quote(text)} trong danh mục. Hãy chọn một văn bản trong danh sách của ô, "
                "hoặc thêm văn bản trước."
            )
        if len(rows) > 1:
            raise BadCell(
                f"{quote(text)} có thể là {len(rows)} văn bản khác nhau. Hãy ghi cả số và trích yếu."
            )
        return next(iter(rows.values()))
