"""What the pages of the entry grid show, and what its script is answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from communes.choices import SubmissionState, Term
from communes.grid_view import FILTERS, filters_of, groups_of
from communes.models import Submission, Unit
from communes.selectors import returns
from communes.selectors.appraisal import due_of
from communes.selectors.criteria import IndicatorFacts, book_of
from communes.selectors.grid import Sheet, shown
from communes.selectors.return_links import page_url, short_name
from communes.services.results import WRONG, Entry, Outcome
from communes.sheets import links as sheet_links
from ntm.core.dates import today
from ntm.core.templatetags.components import ngay_gio
from ntm.core.text import clean, search_key

_SENDS = "communes.submit_result"
_WORDS = {name for name, _, _ in FILTERS}


def narrowed(rows: Any, asked: dict[str, Any], now: date) -> Any:
    """The returns that pass a valid `ReturnFilter`."""
    if asked["ca"] != "tat-ca":
        rows = returns.open_now(rows, now)
    if asked["nam"]:
        rows = rows.filter(round__year=asked["nam"])
    if clean(asked["ten"]):
        rows = rows.filter(unit__search_key__contains=search_key(asked["ten"]))
    return returns.newest_first(rows)


# --- the grid --------------------------------------------------------------------------------------------------
def grid(opened: returns.Opened, sheet: Sheet, request: HttpRequest) -> dict[str, Any]:
    """The context of the grid's page."""
    submission, asked = sheet.submission, opened.asked
    word = request.GET.get("loc", "")
    blank = request.GET.get("in") == "trang"
    closed = why_not(opened, sheet, request.user)
    before, after = returns.neighbours(submission, request.user)
    return {
        "title": f"{opened.unit.full_name} · {asked.year}",
        "unit": opened.unit,
        "year": asked.year,
        "submission": submission,
        "told": short_name(submission.round),
        "sheet": sheet,
        "groups": groups_of(sheet, narrowed=word if word in _WORDS else "", blank=blank),
        "filters": filters_of(sheet, word, asked.tail),
        "tail": asked.tail,
        "blank": blank,
        "closed": closed,
        "can_save": not blank and any(not line.closed for line in sheet.lines),
        "from_file": sheet_links.of_return(submission).page,
        "due": returns.due_words(due_of(submission), today()),
        "around": [
            (word, rel, label, _grid_of(unit, asked))
            for word, rel, label, unit in (
                ("prev", "prev", "Đơn vị trước (Alt PgUp)", before),
                ("next", "next", "Đơn vị sau (Alt PgDn)", after),
            )
            if unit
        ],
        "others": _others(opened),
        "send": _send(sheet, opened, request.user),
        "paper": _paper(sheet, opened),
        "page": _for_script(opened, request),
    }


def why_not(opened: returns.Opened, sheet: Sheet, user: Any) -> str:
    """Why nothing, or only what was returned, can be typed into; empty where the page is open."""
    if not opened.may_type:
        if not user.has_perm(returns.RIGHT):
            return "Vai trò của bạn chỉ xem được phiếu này, không nhập được số liệu vào nó."
        if opened.unit.exists_on(today()):
            return "Đơn vị này nằm ngoài phạm vi nhập liệu của bạn; bạn chỉ xem được phiếu của nó."
        return "Đơn vị này không còn; tài khoản của bạn chỉ xem được phiếu của nó."
    sentence = returns.why_closed(sheet.submission, today())
    locked_at = sheet.submission.round.locked_at
    if sentence and locked_at:
        sentence = f"{sentence.removesuffix('.')} từ {ngay_gio(locked_at)}."
    mended = sum(not line.closed for line in sheet.lines)
    if sentence and mended:
        return f"{sentence} Đang mở {mended} ô."
    return sentence or ""


def lacking(sheet: Sheet) -> str:
    """What stands between the return and its sending, in words; empty: nothing. The script counts the same way."""
    words = (
        ("loi", "lỗi"),
        ("trong", "ô trống"),
        ("chep", "ô chép chờ xác nhận"),
        ("xem-lai", "ô cần xem lại"),
    )
    found = [f"{count} {label}" for word, label in words if (count := sheet.count(word))]
    return f"Còn {', '.join(found)}" if found else ""


def _send(sheet: Sheet, opened: returns.Opened, user: Any) -> dict[str, Any]:
    """The way to the page on which the return is sent in, promised only to whoever may send it. `full`: what is said
    once nothing is missing."""
    state, count = sheet.submission.state, len(sheet.lines)
    full = f"Đã đủ {count} chỉ tiêu"
    is_open = opened.may_type and any(not line.closed for line in sheet.lines)
    label = ""
    if is_open and not user.has_perm(_SENDS):
        full = f"Đã nhập đủ {count}/{count}; lãnh đạo {opened.unit.kind} gửi phiếu"
    elif is_open and state == SubmissionState.DRAFT:
        label = "Gửi duyệt"
    elif is_open and sheet.submission.returned:
        label = "Gửi lại chỉ tiêu bị trả"
    said = lacking(sheet) or full
    return {"url": page_url(sheet.submission), "label": label, "full": full, "lacking": said}


