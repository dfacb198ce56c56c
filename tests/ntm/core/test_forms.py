"""Fields of our own: what they refuse, and by which sentence."""

import pytest
from django import forms

from ntm.core.forms import MoneyField, WholeNumberField, YearField
from ntm.core.numbers import MAX_MONEY


@pytest.mark.parametrize("typed", ["-5", "5.000.000 tỷ", f"{MAX_MONEY + 1}", f"-{MAX_MONEY + 1}"])
def test_money_has_one_limit_whichever_side_it_is_passed_on(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MoneyField().clean(typed)
    assert "một triệu tỷ đồng" in refusal.value.message
    assert MoneyField().clean("1.000.000 tỷ") == MAX_MONEY


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (WholeNumberField(maximum=20_000), "Cần một số từ 0 đến 20.000."),
        (YearField(minimum=1990), "Năm phải từ 1990 đến 2100."),
    ],
)
def test_limits_are_written_as_people_write_them(field: forms.Field, said: str) -> None:
    with pytest.raises(forms.ValidationError, match=said):
        field.clean("-1")
