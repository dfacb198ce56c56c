"""After a drill: is every decision whole, recorded once, and is nothing missing that somebody was told is saved?"""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Count, QuerySet

from communes.choices import DecisionKind
from communes.models import Decision, Document, Recognition
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify
from tools.drill.saves import AUTHORITY, PER_TEAM


def faults(acknowledged: Iterable[str]) -> dict[str, int]:
    """How many of each kind; all zero is sound. `acknowledged`: the numbers for which a 201 came back."""
    documents = Document.objects.filter(authority=AUTHORITY)
    decisions = Decision.objects.filter(document__authority=AUTHORITY)
    recognitions = Recognition.objects.filter(decision__document__authority=AUTHORITY)
    return {
        "lost": len(set(acknowledged) - set(decisions.values_list("document__number", flat=True))),
        "partial": _partial(documents, decisions),
        "unrecorded": _unrecorded(documents, decisions, recognitions),
        "no_file": sum(not _has_its_file(document) for document in documents),
        "chain_broken": int(verify().fault is not None),
    }


def saved() -> int:
    """How many decisions of the drills there are."""
    return Decision.objects.filter(document__authority=AUTHORITY).count()


def _partial(documents: "QuerySet[Document]", decisions: "QuerySet[Decision]") -> int:
    """Decisions that do not name all their communes, and documents without their decision."""
    counted = decisions.annotate(
        made=Count("recognitions", distinct=True), ended_rows=Count("ended", distinct=True)
    )
    whole = {DecisionKind.RECOGNISE: (PER_TEAM, 0), DecisionKind.REVOKE: (0, PER_TEAM)}
    torn = sum((row.made, row.ended_rows) != whole[DecisionKind(row.kind)] for row in counted)
    return torn + documents.filter(decision=None).count()


def _unrecorded(
    documents: "QuerySet[Document]", decisions: "QuerySet[Decision]", recognitions: "QuerySet[Recognition]"
) -> int:
    """Writes without their one entry, and entries without their write."""
    ended = recognitions.exclude(ended_by=None)
    wanted = Counter(
        (action, str(key))
        for action, rows in (
            ("document.added", documents),
            ("decision.recorded", decisions),
            ("recognition.recorded", recognitions),
            ("recognition.revoked", ended),
        )
        for key in rows.values_list("pk", flat=True)
    )
    actions = {action for action, _ in wanted}
    entries = LogEntry.objects.filter(action__in=actions).exclude(actor=None)
    there = Counter(entries.values_list("action", "object_id"))
    return sum((wanted - there).values()) + sum((there - wanted).values())


def _has_its_file(document: Document) -> bool:
    try:
        with document.file.open("rb") as file:
            return sha256(file.read()).hexdigest() == document.sha256
    except (OSError, ValueError):
        return False
