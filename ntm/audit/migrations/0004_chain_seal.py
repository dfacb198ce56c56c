"""The seal of the chain's end; a chain that stands already is sealed as it is."""

from django.db import migrations, models

from ntm.audit.log import seal_of


def seal(apps, schema_editor):
    chains = apps.get_model("audit", "Chain").objects.using(schema_editor.connection.alias)
    for chain in chains.all():
        chain.seal = seal_of(chain.count, chain.head)
        chain.save(update_fields=["seal"])


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_append_only")]
    operations = [
        migrations.AddField("chain", "seal", models.CharField(blank=True, default="", max_length=64), False),
        migrations.RunPython(seal, migrations.RunPython.noop, elidable=False),
    ]
