"""`make lock`: resolve requirements/*.in into hash-locked files that name no registry.

Versions already locked stay; `make lock ARGS=--upgrade` takes the newest.
"""

import subprocess
import sys

from tools.prepare import ROOT, say

FLAGS = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate")
SILENT_ABOUT_SOURCES = ("--no-emit-index-url", "--no-emit-find-links")


def main() -> None:
    folder = ROOT / "requirements"
    for name, constraints in (("base", []), ("dev", ["--constraint", "requirements/base.txt"])):
        say(f"Khóa requirements/{name}.txt …")
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *FLAGS, *SILENT_ABOUT_SOURCES,
             *constraints, *sys.argv[1:], f"requirements/{name}.in", f"--output-file=requirements/{name}.txt"],
            cwd=ROOT, check=True,
        )  # fmt: skip
        if "://" in (folder / f"{name}.txt").read_text(encoding="utf-8"):
            sys.exit(f"requirements/{name}.txt chứa địa chỉ; không được đưa lên kho mã.")


if __name__ == "__main__":
    main()
