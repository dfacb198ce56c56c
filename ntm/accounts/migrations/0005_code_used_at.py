"""A one-time code that has been used is known as such. One that waits now is good for one more sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_home_of_accounts")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="code_used_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="dùng mã một lần lúc"),
        ),
    ]
