"""Commands that write say who ran them."""

import os
import pwd
from typing import Any

from django.core.management.base import BaseCommand

from ntm.audit.context import Origin, Ran, current_origin


class RecordedCommand(BaseCommand):
    """Everything that the command writes is one batch, which begins with who ran it and what it was told.

    A command does its work in `work(**options)`. `told`: the options that the record may hold; no other (a password)
    ever gets there.
    """

    told: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if current_origin.get() is not None:
            # Called by another command, or by a page: that one is who writes.
            self.work(**options)
            return
        name = type(self).__module__.rpartition(".")[2]
        said = " ".join(f"{option}={options[option]}" for option in self.told if option in options)
        token = current_origin.set(Origin(command=Ran(name, account(), said[:500])))
        try:
            self.work(**options)
        finally:
            current_origin.reset(token)

    def work(self, **options: Any) -> None:
        raise NotImplementedError


def account() -> str:
    """The machine's account, and whose it was before `sudo`."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid {os.getuid()}"
    before = os.environ.get("SUDO_USER", "")
    return f"{name} (sudo: {before})" if before else name
