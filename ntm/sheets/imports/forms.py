"""The forms of an import: which file, and which column of it is which."""

from collections.abc import Mapping
from typing import Any

from django import forms

from ntm.core.forms import BaseForm
from ntm.sheets.forms import UploadForm
from ntm.sheets.headers import letters_of
from ntm.sheets.imports.kinds import ABOUT, Target
from ntm.sheets.imports.layout import Layout

NONE, UNDECIDED = "-", ""


class BroughtForm(UploadForm):
    """A sheet to import."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            "Không quá 10 MB. Tệp mẫu đã điền, hoặc bảng của riêng bạn có cột mã hay tên. "
            "Chưa ghi gì trước khi bạn xác nhận ở bước sau."
        )


class ColumnsForm(BaseForm):
    """For each column of the file, which of ours it is. `cleaned_columns`: by its place; "" for none of ours."""

    def __init__(self, data: Any, *, layout: Layout, target: Target, name: str = "") -> None:
        super().__init__(data)
        self.headings = layout.headings
        ours = [(one.key, one.title) for one in target.columns if one.use != ABOUT]
        choices = [(UNDECIDED, "Chưa chọn"), (NONE, "Không nhập cột này"), *ours]
        for one in layout.headings:
            chosen = one.key or (NONE if one.decided else one.guess)
            self.fields[f"cot-{one.at}"] = forms.ChoiceField(
                label=f"{one.text or 'Cột không có tiêu đề'} (cột {letters_of(one.at)})",
                choices=choices,
                initial=chosen if chosen in dict(choices) else UNDECIDED,
                required=False,
            )
        self.fields["name"] = forms.CharField(
            label="Ghi nhớ cách ghép này với tên",
            required=False,
            max_length=100,
            initial=name,
            help_text="Lần sau, tệp có cùng tiêu đề sẽ được gợi ý ghép như thế. Để trống nếu không cần nhớ.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        where: dict[str, str] = {}
        for one in self.headings:
            name = f"cot-{one.at}"
            key = cleaned.get(name, "")
            if key in (UNDECIDED, NONE):
                continue
            if key in where:
                self.add_error(name, f"Cột này và cột {where[key]} cùng được ghép với một cột. Hãy chọn lại.")
            where.setdefault(key, one.letters)
        return cleaned

    @property
    def cleaned_columns(self) -> dict[str, str]:
        chosen: Mapping[str, str] = {str(one.at): self.cleaned_data[f"cot-{one.at}"] for one in self.headings}
        return {at: "" if key == NONE else key for at, key in chosen.items() if key != UNDECIDED}
