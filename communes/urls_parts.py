"""Parts of addresses that several modules of addresses share."""

#: Four digits from 1900: a year that the calendar, and a date field, can hold.
YEAR = r"(?P<year>(?:19|20)[0-9]{2})/"
#: The unit that bore the code on the year's day.
UNIT_YEAR = r"(?P<code>[0-9A-Za-z]{1,10})/" + YEAR
