"""The audit codes of this app, each with the words that the record shows."""

from ntm.audit.registry import register

register(
    {
        "document.added": "Thêm văn bản",
        "document.changed": "Sửa văn bản",
        "unit.opened": "Lập đơn vị hành chính",
        "unit.changed": "Sửa thông tin đơn vị",
        "unit.closed": "Kết thúc hiệu lực đơn vị",
        "reorganisation.recorded": "Ghi nghị quyết sắp xếp đơn vị",
        "succession.recorded": "Ghi kế thừa giữa hai đơn vị",
        "attribute.recorded": "Ghi thuộc tính của đơn vị",
        "attribute.changed": "Sửa thuộc tính của đơn vị",
        "attribute.closed": "Kết thúc thuộc tính của đơn vị",
        "catalogue.added": "Thêm dòng danh mục",
        "catalogue.changed": "Sửa dòng danh mục",
        "assignment.given": "Giao vai trò",
        "assignment.ended": "Thu hồi vai trò",
        "decision.recorded": "Ghi quyết định",
        "recognition.recorded": "Công nhận",
        "recognition.confirmed": "Xác nhận tiếp tục đạt",
        "recognition.revoked": "Thu hồi công nhận",
        "recognition.corrected": "Đính chính công nhận",
        "year.declared": "Xác nhận đủ số liệu của năm",
        "round.opened": "Mở kỳ nhập liệu",
        "round.changed": "Đổi hạn của kỳ nhập liệu",
        "round.locked": "Khóa kỳ nhập liệu",
        "round.unlocked": "Mở khóa kỳ nhập liệu",
        "submission.opened": "Mở phiếu kết quả",
        "submission.summed": "Cộng lại phiếu kết quả",
        "result.entered": "Nhập kết quả",
        "result.changed": "Sửa kết quả",
    }
)
