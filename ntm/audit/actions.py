"""The codes of events, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "export.made": "Tải tệp về",
        "file.downloaded": "Tải tệp đính kèm",
        "attempt.refused": "Bị từ chối",
        "attempt.many": "Bị từ chối quá nhiều lần",
        "command.ran": "Chạy lệnh trên máy chủ",
    }
)
