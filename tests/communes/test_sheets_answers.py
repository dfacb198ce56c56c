"""Yes and no in sheets of attributes: as offices mark them, the same as in the plan's sheets."""

from typing import Any

import pytest
from openpyxl import Workbook

from communes.attribute_words import plain_value
from communes.choices import AttributeKind
from communes.models import Attribute
from tests import factories
from tests.communes import sheets

PAGE = "/nhap-tep/thuoc-tinh/?ngay=01/07/2024"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("mark", "stored"), [("x", "1"), ("✓", "1"), ("Đạt", "1"), (True, "1"), (1, "1"), ("Chưa đạt", "0"), (False, "0")]
)  # fmt: skip
def test_the_offices_marks_are_read(land, cast, client_as, mark, stored):
    book = Workbook()
    for row in (("Mã", "ĐBKK"), ("05602", mark)):
        book.active.append(row)
    office = client_as(cast.specialist)
    where = sheets.brought(office, PAGE, book)
    assert sheets.counts(office.get(where))["them"] == 1, sheets.text_of(office.get(where))
    assert sheets.confirm(office, where).status_code == 302
    assert Attribute.objects.get(kind=AttributeKind.ESPECIALLY_DIFFICULT).value == stored


def test_results_in_a_file_are_read_as_attributes_are(land, cast, client_as):
    """A word with other accents is another word, and nobody sees at once as what it was taken."""
    submission = factories.submission(factories.a_round(land.province, factories.small_set()), land.commune_a)
    office, page = client_as(cast.specialist), f"/nhap-tep/ket-qua-xa/?phieu={submission.pk}"
    for word, answer in (("cỏ", "loi"), ("đát", "loi"), ("co", "them"), ("Có", "them"), ("ĐẠT", "them")):
        book = sheets.book_of(("Mã", "Kết quả 2023"), ("1.1", word))
        found = office.get(sheets.brought(office, page, book))
        assert sheets.counts(found)[answer] == 1, (word, sheets.text_of(found))


@pytest.mark.parametrize("word", ["cố", "cô", "cỏ", "có lẽ"])
def test_another_word_is_no_answer(word):
    assert plain_value(AttributeKind.ATK, word) == word
