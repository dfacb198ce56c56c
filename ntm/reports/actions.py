"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register({"form.issued": "Xuất biểu mẫu báo cáo"})
