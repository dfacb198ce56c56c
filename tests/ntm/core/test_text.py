"""Names are cleaned, compared, searched, sorted as Vietnamese does, and unreadable text is noticed."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntm.core import text

TONES = "\u0300\u0309\u0303\u0301\u0323"
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"

# Names of real communes, wards, towns and districts; short, odd and foreign-looking ones among them.
NAMES = """
Bình Văn, Cường Lợi, Kim Lư, Quang Thuận, Cao Trĩ, Vân Tùng, Hảo Nghĩa, Định Hóa, Phú Lương, Đồng Hỷ, Võ Nhai,
Đại Từ, Phổ Yên, Phú Bình, Chợ Chu, Chợ Mới, Chợ Rã, Pác Nặm, Ba Bể, Ngân Sơn, Na Rì, Bạch Thông, Bắc Kạn, Đu,
Nà Phặc, Yến Lạc, Phủ Thông, Giang Tiên, Quân Chu, Sảng Mộc, Thần Sa, Nghinh Tường, Thượng Nung, Vũ Chấn,
Khe Mo, Văn Lăng, Hóa Thượng, Hóa Trung, Úc Kỳ, Nga My, Điềm Thụy, Thuỷ Tiên, Hoà Bình, Quy Kỳ, Ký Phú,
Mỏ Chè, Túc Duyên, Hoàng Văn Thụ, Phan Đình Phùng, Quyết Thắng, Phúc Trìu, Tức Tranh, Vô Tranh,
Yên Trạch, Yên Đổ, Ôn Lương, Đắc Sơn, Đông Cao, Minh Đức, Thuận Thành, Bá Xuyên, Lương Châu,
Châu Sơn, Linh Sơn, Huống Thượng, La Hiên, Xốp Cộp, Nặm Noòng, Mường Noọc,
Krông Pắc, Ea Kar, Đắk Lắk, Pờ Ê, Y Tý, Ô Lâm, H’Mông, Buôn Hồ, Kon Tum, A Lưới
""".replace("\n", " ").strip()
NAME_LIST = [name.strip() for name in NAMES.split(",")]

SENTENCES = [
    "Quyết định số 1703/QĐ-UBND ngày 11/10/2018 của Ủy ban nhân dân tỉnh về việc công nhận xã đạt chuẩn.",
    "Hộ nghèo giảm còn 2,5 %; diện tích 34,46 km² (± 0,5), nhiệt độ 25 °C, 3 × 4 m, hạt 5 µm, § 12, 30 €.",
    "“Nông thôn mới nâng cao” – «kiểu mẫu» – 'thôn, bản' & tổ dân phố: đã hoàn thành; chưa có báo cáo…",
    "Ông Nguyễn Văn Ý, bà Lò Thị Ỏn và chị Giàng Thị Úa ký ngày 03/04/2024; cà phê, ê-kíp, lô-gích.",
    "Café Zürich, São Paulo, Müller, Noël, El Niño, Côte d'Ivoire, naïve, Ångström, Windows®, m×n, 2÷3",
    "Việt Nam " * 200,
    "TỔNG SỐ XÃ ĐẠT CHUẨN NÔNG THÔN MỚI LŨY KẾ ĐẾN NAY LÀ 118 XÃ",
    "Thanh­toan, nong thon moi, xa Phu Dinh",
    "",
    "118/126 = 93,7%",
    "Tổng quan · Địa bàn · Tiêu chí · 11k¹ ² ° » « × ÷ µ",
]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Phú   Đình ", "Phú Đình"),
        ("Phú\u00a0Đình", "Phú Đình"),
        ("Phú\u202fĐình\t\r\n", "Phú Đình"),
        (unicodedata.normalize("NFD", "Phú Đình"), "Phú Đình"),
        ("\ufeffPhú\u200b \u200cĐì\u200dnh\u2060", "Phú Đình"),
        ("Ph\u00adú Đình", "Phú Đình"),
        ("Phu\u200b\u0301 Đình", "Phú Đình"),
        ("Ðình, ðình", "Đình, đình"),
        ("Phú\x00\x07 \u202eĐình\u202c", "Phú Đình"),
        ("một\nhai", "một hai"),
        ("\u00a0\u200b", ""),
    ],
)
def test_cleaned_text_is_one_visible_line_in_nfc(typed: str, stored: str) -> None:
    assert text.clean(typed) == stored


def test_lines_are_kept_where_lines_are_wanted() -> None:
    assert text.clean_lines("\n  một\u00a0 hai \r\n\n\tba\u200b \n\n") == "một hai\n\nba"


@given(st.text() | st.text(st.sampled_from("aoăđÐ\u0302\u0301\u200b\u00a0\u00ad \n")))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    once = text.clean(typed)
    assert text.clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert text.clean_lines(text.clean_lines(typed)) == text.clean_lines(typed)


def test_a_quotation_in_a_sentence_is_short() -> None:
    assert text.quote(" Phú  Đình ") == "“Phú Đình”"
    assert len(text.quote("x" * 1000)) == 43


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Xã Phú Đình", "xa phu dinh"),
        ("XÃ PHÚ ĐÌNH", "xa phu dinh"),
        ("Ðịnh Hóa", "dinh hoa"),
        ("Định Hoá", "dinh hoa"),
        ("Hoà", "hoa"),
        ("ƯƠNG ươm Ăn Ẩn", "uong uom an an"),
        ("  1703/QĐ-UBND ", "1703/qd-ubnd"),
    ],
)
def test_search_ignores_accents_and_case(typed: str, key: str) -> None:
    assert text.search_key(typed) == key
    assert text.search_key(unicodedata.normalize("NFD", typed)) == key


def test_every_vietnamese_letter_is_searched_as_a_plain_one() -> None:
    assert text.search_key(VIETNAMESE + VIETNAMESE.upper()).isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("HOÀ", "HÒA"),
        ("thuỷ", "thủy"),
        ("khoẻ", "khỏe"),
        ("Hoá", "Hóa"),
        ("loè", "lòe"),
        ("Uỷ ban", "Ủy ban"),
        ("qúy", "quý"),
        ("qùa", "quà"),
        ("gía", "giá"),
        ("hòan", "hoàn"),
        ("tòan", "toàn"),
        ("hùynh", "huỳnh"),
        ("khủyu", "khuỷu"),
        ("ngóai", "ngoái"),
        ("thúê", "thuế"),
        ("mừơng", "mường"),
        (unicodedata.normalize("NFD", "Hoà"), "Hòa"),
    ],
)
def test_both_places_of_a_tone_are_one_name(one: str, other: str) -> None:
    assert text.canonical(one) == other
    assert text.canonical(other) == other


@pytest.mark.parametrize(
    "word",
    [
        "quý",
        "quà",
        "quỳ",
        "quở",
        "giá",
        "già",
        "giếng",
        "gì",
        "gìn",
        "hoàn",
        "oàng",
        "xoắn",
        "loét",
        "huýt",
        "huỳnh",
    ]
    + [
        "thuyền",
        "khuỷu",
        "ngoái",
        "thuở",
        "thuế",
        "luật",
        "mường",
        "người",
        "hươu",
        "mía",
        "múa",
        "mùi",
        "hãy",
    ]
    + [
        "Mỹ",
        "Mĩ",
        "yến",
        "yếu",
        "Úc",
        "Ý",
        "ọe",
        "goòng",
        "đắk",
        "été",
        "José",
        "naïve",
        "Krông",
        "118",
        "quê",
    ],
)
def test_a_tone_in_its_place_stays_there(word: str) -> None:
    assert text.canonical(word) == word
    assert text.canonical(word.upper()) == word.upper()


def test_the_official_names_change_only_where_both_placements_are_in_use() -> None:
    assert [name for name in NAME_LIST if text.canonical(name) != name] == ["Thuỷ Tiên", "Hoà Bình"]


@given(st.text(st.sampled_from(VIETNAMESE + " "), max_size=12))
def test_the_canonical_form_is_stable_and_keeps_the_letters(typed: str) -> None:
    once = text.canonical(typed)
    assert text.canonical(once) == once
    assert text.search_key(once) == text.search_key(typed)
    assert [tone for tone in unicodedata.normalize("NFD", once) if tone in TONES] == [
        tone for tone in unicodedata.normalize("NFD", text.clean(typed)) if tone in TONES
    ]


@pytest.mark.parametrize(
    "ordered",
    [
        [*"aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["ân", "ần", "ẩn", "ẫn", "ấn", "ận"],
        ["Dương", "Đại"],
        ["An", "Ăn", "Ân", "Ba"],
        ["Ba", "Ba Bể", "Bà Bể", "Bạ Bể", "Bac"],
        ["Hóa Thượng", "Hoa Trung", "Hòa Trung", "Hóa Trung"],
        ["Tân An", "Tấn An", "Tân Anh", "Tân Yên"],
        ["Tổ 1", "Tổ 10", "Tổ 2", "Tổ ba"],
        ["", "a", "a b", "a-b", "a.b", "a(b", "a→b", "a1", "ab"],
        ["Sông Cầu", "Sông Công", "Sơn Cẩm", "Sơn Phú", "Suối"],
        ["z", "Ж", "中"],
    ],
)
def test_names_sort_as_in_a_vietnamese_dictionary(ordered: list[str]) -> None:
    keys = [text.sort_key(name) for name in ordered]
    assert all(one < other for one, other in pairwise(keys))


def test_case_and_form_do_not_change_the_order() -> None:
    for name in NAME_LIST:
        assert text.sort_key(name.upper()) == text.sort_key(unicodedata.normalize("NFD", name))


def test_foreign_accents_sort_after_the_vietnamese_tones_of_the_same_letter() -> None:
    assert text.sort_key("mạ") < text.sort_key("mä") < text.sort_key("mb")
    assert text.sort_key("\u0301a") == text.sort_key("a")


@given(st.text(max_size=300) | st.text(st.sampled_from(VIETNAMESE + " -1"), max_size=300))
def test_a_sort_key_needs_no_collation_and_fits_its_column(typed: str) -> None:
    key = text.sort_key(typed)
    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert len(key) <= text.SORT_KEY_LENGTH


def test_no_name_of_255_vietnamese_letters_is_cut() -> None:
    assert max(len(text.sort_key(letter * 255)) for letter in VIETNAMESE) == 767


@given(
    st.text(st.sampled_from(VIETNAMESE + " "), max_size=8),
    st.text(st.sampled_from(VIETNAMESE + " "), max_size=8),
)
def test_different_vietnamese_names_have_different_keys(one: str, other: str) -> None:
    assert (text.sort_key(one) == text.sort_key(other)) == (text.clean(one) == text.clean(other))


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("Th¸i Nguyªn", "TCVN3"),
        ("TØnh Th¸i Nguyªn", "TCVN3"),
        ("x· Phó §×nh, huyÖn §Þnh Hãa", "TCVN3"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "TCVN3"),
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "TCVN3"),
        ("N«ng th«n míi", "TCVN3"),
        ("Bình Văn, x· Cao TrÜ", "TCVN3"),
        ("Tr\u00adêng S¬n", "TCVN3"),
        ("B×nh", "TCVN3"),
        ("Thaùi Nguyeân", "VNI"),
        ("Xaõ Phuù Ñình, huyeän Ñònh Hoùa", "VNI"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "VNI"),
        ("Noâng thoân môùi ñöôïc nöôùc", "VNI"),
        ("Thaìi Nguyên", "Windows-1258"),
        ("xaÞ Phuì Ðình, huyêòn Ðiònh Hoìa", "Windows-1258"),
        ("Côòng hoÌa xaÞ hôòi chuÒ nghiÞa Viêòt Nam", "Windows-1258"),
        ("ðýõòc công nhâòn", "Windows-1258"),
    ],
)
def test_text_of_a_legacy_font_is_recognised(raw: str, encoding: str) -> None:
    assert text.detect_legacy_encoding(raw) == encoding


@pytest.mark.parametrize("raw", [*NAME_LIST, *SENTENCES])
def test_readable_text_is_no_legacy_text(raw: str) -> None:
    for form in ("NFC", "NFD"):
        shaped = unicodedata.normalize(form, raw)
        assert text.detect_legacy_encoding(shaped) is None
        assert text.detect_legacy_encoding(shaped.upper()) is None
        assert text.detect_legacy_encoding(shaped.replace("Đ", "Ð").replace("đ", "ð")) is None


def test_one_accented_letter_is_weighed_with_the_letters_beside_it() -> None:
    assert text.detect_legacy_encoding("BÜ") == "TCVN3"
    assert text.detect_legacy_encoding("Làng Bập BÜ") is None
    assert text.detect_legacy_encoding("Làng Bập B×nh") == "TCVN3"
    assert [text.is_plainly_legacy(raw) for raw in ("BÜ", "Phú", "B×nh", "Th¸i Nguyªn", "BÜ TrÜ")] == [
        False, False, True, True, True,
    ]  # fmt: skip


@given(st.text())
def test_the_detector_takes_any_text(raw: str) -> None:
    assert text.detect_legacy_encoding(raw) in (None, "TCVN3", "VNI", "Windows-1258")


@pytest.mark.parametrize(
    ("name", "kind", "bare"),
    [
        ("Xã Phú Đình", "xã", "Phú Đình"),
        ("xã  Phú Đình", "xã", "Phú Đình"),
        ("XÃ PHÚ ĐÌNH", "xã", "PHÚ ĐÌNH"),
        (unicodedata.normalize("NFD", "Xã Phú Đình"), "xã", "Phú Đình"),
        ("Phường Đức Xuân", "phường", "Đức Xuân"),
        ("Thị trấn Chợ Chu", "thị trấn", "Chợ Chu"),
        ("TT. Chợ Chu", "thị trấn", "Chợ Chu"),
        ("TT Chợ Chu", "thị trấn", "Chợ Chu"),
        ("Thị xã Phổ Yên", "thị xã", "Phổ Yên"),
        ("TX.Phổ Yên", "thị xã", "Phổ Yên"),
        ("Huyện Định Hóa", "huyện", "Định Hóa"),
        ("H. Định Hóa", "huyện", "Định Hóa"),
        ("Quận 1", "quận", "1"),
        ("Thành Phố Bắc Kạn", "thành phố", "Bắc Kạn"),
        ("TP. Thái Nguyên", "thành phố", "Thái Nguyên"),
        ("TP.Thái Nguyên", "thành phố", "Thái Nguyên"),
        ("Tp Thái Nguyên", "thành phố", "Thái Nguyên"),
        ("Tỉnh Thái Nguyên", "tỉnh", "Thái Nguyên"),
        ("T. Thái Nguyên", "tỉnh", "Thái Nguyên"),
        ("P. Quán Triều", "phường", "Quán Triều"),
        ("X. Phú Đình", "xã", "Phú Đình"),
        ("Đặc khu Phú Quốc", "đặc khu", "Phú Quốc"),
        ("Xã Thị Trấn", "xã", "Thị Trấn"),
        ("Phú Đình", None, "Phú Đình"),
        ("Xuân Phương", None, "Xuân Phương"),
        ("Tịnh Biên", None, "Tịnh Biên"),
        ("Xã", None, "Xã"),
        ("TP.", None, "TP."),
        ("", None, ""),
    ],
)
def test_the_kind_of_a_unit_is_split_from_its_name(name: str, kind: str | None, bare: str) -> None:
    assert text.without_kind(name) == (kind, bare)
