"""The closed lists of this app."""

from django.db import models


class Tier(models.TextChoices):
    """The level of an administrative unit."""

    PROVINCE = "province", "Cấp tỉnh"
    DISTRICT = "district", "Cấp huyện"
    COMMUNE = "commune", "Cấp xã"


class UnitKind(models.TextChoices):
    """What the unit is called in law; `thành phố` is a district here, a province's kind is `tỉnh`."""

    TINH = "tỉnh", "Tỉnh"
    HUYEN = "huyện", "Huyện"
    THANH_PHO = "thành phố", "Thành phố"
    THI_XA = "thị xã", "Thị xã"
    XA = "xã", "Xã"
    PHUONG = "phường", "Phường"
    THI_TRAN = "thị trấn", "Thị trấn"


#: Districts of which the law says that they "complete the tasks", where the others "meet the standards".
CITIES = frozenset({UnitKind.THANH_PHO, UnitKind.THI_XA})
KINDS_OF_TIER: dict[str, tuple[str, ...]] = {
    Tier.PROVINCE: (UnitKind.TINH,),
    Tier.DISTRICT: (UnitKind.HUYEN, UnitKind.THANH_PHO, UnitKind.THI_XA),
    Tier.COMMUNE: (UnitKind.XA, UnitKind.PHUONG, UnitKind.THI_TRAN),
}


class Extent(models.TextChoices):
    """How much of the old unit went to the new one."""

    WHOLE = "whole", "Toàn bộ"
    PART = "part", "Một phần"


class AttributeKind(models.TextChoices):
    """Dated facts about a unit. Each has one type of value, see `ATTRIBUTE_VALUES`."""

    AREA_TYPE = "area_type", "Khu vực (I, II, III)"
    ESPECIALLY_DIFFICULT = "especially_difficult", "Xã đặc biệt khó khăn"
    ETHNIC_MOUNTAIN = "ethnic_mountain", "Vùng dân tộc thiểu số và miền núi"
    ATK = "atk", "Xã an toàn khu"
    COMMUNE_GROUP = "commune_group", "Nhóm xã (1, 2, 3)"
    IN_PROGRAMME = "in_programme", "Thuộc Chương trình nông thôn mới"
    POPULATION = "population", "Dân số (người)"
    HOUSEHOLDS = "households", "Số hộ"
    AREA_KM2 = "area_km2", "Diện tích (km²)"


class ValueType(models.TextChoices):
    """What may stand in an attribute's value."""

    YES_NO = "yes_no", "Có/không"
    NUMBER = "number", "Số"
    CODE = "code", "Mã"


ATTRIBUTE_VALUES: dict[str, tuple[str, tuple[str, ...]]] = {
    AttributeKind.AREA_TYPE: (ValueType.CODE, ("I", "II", "III")),
    AttributeKind.ESPECIALLY_DIFFICULT: (ValueType.YES_NO, ("1", "0")),
    AttributeKind.ETHNIC_MOUNTAIN: (ValueType.YES_NO, ("1", "0")),
    AttributeKind.ATK: (ValueType.YES_NO, ("1", "0")),
    AttributeKind.COMMUNE_GROUP: (ValueType.CODE, ("1", "2", "3")),
    AttributeKind.IN_PROGRAMME: (ValueType.YES_NO, ("1", "0")),
    AttributeKind.POPULATION: (ValueType.NUMBER, ()),
    AttributeKind.HOUSEHOLDS: (ValueType.NUMBER, ()),
    AttributeKind.AREA_KM2: (ValueType.NUMBER, ()),
}
FLAGS = tuple(kind for kind, (value_type, _) in ATTRIBUTE_VALUES.items() if value_type == ValueType.YES_NO)


class DecisionKind(models.TextChoices):
    """What a decision does with levels."""

    RECOGNISE = "recognise", "Công nhận"
    CONFIRM = "confirm", "Xác nhận tiếp tục đạt"
    REVOKE = "revoke", "Thu hồi"


class RecognitionState(models.TextChoices):
    """Only rows in force are counted today; revoked rows are counted until the day of their end."""

    IN_FORCE = "in_force", "Đang có hiệu lực"
    REVOKED = "revoked", "Đã thu hồi"
    CORRECTED = "corrected", "Đã đính chính"


