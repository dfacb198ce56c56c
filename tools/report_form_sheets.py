"""The sheets of the report forms, one function each; drawn by `tools.report_forms`."""

from collections.abc import Callable

from tools.report_forms import HEAD, Line, Paper

_PROVINCE = {"above": "co_quan", "below": "van_phong"}
_CHIEF = "CHÁNH VĂN PHÒNG"
_MILLIONS = "triệu đồng"


def indicators_of_commune() -> Paper:
    paper = Paper("Biểu 01", (8, 46, 13, 15, 13, 14, 13, 14, 14), landscape=True)
    title = "Kết quả thực hiện các chỉ tiêu xây dựng nông thôn mới của xã"
    paper.heading(
        "Biểu số 01",
        title,
        "theo từng chỉ tiêu",
        above="uy_ban_huyen",
        below="uy_ban_xa",
        about="bo_tieu_chi",
    )
    first = paper.head(
        HEAD,
        {
            "A9:A10": "Số hiệu", "B9:B10": "Chỉ tiêu", "C9:C10": "Đơn vị tính", "D9:D10": "Yêu cầu đạt",
            "E9:F9": "=moc_truoc", "G9:H9": "=moc_nay", "I9:I10": "=ke_hoach_sau", "E10": "Kết quả",
            "F10": "Đánh giá", "G10": "Kết quả", "H10": "Đánh giá",
        },
        down=2,
    )  # fmt: skip
    paper.body(first, left=(2, 3, 4, 6, 8))
    for letter in "EG":
        paper.sheet[f"{letter}{first}"].number_format = "General"
    paper.name("cac_chi_tieu", f"A{first}:I{first}")
    paper.name("bang", f"A{HEAD}:I{first}")
    paper.foot(first + 2, office="CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ")
    return paper


def criteria_by_group() -> Paper:
    paper = Paper("Biểu 02", (7, 40, 10, 10, 12, 10, 10, 10, 10, 12, 10, 13), landscape=True)
    title = "Số xã đạt từng tiêu chí nông thôn mới, theo nhóm xã"
    paper.heading("Biểu số 02", title, "xã", **_PROVINCE, about="bo_tieu_chi")
    first = paper.head(
        HEAD,
        {
            "A9:A10": "Số", "B9:B10": "Tiêu chí", "C9:F9": "=moc_truoc", "G9:K9": "=moc_nay",
            "L9:L10": "=ke_hoach_sau", "C10": "Chung", "D10": "Xã ĐBKK", "E10": "Xã DTTS&MN", "F10": "Xã ATK",
            "G10": "Chung", "H10": "Tỷ lệ (%)", "I10": "Xã ĐBKK", "J10": "Xã DTTS&MN", "K10": "Xã ATK",
        },
        down=2,
    )  # fmt: skip
    row = paper.lines(
        first,
        [
            Line("", "Số xã của kỳ nhập liệu", "tat_ca", bold=True),
            Line("", "Số xã đã gửi kết quả", "da_gui", bold=True),
        ],
        {"C": "truoc", "G": "nay"},
        tenths=(8,),
    )
    paper.crossed([f"{letter}{each}" for each in (first, first + 1) for letter in "DEFHIJKL"])
    paper.body(row, tenths=(8,))
    paper.name("cac_tieu_chi", f"A{row}:L{row}")
    paper.name("bang", f"A{HEAD}:L{row}")
    paper.foot(row + 2, office=_CHIEF)
    return paper


def communes_by_criteria() -> Paper:
    paper = Paper("Biểu 03", (7, 44, 11, 13, 13, 12, 13, 12, 12), landscape=True)
    paper.heading(
        "Biểu số 03", "Số xã theo mức đạt và theo số tiêu chí đạt", "xã, huyện, tiêu chí", **_PROVINCE
    )
    first = paper.head(
        HEAD,
        {
            "A9": "STT", "B9": "Nội dung", "C9": "Đơn vị tính", "D9": "=moc_truoc", "E9": "=moc_nay",
            "F9": "Tỷ lệ trên số xã (%)", "G9": "=ke_hoach_sau", "H9:I9": "Ghi chú",
        },
    )  # fmt: skip
    row = paper.lines(
        first, _LINES_03, {"D": "truoc", "E": "nay", "F": "ty_le", "G": "sau"}, left=(2, 8), tenths=(6,)
    )
    for each, line in enumerate(_LINES_03, start=first):
        paper.sheet.merge_cells(f"H{each}:I{each}")
        paper.put(f"C{each}", _unit_of(line))
        paper.crossed([f"F{each}"] if line.name in _NO_SHARE else [])
        paper.crossed([f"G{each}"] if line.name and line.name not in _PLANNED else [])
    for letter in "DE":
        paper.sheet[f"{letter}{first + _AVERAGE}"].number_format = "#,##0.00"
    paper.box(first, row - 1)
    paper.name("bang", f"A{HEAD}:I{row - 1}")
    _districts(paper, row + 1)
    return paper


