"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "source.added": "Thêm nguồn vốn",
        "source.changed": "Sửa nguồn vốn",
        "amount.entered": "Nhập số vốn",
        "amount.changed": "Sửa số vốn",
        "amount.withdrawn": "Bỏ số vốn đã nhập",
    }
)
