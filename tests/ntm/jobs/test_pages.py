"""A job's pages: its own person's alone, whole without a script, and leading to what came of it."""

import os
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ntm.audit.models import LogEntry
from ntm.jobs import live
from ntm.jobs.files import folder
from ntm.jobs.models import Job
from ntm.jobs.services import signs
from ntm.jobs.services.housekeeping import prune
from ntm.jobs.services.running import claim
from tests import factories
from tests.ntm.jobs.kinds import asked, fetched, run_waiting


def page(client_as: Any, person: Any, where: str) -> str:
    answer = client_as(person).get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def test_while_it_waits(cast: SimpleNamespace, client_as: Any):
    job = asked(cast.leader, label="Ba số", back_url="/tong-quan/")
    signs.worker_lives("one")
    text = page(client_as, cast.leader, f"/viec-nen/{job.pk}/")
    assert "Đang chờ đến lượt." in text and "Ba số" in text and 'href="/tong-quan/"' in text
    assert f'data-progress="/viec-nen/{job.pk}/tien-do/"' in text
    assert "<noscript>" in text and "Xem lại" in text and "Dừng việc này" in text


def test_while_it_waits_for_a_worker_that_is_not_there(cast: SimpleNamespace, client_as: Any):
    job = asked(cast.leader)
    assert "Chưa có tiến trình nào chạy việc nền" in page(client_as, cast.leader, f"/viec-nen/{job.pk}/")


def test_while_it_runs_it_says_how_far_it_is(cast: SimpleNamespace, client_as: Any):
    job = claim(asked(cast.leader).pk)
    assert job is not None
    work = SimpleNamespace(pk=job.pk, done=1240, total=11400, stop=False)
    signs.beat(work)  # type: ignore[arg-type]
    for where in ("", "tien-do/"):
        text = page(client_as, cast.leader, f"/viec-nen/{job.pk}/{where}")
        assert "1.240 trên 11.400 dòng" in text
        assert '<progress class="going"' in text and 'value="1240" max="11400"' in text
    assert "1.240 trên 11.400 dòng" in page(client_as, cast.leader, "/viec-cua-toi/")


def test_stopping_one_that_runs_tells_its_worker(cast: SimpleNamespace, client_as: Any):
    job = claim(asked(cast.leader).pk)
    assert job is not None
    client_as(cast.leader).post(f"/viec-nen/{job.pk}/dung/")
    work = SimpleNamespace(pk=job.pk, done=1, total=2, stop=False)
    signs.beat(work)  # type: ignore[arg-type]
    assert work.stop
    assert "Đang dừng theo yêu cầu của bạn." in page(client_as, cast.leader, f"/viec-nen/{job.pk}/")


def test_when_it_is_over(cast: SimpleNamespace, client_as: Any):
    done, refused = asked(cast.leader, parameters={"upto": 2}), asked(cast.leader, "test-refuse")
    run_waiting()
    text = page(client_as, cast.leader, f"/viec-nen/{done.pk}/")
    assert "Đã đếm 2." in text and "Xem kết quả" in text and "data-progress" not in text
    assert "Dòng 7 không nhận được." in page(client_as, cast.leader, f"/viec-nen/{refused.pk}/")
    mine = page(client_as, cast.leader, "/viec-nen/")
    assert "Đã đếm 2." in mine and "Dòng 7 không nhận được." in mine


@pytest.mark.parametrize("where", ["", "tien-do/", "tep.csv"])
def test_another_ones_job_is_as_if_it_were_not_there(where: str, cast: SimpleNamespace, client_as: Any):
    job = factories.job_with_file(cast.officer_a, "test-count", "CHỈ-CỦA-A")
    own = client_as(cast.officer_a).get(f"/viec-nen/{job.pk}/{where}")
    own.close()
    assert own.status_code == 200
    for stranger in (cast.leader_a, cast.administrator):
        foreign = client_as(stranger).get(f"/viec-nen/{job.pk}/{where}")
        assert foreign.status_code == 404
        assert "CHỈ-CỦA-A" not in foreign.content.decode()
    assert client_as(cast.administrator).post(f"/viec-nen/{job.pk}/dung/").status_code == 404