def _paper(sheet: Sheet, opened: returns.Opened) -> dict[str, str]:
    """What the printed form is called."""
    level = sheet.submission.round.criteria_set.level
    half = " (6 THÁNG ĐẦU NĂM)" if opened.asked.term == Term.HALF else ""
    count = len(sheet.lines)
    return {
        "authority": f"UBND {opened.unit.full_name}".upper(),
        "title": f"BIỂU TỰ ĐÁNH GIÁ {count} CHỈ TIÊU {level.name} NĂM {opened.asked.year}{half}".upper(),
        "head": f"Chủ tịch UBND {opened.unit.kind}",
    }


def _for_script(opened: returns.Opened, request: HttpRequest) -> dict[str, Any]:
    """What the script needs to know about the page; written as data attributes of the form."""
    submission = opened.submission
    assert submission is not None  # noqa: S101 the page of a return
    return {
        "user": request.user.pk,
        "login": request.user.get_username(),
        "place": submission.unit.place_id,
        "year": opened.asked.year,
        "return": submission.pk,
        "set": submission.round.criteria_set_id,
        "term": opened.asked.term,
        "login-url": reverse(settings.LOGIN_URL),
        "logout-url": reverse("account_logout"),
    }


def _others(opened: returns.Opened) -> list[tuple[str, str, str]]:
    """The year's other returns of the unit: the round in few words, the set's whole name, the address of its grid."""
    rows = [row for row in opened.returns if opened.submission is None or row.pk != opened.submission.pk]
    return [
        (short_name(row.round), row.round.criteria_set.told_name, _grid_of(opened.unit, _asked(row, opened)))
        for row in rows
    ]


def _asked(row: Submission, opened: returns.Opened) -> returns.Asked:
    return returns.Asked(opened.unit.code, opened.asked.year, row.round.criteria_set.key, row.round.term)


def _grid_of(unit: Unit, asked: returns.Asked) -> str:
    return reverse("communes:grid", args=[unit.code, asked.year]) + asked.tail


def no_round(opened: returns.Opened, user: Any) -> dict[str, Any]:
    """The context of the page that says that no round is open."""
    return {
        "title": f"{opened.unit.full_name} · {opened.asked.year}",
        "opened": opened,
        "others": _others(opened),
        "unit_url": opened.unit.url_for(opened.asked.year),
        "may_open": user.has_perm("communes.manage_round"),
        "may_type": user.has_perm(returns.RIGHT),
    }


# --- the answer to the script ----------------------------------------------------------------------------------
def answer(entry: Entry, user: Any, unread: Mapping[str, str]) -> dict[str, Any]:
    """What became of each cell, what is stored now, and the sums of the return. `unread`: by code, why a cell could
    not even be tried."""
    submission = entry.submission
    book = book_of(submission.round.criteria_set, submission.round.province_id)
    return {
        "at": f"{timezone.localtime():%H:%M:%S}",
        "version": submission.version,
        "sums": {
            name: getattr(submission, name)
            for name in ("entered", "missing", "met", "not_met", "criteria_met", "criteria_total")
        },
        "cells": [_cell(outcome, book.by_code.get(outcome.cell.code), user) for outcome in entry.outcomes]
        + [{"code": code, "status": WRONG, "sentence": sentence} for code, sentence in unread.items()],
    }


def _cell(outcome: Outcome, one: IndicatorFacts | None, user: Any) -> dict[str, Any]:
    row, finding = outcome.row, outcome.finding
    said: dict[str, Any] = {
        "code": outcome.cell.code,
        "status": outcome.status,
        "version": row.version if row else 0,
        "raw": shown(one, row) if one else "",
        "state": row.state if row else "empty",
    }
    if outcome.sentence:
        said["sentence"] = outcome.sentence
    if outcome.told:
        said["told"] = outcome.told
    if finding is not None:
        said |= {"verdict": finding.verdict, "brief": finding.brief, "reason": finding.reason}
    if row is not None:
        said |= {"note": row.note, "case": row.case_id, "doubtful": row.is_doubtful}
        said |= {
            "mine": row.entered_by_id == user.pk,
            "at": f"{timezone.localtime(row.entered_at):%H:%M %d/%m/%Y}",
        }
        if outcome.status == "stale":
            said["by"] = row.entered_by.full_name if row.entered_by else "Hệ thống"
    return said
