"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "account.created": "Tạo tài khoản",
        "account.changed": "Sửa tài khoản",
        "account.password_changed": "Tự đổi mật khẩu",
        "account.password_set": "Đặt lại mật khẩu",
        "account.deactivated": "Khóa tài khoản",
        "account.reactivated": "Mở lại tài khoản",
    }
)
