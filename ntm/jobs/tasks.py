"""What stands in the package's queue: the key of a job. Everything else is in the job's own row."""

from django_tasks import task

from ntm.jobs.services.running import execute


@task()
def run_job(pk: int) -> None:
    """Run one job; without effect where it has been taken, stopped or given up."""
    execute(pk)
