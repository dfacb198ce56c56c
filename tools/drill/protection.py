"""Whether this process is a negative control: its protection is off, and the drill must then fail."""

import os

NAME = "DRILL_UNPROTECTED"
OFF = os.environ.get(NAME) == "1"
