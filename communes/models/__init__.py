"""Models by concept: units → lineage → attributes → assignments → levels → decisions, never backwards."""

from communes.models.assignments import Assignment
from communes.models.attributes import Attribute
from communes.models.decisions import Confirmation, Decision, Recognition, YearDeclaration
from communes.models.documents import Document
from communes.models.levels import Level, Period
from communes.models.lineage import Reorganisation, Succession
from communes.models.units import Commune, District, Place, Unit

__all__ = [
    "Assignment",
    "Attribute",
    "Commune",
    "Confirmation",
    "Decision",
    "District",
    "Document",
    "Level",
    "Period",
    "Place",
    "Recognition",
    "Reorganisation",
    "Succession",
    "Unit",
    "YearDeclaration",
]
