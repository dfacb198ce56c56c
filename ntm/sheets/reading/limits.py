"""What a file that somebody brings may cost at most. Read by the child and by who asks it; imports nothing."""

MEBI = 1024 * 1024

#: The file as it is uploaded.
BYTES = 10 * MEBI
#: Of a workbook, which is a zip: its members, what is really unpacked, and how dense a member above 1 MB may be.
MEMBERS = 1000
UNPACKED = 200 * MEBI
RATIO = 100
#: What is in it. Rows and columns count from the first to the last that holds anything, whatever the file claims.
SHEETS = 20
ROWS = 100_000
COLUMNS = 200
CELL = 32_767
#: All texts of all cells together, in bytes: a workbook stores a text once, however many cells show it.
TEXT = 256 * MEBI

#: Of the child process.
MEMORY = 1024 * MEBI
SECONDS = 60
#: What the child may write as its answer, to a file that is gone when it is closed.
ANSWER = 512 * MEBI
