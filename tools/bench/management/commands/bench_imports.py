"""Measure imports in this database, whose content is not kept; prints seconds as JSON on its last line."""

import gc
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.test import Client

from communes.models import Result, Submission
from communes.services.sums import differences
from communes.sheets.links import ROUND
from ntm.accounts.models import User
from ntm.audit.undoing import plan_for as undo_plan
from ntm.audit.undoing import size_for, undo
from ntm.sheets import services
from ntm.sheets.imports.brought import read_brought
from ntm.sheets.imports.confirming import confirm_now
from ntm.sheets.imports.looking import brought_by, kind_for, plan_for, target_of
from ntm.sheets.imports.views import scan_of
from ntm.sheets.models import Upload
from ntm.sheets.reading import kept
from tools.bench.imports import floors
from tools.bench.imports.world import COMMUNES, FILLED, World, bad, file_of, good, made

CELLS = COMMUNES * FILLED


class Command(BaseCommand):
    """Every lane once per round, each in a transaction that is taken back; the package's way once."""

    help = "Đo việc nhập tệp (chỉ cho make bench)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=3)

    def handle(self, **options: Any) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        world = made()
        content, wrong = file_of(world, good, FILLED), file_of(world, bad)
        right, faulty = self.brought(world, content), self.brought(world, wrong)
        self.settled()
        for number in range(options["rounds"] + 1):
            if number == 1:
                # The first round only warms up.
                self.seconds.clear()
            self.measure("floor", lambda: floors.merge(world, content), CELLS)
            self.written(right)
            self.timed("reading", lambda: floors.read_and_clean(wrong, world.indicators))
            self.received(world, wrong)
            self.preview(faulty)
        # What was taken back is not to stand in the package's way.
        self.settled()
        rows = floors.long_form(world, content)
        self.measure("package", lambda: floors.by_default(rows), CELLS)
        self.stdout.write(json.dumps(self.seconds))

    def settled(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")

    def brought(self, world: World, content: bytes) -> Upload:
        """As the page of an import keeps a file."""
        person, file = fresh(), SimpleUploadedFile("tep.xlsx", content)
        kind = kind_for(person, ROUND)
        if kind is None:
            raise CommandError("Người đo không có quyền nhập.")
        target, brought = target_of(person, kind, world.params), read_brought(file)
        row = services.receive(
            scan_of(file, brought.kind), kind=ROUND, params=world.params, by=person, province_id=None
        )
        return services.choose(row, by=person, shown=plan_for(target, row, brought).standing)

    def received(self, world: World, content: bytes) -> None:
        """What sending the file costs, before its preview is looked at."""
        kept.forget(kept.name_of(content, "xlsx"))
        with transaction.atomic():
            self.timed("receive", lambda: self.brought(world, content))
            transaction.set_rollback(True)

    def written(self, upload: Upload) -> None:
        """Confirmed as the page or the job does it, and taken back again."""
        seen = plan_now(upload).seen
        with transaction.atomic():
            done = self.timed(
                "confirm", lambda: checked(confirm_now(upload, seen=seen, only_right=False, by=fresh()))
            )
            if done.written["cells"] != CELLS or list(differences(returns(upload))):
                raise CommandError("Phép nhập không ghi đủ, hoặc tổng hợp không khớp khi đếm lại.")
            plan = undo_plan(fresh(), done.batch)
            self.timed("undo", lambda: checked(taken_back(done, plan.seen if plan else "")))
            if Result.objects.filter(submission__in=returns(upload)).exclude(state="empty").exists():
                raise CommandError("Phép hoàn tác không trả về như cũ.")
            transaction.set_rollback(True)

    def preview(self, upload: Upload) -> None:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(fresh())
        # A server has read its middleware, and the list of its static files, before anybody comes.
        client.get("/healthz")
        address = f"/nhap-tep/tep/{upload.pk}/"
        answer = self.timed("preview", lambda: client.get(address))
        if answer.status_code != 200 or b'data-loi="200"' not in answer.content:
            raise CommandError(f"Trang xem trước trả lời {answer.status_code}, hoặc không đủ lỗi.")

    def measure(self, name: str, act: Callable[[], int], wanted: int) -> None:
        with transaction.atomic():
            if self.timed(name, lambda: checked(act())) != wanted:
                raise CommandError(f"{name}: không ghi đủ {wanted} dòng.")
            transaction.set_rollback(True)

    def timed(self, name: str, act: Callable[[], Any]) -> Any:
        # What the lane before left behind is not to be swept up in this one's time.
        gc.collect()
        began = time.perf_counter()
        result = act()
        self.seconds[name].append(time.perf_counter() - began)
        if os.environ.get("BENCH_VERBOSE"):
            self.stderr.write(f"{name}: {self.seconds[name][-1]:.2f}")
        return result


def checked(result: Any) -> Any:
    """Foreign keys are checked at the end of a transaction; here that end never comes."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    return result


def fresh() -> User:
    """As a request reads the person: nothing of an earlier one is kept."""
    found: User = User.objects.get(username="bench.specialist")
    return found


def plan_now(upload: Upload) -> Any:
    person = fresh()
    kind = kind_for(person, upload.kind)
    return plan_for(target_of(person, kind, upload.params), upload, brought_by(upload)) if kind else None


def taken_back(upload: Upload, seen: str) -> Any:
    """As the page or the job does it."""
    if upload.batch is None or not size_for(fresh(), upload.batch):
        raise CommandError("Lần ghi không đọc được.")
    return undo(upload.batch, seen=seen, reason="Đo", by=fresh())


def returns(upload: Upload) -> Any:
    return Submission.objects.filter(round=upload.params["ky"]).select_related("round__criteria_set", "unit")
