"""A job while it runs and when it is over; stopping it; the file that it made; asking for the file of a list."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import View

from ntm.audit.pages import CreatePage
from ntm.audit.reach import works_in
from ntm.core.access import SIGNED_IN, AccessMixin, may
from ntm.core.exports import Handed, Provinces, hand_over
from ntm.core.numbers import integer
from ntm.core.ui import Action
from ntm.jobs import list_files, selectors
from ntm.jobs.files import folder
from ntm.jobs.forms import ListFileForm
from ntm.jobs.models import Job
from ntm.jobs.registry import KINDS
from ntm.jobs.services.asking import cancel, enqueue

_TITLE = "Việc chạy nền của bạn"


class Jobs(AccessMixin, View):
    """One's own, the newest first."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"title": _TITLE, "jobs": selectors.all_of(request.user)}
        return TemplateResponse(request, "jobs/jobs.html", context)


class _OfOneJob(AccessMixin, View):
    """Of one's own job; another's is as if it were not there."""

    permission = SIGNED_IN

    def job(self) -> Job:
        return get_object_or_404(Job.objects.visible_to(self.request.user), pk=self.kwargs["pk"])


class JobPage(_OfOneJob):
    """Where a job stands; it looks again by itself while the job goes on, and leads to the result."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job()
        context = {
            "title": job.title,
            "one": selectors.shown(job),
            "facts": selectors.facts_of(job),
            "has_file": selectors.file_is_there(job),
            "trail": [(_TITLE, reverse("jobs:jobs")), (f"Số {job.pk}", None)],
            "actions": [Action("Về trang đặt việc", job.back_url)] if job.back_url else [],
        }
        return TemplateResponse(request, "jobs/job.html", context)


class JobProgress(_OfOneJob):
    """The part of that page that moves, for its script."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return TemplateResponse(request, "jobs/progress.html", {"one": selectors.shown(self.job())})


class CancelJob(_OfOneJob):
    """Stops it. Harmless where it is over."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.job()
        if job.is_live:
            cancel(job, by=request.user)
            messages.success(request, "Đã yêu cầu dừng việc này.")
        return HttpResponseRedirect(job.get_absolute_url())


class JobFile(_OfOneJob):
    """The file that the job made, while it is kept and while its person still has the right that it needed, in each
    province whose rows it holds."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        job = self.job()
        made = job.file
        if not selectors.file_is_there(job) or not made["stored"].endswith(f".{kind}"):
            raise Http404
        right = KINDS[job.kind].needs(job.parameters) if job.kind in KINDS else ""
        given = tuple(made.get("of", {}).get("given", ()))
        if not (right and may(request.user, right) and works_in(request.user, right).issuperset(given)):
            raise Http404
        of = Provinces(given or ((job.province_id,) if job.province_id else ()))
        handed = Handed(made["title"], made["name"], made["scope"], made["rows"], of)
        return hand_over(folder() / made["stored"], handed)


class AskForListFile(CreatePage):
    """A list with too many rows to wait for: how many, and the button that has its file made."""

    permission = SIGNED_IN
    title = "Tạo tệp danh sách"
    submit_label = "Tạo tệp"
    template_name = "jobs/list_file.html"
    form_class = ListFileForm

    @cached_property
    def address(self) -> str:
        return self.request.GET.get("danh-sach", "")

    @cached_property
    def list_page(self) -> Any:
        found = list_files.view_of(self.address, self.request.user)
        if not may(self.request.user, found.permission):
            raise Http404
        return found

    def get_cancel_url(self) -> str:
        """The list itself, with its filter."""
        path, _, query = self.address.partition("?")
        return f"{path.rpartition('/')[0]}/{'?' + query if query else ''}"

    def perform(self, form: Any) -> str:
        job = enqueue(
            list_files.CODE,
            by=self.request.user,
            parameters={"address": self.address},
            label=self.list_page.get_title(),
            back_url=self.get_cancel_url(),
        )
        return job.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        narrowed, rows = list_files.rows_of(self.list_page)
        chips = narrowed.chips() if narrowed is not None else []
        facts = [
            ("Danh sách", self.list_page.get_title()),
            ("Bộ lọc", "; ".join(words for words, _ in chips) or "không lọc"),
            ("Số dòng", integer(self.list_page.get_total(rows).count)),
            ("Tệp", "Excel" if self.list_page.file_format == "xlsx" else "CSV"),
        ]
        limit = integer(settings.LARGE_FILE_ROWS)
        return super().get_context_data(**kwargs) | {"facts": facts, "limit": limit}
