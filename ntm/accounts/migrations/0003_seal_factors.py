"""Encrypts the secrets of second factors that earlier releases stored as they were."""

from typing import Any

from django.db import migrations

from ntm.accounts.factor_keys import is_current, resealed


def seal(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.order_by("pk").iterator(chunk_size=500):
        if not is_current(row.data):
            row.data = resealed(row.data)
            row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in_rules"), ("mfa", "0003_authenticator_type_uniq")]
    # Back again is no way: the earlier release would read none of it, but the key still opens it.
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
