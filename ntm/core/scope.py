"""The one source of a number, of the list it opens, of its file and of its sentence."""

from dataclasses import dataclass
from datetime import date

from ntm.core.dates import as_of


@dataclass(frozen=True)
class Scope:
    """What a page is about: one province (by its place), one year, and the day up to which it counts.

    `day` is 31/12 of a past year and today in the present one; `previous_day` is the 31/12 before.
    """

    province_id: int
    year: int
    day: date

    @classmethod
    def of(cls, province_id: int, year: int, today: date) -> "Scope":
        return cls(province_id, year, as_of(year, today))

    @property
    def previous_day(self) -> date:
        return date(self.year - 1, 12, 31)

    @property
    def is_part_of_year(self) -> bool:
        """Whether the year is still running on the scope's day."""
        return (self.day.month, self.day.day) != (12, 31)
