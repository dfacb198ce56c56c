"""Every report form can be used: its names, its places and its figures exist."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from ntm.reports.official import mapping


def faults_of_forms() -> list[str]:
    """Each with its file and cell; a code twice is one, too."""
    found: list[str] = []
    codes: dict[str, str] = {}
    for path in sorted(mapping.FILES.glob("*.toml")):
        try:
            form = mapping.read_form(path)
        except mapping.BadForm as bad:
            found += bad.faults
        else:
            if codes.setdefault(form.code, path.name) != path.name:
                found.append(f"{path.name}: mã “{form.code}” đã có ở {codes[form.code]}")
    return found


@register()
def every_form_can_be_filled(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """ntm.E002: a report form whose mapping and workbook do not fit."""
    hint = "Each cell needs a name or an address of the .xlsx and a figure of ntm/reports/official/vocabulary.py."
    return [Error(fault, hint=hint, id="ntm.E002") for fault in faults_of_forms()]