class SetState(models.TextChoices):
    """A criteria set is edited as a draft; once published it stays as it is."""

    DRAFT = "draft", "Dự thảo"
    PUBLISHED = "published", "Đã ban hành"


class IndicatorKind(models.TextChoices):
    """What is typed for an indicator."""

    NUMBER = "number", "Số"
    PERCENT = "percent", "Tỷ lệ phần trăm"
    YES_NO = "yes_no", "Đạt/Chưa đạt"
    GRADED = "graded", "Xếp mức"
    TEXT = "text", "Nội dung, do người thẩm định đánh giá"


class Operator(models.TextChoices):
    """How a value is held against a threshold."""

    AT_LEAST = "gte", "từ … trở lên"
    AT_MOST = "lte", "không quá …"
    YES = "yes", "đạt (có)"
    NO = "no", "không có"
    GRADE = "grade", "xếp mức từ … trở lên"
    JUDGED = "judged", "theo nội dung, do người thẩm định đánh giá"


#: Attributes that can decide which of several thresholds applies to a unit.
THRESHOLD_ATTRIBUTES = (
    AttributeKind.COMMUNE_GROUP,
    AttributeKind.AREA_TYPE,
    AttributeKind.ESPECIALLY_DIFFICULT,
    AttributeKind.ETHNIC_MOUNTAIN,
    AttributeKind.ATK,
)


class Verdict(models.TextChoices):
    """What a result says. A blank threshold is never "met"."""

    MET = "met", "Đạt"
    NOT_MET = "not_met", "Chưa đạt"
    NOT_EVALUABLE = "not_evaluable", "Chưa đánh giá được"
    NOT_APPLICABLE = "not_applicable", "Không áp dụng"


class ValueState(models.TextChoices):
    """What a cell of the grid holds. Only `entered` and `not_applicable` count as entered."""

    EMPTY = "empty", "Còn trống"
    ENTERED = "entered", "Đã nhập"
    COPIED = "copied", "Chép năm trước, chờ xác nhận"
    NOT_APPLICABLE = "not_applicable", "Không áp dụng"
    NO_DATA = "no_data", "Chưa có số liệu"


class ReviewState(models.TextChoices):
    """Where a single result stands in the appraisal."""

    OPEN = "open", "Chưa thẩm định"
    RETURNED = "returned", "Trả lại"
    ANSWERED = "answered", "Đã sửa hoặc giải trình, chờ gửi lại"
    JUDGED = "judged", "Đã thẩm định"
    UNSENT = "unsent", "Đã sửa nhưng chưa gửi khi hết hạn mở lại"


class Term(models.TextChoices):
    """The stretch that a round asks about."""

    YEAR = "year", "Cả năm"
    HALF = "half", "6 tháng đầu năm"


class SubmissionState(models.TextChoices):
    """Where a unit's whole return stands; single results may be returned meanwhile."""

    DRAFT = "draft", "Đang nhập"
    SUBMITTED = "submitted", "Đã gửi"
    REVIEWED = "reviewed", "Huyện đã thẩm tra"
    ACCEPTED = "accepted", "Tỉnh đã chấp nhận"


class Holding(models.TextChoices):
    """Whether a given role gives its rights on a day."""

    STANDING = "standing", "đang giữ"
    COMING = "coming", "chưa đến ngày"
    OVER = "over", "đã hết hạn"
    ENDED = "ended", "đã thu hồi"


class StepKind(models.TextChoices):
    """What people do with a submission; see `communes.workflow`."""

    SUBMIT = "submit", "Gửi"
    WITHDRAW = "withdraw", "Rút lại"
    REVIEW = "review", "Thẩm tra cấp huyện"
    RETURN = "return", "Trả lại chỉ tiêu"
    ANSWER = "answer", "Gửi lại chỉ tiêu bị trả"
    ACCEPT = "accept", "Chấp nhận"
    REOPEN = "reopen", "Mở lại"
    RELOCK = "relock", "Tự khóa lại"
    EXTEND = "extend", "Gia hạn"


class ConditionKind(models.TextChoices):
    """What a condition outside the criteria asks for."""

    SURVEY = "survey", "Tỷ lệ hài lòng qua khảo sát (%)"
    ABSENCE = "absence", "Không có (nợ đọng, vi phạm …)"
    YES_NO = "yes_no", "Có/đạt"