def _districts(paper: Paper, row: int) -> None:
    words = "Chia theo huyện, thành phố: số xã theo số tiêu chí đạt (kết quả đã gửi)"
    paper.put(f"A{row}:I{row}", words, bold=True, across="left")
    head = row + 1
    titles = ("Số xã", "19 tiêu chí", "15–18", "10–14", "5–9", "Dưới 5", "Chưa gửi kết quả")
    cells = {f"A{head}:B{head}": "Huyện, thành phố"}
    cells |= {f"{letter}{head}": title for letter, title in zip("CDEFGHI", titles, strict=True)}
    first = paper.head(head, cells)
    paper.body(first, left=(1, 2))
    paper.sheet.merge_cells(f"A{first}:B{first}")
    paper.name("cac_huyen", f"A{first}:I{first}")
    paper.name("bang_huyen", f"A{head}:I{first}")
    paper.foot(first + 2, office=_CHIEF)


_LINES_03 = (
    Line("", "Đơn vị hành chính cấp xã", "don_vi"),
    Line("", "Xã thuộc Chương trình", "so_xa", bold=True),
    Line("I", "Theo quyết định công nhận", bold=True),
    Line("1", "Xã đạt chuẩn nông thôn mới (lũy kế)", "dat_chuan"),
    Line("", "   Trong đó: đạt trong năm", "dat_chuan_moi"),
    Line("2", "Xã đạt chuẩn nông thôn mới nâng cao (lũy kế)", "nang_cao"),
    Line("", "   Trong đó: đạt trong năm", "nang_cao_moi"),
    Line("3", "Xã đạt chuẩn nông thôn mới kiểu mẫu (lũy kế)", "kieu_mau"),
    Line("", "   Trong đó: đạt trong năm", "kieu_mau_moi"),
    Line("4", "Xã chưa đạt chuẩn", "chua_dat"),
    Line("5", "Huyện, thành phố đạt chuẩn, hoàn thành nhiệm vụ (lũy kế)", "huyen"),
    Line("II", "Theo số tiêu chí đạt của kết quả đã gửi (bộ đạt chuẩn)", bold=True),
    Line("1", "Xã đạt đủ số tiêu chí", "du"),
    Line("", "   Trong đó: chờ công nhận", "cho_cong_nhan"),
    Line("2", "Xã đạt từ 15 đến 18 tiêu chí", "tu_15"),
    Line("3", "Xã đạt từ 10 đến 14 tiêu chí", "tu_10"),
    Line("4", "Xã đạt từ 5 đến 9 tiêu chí", "tu_5"),
    Line("5", "Xã đạt dưới 5 tiêu chí", "duoi_5"),
    Line("6", "Xã chưa gửi kết quả", "chua_gui"),
    Line("", "Bình quân số tiêu chí đạt", "binh_quan", bold=True),
    Line("III", "Ra khỏi tình trạng đặc biệt khó khăn", bold=True),
    Line("1", "Xã ra khỏi tình trạng đặc biệt khó khăn", "xa_thoat"),
    Line("2", "Thôn ra khỏi tình trạng đặc biệt khó khăn", "thon_thoat"),
)


_AVERAGE = next(place for place, line in enumerate(_LINES_03) if line.name == "binh_quan")
#: Lines with a plan for the next year, and those whose share of the communes says nothing.
_PLANNED = frozenset(
    f"{name}{ending}" for name in ("dat_chuan", "nang_cao", "kieu_mau") for ending in ("", "_moi")
) | {"huyen", "xa_thoat", "thon_thoat"}
_NO_SHARE = frozenset(
    {"don_vi", "so_xa", "huyen", "binh_quan", "dat_chuan_moi", "nang_cao_moi", "kieu_mau_moi"}
)
_UNITS = {"huyen": "huyện", "binh_quan": "tiêu chí/xã", "thon_thoat": "thôn"}


def _unit_of(line: Line) -> str:
    return _UNITS.get(line.name, "xã") if line.name else ""


