"""The documents, days and people behind the parts of a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from ntm.audit.log import SYSTEM
from ntm.core.provenance import Trust
from ntm.reports.selectors.figures import Figures
from ntm.reports.selectors.sums import Part
from targets.models import Target
from targets.selectors import targets_of

_MANY_PAPERS, _MANY_PEOPLE, _NO_NUMBER = "Nhiều quyết định", "Nhiều người", "Không rõ số"


@dataclass(frozen=True)
class PartRow:
    """A part with what makes it a fact. Of several decisions `day` is the latest."""

    words: str
    value: int
    url: str
    paper: str = ""
    paper_url: str = ""
    day: date | None = None
    author: str = ""
    trust: str = ""


def part_rows(figures: Figures, parts: Iterable[Part]) -> list[PartRow]:
    """One query for all targets among the parts; members are read from the year book."""
    found = list(parts)
    targets = targets_of({part.target[0] for part in found if part.target})
    return [
        _of_target(part, targets[part.target])
        if part.target in targets
        else _of_members(part, figures)
        if part.members
        else PartRow(part.words, part.value, part.url)
        for part in found
    ]


def _of_target(part: Part, target: Target) -> PartRow:
    plan = target.plan
    return PartRow(
        part.words,
        part.value,
        part.url,
        paper=str(plan.document) if plan.document else "",
        paper_url=reverse("communes:document", args=[plan.document_id]) if plan.document_id else "",
        day=plan.approved_on,
        author=str(plan.approved_by or SYSTEM.full_name),
        trust=str(Trust(target.trust).label),
    )


def _of_members(part: Part, figures: Figures) -> PartRow:
    kind, code = part.members or ("", "")
    rows = figures.rows(figures.members(kind, code), code, kind)
    papers = {row.decision_url: row.number or _NO_NUMBER for row in rows if row.decision_url}
    authors = {row.author for row in rows if row.author}
    one_url, one = next(iter(papers.items())) if len(papers) == 1 else ("", "")
    return PartRow(
        part.words,
        part.value,
        part.url,
        paper=one or (_MANY_PAPERS if papers else ""),
        paper_url=one_url,
        day=max((row.issued_on for row in rows if row.issued_on), default=None),
        author=_MANY_PEOPLE if len(authors) > 1 else "".join(authors),
        trust=", ".join(sorted({row.trust for row in rows if row.trust})),
    )
