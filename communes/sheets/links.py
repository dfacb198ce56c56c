"""Where the sheets of this app are fetched and brought, for the pages on which the work is done."""

from communes.models import Round, Submission
from ntm.sheets.imports.kinds import Links, links

RETURN, ROUND, INDICATOR = "ket-qua-xa", "ket-qua-ky", "ket-qua-chi-tieu"


def of_return(submission: Submission) -> Links:
    return links(RETURN, {"phieu": submission.pk})


def of_round(a_round: Round) -> Links:
    return links(ROUND, {"ky": a_round.pk})


def of_indicator(a_round: Round, code: str) -> Links:
    return links(INDICATOR, {"ky": a_round.pk, "chi_tieu": code})
