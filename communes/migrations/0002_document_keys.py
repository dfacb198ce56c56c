"""Which paper a document is, whatever its spelling: two keys, filled for what is there.

The old release goes on meanwhile: a row that it adds keeps empty keys, and `document_once` still guards it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

from ntm.core.fields import FoldedKeyField
from ntm.core.text import folded


def _keyed(documents: Any) -> Iterator[Any]:
    """Every document with a number and its keys. Of papers that were entered twice, in two spellings, the first
    one holds the key: nothing of the record is deleted, and from now on there will be no third."""
    known = set()
    for row in documents.exclude(number="").order_by("pk"):
        paper = folded(row.number), folded(row.authority), row.issued_on
        if paper not in known:
            known.add(paper)
            row.number_key, row.authority_key = paper[0][:160], paper[1][:400]
            yield row


def fill(apps: Any, schema_editor: Any) -> None:
    documents = apps.get_model("communes", "Document").objects.all()
    documents.bulk_update(list(_keyed(documents)), ["number_key", "authority_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("communes", "0001_initial")]
    operations = [
        migrations.AddField(
            "document", "number_key", FoldedKeyField(of="number", max_length=160, db_default="")
        ),
        migrations.AddField(
            "document", "authority_key", FoldedKeyField(of="authority", max_length=400, db_default="")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
