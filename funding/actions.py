"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "source.added": "Thêm nguồn vốn",
        "source.changed": "Sửa nguồn vốn",
        "amount.entered": "Nhập số vốn",
        "amount.changed": "Sửa số vốn",
        "amount.withdrawn": "Bỏ số vốn đã nhập",
        "purpose.added": "Thêm nội dung chi",
        "purpose.changed": "Sửa nội dung chi",
        "allocation.entered": "Nhập khoản phân bổ",
        "allocation.changed": "Sửa khoản phân bổ",
        "allocation.withdrawn": "Bỏ khoản phân bổ đã nhập",
    }
)
