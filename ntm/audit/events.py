"""What happens without a row changing: files that leave, attempts that are refused, commands that run.

An event is an entry like any other, sealed and chained, about no row: its kind begins with `event.`, its facts stand
where a row's values would. It moves no change counter, so no kept page grows old by it.
"""

PREFIX = "event."
EXPORT, REFUSAL, COMMAND = f"{PREFIX}export", f"{PREFIX}refusal", f"{PREFIX}command"

#: Kinds of events, and their facts, in the words of the record.
KINDS: dict[str, str] = {EXPORT: "Tệp tải về", REFUSAL: "Lần bị từ chối", COMMAND: "Lệnh trên máy chủ"}
FACTS: dict[str, str] = {
    "list": "Danh sách",
    "scope": "Bộ lọc",
    "rows": "Số dòng",
    "file": "Tệp",
    "route": "Địa chỉ",
    "method": "Phương thức",
    "status": "Mã trả lời",
    "cause": "Vì sao",
    "object": "Đối tượng",
    "account": "Tài khoản trên máy chủ",
    "arguments": "Tham số",
}


def is_event(object_type: str) -> bool:
    return object_type.startswith(PREFIX)
