"""Where the sheets of this app are fetched and brought, for the pages on which the work is done."""

from django.urls import reverse

from communes.models import Round, Submission
from ntm.sheets.imports.kinds import Links, links

RETURN, ROUND, INDICATOR = "ket-qua-xa", "ket-qua-ky", "ket-qua-chi-tieu"
ATTRIBUTE, RECOGNITION, UNIT = "thuoc-tinh", "cong-nhan", "don-vi"


def page_of(kind: str) -> str:
    """Where a kind first asks what it is about."""
    return reverse("sheets:import", args=[kind])


def of_return(submission: Submission) -> Links:
    return links(RETURN, {"phieu": submission.pk})


def of_round(a_round: Round) -> Links:
    return links(ROUND, {"ky": a_round.pk})


def of_indicator(a_round: Round, code: str) -> Links:
    return links(INDICATOR, {"ky": a_round.pk, "chi_tieu": code})
