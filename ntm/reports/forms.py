"""What narrows the list behind a figure."""

from collections.abc import Iterable
from typing import Any

from django import forms

from communes.choices import Tier
from communes.selectors.yearbook import YearBook
from ntm.core.dates import today
from ntm.core.days import DayOfYearField
from ntm.reports.headline import GROUPS
from ntm.reports.selectors.figures import KINDS, NEEDS_LEVEL, OF_NO_LEVEL
from ntm.reports.selectors.sums import SUMS


class _NumberForm(forms.Form):
    """Which number of a year it is: how it is made, and at which level."""

    kinds: dict[str, str]
    need_level: Iterable[str]
    usual: str
    untitled: str

    so = forms.ChoiceField(label="Con số", required=False)
    muc = forms.ChoiceField(label="Mức đạt", required=False)

    def __init__(self, *args: Any, book: YearBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["ngay"] = DayOfYearField(year=book.scope.year, today=today())
        self.words: dict[str, dict[str, str]] = {}
        levels = [level for level in book.rules.levels if level.tier == Tier.COMMUNE or book.districts]
        self._choices("so", list(self.kinds.items()))
        self._offer("muc", "Mọi mức", {level.code: level.name for level in levels})

    def _offer(self, name: str, everything: str, choices: dict[str, str]) -> None:
        self._choices(name, [("", everything), *choices.items()])
        self.words[name] = choices

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["so"] = cleaned.get("so") or self.usual
        if cleaned["so"] in self.need_level and not cleaned.get("muc") and "muc" not in self.errors:
            self.add_error("muc", "Chọn mức đạt cho con số này.")
        return cleaned

    def sentence(self) -> str:
        """The list's title in words."""
        if not self.is_valid():
            return self.untitled
        scope = self.book.scope
        return f"{', '.join(self.named())}, năm {scope.year}{scope.until}"

    def named(self) -> list[str]:
        """What was chosen, in words."""
        chosen = self.cleaned_data
        return [self.kinds[chosen["so"]], *([self.words["muc"][chosen["muc"]]] if chosen["muc"] else [])]


class FigureForm(_NumberForm):
    """A number of units: also of which tier, in which district."""

    kinds, need_level, usual = KINDS, NEEDS_LEVEL, "tat-ca"
    untitled = "Danh sách phía sau con số"

    cap = forms.ChoiceField(label="Cấp", choices=[("", "Cấp xã"), ("huyen", "Cấp huyện")], required=False)
    huyen = forms.ChoiceField(label="Huyện, thành phố", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = sorted(self.book.every_district.values(), key=lambda unit: unit.sort_key)
        self._offer("huyen", "Toàn tỉnh", {unit.code: unit.full_name for unit in districts})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        level = self.book.rules.level(cleaned.get("muc") or "")
        if level is not None and cleaned["so"] in OF_NO_LEVEL:
            cleaned |= {"muc": "", "cap": "huyen" if level.tier == Tier.DISTRICT else ""}
        return cleaned

    def names_no_level(self) -> bool:
        """Whether a level was asked for that the number does not know: only its tier counts."""
        return self.is_valid() and bool(self.data.get("muc")) and not self.cleaned_data["muc"]

    def named(self) -> list[str]:
        chosen, parts = self.cleaned_data, super().named()
        if chosen["cap"] and not chosen["muc"]:
            parts.append("cấp huyện")
        if chosen["huyen"]:
            parts.append(self.words["huyen"][chosen["huyen"]])
        return parts


class SumForm(_NumberForm):
    """A number that is the sum of parts."""

    kinds, need_level, usual = SUMS, SUMS.keys() - GROUPS.keys(), "chi-tieu"
    untitled = "Các phần của con số"
