"""The grid's script reads and judges as the server does: the same cases through both, word for word."""

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from communes import cells, judging
from communes.grid_view import plain

KINDS = {"n": "number", "p": "percent", "b": "yes_no", "g": "graded", "t": "text"}
TYPED = (
    "", "-", "–", "81", "43,5", "43.5", "1.234", "1.234,5", "1 234,5", "12.500", "0.125", "0,125", "101", "-1",
    "- 5", "NaN", "abc", "81%", "81 %", "1.234.567", "1,2,3", ",5", "5,", "１２", "12a", "١٢", "99,999", "100",
    "100,0", "0", "-0", "1e5", "+5", "1.23.4", "12345678901234567", "đ", "Đ", "x", "C", "chưa đạt", "có", "q",
    "Tốt", "tot", "2", "9", "12.3456", "#", "..", "a" * 60, "00123", "1..2", "999999999999", " 5 ",
    "?", "không áp dụng", "k", "không có", "−", "Đạ\u0323t", "8\x071", "+1.234", "-12.500", "1.234%", "\x7f",
)  # fmt: skip
GRADES = ("Yếu", "Khá", "Tốt")
NUMBERS = (
    [],
    [judging.Bar("gte", Decimal(90))],
    [judging.Bar("lte", Decimal("13.5"))],
    [judging.Bar("judged", text="đủ hồ sơ")],
    [judging.Bar("yes")],
    [judging.Bar("grade", Decimal(1))],
    [judging.Bar("gte", Decimal(70), key=1, case="A"), judging.Bar("gte", Decimal(50), key=2, case="B")],
    [judging.Bar("gte", Decimal(70), key=1), judging.Bar("lte", Decimal(50), key=2)],
)
BARS = {
    "n": NUMBERS,
    "p": NUMBERS,
    "b": (
        [],
        [judging.Bar("yes")],
        [judging.Bar("no")],
        [judging.Bar("judged")],
        [judging.Bar("gte", Decimal(1))],
        [judging.Bar("yes", text="Có hồ sơ")],
    ),
    "g": ([], [judging.Bar("grade", Decimal(1))], [judging.Bar("gte", Decimal(2))], [judging.Bar("judged")]),
    "t": ([], [judging.Bar("judged", text="đủ hồ sơ")]),
}
LAST = ("0", "2.2", "42", "75", "94.5")
RUN = """
async ([address, cases]) => {
  const { read, again, judge, doubt, scaled } = await import(address);
  return cases.map(([t, raw, bars, chosen, grades, u, last, d, a, soft]) => {
    const number = (text) => (text === "" ? undefined : "np".includes(t) ? scaled(text) : Number(text));
    const spec = { t, d, a, lo: 0, grades, u, last, soft: soft ? scaled(soft) : undefined,
      bars: bars.map(([op, value, text, key, name]) => ({ op, value: number(value), text, key, case: name })) };
    const held = read(spec, raw);
    if (held.error) return [held.error];
    const said = ["empty", "no_data"].includes(held.state) ? null : judge(spec, held, chosen);
    return [held.state, again(spec, held), said && [said.verdict, said.reason, said.brief], doubt(spec, held, 2023)];
  });
}
"""


def ours(case: list[Any]) -> list[Any]:
    """What the server makes of a case."""
    kind, raw, bars, chosen, grades, unit, last, places, absence, soft = case
    how = cells.Reading(KINDS[kind], places, grades=tuple(grades), asks_absence=absence)
    measure = judging.Measure(how.kind, unit, how.grades)
    try:
        typed = cells.read(how, raw)
    except cells.Unreadable as error:
        return [str(error)]
    held = judging.Held(typed.state, typed.value, typed.text, chosen)
    said = judging.judge(measure, held, bars) if typed.state in ("entered", "not_applicable") else None
    question = judging.doubt(measure, typed.value, Decimal(last), Decimal(soft) if soft else None, 2023)
    words = [said.verdict, said.reason, said.brief] if said else None
    return [typed.state, cells.as_typed(how, typed), words, question]


@pytest.fixture
def page(chromium: Browser) -> Any:
    page = chromium.new_page()
    yield page
    page.close()


def test_the_script_reads_and_judges_word_for_word_as_the_server(page: Page):
    cases: list[list[Any]] = []
    for kind in KINDS:
        for raw in TYPED:
            for bars in BARS[kind]:
                for chosen in (None, 2) if len(bars) > 1 else (None,):
                    grades, unit = list(GRADES) if kind == "g" else [], "triệu đồng" if kind == "n" else ""
                    absence = any(bar.operator == "no" for bar in bars)
                    for places in (2, 0) if kind in "np" else (2,):
                        cases.append([kind, raw, bars, chosen, grades, unit, "75", places, absence, "10"])
    # Against last year, with a limit of the indicator's own and without.
    for raw, last in itertools.product(("0", "14", "25", "25,01", "42", "225", "224,9", "98"), LAST):
        for kind, soft in itertools.product("npbgt", ("", "10")):
            cases.append([kind, raw, [], None, [], "m²", last, 2, False, soft])
    source = Path(settings.BASE_DIR, "static/js/grid/values.js").read_text(encoding="utf-8")
    page.route(
        "http://ntm.test/**",
        lambda route: route.fulfill(
            body=source if route.request.url.endswith(".js") else "", content_type=
            "text/javascript" if route.request.url.endswith(".js") else "text/html",
        ),
    )  # fmt: skip
    page.goto("http://ntm.test/")
    sent = [
        [kind, raw, [[b.operator, plain(b.value), b.text, b.key, b.case] for b in bars], *rest]
        for kind, raw, bars, *rest in cases
    ]
    theirs = page.evaluate(RUN, ["http://ntm.test/values.js", sent])
    wrong = [
        (case[:4], mine, said)
        for case, said in zip(cases, theirs, strict=True)
        if (mine := ours(case)) != said
    ]
    assert not wrong, wrong[:5]
