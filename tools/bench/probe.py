"""Looks inside one request when asked to by a header; otherwise steps aside, so that timings stay true."""

import cProfile
import io
import pstats
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench"
COUNT_HEADER = "X-Bench-Queries"
_LINES = 60


class Queries:
    """Every statement of a request with its seconds."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seen.append((time.perf_counter() - began, sql))


class Probe:
    """`X-Bench: queries` adds their number to the answer; `X-Bench: profile` answers with a profile instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.headers.get(HEADER)
        if wanted == "queries":
            return self.count(request)
        if wanted == "profile":
            return self.profile(request)
        return self.get_response(request)

    def count(self, request: HttpRequest) -> HttpResponse:
        queries = Queries()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        response[COUNT_HEADER] = str(len(queries.seen))
        return response

    def profile(self, request: HttpRequest) -> HttpResponse:
        queries, profiler = Queries(), cProfile.Profile()
        with connection.execute_wrapper(queries):
            response = profiler.runcall(self.get_response, request)
        return HttpResponse(
            _report(request, response, queries, profiler), content_type="text/plain; charset=utf-8"
        )


def _report(
    request: HttpRequest, response: HttpResponse, queries: Queries, profiler: cProfile.Profile
) -> str:
    out = io.StringIO()
    whole = sum(seconds for seconds, _ in queries.seen)
    print(f"{request.get_full_path()}: {response.status_code}, {len(response.content)} bytes", file=out)
    print(f"\n{len(queries.seen)} queries, {whole * 1000:.1f} ms waiting for them\n", file=out)
    for seconds, sql in queries.seen:
        print(f"{seconds * 1000:8.2f} ms  {sql}", file=out)
    stats = pstats.Stats(profiler, stream=out)
    stats.strip_dirs().sort_stats("tottime").print_stats(_LINES)
    stats.sort_stats("cumulative").print_stats(_LINES * 2)
    return out.getvalue()
