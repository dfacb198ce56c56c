"""What a used-up token was sent with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_chain_seal")]
    operations = [
        migrations.AddField(
            "receipt", "content", models.CharField(blank=True, default="", max_length=64), False
        ),
    ]
