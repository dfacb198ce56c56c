"""`make lock`: resolve requirements/*.in into hash-locked files that name no registry.

Versions already locked stay; `make lock ARGS=--upgrade` takes the newest.
"""

import subprocess
import sys

from tools.prepare import ROOT, say

COMPILE = (
    "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes",
    "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--system-certs",
)  # fmt: skip


def main() -> None:
    # What the server runs is resolved first; the tools then have to fit around it.
    _lock("base")
    _lock("dev", "--constraint=requirements/base.txt")


def _lock(name: str, *constraints: str) -> None:
    source, target = f"requirements/{name}.in", f"requirements/{name}.txt"
    say(f"Khóa {target} …")
    options = [*constraints, *sys.argv[1:], f"--output-file={target}"]
    done = subprocess.run([sys.executable, *COMPILE, *options, source], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"Không khóa được {source} (xem các dòng trên).")
    if "://" in (ROOT / target).read_text(encoding="utf-8"):
        sys.exit(f"{target} chứa địa chỉ; không được đưa lên kho mã.")


if __name__ == "__main__":
    main()
