"""Which reader a file gets, and what is answered when it fails."""

from typing import IO

from ntm.sheets.reading.inside.answer import Answer
from ntm.sheets.reading.inside.csv_file import read_csv
from ntm.sheets.reading.inside.recognise import is_zip, refuse_by_magic
from ntm.sheets.reading.inside.refusing import DAMAGED, TOO_MUCH, Unreadable
from ntm.sheets.reading.inside.xlsx_file import read_xlsx


def read(content: bytes, named_xlsx: bool, out: IO[bytes]) -> None:
    """Write what the file holds. Any failure, also a panic inside calamine, becomes a sentence."""
    answer = Answer(out)
    try:
        refuse_by_magic(content)
        if is_zip(content):
            read_xlsx(content, answer)
        else:
            read_csv(content, named_xlsx, answer)
    except Unreadable as refusal:
        answer.refuse(str(refusal))
    except (MemoryError, OSError):
        answer.refuse(TOO_MUCH)
    except BaseException:
        answer.refuse(DAMAGED)
