"""What only real processes show of an import: its worker killed in the middle, the web server long gone, a new worker.

Runs in a process of its own on an empty database, and prints what it saw as JSON, as `tests/ntm/jobs/drill.py` does.
"""

import json
import os
import signal
import time
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from communes.models import Result, Submission
from communes.services import results_many
from communes.services.sums import differences
from communes.sheets.links import ROUND
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from ntm.audit.verification import verify
from ntm.jobs import live
from ntm.jobs.models import Job
from ntm.sheets import services
from ntm.sheets.imports.brought import read_brought
from ntm.sheets.imports.confirming import confirm_later
from ntm.sheets.imports.looking import brought_by, kind_for, plan_for, target_of
from ntm.sheets.imports.views import scan_of
from ntm.sheets.models import Upload
from tests import factories
from tests.communes.sheets import packed
from tests.ntm.jobs.drill import ended, fresh, silence, until
from tests.ntm.jobs.drill import started as a_worker

COMMUNES = 40
_CALL = "import django; django.setup(); from tests.communes import import_drill; import_drill.{}()"


def work(*options: str) -> None:
    """`manage.py work`, one return after the other, slowly enough to be killed in between."""
    results_many._PORTION = 1
    store = results_many._store

    def slowly(desks: Any) -> None:
        store(desks)
        time.sleep(0.1)

    results_many._store = slowly
    call_command("work", *options)


def started(*options: str) -> Any:
    return a_worker(*options, worker=work)


def main() -> None:
    job = asked()
    worker = started()
    moved = until(lambda: live.progress_of(fresh(job)).done > 3)
    os.kill(worker.pid, signal.SIGKILL)
    ended(worker)
    seen = {"moved": moved, "total": live.progress_of(fresh(job)).total, "written": Result.objects.count()}
    silence(job)
    ended(started("--until-empty"))
    first = fresh(job)
    again = ask_again()
    workers = [started("--until-empty") for _ in range(2)]
    for each in workers:
        ended(each, 120)
    rows = Submission.objects.select_related("round__criteria_set", "unit")
    seen |= {
        "state": first.state,
        "starts": sum(e.changes["job"][1] == job.pk for e in LogEntry.objects.filter(action="job.started")),
        "again": fresh(again).state,
        "written in the end": Result.objects.count(),
        "confirmed": LogEntry.objects.filter(action="upload.stored").count(),
        "fault": verify().fault is not None,
        "differences": len(list(differences(rows))),
    }
    print(json.dumps(seen))


def asked() -> Job:
    """A file of two values for each of forty communes, brought and confirmed; nobody serves pages any more."""
    home = factories.province()
    a_round = factories.a_round(home, factories.small_set())
    book = openpyxl.Workbook()
    book.active.append(["Mã xã", "2.1", "2.2"])
    for number in range(COMMUNES):
        unit = factories.unit(home, f"Xã thứ {number}", code=f"9{number:04}")
        factories.submission(a_round, unit)
        book.active.append([unit.code, 95, 41])
    person = factories.user("drill", "specialist", home)
    file = SimpleUploadedFile("tep.xlsx", packed(book))
    scan = scan_of(file, read_brought(file).kind)
    params = {"ky": str(a_round.pk)}
    row = services.receive(scan, kind=ROUND, params=params, by=person, province_id=a_round.province_id)
    return confirm_later(row, seen=mark_of(row), only_right=False, by=person)


def ask_again() -> Job:
    row = Upload.objects.get()
    return confirm_later(row, seen=mark_of(row), only_right=False, by=User.objects.get(username="drill"))


def mark_of(row: Upload) -> str:
    person = User.objects.get(username="drill")
    kind = kind_for(person, ROUND)
    assert kind is not None
    return plan_for(target_of(person, kind, row.params), row, brought_by(row)).seen
