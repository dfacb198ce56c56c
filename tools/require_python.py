# -*- coding: utf-8 -*-
"""Stop with a clear sentence on a Python that cannot run this project.

Kept in the oldest syntax, because an old Python must still be able to read this file to refuse.
"""

import sys

NEEDED = (3, 11)

if sys.version_info < NEEDED:
    sys.stderr.write(
        "Cần Python %d.%d trở lên, máy này đang dùng Python %d.%d (%s).\n"
        "Nếu đã có bản mới hơn, chỉ rõ: make run PYTHON=python3.11\n"
        % (NEEDED + tuple(sys.version_info[:2]) + (sys.executable,))
    )
    sys.exit(1)
