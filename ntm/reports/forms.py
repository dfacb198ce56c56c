"""What narrows the list behind a figure."""

from typing import Any

from django import forms

from communes.choices import Tier
from communes.selectors.yearbook import YearBook
from ntm.reports.selectors.figures import KINDS, NEEDS_LEVEL


class FigureForm(forms.Form):
    """The scope of a figure: how it counts, at which level, of which tier, in which district."""

    so = forms.ChoiceField(label="Con số", choices=list(KINDS.items()), required=False)
    muc = forms.ChoiceField(label="Mức đạt", required=False)
    cap = forms.ChoiceField(label="Cấp", choices=[("", "Cấp xã"), ("huyen", "Cấp huyện")], required=False)
    huyen = forms.ChoiceField(label="Huyện, thành phố", required=False)

    def __init__(self, *args: Any, book: YearBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.words: dict[str, dict[str, str]] = {}
        levels = [level for level in book.rules.levels if level.tier == Tier.COMMUNE or book.districts]
        districts = sorted(book.every_district.values(), key=lambda unit: unit.sort_key)
        self._offer("muc", "Mọi mức", {level.code: level.name for level in levels})
        self._offer("huyen", "Toàn tỉnh", {unit.code: unit.full_name for unit in districts})

    def _offer(self, name: str, everything: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", everything), *choices.items()]
        self.words[name] = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["so"] = cleaned.get("so") or "tat-ca"
        if cleaned["so"] in NEEDS_LEVEL and not cleaned.get("muc") and "muc" not in self.errors:
            self.add_error("muc", "Chọn mức đạt cho con số này.")
        return cleaned

    def sentence(self) -> str:
        """The list's title in words."""
        if not self.is_valid():
            return "Danh sách phía sau con số"
        chosen = self.cleaned_data
        parts = [KINDS[chosen["so"]]]
        if chosen["muc"]:
            parts.append(self.words["muc"][chosen["muc"]])
        elif chosen["cap"]:
            parts.append("cấp huyện")
        if chosen["huyen"]:
            parts.append(self.words["huyen"][chosen["huyen"]])
        return f"{', '.join(parts)}, năm {self.book.scope.year}"
