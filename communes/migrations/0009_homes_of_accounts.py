"""The home of accounts that are there already: the province of whoever made them, else of their first role."""

from typing import Any

from django.db import migrations


def settle(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("accounts", "User").objects
    made = apps.get_model("audit", "LogEntry").objects.filter(
        object_type="accounts.user", action="account.created", province_id__isnull=False
    )
    first = apps.get_model("communes", "Assignment").objects.order_by("-pk")
    homes = dict(first.values_list("user_id", "unit__province_id"))
    homes |= {int(key): home for key, home in made.values_list("object_id", "province_id")}
    for user, home in homes.items():
        users.filter(pk=user, home_id=None).update(home_id=home)


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0008_periods_of_roles"),
        ("accounts", "0004_home_of_accounts"),
        ("audit", "0006_history_and_writes"),
    ]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
