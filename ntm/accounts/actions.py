"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "account.created": "Tạo tài khoản",
        "account.changed": "Sửa tài khoản",
        "account.password_changed": "Tự đổi mật khẩu",
        "account.password_set": "Đặt lại mật khẩu",
        "account.code_issued": "Cấp mã đăng nhập một lần",
        "account.code_used": "Dùng mã đăng nhập một lần",
        "account.deactivated": "Khóa tài khoản",
        "account.reactivated": "Mở lại tài khoản",
        "account.unlocked": "Mở tạm khóa đăng nhập",
        "account.second_factor_removed": "Gỡ xác thực hai lớp của tài khoản",
        "account.second_factor_on": "Bật xác thực hai lớp",
        "account.second_factor_off": "Tắt xác thực hai lớp",
        "account.spare_codes_renewed": "Tạo mã dự phòng mới",
    }
)
register(
    {
        "account.signed_in": "Đăng nhập",
        "account.signed_out": "Đăng xuất",
        "account.wrong_password": "Nhập sai mật khẩu",
        "account.wrong_code": "Nhập sai mã xác thực",
        "account.locked": "Tạm khóa đăng nhập vì nhập sai nhiều lần",
        "account.spare_code_used": "Dùng một mã dự phòng",
        "account.session_ended": "Kết thúc một phiên đăng nhập",
        "account.other_sessions_ended": "Đăng xuất khỏi mọi nơi khác",
    },
    changes_facts=False,
)
