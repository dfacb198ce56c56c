"""Fields of our own: what they refuse, and by which sentence."""

import pytest
from django import forms

from ntm.core.forms import MoneyField
from ntm.core.numbers import MAX_MONEY


@pytest.mark.parametrize("typed", ["-5", "5.000.000 tỷ", f"{MAX_MONEY + 1}", f"-{MAX_MONEY + 1}"])
def test_money_has_one_limit_whichever_side_it_is_passed_on(typed: str) -> None:
    with pytest.raises(forms.ValidationError) as refusal:
        MoneyField().clean(typed)
    assert "một triệu tỷ đồng" in refusal.value.message
    assert MoneyField().clean("1.000.000 tỷ") == MAX_MONEY
