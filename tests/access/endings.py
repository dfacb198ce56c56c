"""What confirms and ends the level of a commune, so that the pages that take it back can be asked about."""

from datetime import date
from typing import Any

from communes.models import Unit
from tests import factories

#: The row that each page is about, by its label.
ARGUMENTS = {
    "communes:correct": "recognition",
    "communes:take-back": "recognition",
    "communes:take-back-confirmation": "confirmation",
    "communes:take-back-revocation": "revoked",
}


def of(rows: dict[str, Any], home: Unit) -> dict[str, Any]:
    """The commune's level is confirmed; a higher one was revoked."""
    confirming, revoking = (factories.decision(home, kind=kind) for kind in ("confirm", "revoke"))
    revoked = factories.recognition(
        rows["unit"],
        factories.level("model"),
        by=rows["decision"],
        state="revoked",
        ended_by=revoking,
        ended_on=date(2024, 2, 1),
    )
    return {"confirmation": rows["recognition"].confirmations.create(decision=confirming), "revoked": revoked}
