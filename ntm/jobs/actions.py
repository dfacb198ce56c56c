"""The audit codes of this app, each with the words that the record shows. All of them are events, about no row."""

from ntm.audit.registry import register

register(
    {
        "job.asked": "Đặt việc chạy nền",
        "job.started": "Bắt đầu việc chạy nền",
        "job.done": "Xong việc chạy nền",
        "job.failed": "Việc chạy nền không thành",
        "job.cancelled": "Dừng việc chạy nền",
    }
)
