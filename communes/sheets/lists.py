"""Lists of ours that people bring to a page of results: which come back where, and why the others cannot.

Titles stand here as the lists show them; `tests/communes/test_sheets_lists.py` brings each of them back.
"""

from communes.sheets.links import INDICATOR, RETURN
from communes.sheets.reading import VALUE
from ntm.sheets.imports.kinds import Listed

_TEMPLATE = "Hãy tải mẫu của trang này, đã điền sẵn số đang có, rồi sửa trong đó."
_WAYS = {
    RETURN: "nhập lại được ở trang Nhập từ tệp của phiếu kết quả của chính xã đó",
    INDICATOR: "nhập lại được ở trang Nhập từ tệp của chỉ tiêu đó (Nhập liệu, một chỉ tiêu của mọi xã)",
}


def _listed(
    name: str, titles: str, needs: str, columns: dict[str, str] | None = None, why: str = ""
) -> Listed:
    return Listed(name, frozenset(titles.split("|")), frozenset(needs.split("|")), columns or {}, why)


def _of_return() -> Listed:
    titles = (
        "Mã|Chỉ tiêu|Tiêu chí|Đã nhập|Giá trị|Chuẩn|Kết quả|Còn thiếu|Lý do|Sở, ngành|Thẩm định|Ý kiến chưa giải quyết"
        "|Mức tin cậy"
    )
    columns = {"Mã": "ma", "Chỉ tiêu": "ten", "Giá trị": VALUE}
    return _listed(
        "danh sách chỉ tiêu của một phiếu kết quả", titles, "Mã|Chỉ tiêu|Giá trị|Chuẩn|Kết quả", columns
    )


_OF_UNITS = (
    "Đơn vị|Mã|Thuộc|Mức hiện có|Phiếu|Kết quả|Chỉ tiêu chưa đạt|Đã nhập|Giá trị|Chuẩn|Còn thiếu|Lý do|Tiêu chí đạt"
    "|Số tiêu chí|Mức tin cậy"
)


def _of_indicator(year: int) -> list[Listed]:
    across, every = "danh sách một chỉ tiêu của mọi xã", "danh sách xã theo một chỉ tiêu"
    now = f"Năm {year}"
    titles = f"Xã|Mã|Huyện|Năm {year - 1}|{now}|Ngưỡng|Đánh giá"
    of_units = {"Mã": "ma", "Đơn vị": "ten"}
    return [
        _listed(across, titles, f"Xã|Mã|{now}|Ngưỡng|Đánh giá", {"Mã": "ma", "Xã": "ten", now: VALUE}),
        *(
            _listed(every, _OF_UNITS, f"Đơn vị|Mã|Phiếu|Chuẩn|{title}", of_units | {title: VALUE})
            for title in ("Giá trị", "Đã nhập")
        ),
    ]


def _fixed(criteria: list[str]) -> list[Listed]:
    """Lists that only hold what follows from results. `criteria`: the titles of the matrix."""
    counts = "Danh sách này chỉ có số đếm và đánh giá tính từ kết quả nên không nhập lại được."
    why = f"{counts} {_TEMPLATE}"
    matrix = f"{_OF_UNITS}|{'|'.join(criteria)}"
    states = "Đơn vị|Mã|Tình trạng|Đã nhập|Còn thiếu|Tiêu chí đạt|Chờ thẩm định|Trả lại|Gửi lúc|Hạn gửi"
    mine = "Đơn vị|Năm|Bộ tiêu chí|Tình trạng|Chỉ tiêu đã nhập|Số chỉ tiêu|Tiêu chí đạt|Hạn|Nhập được"
    of_return = "Số|Tiêu chí|Kết quả|Chỉ tiêu đạt|Số chỉ tiêu|Chỉ tiêu chưa đạt|Mức tin cậy"
    return [
        _listed("", matrix, "Đơn vị|Mã|Phiếu|Tiêu chí đạt|Số tiêu chí", why=why),
        _listed("", states, "Đơn vị|Tình trạng|Chờ thẩm định", why=why),
        _listed("", mine, "Đơn vị|Bộ tiêu chí|Nhập được", why=why),
        _listed("", of_return, "Tiêu chí|Kết quả|Chỉ tiêu đạt", why=why),
    ]


def lists_for(kind: str, year: int, criteria: list[str]) -> list[Listed]:
    """What is known of our lists on the pages of one kind."""
    found: list[Listed] = []
    for own, some in ((RETURN, [_of_return()]), (INDICATOR, _of_indicator(year))):
        for one in some:
            why = (
                ""
                if own == kind
                else f"Tệp là {one.name}; danh sách đó {_WAYS[own]}. Ở trang này: {_TEMPLATE}"
            )
            found.append(Listed(one.name, one.titles, one.needs, one.columns, why))
    return found + _fixed(criteria)
