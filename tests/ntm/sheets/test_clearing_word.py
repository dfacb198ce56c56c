"""The one word of a cell that is no value."""

import pytest

from ntm.sheets.imports.values import clears


@pytest.mark.parametrize("text", ["(xóa)", "(XOÁ)", "( xóa )", "（Xóa）", "(xoa\u0301).", " (xóa) "])
def test_what_clears_a_cell(text: str):
    assert clears(["s", text])


@pytest.mark.parametrize("text", ["xóa", "(xóa", "(xóa) hết", "((xóa))", "(xoa nợ)", ""])
def test_what_is_a_value(text: str):
    assert not clears(["s", text])
    assert not clears(["f", "(xóa)"])
    assert not clears(None)
