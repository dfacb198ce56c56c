"""What a person types to come in, and what the administrator types about an account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ReauthenticateForm
from allauth.account.forms import LoginForm as PackageLoginForm
from django import forms
from django.utils.functional import lazy

from ntm.accounts import attempts, passwords
from ntm.accounts.models import User
from ntm.core.forms import BaseForm

_NEW_PASSWORD = {"autocomplete": "new-password"}


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

    def clean(self) -> dict[str, Any]:
        """A one-time code is used up here, before a second factor is asked for; the second time it is a wrong password
        and counted as one."""
        cleaned: dict[str, Any] = super().clean()
        if self.user is None:
            return cleaned
        if passwords.is_expired(self.user):
            raise forms.ValidationError(
                f"Mã dùng một lần đã quá {passwords.CODE_DAYS} ngày. Đề nghị quản trị cấp mã khác."
            )
        if not passwords.spend(self.user):
            attempts.count_wrong_password(self.request, self.user)
            raise get_adapter().validation_error("username_password_mismatch")
        return cleaned


class PasswordAgainForm(ReauthenticateForm):
    """The own password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "Mật khẩu"
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class OwnPasswordForm(ChangePasswordForm):
    """The old password and a new one. Guesses at the old one are counted like those at the door."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": "Mật khẩu hiện tại", "password1": "Mật khẩu mới", "password2": "Nhập lại mật khẩu mới",
        }  # fmt: skip
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = passwords.rules()

    def clean_oldpassword(self) -> str:
        typed: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed


class CodeForm(BaseForm):
    """A code of the app, or a spare one. Whether it is right, the verb says."""

    code = forms.CharField(
        label="Mã xác thực",
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class SetUpForm(CodeForm):
    """The first code of an app. `sealed`: the secret that the page has shown, signed for this person."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=400)


class NewPasswordFields(forms.Form):
    """A password typed twice. The rules are the verb's."""

    password = forms.CharField(
        label="Mật khẩu", strip=False, max_length=200, help_text=lazy(passwords.rules, str)(),
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password", "again"):
            self.fields[name].required = False
        self.fields["password"].help_text = (
            "Để trống cả hai ô: tạo tài khoản rồi cấp mã đăng nhập một lần. Nếu đặt mật khẩu: "
            + passwords.rules()
        )


class ReasonForm(BaseForm):
    """Why, for the record."""

    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Được ghi vào nhật ký.",
    )
