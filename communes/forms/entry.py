"""What comes in from the grid: the plain form, and the cells that its script saves as they are typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.request import RawPostDataException

from communes.choices import Term, ValueState
from communes.selectors.grid import Line, Sheet, Typed
from communes.services.results import NOTE_LIMIT, STALE, WRONG, Cell, Entry
from ntm.core.forms import BaseForm
from ntm.core.text import clean

#: What the buttons of the plain form ask for besides saving.
SAVE, COPY, CONFIRM = "luu", "chep", "xac-nhan"
#: A version that no row has: a changed cell is then a conflict.
_NEVER = -1
BODY_LIMIT, CELLS_LIMIT, RAW_LIMIT = 256 * 1024, 400, 2000


# --- the plain form --------------------------------------------------------------------------------------------
class DamagedForm(ValueError):
    """The form lacks what every one of ours carries."""


def typed_in_form(sheet: Sheet, post: Mapping[str, str], year: int) -> list[Cell]:
    """The cells of a posted form that ask for something. Raises `DamagedForm` without a version.

    The same version of the return as today's: nobody has written since, so that no cell can be stale. Else each
    cell's own version counts; a form that does not bring those makes whatever it changes a conflict.
    """
    versions = _versions(sheet, post)
    found = []
    for line in sheet.lines:
        if line.code in post:
            cell = _cell(line, post, versions.get(line.code, _default(versions)), year)
            if cell is not None:
                found.append(cell)
    return found


def _default(versions: Mapping[str, int]) -> int:
    return versions.get("", 0)


def _versions(sheet: Sheet, post: Mapping[str, str]) -> dict[str, int]:
    """The version of each cell; under "" that of the cells not named."""
    known = _number(post.get("version"))
    if known is None and "versions" not in post:
        raise DamagedForm
    if known == sheet.submission.version:
        return {line.code: line.version for line in sheet.lines}
    if "versions" not in post:
        return {"": _NEVER}
    pairs = (word.rpartition(":") for word in post["versions"].split())
    return {code: int(number) for code, _, number in pairs if number.isdecimal() and len(number) < 10}


def _cell(line: Line, post: Mapping[str, str], version: int, year: int) -> Cell | None:
    """None where the form asks nothing of the cell."""
    raw, note, case = post[line.code], post.get(f"note-{line.code}"), _number(post.get(f"case-{line.code}"))
    act, said_yes = post.get("lam", SAVE), bool(post.get(f"ok-{line.code}"))
    stored_note = line.result.note if line.result else ""
    new_note = note is not None and clean(note) != stored_note
    new_case = case is not None and case != ((line.result.case_id if line.result else None) or 0)
    changed = clean(raw) != clean(line.stored)
    copied = line.state == ValueState.COPIED
    if act == COPY and not clean(raw) and line.last_raw and not line.closed:
        return Cell(line.code, line.last_raw, version, copied_from=year - 1)
    confirmed = copied and (said_yes or act == CONFIRM)
    if not (changed or new_note or new_case or confirmed or said_yes):
        return None
    return Cell(
        line.code,
        # A copied value that is neither changed nor confirmed stays copied.
        raw if changed or confirmed else None,
        version,
        note=note if new_note else None,
        kept=said_yes and not copied,
        case=case if new_case else None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None


def not_saved(entry: Entry, post: Mapping[str, str]) -> dict[str, Typed]:
    """Everything that the form brought, to be shown again: with the sentence at each cell that did not pass."""
    bad = {outcome.cell.code: outcome for outcome in entry.of(WRONG, STALE)}
    found = {}
    for name, raw in post.items():
        outcome = bad.get(name)
        found[name] = Typed(
            raw=raw,
            note=post.get(f"note-{name}"),
            sentence=outcome.sentence if outcome and outcome.status == WRONG else "",
            is_stale=outcome is not None and outcome.status == STALE,
        )
    return found


# --- cells as they are typed -----------------------------------------------------------------------------------
_UNREADABLE = "Không đọc được dữ liệu gửi lên. Hãy tải lại trang."


class BadBatch(ValueError):
    """The request is none of ours; `str()` is the sentence. `too_large`: it was not even read."""

    def __init__(self, sentence: str, *, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.status = 413 if too_large else 400


@dataclass(frozen=True)
class Batch:
    """Cells of one return. `user`: for whom the browser kept them. `key`: the return's own; 0: by its set and term.
    `unread`: by code, why a cell is none; it holds up no other."""

    key: int
    criteria_set: int
    term: str
    user: int
    cells: list[Cell]
    unread: dict[str, str]


def read_batch(request: HttpRequest, year: int) -> Batch:
    """The cells of {"set": …, "user": …, "cells": [{"code", "raw", "version", …}]}. Raises `BadBatch`."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > BODY_LIMIT:
        raise BadBatch("Gói dữ liệu quá lớn. Hãy lưu ít ô hơn mỗi lần.", too_large=True)
    try:
        body = request.body
    except RawPostDataException as error:
        # A form with files, which the check of its token has read already.
        raise BadBatch(_UNREADABLE) from error
    return _read(body, year)


