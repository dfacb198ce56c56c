"""The two forms of an import: choose a file, confirm what it would do."""

from typing import Any

from django import forms
from django.core import signing

#: How long a preview may stand before it must be made anew.
_SECONDS = 60 * 60
_SALT = "ntm.sheets.preview"


class UploadForm(forms.Form):
    """A file from the person's own machine."""

    file = forms.FileField(
        label="Tệp .xlsx hoặc .csv",
        # An empty file is refused with our own sentence.
        allow_empty_file=True,
        error_messages={"required": "Chưa chọn tệp."},
        help_text="Xuất danh mục ra tệp, sửa trong tệp đó rồi nhập lại. Chưa ghi gì trước khi bạn xác nhận.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


def seal(contents: dict[str, Any]) -> str:
    """What was previewed, signed, so that exactly that is confirmed, by the same person, within the hour."""
    return signing.dumps(contents, salt=_SALT, compress=True)


def open_seal(text: str) -> dict[str, Any] | None:
    """The contents; None for a forged, damaged or outdated seal."""
    try:
        contents: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return contents
