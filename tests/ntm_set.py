"""A criteria set of the size and shape of the commune's NTM set: 19 criteria, 27 yes/no and 30 numbers."""

from communes.choices import IndicatorKind, Operator
from communes.models import CriteriaSet, Criterion, Indicator, Level, Threshold
from ntm.core.text import search_key
from tests import factories

# Code | name | unit (empty: yes/no) | threshold: "≥ 80", "≤ 13", "" for none. Thresholds are made up.
_ROWS = """
1 Quy hoạch
1.1|Quy hoạch chung xây dựng xã còn thời hạn hoặc đã được rà soát, điều chỉnh theo quy định||Đạt
1.2|Ban hành quy định quản lý quy hoạch chung xây dựng xã và tổ chức thực hiện theo quy hoạch||Đạt
2 Giao thông
2.1|Tỷ lệ đường xã được nhựa hóa hoặc bê tông hóa, bảo đảm ô tô đi lại thuận tiện quanh năm|%|≥ 100
2.2|Tỷ lệ đường thôn và đường liên thôn ít nhất được cứng hóa|%|≥ 80
2.3|Tỷ lệ đường ngõ, xóm sạch và không lầy lội vào mùa mưa|%|≥ 100
2.4|Tỷ lệ đường trục chính nội đồng bảo đảm vận chuyển hàng hóa thuận tiện quanh năm|%|≥ 70
3 Thủy lợi và phòng, chống thiên tai
3.1|Tỷ lệ diện tích đất sản xuất nông nghiệp được tưới và tiêu nước chủ động|%|≥ 80
3.2|Bảo đảm yêu cầu chủ động về phòng, chống thiên tai theo phương châm 4 tại chỗ||Đạt
4 Điện
4.1|Hệ thống điện đạt chuẩn||Đạt
4.2|Tỷ lệ hộ có đăng ký trực tiếp và được sử dụng điện an toàn, tin cậy và ổn định|%|≥ 95
5 Trường học
5|Tỷ lệ trường học các cấp đạt tiêu chuẩn cơ sở vật chất theo quy định|%|cases
6 Cơ sở vật chất văn hóa
6.1|Xã có nhà văn hóa hoặc hội trường đa năng và sân thể thao phục vụ sinh hoạt của toàn xã||Đạt
6.2|Xã có điểm vui chơi, giải trí và thể thao cho trẻ em và người cao tuổi||Đạt
6.3|Tỷ lệ thôn có nhà văn hóa hoặc nơi sinh hoạt văn hóa, thể thao phục vụ cộng đồng|%|≥ 100
7 Cơ sở hạ tầng thương mại nông thôn
7|Xã có chợ nông thôn hoặc nơi mua bán, trao đổi hàng hóa||Đạt
8 Thông tin và Truyền thông
8.1|Xã có điểm phục vụ bưu chính||Đạt
8.2|Xã có dịch vụ viễn thông, internet||Đạt
8.3|Xã có đài truyền thanh và hệ thống loa đến các thôn||Đạt
8.4|Xã có ứng dụng công nghệ thông tin trong công tác quản lý, điều hành||Đạt
9 Nhà ở dân cư
9.1|Không còn nhà tạm, nhà dột nát||Đạt
9.2|Tỷ lệ hộ có nhà ở kiên cố hoặc bán kiên cố|%|≥ 75
10 Thu nhập
10|Thu nhập bình quân đầu người|triệu đồng/người/năm|years
11 Nghèo đa chiều
11|Tỷ lệ nghèo đa chiều|%|≤ 13
12 Lao động
12.1|Tỷ lệ lao động qua đào tạo (áp dụng đạt cho cả nam và nữ)|%|≥ 60
12.2|Tỷ lệ lao động qua đào tạo có bằng cấp, chứng chỉ|%|≥ 20
13 Tổ chức sản xuất và phát triển kinh tế nông thôn
13.1|Xã có hợp tác xã hoạt động hiệu quả và theo đúng quy định của Luật Hợp tác xã||Đạt
13.2|Xã có mô hình liên kết sản xuất gắn với tiêu thụ sản phẩm chủ lực||Đạt
13.3|Thực hiện truy xuất nguồn gốc các sản phẩm chủ lực của xã||Đạt
13.4|Có kế hoạch và triển khai kế hoạch bảo tồn, phát triển làng nghề (nếu có)||Đạt
13.5|Có tổ khuyến nông cộng đồng hoạt động hiệu quả||Đạt
14 Giáo dục và Đào tạo
14.1|Phổ cập giáo dục, xóa mù chữ đạt mức độ quy định||Đạt
14.2|Tỷ lệ học sinh tốt nghiệp trung học cơ sở được tiếp tục học|%|≥ 70
15 Y tế
15.1|Tỷ lệ người dân tham gia bảo hiểm y tế (áp dụng đạt cho cả nam và nữ)|%|≥ 90
15.2|Xã đạt tiêu chí quốc gia về y tế||Đạt
15.3|Tỷ lệ trẻ em dưới 5 tuổi bị suy dinh dưỡng thể thấp còi|%|≤ 24
15.4|Tỷ lệ dân số có sổ khám chữa bệnh điện tử|%|≥ 50
16 Văn hóa
16|Tỷ lệ thôn đạt tiêu chuẩn văn hóa, có kế hoạch xây dựng nông thôn mới|%|
17 Môi trường và an toàn thực phẩm
17.1|Tỷ lệ hộ được sử dụng nước sạch theo quy chuẩn|%|≥ 30
17.2|Tỷ lệ cơ sở sản xuất, kinh doanh bảo đảm quy định về bảo vệ môi trường|%|≥ 100
17.3|Cảnh quan, không gian xanh - sạch - đẹp, an toàn||Đạt
17.4|Đất cây xanh sử dụng công cộng tại điểm dân cư nông thôn|m²/người|≥ 2
17.5|Mai táng, hỏa táng phù hợp với quy định và theo quy hoạch||Đạt
17.6|Tỷ lệ chất thải rắn sinh hoạt được thu gom, xử lý theo quy định|%|≥ 70
17.7|Tỷ lệ bao gói thuốc bảo vệ thực vật sau sử dụng được thu gom, xử lý|%|≥ 100
17.8|Tỷ lệ hộ có nhà tiêu, nhà tắm hợp vệ sinh và bảo đảm 3 sạch|%|≥ 70
17.9|Tỷ lệ cơ sở chăn nuôi bảo đảm các quy định về vệ sinh thú y|%|≥ 60
17.10|Tỷ lệ hộ và cơ sở sản xuất thực phẩm tuân thủ quy định về an toàn thực phẩm|%|≥ 100
17.11|Tỷ lệ hộ gia đình thực hiện phân loại chất thải rắn tại nguồn|%|≥ 30
17.12|Tỷ lệ chất thải nhựa được thu gom, tái sử dụng, tái chế|%|≥ 50
18 Hệ thống chính trị và tiếp cận pháp luật
18.1|Cán bộ, công chức xã đạt chuẩn||Đạt
18.2|Đảng bộ, chính quyền xã được xếp loại hoàn thành tốt nhiệm vụ trở lên||Đạt
18.3|Tổ chức chính trị - xã hội của xã được xếp loại hoàn thành tốt nhiệm vụ trở lên||Đạt
18.4|Tỷ lệ thủ tục hành chính được giải quyết đúng hạn|%|≥ 90
18.5|Bảo đảm bình đẳng giới và phòng, chống bạo lực gia đình||Đạt
18.6|Có kế hoạch và triển khai bồi dưỡng kiến thức về xây dựng nông thôn mới||Đạt
19 Quốc phòng và An ninh
19.1|Xây dựng lực lượng dân quân vững mạnh, rộng khắp và hoàn thành các chỉ tiêu quốc phòng||Đạt
19.2|Tỷ lệ thôn không có khiếu kiện đông người kéo dài, tội phạm nghiêm trọng|%|≥ 90
"""


