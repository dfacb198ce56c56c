"""Where a return is entered, one cell of it is told of, and the whole is sent in and appraised."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from communes.choices import Term, Tier
from communes.models import Round, Submission

HALF_YEAR = "6-thang"
#: To see a commune's report form, which is drawn by `ntm.reports`.
FORM_RIGHT = "reports.view_commune_form"


def grid_url(submission: Submission, code: str = "") -> str:
    """The grid of a return, at an indicator's cell if one is named. Reads the unit and the set's level."""
    where = reverse("communes:grid", args=[submission.unit.code, submission.round.year])
    return f"{where}{_tail(submission)}{f'#{code}' if code else ''}"


def cell_url(submission: Submission, code: str) -> str:
    """The page of one cell: its history, notes and files."""
    where = reverse("communes:cell", args=[submission.unit.code, submission.round.year, code])
    return f"{where}{_tail(submission)}"


def page_url(submission: Submission) -> str:
    """Where the whole return is read, sent in and appraised."""
    return reverse("communes:submission", args=[submission.pk])


def is_told_by_form(submission: Submission) -> bool:
    """Whether the report form of the unit's year is filled from this return: of a whole year, by the first level's
    set."""
    a_round = submission.round
    level = a_round.criteria_set.level
    return bool(a_round.term == Term.YEAR and (level.tier, level.rank) == (Tier.COMMUNE, 1))


def commune_form_url(code: str, year: int) -> str:
    """Where the report form of a commune is read, printed and downloaded."""
    return reverse("reports:commune-form", args=[year, code])


def meant(rows: Sequence[Submission], key: str) -> Submission | None:
    """The return in the set that the word of an address names (`CriteriaSet.key`), of a unit's returns of one year and
    term, newest sets first. A level alone also stands for its newest set where the nation's first was not asked."""
    exact = [row for row in rows if row.round.criteria_set.key == key]
    return next(iter(exact or [row for row in rows if row.round.criteria_set.level.code == key]), None)


def tail(key: str, term: str) -> str:
    """The query string that names the set, and the half year, where they are not the usual ones."""
    asked = {"bo": "" if key == "ntm" else key, "ky": HALF_YEAR if term == Term.HALF else ""}
    said = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(said)}" if said else ""


def _tail(submission: Submission) -> str:
    return tail(submission.round.criteria_set.key, submission.round.term)


def short_name(a_round: Round) -> str:
    """A round in few words: "Nâng cao 2023", "Nâng cao 2023, bộ của tỉnh, lần 2"."""
    row, half = a_round.criteria_set, ", 6 tháng" if a_round.term == Term.HALF else ""
    edition = f", bộ {row.edition}" if row.edition else ""
    return f"{row.level.short_name} {a_round.year}{half}{edition}"
