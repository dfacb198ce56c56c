"""An officer who types into one cell of the own commune's grid, again and again."""

import json
import re
from itertools import count

from tools.bench.browser import Answer, Browser
from tools.prepare import Stop

EMPTY = "/bench/empty/"
_YEAR, _CODE = 2023, "3.1"


class CellWriter:
    """Saves another value into the same cell each time, as the grid's script does."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.address, self.set, self.user = self._grid()
        self.version = 0
        self.values = count()

    def send_nothing(self, **headers: str) -> Answer:
        """The same way there and back, with nothing stored."""
        self.browser.close()
        return self.browser.post_json(EMPTY, {}, **headers)

    def save(self, **headers: str) -> Answer:
        """One cell; stops the program where it was not stored."""
        cell = {"code": _CODE, "raw": str(60 + next(self.values) % 40), "version": self.version, "kept": True}
        sent = {"set": self.set, "user": self.user, "cells": [cell]}
        # A connection that lay idle may be closed by now, and what is sent is never sent twice.
        self.browser.close()
        answer = self.browser.post_json(self.address, sent, **headers)
        said = json.loads(answer.body) if answer.status == 200 else {}
        if not said or said["cells"][0]["status"] != "saved":
            raise Stop(f"Ô {_CODE} không lưu được ({answer.status}): {answer.body[:300]!r}")
        self.version = said["cells"][0]["version"]
        return answer

    def _grid(self) -> tuple[str, int, int]:
        """Where the own grid takes its cells, by which set, and who is typing."""
        start = self.browser.get(f"/nhap-lieu/?nam={_YEAR}")
        found = re.search(rf"/nhap-lieu/(\w+)/{_YEAR}/".encode(), start.body)
        if found is None:
            raise Stop("Cán bộ xã không có lưới nhập liệu nào của năm đo.")
        where = found.group().decode()
        page = self.browser.get(where).body
        numbers = [re.search(rf'data-{name}="(\d+)"'.encode(), page) for name in ("set", "user")]
        if not all(numbers):
            raise Stop("Trang lưới nhập liệu không ghi bộ tiêu chí và người nhập.")
        made_of, user = (int(number.group(1)) for number in numbers if number)
        return f"{where}o/", made_of, user