def lines() -> list[list[str]]:
    return [line.split("|") for line in _ROWS.strip().splitlines() if "|" in line]


def ntm_set(at: Level | None = None, **fields: object) -> CriteriaSet:
    """A handful of statements, so that a test may have its own."""
    made = factories.criteria_set(at, **({"name": "Bộ tiêu chí xã NTM 2021–2025"} | fields))
    heads = [line.split(" ", 1) for line in _ROWS.strip().splitlines() if "|" not in line]
    criteria = Criterion.objects.bulk_create(
        Criterion(criteria_set=made, number=number, name=name, position=place)
        for place, (number, name) in enumerate(heads, start=1)
    )
    by_number = {row.number: row for row in criteria}
    indicators = Indicator.objects.bulk_create(
        _indicator(made, by_number[code.split(".")[0]], place, code, name, unit)
        for place, (code, name, unit, _) in enumerate(lines(), start=1)
    )
    Threshold.objects.bulk_create(
        bar for row, (*_, limit) in zip(indicators, lines(), strict=True) for bar in _bars(row, limit)
    )
    return made


def _indicator(
    of: CriteriaSet, criterion: Criterion, place: int, code: str, name: str, unit: str
) -> Indicator:
    kind = {"": IndicatorKind.YES_NO, "%": IndicatorKind.PERCENT}.get(unit, IndicatorKind.NUMBER)
    soft = {IndicatorKind.PERCENT: 20, IndicatorKind.NUMBER: 10}.get(kind)
    return Indicator(
        criteria_set=of, criterion=criterion, code=code, name=name, search_key=search_key(name), kind=kind,
        unit_of_measure=unit, soft_limit=soft, position=place,
    )  # fmt: skip


def _bars(row: Indicator, limit: str) -> list[Threshold]:
    if limit == "Đạt":
        return [Threshold(indicator=row, operator=Operator.YES)]
    if limit == "cases":
        cases = (("xã có trên 3 trường", 70), ("xã có từ 3 trường trở xuống", 50))
        return [
            Threshold(indicator=row, operator=Operator.AT_LEAST, value=value, case=case)
            for case, value in cases
        ]
    if limit == "years":
        return [
            Threshold(indicator=row, operator=Operator.AT_LEAST, value=value, first_year=year, last_year=year)
            for year, value in ((2022, 39), (2023, 42), (2024, 45))
        ]
    if not limit:
        return []
    operator = Operator.AT_LEAST if limit[0] == "≥" else Operator.AT_MOST
    return [Threshold(indicator=row, operator=operator, value=int(limit[2:]))]
