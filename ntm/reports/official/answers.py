"""The figures of a form for one scope, before they stand in any workbook."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from ntm.reports.official.mapping import Asked, Block, Form
from ntm.reports.official.sources import Sources
from ntm.reports.official.values import Value, unknown
from ntm.reports.official.vocabulary import ROWS, Kind, answer, answer_in, as_percent


@dataclass(frozen=True)
class Line:
    """One line of a block: the key and the words of its member, and a value for each declared column."""

    key: str
    words: str
    values: dict[int, Value]


@dataclass(frozen=True)
class Told:
    """One figure by a name that means the same in every issue of the form. `column`: that name without the member of
    whose line it is."""

    key: str
    label: str
    value: str | None
    column: str


@dataclass(frozen=True)
class Answers:
    """`cells` by the order of the form's cells, `lines` by that of its blocks. `illustrative`: some of it only
    illustrates, and both page and file say so. `by_day`: what was counted on another day than the year's own."""

    form: Form
    cells: tuple[Value, ...]
    lines: tuple[tuple[Line, ...], ...]
    illustrative: bool
    by_day: str = ""

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every figure that has a label (words of the heading have none), in the order of the form."""
        return tuple({row.key: row for row in self._tell()}.values())

    def _tell(self) -> Iterator[Told]:
        for cell, value in zip(self.form.cells, self.cells, strict=True):
            if cell.asked.label:
                yield Told(_key(cell.asked), cell.asked.label, value.kept, _key(cell.asked))
        for block, lines in zip(self.form.blocks, self.lines, strict=True):
            for line in lines:
                for place, value in line.values.items():
                    asked = block.columns[place]
                    if asked.label and not asked.blank:
                        key, column = f"{block.rows}/{line.key}/{_key(asked)}", f"{block.rows}//{_key(asked)}"
                        yield Told(key, f"{line.words}: {asked.label}", value.kept, column)

    @property
    def as_json(self) -> list[dict[str, str | None]]:
        return [{"key": row.key, "label": row.label, "value": row.value} for row in self.told]

    @cached_property
    def seal(self) -> str:
        """The hash of the figures: two issues with the same one say the same."""
        return seal_of(self.as_json)

    @cached_property
    def seen(self) -> str:
        """The hash of all that the form says, its headings and its provenance too: what a person had before them."""
        cells = [value.kept for value in self.cells]
        lines = [
            [
                [line.key, line.words, *((place, value.kept) for place, value in line.values.items())]
                for line in block
            ]
            for block in self.lines
        ]
        return _hash([self.form.seal, cells, lines, self.illustrative, self.by_day])


def seal_of(figures: list[dict[str, str | None]]) -> str:
    return _hash(figures)


def _hash(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def answers_of(form: Form, sources: Sources) -> Answers:
    """Ask for everything. The number of queries does not hang on the number of units."""
    cells = tuple(_value(cell.asked, partial(answer, sources=sources)) for cell in form.cells)
    lines = tuple(tuple(_lines(block, sources)) for block in form.blocks)
    by_day = sources.by_day(of_commune=form.of_commune)
    return Answers(form, cells, lines, sources.illustrative, by_day)


def _key(asked: Asked) -> str:
    return f"{asked.figure}/{asked.of}" if asked.of else asked.figure


def _value(asked: Asked, figure: Callable[[str], Value]) -> Value:
    if asked.blank:
        return unknown(asked.blank)
    found = figure(asked.figure)
    return as_percent(found, figure(asked.of)) if asked.of else found


def _lines(block: Block, sources: Sources) -> Iterator[Line]:
    kind: Kind = ROWS[block.rows]
    for member in kind.members(sources):
        figure = partial(answer_in, kind, sources=sources, member=member)
        values = {place: _value(asked, figure) for place, asked in block.columns.items()}
        yield Line(kind.key(member), kind.words(member), values)
