"""An account remembers the province where it was made; `communes` fills in those that are there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_seal_factors")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="home_id",
            field=models.BigIntegerField(db_index=True, editable=False, null=True, verbose_name="thuộc tỉnh"),
        ),
    ]