def resources() -> Paper:
    paper = Paper("Biểu 04", (7, 46, 16, 18, 10, 16, 16, 26), landscape=True)
    paper.heading("Biểu số 04", "Kết quả huy động nguồn lực xây dựng nông thôn mới", _MILLIONS, **_PROVINCE)
    heads = (
        "STT", "Nguồn vốn", "=ke_hoach_nay", "=nam_nay", "Tỷ lệ (%)", "=ke_hoach_sau", "Cách công bố",
        "Cách ghi kế hoạch",
    )  # fmt: skip
    first = paper.head(
        HEAD, {f"{letter}{HEAD}": words for letter, words in zip("ABCDEFGH", heads, strict=True)}
    )
    lines = (
        Line("", "TỔNG SỐ", "tat_ca", bold=True),
        Line("I", "Ngân sách trung ương", "trung_uong", bold=True),
        Line("1", "Vốn đầu tư phát triển", "dau_tu"),
        Line("2", "Vốn sự nghiệp", "su_nghiep"),
        Line("II", "Ngân sách địa phương", "dia_phuong", bold=True),
        Line("1", "Ngân sách tỉnh", "tinh"),
        Line("2", "Ngân sách huyện (đến hết năm 2025)", "huyen"),
        Line("3", "Ngân sách xã", "xa"),
        Line("III", "Các nguồn khác", "khac", bold=True),
        Line("1", "Vốn lồng ghép các chương trình, dự án", "long_ghep"),
        Line("2", "Vốn tín dụng chính sách", "tin_dung"),
        Line("3", "Vốn doanh nghiệp", "doanh_nghiep"),
        Line("4", "Cộng đồng và người dân đóng góp", "nguoi_dan"),
        Line("4.1", "Tiền mặt", "tien_mat"),
        Line("4.2", "Ngày công quy đổi", "ngay_cong"),
        Line("4.3", "Hiến đất quy đổi", "hien_dat"),
        Line("4.4", "Hiện vật quy đổi", "hien_vat"),
    )
    endings = {
        "C": "ke_hoach", "D": "nay", "E": "ty_le", "F": "ke_hoach_sau", "G": "cach", "H": "ke_hoach_cach",
    }  # fmt: skip
    row = paper.lines(first, lines, endings, left=(2, 7, 8))
    tops = {"I", "II", "III"}
    paper.crossed([f"E{each}" for each, line in enumerate(lines, start=first) if line.number not in tops])
    paper.name("bang", f"A{HEAD}:H{row - 1}")
    paper.foot(row + 1, office=_CHIEF)
    return paper


def works() -> Paper:
    paper = Paper("Biểu 05", (7, 46, 17, 19, 19, 30), landscape=True)
    title = "Đầu tư từ ngân sách trung ương theo loại công trình"
    paper.heading("Biểu số 05", title, _MILLIONS, **_PROVINCE)
    heads = ("STT", "Loại công trình", "=ke_hoach_nay", "Thực hiện 6 tháng", "=nam_nay", "Ghi chú")
    first = paper.head(
        HEAD, {f"{letter}{HEAD}": words for letter, words in zip("ABCDEF", heads, strict=True)}
    )
    total = Line("", "TỔNG SỐ (vốn đầu tư phát triển)", "tong", bold=True)
    row = paper.lines(first, [total], {"C": "ke_hoach", "D": "6_thang", "E": "nay", "F": "cach"}, left=(2, 6))
    paper.body(row, left=(2, 6))
    paper.name("cac_loai", f"A{row}:F{row}")
    paper.name("bang", f"A{HEAD}:F{row}")
    paper.foot(row + 2, office=_CHIEF)
    return paper


def components() -> Paper:
    paper = Paper("Biểu 06", (6, 44, 13, 13, 13, 13, 13, 13, 13, 13, 26), landscape=True)
    paper.heading("Biểu số 06", "Nguồn lực theo nội dung thành phần của Chương trình", _MILLIONS, **_PROVINCE)
    first = paper.head(
        HEAD,
        {
            "A9:A11": "STT", "B9:B11": "Nội dung thành phần", "C9:J9": "=nam_nay", "C10:C11": "Tổng số",
            "D10:F10": "Vốn trực tiếp", "D11": "NSTW đầu tư", "E11": "NSTW sự nghiệp", "F11": "NS địa phương",
            "G10:G11": "Lồng ghép", "H10:H11": "Tín dụng", "I10:I11": "Doanh nghiệp", "J10:J11": "Dân góp",
            "K9:K11": "Cách ghi",
        },
        down=3,
    )  # fmt: skip
    total = Line("", "TỔNG SỐ", "tong", bold=True)
    endings = (
        "tat_ca",
        "dau_tu",
        "su_nghiep",
        "dia_phuong",
        "long_ghep",
        "tin_dung",
        "doanh_nghiep",
        "nguoi_dan",
    )
    stated = Line("", "Cách công bố tổng số", "cach")
    row = paper.lines(first, [total, stated], dict(zip("CDEFGHIJ", endings, strict=True)))
    paper.body(row, left=(2, 11))
    paper.name("cac_noi_dung", f"A{row}:K{row}")
    paper.name("bang", f"A{HEAD}:K{row}")
    paper.foot(row + 2, office=_CHIEF)
    return paper


SHEETS: dict[str, Callable[[], Paper]] = {
    "01-chi-tieu-xa": indicators_of_commune,
    "02-tieu-chi-theo-nhom": criteria_by_group,
    "03-xa-theo-so-tieu-chi": communes_by_criteria,
    "04-nguon-luc": resources,
    "05-theo-loai-cong-trinh": works,
    "06-theo-noi-dung-thanh-phan": components,
}
