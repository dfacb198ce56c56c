"""What a button of the preview asks for, as the change of the kept choices."""

from collections.abc import Iterable
from typing import Any

from ntm.core.errors import Refused
from ntm.sheets.imports.planned import Plan
from ntm.sheets.models import ColumnMapping, Upload

_UNKNOWN = "Nút này không còn dùng được; hãy tải lại trang."


def chosen(upload: Upload, plan: Plan, sent: Any, by: Any) -> dict[str, Any]:
    """Keywords for `services.choose`. Raises `Refused` for what the page does not offer."""
    numbers = {line.number for line in plan.lines}
    excluded = set(upload.excluded)
    if "out" in sent:
        return {"excluded": sorted(excluded | _numbers(sent.getlist("out"), numbers))}
    if "back" in sent:
        return {"excluded": sorted(excluded - _numbers(sent.getlist("back"), numbers))}
    if "all_wrong" in sent:
        return {"excluded": sorted(excluded | {line.number for line in plan.wrong})}
    if "all_back" in sent:
        return {"excluded": []}
    if "names" in sent:
        proposed = {line.number for line in plan.lines if line.proposed}
        yes = _numbers(sent.getlist("names"), proposed) if sent["names"] != "all" else proposed
        return {"choices": {"names": sorted(yes | set(upload.choices.get("names", ())))}}
    choices = _of_file(upload, plan, sent, by)
    # Numbers of rows mean others on another sheet.
    return {"choices": choices, "excluded": []} if "sheet" in choices else {"choices": choices}


def _of_file(upload: Upload, plan: Plan, sent: Any, by: Any) -> dict[str, Any]:
    """About the file as a whole."""
    if sent.get("hidden") in ("take", "leave"):
        return {"hidden": sent["hidden"]}
    if "sheet" in sent:
        if sent["sheet"] not in {one.title for one in plan.brought.sheets}:
            raise Refused("Tệp không có trang tính này.")
        return {"sheet": sent["sheet"], "columns": {}, "names": [], "hidden": ""}
    if "mapping" in sent and plan.layout is not None:
        rows = ColumnMapping.objects.filter(by=by, kind=upload.kind, header=plan.layout.signature)
        found = rows.first()
        if found is not None:
            return {"columns": found.columns}
    raise Refused(_UNKNOWN)


def _numbers(texts: Iterable[str], known: set[int]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 8} & known
