"""Addresses of the pages on which results are entered, as the pages of the appraisal name them."""

from urllib.parse import urlencode

from communes.choices import Term
from communes.models import Round, Submission


def grid_url(submission: Submission, code: str = "") -> str:
    """The grid of a return, at an indicator's cell if one is named."""
    anchor = f"#{code}" if code else ""
    return f"/nhap-lieu/{_where(submission)}/{_tail(submission)}{anchor}"


def cell_url(submission: Submission, code: str) -> str:
    """The page of one cell: its history, notes and files."""
    return f"/nhap-lieu/{_where(submission)}/{code}/{_tail(submission)}"


def _where(submission: Submission) -> str:
    return f"{submission.unit.code}/{submission.round.year}"


def _tail(submission: Submission) -> str:
    """Which set, and which half of the year, where they are not the usual ones."""
    level = submission.round.criteria_set.level.code
    said = {"bo": "" if level == "ntm" else level}
    said["ky"] = "6-thang" if submission.round.term == Term.HALF else ""
    asked = {name: value for name, value in said.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


def short_name(a_round: Round) -> str:
    """A round in few words: "Nâng cao 2023"."""
    half = ", 6 tháng" if a_round.term == Term.HALF else ""
    return f"{a_round.criteria_set.level.short_name} {a_round.year}{half}"