def test_administrators_see_all_of_their_province_and_change_nothing(
    cast: SimpleNamespace, land: Any, client_as: Any
):
    mine = asked(cast.leader, label="CỦA-TỈNH")
    away = factories.user("away", "leader", land.foreign)
    theirs = asked(away, label="CỦA-TỈNH-KHÁC")
    client = client_as(cast.administrator)
    listed = client.get("/quan-tri/jobs/job/").content.decode()
    assert "CỦA-TỈNH" in listed and "CỦA-TỈNH-KHÁC" not in listed
    assert client.get(f"/quan-tri/jobs/job/{mine.pk}/change/").status_code == 200
    assert client.get(f"/quan-tri/jobs/job/{theirs.pk}/change/").status_code in (302, 404)
    assert client.post(f"/quan-tri/jobs/job/{mine.pk}/change/", {"state": "done"}).status_code == 403
    assert client_as(cast.auditor).get("/quan-tri/jobs/job/").status_code == 403


@pytest.mark.parametrize("where", ["/viec-nen/", "/viec-cua-toi/"])
def test_the_same_number_of_queries_for_3_and_30(where: str, cast: SimpleNamespace, client_as: Any):
    client = client_as(cast.leader)
    for _ in range(3):
        factories.job_with_file(cast.leader, "test-count", "tệp")
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    for _ in range(27):
        factories.job_with_file(cast.leader, "test-count", "tệp")
    with CaptureQueriesContext(connection) as many:
        client.get(where)
    assert len(few) == len(many)


# --- files --------------------------------------------------------------------------------------------------
def test_the_file_leaves_as_a_file_and_is_recorded(cast: SimpleNamespace, client_as: Any):
    job = factories.job_with_file(cast.leader, "test-count", "danh-sach")
    answer = client_as(cast.leader).get(f"/viec-nen/{job.pk}/tep.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert fetched(answer) == b"danh-sach"
    entry = LogEntry.objects.get(action="export.made")
    assert (entry.actor, entry.changes["rows"][1]) == (cast.leader, 1)
    assert client_as(cast.leader).get(f"/viec-nen/{job.pk}/tep.xlsx").status_code == 404


def test_without_the_right_any_more_the_file_stays(cast: SimpleNamespace, client_as: Any):
    job = factories.job_with_file(cast.administrator, "test-right", "danh-sach")
    assert fetched(client_as(cast.administrator).get(f"/viec-nen/{job.pk}/tep.csv")) == b"danh-sach"
    cast.administrator.assignments.all().delete()
    assert client_as(cast.administrator).get(f"/viec-nen/{job.pk}/tep.csv").status_code == 404


def test_after_a_week_it_is_gone_from_the_page_and_after_pruning_from_the_disk(
    cast: SimpleNamespace, client_as: Any
):
    job = factories.job_with_file(cast.leader, "test-count", "danh-sach")
    path = folder() / "danh-sach.csv"
    Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert client_as(cast.leader).get(f"/viec-nen/{job.pk}/tep.csv").status_code == 404
    assert "Tải danh-sach" not in page(client_as, cast.leader, f"/viec-nen/{job.pk}/")
    os.utime(path, (0, 0))
    assert (prune().jobs, path.exists(), Job.objects.count()) == (0, False, 1)
    Job.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert (prune().jobs, Job.objects.count()) == (1, 0)


def test_pruning_keeps_what_still_waits(cast: SimpleNamespace):
    job = asked(cast.leader)
    Job.objects.update(asked_at=timezone.now() - timedelta(days=60))
    prune()
    run_waiting()
    job.refresh_from_db()
    assert job.state == "done"


def test_readyz_warns_when_no_worker_shows_itself(client: Any, db: None):
    def warnings() -> tuple[int, list[str]]:
        answer = client.get("/readyz")
        return answer.status_code, answer.json()["warnings"]

    assert warnings() == (200, ["worker"])
    signs.worker_lives("one")
    assert warnings() == (200, [])
    signs.worker_leaves("one")
    assert warnings() == (200, ["worker"])
    assert live.worker_seen_at() is None
