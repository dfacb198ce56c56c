"""How `.env` is read, by the application and by the tools that run before anything is installed.

Standard library only. One reader for both, and stricter than those of packages: a line that it does not understand
would else be a setting that somebody made and nothing reads.
"""

import re
from pathlib import Path

_ASSIGNMENT = re.compile(r"(?:export )?([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.ASCII)
_END_OF_LINE = re.compile(r"\r\n|\r|\n")
#: What a backslash takes its meaning from in double quotes; `\n`, `\r`, `\t` stay as they are.
_ESCAPED = re.compile(r"\\([^rnt])")


class Unreadable(ValueError):
    """The file cannot be read as it stands; its text is the sentence for the operator. It never shows a value."""


def read(path: Path) -> dict[str, str]:
    """What the file says, by name; nothing where there is no file."""
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(_END_OF_LINE.split(_text(path)), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _ASSIGNMENT.fullmatch(line)
        if match is None:
            raise Unreadable(
                f"Tệp {path.name}, dòng {number} không đọc được. Mỗi dòng ghi TÊN=giá trị, không có dấu cách ở đầu "
                "dòng hay trước dấu =; dòng ghi chú bắt đầu bằng #."
            )
        name, raw = match[1], match[2].strip()
        if name in found:
            raise Unreadable(
                f"Tệp {path.name}, dòng {number}: {name} đã được ghi ở dòng {lines[name]}. Hãy chỉ để lại một dòng."
            )
        found[name], lines[name] = _value(raw, f"Tệp {path.name}, dòng {number}: {name}"), number
    return found


def _text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Unreadable(
            f"Không đọc được tệp {path}: hãy cấp quyền đọc cho tài khoản chạy ứng dụng."
        ) from error
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(f"Tệp {path.name} không phải văn bản UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.")
    return text


def _value(raw: str, where: str) -> str:
    """Without its quotes, if it stands in quotes."""
    if not raw.startswith(("'", '"')):
        return raw
    if len(raw) < 2 or raw[-1] != raw[0]:
        raise Unreadable(f"{where} mở dấu nháy mà không đóng ở cuối dòng (ghi chú phải nằm ở dòng riêng).")
    inside = raw[1:-1]
    return inside if raw[0] == "'" else _ESCAPED.sub(r"\1", inside)
