"""Triggers that refuse to change or delete an entry."""

from django.db import migrations

from ntm.audit import guards


def protect(apps, schema_editor):
    guards.protect(schema_editor.connection)


def release(apps, schema_editor):
    guards.release(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_cache_table")]
    operations = [migrations.RunPython(protect, release, elidable=False)]
