"""A form looked at, and a form that was issued beside what its figures are today."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from communes.judging import number
from communes.selectors.provinces import Office
from ntm.core.scope import Scope
from ntm.core.templatetags.components import NO_DATA
from ntm.core.ui import ThenNow
from ntm.reports.models import IssuedForm
from ntm.reports.official.answers import Answers, Told, answers_of
from ntm.reports.official.filling import fill
from ntm.reports.official.mapping import Form, all_forms
from ntm.reports.official.preview import Missing, Table, missing_of, tables_of, unknown_of
from ntm.reports.official.sources import Sources

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Look:
    """What the page of a form shows."""

    answers: Answers
    tables: Sequence[Table]
    missing: Sequence[Missing]
    unknown: Sequence[tuple[str, int]]


def look_at(form: Form, sources: Sources) -> Look:
    answers = answers_of(form, sources)
    return Look(answers, tables_of(form, fill(answers)), missing_of(form), unknown_of(answers))


@dataclass(frozen=True)
class Comparison:
    """`cannot`: why there is none. `not_kept`: how many figures of today the template did not keep at the issue."""

    lines: Sequence[ThenNow] = ()
    cannot: str = ""
    not_kept: int = 0

    @property
    def differing(self) -> list[ThenNow]:
        return [line for line in self.lines if line.differs]


def compare(row: IssuedForm, office: Office, now: Scope) -> Comparison:
    """The figures of an issued form beside those of today. `now`: the same province and year, as it is today."""
    form = all_forms().get(row.form)
    if form is None:
        return Comparison(
            cannot="Mẫu biểu này không còn trong phần mềm, nên không tính lại được số hiện nay."
        )
    sources = Sources(now, office, place_id=row.unit.place_id if row.unit else None)
    if row.unit is not None and sources.unit is None:
        return Comparison(cannot="Xã này không còn trong kỳ nhập liệu của năm, nên không tính lại được.")
    today = {told.key: told for told in answers_of(form, sources).told}
    kept = {each["key"] for each in row.figures}
    lines = [ThenNow(each["label"], _words(each["value"]), _now(today, each["key"])) for each in row.figures]
    new = [told for key, told in today.items() if key not in kept]
    columns = _kept_columns(row, form, today.values(), kept)
    came = [told for told in new if told.column in columns]
    lines += [ThenNow(told.label, "không có trong biểu", _words(told.value)) for told in came]
    return Comparison(lines, not_kept=len(new) - len(came))


def _kept_columns(row: IssuedForm, form: Form, today: Collection[Told], kept: set[str]) -> set[str]:
    """Those of which the template kept figures when the form was issued: all, unless it has changed since."""
    is_same = row.mapping_sha256 == form.seal
    return {told.column for told in today if is_same or told.key in kept}


def _now(today: dict[str, Told], key: str) -> str:
    told = today.get(key)
    return "không còn trong mẫu" if told is None else _words(told.value)


def _words(value: str | None) -> str:
    if value is None:
        return NO_DATA
    if not value:
        return "để trống"
    return number(Decimal(value)) if _NUMBER.fullmatch(value) else value
