"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "plan.drafted": "Lập dự thảo kế hoạch",
        "plan.changed": "Sửa dự thảo kế hoạch",
        "plan.adjusted": "Sửa chỉ tiêu, đăng ký trong dự thảo kế hoạch",
        "plan.approved": "Phê duyệt kế hoạch",
        "plan.superseded": "Thay bằng phiên bản kế hoạch mới",
        "target.set": "Giao chỉ tiêu",
        "target.changed": "Sửa chỉ tiêu trong dự thảo",
        "target.dropped": "Bỏ chỉ tiêu khỏi dự thảo",
        "registration.added": "Ghi đơn vị đăng ký",
        "registration.dropped": "Bỏ đơn vị đăng ký khỏi dự thảo",
    }
)
