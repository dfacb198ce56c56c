"""Readers that start warm answer whoever asked, also where a test asks from several threads."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.warm_readers import WarmReaders

_ECHO = """
import sys, time
said = sys.stdin.read()
time.sleep(0.005)
sys.stdout.write(said)
sys.stdout.flush()
sys.exit(int(said))
"""


def test_each_of_several_threads_is_given_its_own_answer(tmp_path: Path):
    script = tmp_path / "echo.py"
    script.write_text(_ECHO)
    readers = WarmReaders()

    def asked(number: int) -> tuple[int, bytes]:
        with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as place:
            code = readers.ended(script, "", str(number).encode(), answer, place.fileno())
            answer.seek(0)
            return code, answer.read()

    try:
        with ThreadPoolExecutor(3) as threads:
            found = list(threads.map(asked, range(1, 31), timeout=30))
    finally:
        readers.end()
    assert found == [(number, str(number).encode()) for number in range(1, 31)]
