"""What may stand in the address of the pages about criteria."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.http import QueryDict

from communes.judging import number
from communes.tallies import WORDS
from ntm.core.dates import today
from ntm.core.days import DayOfYearField
from ntm.reports.selectors.criteria import AREAS, GROUPS, Asked, CriteriaYear, words_of_area


class ScopeForm(forms.Form):
    """Set, district, level, criterion and result: what narrows the matrix."""

    bo = forms.ChoiceField(label="Bộ tiêu chí", required=False)
    huyen = forms.ChoiceField(label="Huyện, thành phố", required=False)
    muc = forms.ChoiceField(label="Mức hiện có", required=False)
    tieu_chi = forms.ChoiceField(label="Tiêu chí", required=False)
    kq = forms.ChoiceField(label="Kết quả", choices=[("", "Mọi kết quả"), *WORDS.items()], required=False)
    unsaid: tuple[str, ...] = ("bo",)

    def __init__(self, data: QueryDict, *, criteria: CriteriaYear) -> None:
        shown = data.copy()
        shown["bo"] = criteria.choice.key
        super().__init__(shown)
        self.criteria = criteria
        self.asked_for = Asked()
        self.words: dict[str, dict[str, str]] = {}
        book = criteria.year_book
        tier = criteria.choice.criteria_set.level.tier
        districts = sorted(book.districts.values(), key=lambda unit: unit.sort_key)
        levels = {level.code: level.short_name for level in book.rules.levels if level.tier == tier}
        self._offer("bo", "", ((choice.key, choice.level_name) for choice in criteria.choices))
        self._offer("huyen", "Toàn tỉnh", ((unit.code, unit.full_name) for unit in districts))
        self._offer("muc", "Mọi mức", ({"chua-dat": "Chưa đạt"} | levels).items())
        rows = criteria.set_book.criteria
        self._offer("tieu_chi", "Mọi tiêu chí", ((row.number, f"{row.number}. {row.name}") for row in rows))
        if not districts:
            self.fields["huyen"].widget = forms.HiddenInput()

    def _offer(self, name: str, everything: str, choices: Iterable[tuple[str, str]]) -> None:
        self.words[name] = dict(choices)
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - each of them is declared above
        field.choices = [*([("", everything)] if everything else []), *self.words[name].items()]

    def asked(self) -> Asked:
        """Call only when the form is valid."""
        chosen = self.cleaned_data
        return Asked(
            district=chosen["huyen"],
            level=chosen["muc"],
            criterion=chosen["tieu_chi"],
            state=chosen["kq"],
        )


class ListForm(ScopeForm):
    """The same for the list behind a number, which may also be of one indicator, or of one range of its values."""

    nhom = forms.ChoiceField(label="Phiếu", choices=list(GROUPS.items()), required=False)
    chi_tieu = forms.CharField(label="Chỉ tiêu", required=False, max_length=12, widget=forms.HiddenInput)
    tu = forms.DecimalField(required=False, max_digits=16, decimal_places=4, widget=forms.HiddenInput)
    den = forms.DecimalField(required=False, max_digits=16, decimal_places=4, widget=forms.HiddenInput)
    vung = forms.ChoiceField(
        label="Loại xã", choices=[("", "Mọi xã"), *((key, words_of_area(key)) for key in AREAS)],
        required=False, widget=forms.HiddenInput,
    )  # fmt: skip
    dat_tu = forms.IntegerField(required=False, min_value=0, max_value=999, widget=forms.HiddenInput)
    dat_den = forms.IntegerField(required=False, min_value=0, max_value=999, widget=forms.HiddenInput)
    unsaid = ("bo", "nhom")

    def __init__(self, data: QueryDict, *, criteria: CriteriaYear) -> None:
        super().__init__(data, criteria=criteria)
        self.fields["ngay"] = DayOfYearField(year=criteria.year, today=today())

    def clean_chi_tieu(self) -> str:
        code: str = self.cleaned_data["chi_tieu"]
        if code and code not in self.criteria.set_book.by_code:
            raise forms.ValidationError("Bộ tiêu chí này không có chỉ tiêu đó.")
        return code

    def asked(self) -> Asked:
        chosen = self.cleaned_data
        return Asked(
            group=chosen["nhom"] or "tat-ca",
            district=chosen["huyen"],
            level=chosen["muc"],
            criterion="" if chosen["chi_tieu"] else chosen["tieu_chi"],
            indicator=chosen["chi_tieu"],
            state=chosen["kq"],
            low=chosen["tu"],
            high=chosen["den"],
            area=chosen["vung"],
            least=chosen["dat_tu"],
            most=chosen["dat_den"],
        )

    def sentence(self) -> str:
        """The list's title in words."""
        if not self.is_valid():
            return "Danh sách phía sau con số"
        asked, words = self.asked(), self.words
        parts = [self._what(asked)]
        if asked.low is not None or asked.high is not None:
            parts.append(_range(asked.low, asked.high))
        if asked.least is not None or asked.most is not None:
            parts.append(_met(asked.least, asked.most))
        if asked.area:
            parts.append(words_of_area(asked.area))
        parts.append(f"bộ {words['bo'][self.criteria.choice.key]}")
        if asked.level:
            parts.append(f"mức {words['muc'][asked.level].lower()}")
        if asked.district:
            parts.append(words["huyen"][asked.district])
        return f"{', '.join(parts)}, năm {self.criteria.year}{self.criteria.scope.until}"

    def _what(self, asked: Asked) -> str:
        group = "" if asked.group == "tat-ca" else GROUPS[asked.group]
        state = WORDS.get(asked.state, "")
        if asked.indicator:
            what = f"{state or 'Kết quả'} chỉ tiêu {asked.indicator}"
        elif asked.criterion:
            what = f"{state or 'Kết quả'} tiêu chí {self.words['tieu_chi'][asked.criterion]}"
        else:
            what = f"Có tiêu chí {state.lower()}" if state else GROUPS[asked.group]
            group = group if state else ""
        return f"{what} ({group.lower()})" if group else what


def _range(low: Decimal | None, high: Decimal | None) -> str:
    words = []
    if low is not None:
        words.append(f"từ {number(low)}")
    if high is not None:
        words.append(f"{'đến ' if words else ''}dưới {number(high)}")
    return f"giá trị {' '.join(words)}"


def _met(least: int | None, most: int | None) -> str:
    if least == most:
        return f"đạt {least} tiêu chí"
    words = [f"từ {least}"] if least is not None else []
    words += [f"đến {most}"] if most is not None else []
    return f"đạt {' '.join(words)} tiêu chí"
