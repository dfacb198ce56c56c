"""The codes of the record for backups."""

from ntm.audit.registry import register

register({"backup.made": "Tạo bản sao lưu", "backup.restored": "Khôi phục từ bản sao lưu"})
