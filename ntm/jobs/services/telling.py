"""What the record is told of a job."""

from typing import Any

from ntm.audit import log as audit
from ntm.audit.events import JOB
from ntm.jobs.models import Job


def tell(action: str, job: Job, **facts: Any) -> None:
    """An event in the record, by the person who asked; inside `writing()`. It changes no figure of any page."""
    said = {"job": job.pk, "about": job.label} | facts
    told = {name: value for name, value in said.items() if value not in ("", None)}
    audit.note(action, JOB, job.title, told, by=job.asked_by, province_id=job.province_id)
