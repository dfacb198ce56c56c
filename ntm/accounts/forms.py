"""What a person types to come in."""

from allauth.account.forms import LoginForm as PackageLoginForm


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
