"""The figures of a form for one scope, before they stand in any workbook."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

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
    """One figure by a name that means the same in every issue of the form."""

    key: str
    label: str
    value: str | None


@dataclass(frozen=True)
class Answers:
    """`cells` by the order of the form's cells, `lines` by that of its blocks. `illustrative`: some of it only
    illustrates, and both page and file say so."""

    form: Form
    cells: tuple[Value, ...]
    lines: tuple[tuple[Line, ...], ...]
    illustrative: bool

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every figure that has a label (words of the heading have none), in the order of the form."""
        return tuple({row.key: row for row in self._tell()}.values())

    def _tell(self) -> Iterator[Told]:
        for cell, value in zip(self.form.cells, self.cells, strict=True):
            if cell.asked.label:
                yield Told(_key(cell.asked), cell.asked.label, value.kept)
        for block, lines in zip(self.form.blocks, self.lines, strict=True):
            for line in lines:
                for place, value in line.values.items():
                    asked = block.columns[place]
                    if asked.label and not asked.blank:
                        key = f"{block.rows}/{line.key}/{_key(asked)}"
                        yield Told(key, f"{line.words}: {asked.label}", value.kept)

    @property
    def as_json(self) -> list[dict[str, str | None]]:
        return [{"key": row.key, "label": row.label, "value": row.value} for row in self.told]

    @cached_property
    def seal(self) -> str:
        """The hash of the figures: two issues with the same one say the same."""
        return seal_of(self.as_json)


def seal_of(figures: list[dict[str, str | None]]) -> str:
    return hashlib.sha256(json.dumps(figures, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def answers_of(form: Form, sources: Sources) -> Answers:
    """Ask for everything. The number of queries does not hang on the number of units."""
    cells = tuple(_value(cell.asked, sources) for cell in form.cells)
    lines = tuple(tuple(_lines(block, sources)) for block in form.blocks)
    return Answers(form, cells, lines, sources.illustrative)


def _key(asked: Asked) -> str:
    return f"{asked.figure}/{asked.of}" if asked.of else asked.figure


def _value(asked: Asked, sources: Sources) -> Value:
    found = answer(asked.figure, sources)
    return as_percent(found, answer(asked.of, sources)) if asked.of else found


def _lines(block: Block, sources: Sources) -> Iterator[Line]:
    kind: Kind = ROWS[block.rows]
    for member in kind.members(sources):
        values = {}
        for place, asked in block.columns.items():
            if asked.blank:
                values[place] = unknown(asked.blank)
            else:
                found = answer_in(kind, asked.figure, sources, member)
                values[place] = (
                    as_percent(found, answer_in(kind, asked.of, sources, member)) if asked.of else found
                )
        yield Line(kind.key(member), kind.words(member), values)
