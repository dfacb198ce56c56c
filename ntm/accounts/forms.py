"""What a person types to come in, and what the administrator types about an account."""

from typing import Any

from allauth.account.forms import LoginForm as PackageLoginForm
from django import forms

from ntm.accounts.models import User
from ntm.core.forms import BaseForm

_NEW_PASSWORD = {"autocomplete": "new-password"}
_RULES = "Ít nhất 10 ký tự, không chỉ gồm số, không giống tên đăng nhập, không phải mật khẩu phổ biến."


class LoginForm(PackageLoginForm):
    """Name and password on one page, with Vietnamese labels and what password managers look for."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Tên đăng nhập"
        self.fields["password"].label = "Mật khẩu"
        self.fields["password"].help_text = ""
        for name, purpose in (("login", "username"), ("password", "current-password")):
            self.fields[name].widget.attrs = {
                "autocomplete": purpose,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        self.fields.pop("remember", None)


class NewPasswordFields(forms.Form):
    """A password typed twice. The rules are the verb's."""

    password = forms.CharField(
        label="Mật khẩu", strip=False, max_length=200, help_text=_RULES,
        widget=forms.PasswordInput(attrs=_NEW_PASSWORD),
    )  # fmt: skip
    again = forms.CharField(
        label="Nhập lại mật khẩu", strip=False, max_length=200,
        widget=forms.PasswordInput(attrs=_NEW_PASSWORD),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("password") and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "Hai lần nhập không giống nhau.")
        return cleaned


class NewUserForm(NewPasswordFields, forms.ModelForm):
    """A new account; roles are given afterwards."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")


class ReasonForm(BaseForm):
    """Why, for the record."""

    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Được ghi vào nhật ký.",
    )
