"""The right to read histories, the counter of writes, and a search key that also holds reason and person."""

from django.db import migrations, models

import ntm.core.fields
from ntm.audit import guards
from ntm.core.text import search_key

_PORTION = 1000


def count_writes(apps, schema_editor):
    chains = apps.get_model("audit", "Chain").objects.using(schema_editor.connection.alias)
    chains.update(writes=models.F("count"))


def widen_keys(apps, schema_editor):
    """The key is derived and not sealed: recomputing it is no change to the record."""
    entries = apps.get_model("audit", "LogEntry").objects.using(schema_editor.connection.alias)
    guards.release(schema_editor.connection)
    last = 0
    while portion := list(entries.filter(number__gt=last).order_by("number")[:_PORTION]):
        for entry in portion:
            words = f"{entry.object_label} {entry.reason} {entry.actor_name}"
            entry.search_key = search_key(words)[:900]
        _store(schema_editor.connection, portion)
        last = portion[-1].number
    guards.protect(schema_editor.connection)


def _store(connection, portion):
    """Past the ORM, whose field would compute the key anew from a property that a frozen model lacks."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE audit_logentry SET search_key = %s WHERE id = %s",
            [(entry.search_key, entry.pk) for entry in portion],
        )


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_receipt_content")]
    operations = [
        migrations.AlterModelOptions(
            name="logentry",
            options={
                "default_permissions": ("view",),
                "ordering": ["-number"],
                "permissions": [
                    ("view_history", "Xem lịch sử của những gì mình được xem"),
                    ("restore_entry", "Khôi phục giá trị, hoàn tác lần ghi (trong quyền ghi của mình)"),
                ],
                "verbose_name": "mục nhật ký",
                "verbose_name_plural": "nhật ký",
            },
        ),
        migrations.AddField("chain", "writes", models.PositiveBigIntegerField(default=0)),
        migrations.AlterField(
            "logentry",
            "search_key",
            ntm.core.fields.SearchKeyField(blank=True, editable=False, max_length=900, of="searched"),
        ),
        migrations.RunPython(count_writes, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(widen_keys, migrations.RunPython.noop, elidable=False),
    ]
