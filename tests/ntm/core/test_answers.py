"""One reader of yes and no."""

import pytest

from ntm.core.answers import yes_or_no


@pytest.mark.parametrize(
    "text", ["Có", "CÓ ", "có", "Đạt", "đúng", "x", "X", "✓", "✔", "1", "TRUE", "co", "dat"]
)
def test_yes(text):
    assert yes_or_no(text) is True


@pytest.mark.parametrize("text", ["Không", "không  đạt", "Chưa", "chưa đạt", "Sai", "0", "false", "khong"])
def test_no(text):
    assert yes_or_no(text) is False


@pytest.mark.parametrize("text", ["", "có lẽ", "cố", "cô", "cỏ", "khống", "đát", "2", "-"])
def test_neither(text):
    assert yes_or_no(text) is None