def _read(body: bytes, year: int) -> Batch:
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadBatch(_UNREADABLE) from error
    given = _object(data, {"return", "set", "term", "user", "cells"}, {"set", "user", "cells"})
    rows = given["cells"]
    if not isinstance(rows, list) or not rows:
        raise BadBatch("Không có ô nào để lưu.")
    if len(rows) > CELLS_LIMIT:
        raise BadBatch(f"Mỗi lần chỉ lưu được {CELLS_LIMIT} ô.", too_large=True)
    cells, unread = _read_cells(rows, year)
    term = given.get("term", Term.YEAR)
    if term not in Term.values:
        raise BadBatch("Kỳ số liệu không hợp lệ.")
    key = _whole(given.get("return", 0), "return")
    return Batch(key, _whole(given["set"], "set"), term, _whole(given["user"], "user"), cells, unread)


def _read_cells(rows: list[Any], year: int) -> tuple[list[Cell], dict[str, str]]:
    cells: dict[str, Cell] = {}
    unread: dict[str, str] = {}
    for row in rows:
        given = _object(row, {"code", "raw", "version", "note", "kept", "case", "copied_from"}, {"code"})
        code = _text(given["code"], "Mã chỉ tiêu", 12) or ""
        if code in cells or code in unread:
            raise BadBatch("Một chỉ tiêu được gửi hai lần trong cùng một gói.")
        try:
            cells[code] = _read_cell(code, given, year)
        except BadBatch as error:
            unread[code] = str(error)
    return list(cells.values()), unread


def _read_cell(code: str, given: dict[str, Any], year: int) -> Cell:
    copied_from = given.get("copied_from")
    if copied_from is not None and copied_from != year - 1:
        raise BadBatch(f"Chỉ chép được số của năm {year - 1}.")
    kept = given.get("kept", False)
    if not isinstance(kept, bool):
        raise BadBatch("Giá trị của “kept” phải là đúng hoặc sai.")
    case = given.get("case")
    return Cell(
        code=code,
        raw=_text(given.get("raw"), f"Giá trị của ô {code}", RAW_LIMIT),
        version=_whole(given.get("version", 0), "version"),
        # It is measured again, and exactly, once it is cleaned.
        note=_text(given.get("note"), f"Ghi chú của ô {code}", NOTE_LIMIT, RAW_LIMIT),
        kept=kept,
        case=None if case is None else _whole(case, "case"),
        copied_from=copied_from,
    )


def _object(data: Any, allowed: set[str], needed: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict) or not needed <= data.keys() or not data.keys() <= allowed:
        raise BadBatch("Dữ liệu gửi lên không đúng khuôn dạng. Hãy tải lại trang.")
    return data


def _whole(value: Any, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise BadBatch(f"Giá trị của “{name}” phải là số nguyên không âm.")
    return value


def _text(value: Any, name: str, limit: int, read_at_most: int = 0) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadBatch(f"{name} không phải là chữ.")
    if len(value) > max(limit, read_at_most):
        raise BadBatch(f"{name} dài quá {limit} ký tự. Hãy rút gọn.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        # Half of a surrogate pair is no text that a database could hold.
        raise BadBatch(f"{name} có ký tự hỏng. Hãy xóa và gõ lại.") from error
    return value


# --- the list --------------------------------------------------------------------------------------------------
class ReturnFilter(BaseForm):
    """Which returns to list. By default those that can be typed into today."""

    ten = forms.CharField(label="Tên đơn vị", required=False, max_length=60)
    nam = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    ca = forms.ChoiceField(
        label="Phiếu", required=False, choices=[("", "Đang nhập được"), ("tat-ca", "Tất cả")]
    )
    unsaid = ("ca",)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nam"].choices = [("", "Mọi năm"), *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
