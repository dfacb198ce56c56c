"""The program that reads one file, alone in its process, so that a bad file can only hurt this process.

Started by `ntm.sheets.reading.book` as a script: the file comes in on standard input, the answer goes out (see
`inside.answer`). Its own limits come first. Starts neither Django nor anything else of ours that is slow.
"""

import gc
import resource
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[3]


def main(named_xlsx: bool) -> None:
    """Answer with what the file holds, or with a refusal. Whatever else happens is the parent's to explain."""
    sys.path.append(str(_ROOT))
    # Found only now; the two modules are small.
    from ntm.sheets.reading import limits  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.SECONDS, limits.SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.ANSWER, limits.ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Nothing here makes cycles, and looking for them in millions of cells takes longer than reading them.
    gc.disable()
    from ntm.sheets.reading.inside import reading  # noqa: PLC0415

    reading.read(sys.stdin.buffer.read(), named_xlsx, sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1] == "xlsx")
