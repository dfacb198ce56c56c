"""One paper is entered once, also by two people in the same moment who spell it differently."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("communes", "0002_document_keys")]
    operations = [
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["number_key", "authority_key", "issued_on"],
                condition=~Q(number_key=""),
                name="document_once_in_any_spelling",
            ),
        ),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["number_key", "authority_key"],
                condition=Q(issued_on=None) & ~Q(number_key=""),
                name="document_once_without_a_day",
            ),
        ),
    ]
