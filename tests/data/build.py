"""The corpus of files that people bring: `CORPUS` says of each what must become of it.

The tests build them one by one; `python -m tests.data.build FOLDER` writes them all, to look at or to try by hand.
"""

import sys
from pathlib import Path

from tests.data.good import GOOD
from tests.data.hostile import HOSTILE
from tests.data.member import Member
from tests.data.others import OTHERS
from tests.data.texts import TEXTS

CORPUS: dict[str, Member] = {**GOOD, **TEXTS, **OTHERS, **HOSTILE}


def build(folder: Path) -> list[Path]:
    """Write every member under its number and its name."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, (title, member) in enumerate(CORPUS.items(), 1):
        path = folder / f"{number:03} {title}{Path(member.file).suffix}"
        path.write_bytes(member.make())
        made.append(path)
    return made


if __name__ == "__main__":
    print(f"{len(build(Path(sys.argv[1])))} files")
