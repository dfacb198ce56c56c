"""Models by concept: units → lineage → attributes → levels → criteria → assignments → results → appraisal →
decisions, never backwards."""

from communes.models.appraisal import Condition, ConditionCheck, Judgement, Remark, Step
from communes.models.assignments import Assignment
from communes.models.attributes import Attribute
from communes.models.criteria import CriteriaSet, Criterion, Department, Duty, Indicator, Threshold
from communes.models.decisions import Confirmation, Decision, Recognition, YearDeclaration
from communes.models.documents import Document
from communes.models.levels import Level, Period
from communes.models.lineage import Reorganisation, Succession
from communes.models.results import Evidence, Result, Round, Submission
from communes.models.units import Commune, District, Place, Unit, unit_address

__all__ = [
    "Assignment",
    "Attribute",
    "Commune",
    "Condition",
    "ConditionCheck",
    "Confirmation",
    "CriteriaSet",
    "Criterion",
    "Decision",
    "Department",
    "District",
    "Document",
    "Duty",
    "Evidence",
    "Indicator",
    "Judgement",
    "Level",
    "Period",
    "Place",
    "Recognition",
    "Remark",
    "Reorganisation",
    "Result",
    "Round",
    "Step",
    "Submission",
    "Succession",
    "Threshold",
    "Unit",
    "YearDeclaration",
    "unit_address",
]
