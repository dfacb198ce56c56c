"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register
from ntm.audit.restorers import follows

_ACTIONS = {
    "upload.received": "Tải tệp lên để nhập",
    "upload.changed": "Chọn trong tệp cần nhập",
    "upload.dropped": "Bỏ tệp đã tải lên",
    "upload.cleaned": "Dọn tệp đã nạp lâu ngày",
    "upload.stored": "Xác nhận nhập tệp",
    "upload.undone": "Hoàn tác lần nhập tệp",
    "mapping.kept": "Ghi cách ghép cột",
}
register(_ACTIONS, changes_facts=False)
# What the file wrote is put back; that it was brought stays said.
follows(*_ACTIONS)
