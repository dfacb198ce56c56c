"""The one source of a number, of the list it opens, of its file and of its sentence."""

from dataclasses import dataclass
from datetime import date

from ntm.core.dates import as_of, format_date


@dataclass(frozen=True)
class Scope:
    """What a page is about: one province (by its place), one year, and the day up to which it counts.

    `day` is 31/12 of a past year and today in the present one; `previous_day` is the 31/12 before. Where somebody
    asked for another day of the year (`is_years_day` False) only what was known on that day counts.
    """

    province_id: int
    year: int
    day: date
    is_years_day: bool = True

    @classmethod
    def of(cls, province_id: int, year: int, today: date) -> "Scope":
        return cls(province_id, year, as_of(year, today))

    @classmethod
    def on(cls, province_id: int, year: int, day: date | None, today: date) -> "Scope":
        """Of a day of the year that was asked for; None: the year's own. The day was checked before."""
        own = as_of(year, today)
        return cls(province_id, year, day or own, day in (None, own))

    @property
    def previous_day(self) -> date:
        return date(self.year - 1, 12, 31)

    @property
    def is_part_of_year(self) -> bool:
        """Whether the year is still running on the scope's day."""
        return (self.day.month, self.day.day) != (12, 31)

    @property
    def is_half_year(self) -> bool:
        """Whether the first six months are asked for, of a year that has gone on since."""
        return not self.is_years_day and (self.day.month, self.day.day) == (6, 30)

    @property
    def query(self) -> dict[str, str]:
        """The day in the address of a list; nothing where it is the year's own."""
        return {} if self.is_years_day else {"ngay": format_date(self.day)}

    @property
    def until(self) -> str:
        """The end of a title: ", đến ngày 30/06/2023"; empty where the day is the year's own."""
        return "" if self.is_years_day else f", đến ngày {format_date(self.day)}"

    @property
    def file_tail(self) -> str:
        """The day in the name of a file: "-den-2023-06-30"."""
        return "" if self.is_years_day else f"-den-{self.day.isoformat()}"
