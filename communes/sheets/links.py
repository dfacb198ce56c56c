"""Where the sheets of this app are fetched and brought, for the pages on which the work is done."""

from datetime import date

from django.urls import reverse

from communes.models import Round, Submission
from ntm.sheets.imports.kinds import Links, links, origin

RETURN, ROUND, INDICATOR = "ket-qua-xa", "ket-qua-ky", "ket-qua-chi-tieu"
ATTRIBUTE, RECOGNITION, UNIT = "thuoc-tinh", "cong-nhan", "don-vi"


def page_of(kind: str) -> str:
    """Where a kind first asks what it is about."""
    return reverse("sheets:import", args=[kind])


def of_return(submission: Submission) -> Links:
    return links(RETURN, {"phieu": submission.pk})


def of_round(a_round: Round) -> Links:
    return links(ROUND, {"ky": a_round.pk})


def origin_of_return(submission: Submission) -> str:
    """What the list of its indicators says when it comes back."""
    return origin(RETURN, {"phieu": submission.pk}, submission.round.province_id)


def origin_of_indicator(a_round: Round, code: str, day: date | None = None) -> str:
    """What a list of units by one indicator says when it comes back."""
    return origin(INDICATOR, {"ky": a_round.pk, "chi_tieu": code}, a_round.province_id, day)


def origin_of_units(province_id: int | None, day: date) -> str:
    """What a list of units says when it comes back, as attributes or as units: values are entered from any day, and
    held against those of the list's own."""
    return origin(f"{ATTRIBUTE} {UNIT}", {}, province_id, on=day)


def of_indicator(a_round: Round, code: str) -> Links:
    return links(INDICATOR, {"ky": a_round.pk, "chi_tieu": code})
