"""Rectangles of a sheet."""

from dataclasses import dataclass, replace
from typing import Self

from openpyxl.utils import get_column_letter, range_boundaries


@dataclass(frozen=True)
class Area:
    """A rectangle of the sheet, both ends included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def at(cls, address: str) -> Self | None:
        """The rectangle of an address such as "C9" or "$A$9:$H$12"; None where it is none."""
        try:
            left, top, right, bottom = range_boundaries(address.replace("$", ""))
        except ValueError:
            return None
        if left is None or top is None or right is None or bottom is None:
            return None
        return cls(left, top, right, bottom) if left <= right and 1 <= top <= bottom else None

    def __str__(self) -> str:
        first = f"{get_column_letter(self.left)}{self.top}"
        last = f"{get_column_letter(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def meets(self, other: "Area") -> bool:
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def after_adding(self, more: int, *, below: int) -> Self:
        """Where it stands once so many rows were added below a row; around that row, or ending with it, it grows."""
        return replace(
            self,
            top=self.top + (more if self.top > below else 0),
            bottom=self.bottom + (more if self.bottom >= below else 0),
        )
