"""Names that sound like places and people, from common syllables."""

from random import Random

_FIRST = (
    "An Bình Bảo Cao Cẩm Đại Đông Đồng Đức Hòa Hoàng Hồng Hùng Hưng Kim Lạc Liên Long Lương Minh Mỹ Nam Nghĩa Ngọc "
    "Nguyên Nhân Ninh Phong Phú Phúc Phước Quang Quảng Quý Sơn Tam Tân Tây Thanh Thái Thiện Thịnh Thuận Thượng Tiên "
    "Tràng Trung Trường Tú Văn Vĩnh Việt Xuân Yên Ỷ"
).split()
_SECOND = (
    "An Ân Bằng Bình Cát Châu Chính Cường Đạo Điền Định Đông Đức Giang Giáp Hà Hải Hiệp Hòa Hội Hưng Khê Khánh Kỳ "
    "Lãng Lâm Lập Lộc Lợi Lũng Mỹ Nghĩa Ninh Phong Phú Phương Quang Quý Sơn Tây Thành Thạch Thắng Thịnh Thọ Thủy "
    "Tiến Trạch Trị Trung Trường Vân Viên Vinh Xá Ý Yên"
).split()
_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Ma Lường".split()
_MIDDLE = "Văn Thị Hữu Đức Minh Thu Ngọc Quang Xuân Thanh".split()
_GIVEN = "An Bình Chi Dũng Giang Hà Hải Hạnh Hương Khánh Lan Linh Long Mai Nam Nga Phúc Sơn Thảo Trang Tuấn Yến".split()


def place_name(dice: Random) -> str:
    """Two syllables, now and then three."""
    name = f"{dice.choice(_FIRST)} {dice.choice(_SECOND)}"
    return f"{name} {dice.choice(_SECOND)}" if dice.random() < 0.15 else name


def person_name(dice: Random) -> str:
    return f"{dice.choice(_FAMILY)} {dice.choice(_MIDDLE)} {dice.choice(_GIVEN)}"
