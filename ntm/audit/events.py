"""What happens without a row changing: files that leave, attempts that are refused, commands and jobs that run,
backups that are made and brought back.

An event is an entry like any other, sealed and chained, about no row: its kind begins with `event.`, its facts stand
where a row's values would. It moves no change counter, so no kept page grows old by it.
"""

PREFIX = "event."
EXPORT, REFUSAL, COMMAND = f"{PREFIX}export", f"{PREFIX}refusal", f"{PREFIX}command"
#: That an uploaded file left. It changes no row either, but is told in the history of the row that holds the file.
DOWNLOAD = f"{PREFIX}download"
JOB = f"{PREFIX}job"
BACKUP = f"{PREFIX}backup"

#: Kinds of events, and their facts, in the words of the record.
KINDS: dict[str, str] = {
    EXPORT: "Tệp tải về",
    DOWNLOAD: "Tệp đính kèm tải về",
    REFUSAL: "Lần bị từ chối",
    COMMAND: "Lệnh trên máy chủ",
    JOB: "Việc chạy nền",
    BACKUP: "Sao lưu và khôi phục",
}
FACTS: dict[str, str] = {
    "list": "Danh sách",
    "scope": "Bộ lọc",
    "rows": "Số dòng",
    "file": "Tệp",
    "sha256": "Mã băm SHA-256",
    "route": "Địa chỉ",
    "method": "Phương thức",
    "status": "Mã trả lời",
    "cause": "Vì sao",
    "object": "Đối tượng",
    "account": "Tài khoản trên máy chủ",
    "arguments": "Tham số",
    "job": "Việc số",
    "about": "Về",
    "made_at": "Sao lưu lúc",
    "files": "Số tệp đính kèm",
    "head": "Đầu chuỗi nhật ký",
    "lost": "Đã xóa khi khôi phục",
}


def is_event(object_type: str) -> bool:
    return object_type.startswith(PREFIX)


def key_of(object_type: str, key: object) -> str:
    """What an event about a row bears instead of the row's key, so that none is taken for a write to it."""
    return f"{object_type}:{key}"


def row_of(key: str) -> tuple[str, str] | None:
    """The kind and the key of the row that an event is about; None where it is about none."""
    kind, separator, number = key.partition(":")
    return (kind, number) if separator and number.isdecimal() else None
