"""Legal documents: what every fact of the programme points at."""

from django.db import models

from communes.querysets import DocumentQuerySet
from ntm.core.dates import format_date
from ntm.core.fields import CleanCharField, FoldedKeyField
from ntm.core.provenance import Sourced
from ntm.core.uploads import secret_name
from ntm.core.versions import Versioned


def random_name(document: "Document", filename: str) -> str:
    """Where an uploaded scan is kept."""
    return secret_name("documents", filename)


class Document(Sourced, Versioned):
    """A resolution, decision or report, with its scan where the office has one."""

    province = models.ForeignKey(
        "communes.Place",
        verbose_name="tỉnh",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Bỏ trống với văn bản của trung ương.",
    )
    number = CleanCharField("số, ký hiệu", max_length=80, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    authority = CleanCharField("cơ quan ban hành", max_length=200)
    title = CleanCharField("trích yếu", max_length=500)
    url = models.URLField("địa chỉ công bố", max_length=500, blank=True)
    file = models.FileField("tệp bản chụp", upload_to=random_name, blank=True)
    file_name = CleanCharField("tên tệp", max_length=200, blank=True, editable=False)
    # Which paper it is, whatever the spelling. The database sees to it that two people do not enter one paper at once.
    number_key = FoldedKeyField(of="number", max_length=160, db_default="")
    authority_key = FoldedKeyField(of="authority", max_length=400, db_default="")
    sha256 = models.CharField("mã băm của tệp", max_length=64, blank=True, editable=False)

    objects = DocumentQuerySet["Document"].as_manager()

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["-issued_on", "number", "pk"]
        default_permissions = ()
        permissions = [("view_document", "Xem văn bản"), ("add_document", "Thêm văn bản")]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "authority", "issued_on"],
                condition=~models.Q(number=""),
                name="document_once",
                violation_error_message="Văn bản cùng số, cơ quan và ngày ban hành đã có.",
            ),
            models.UniqueConstraint(
                fields=["number_key", "authority_key", "issued_on"],
                condition=~models.Q(number_key=""),
                name="document_once_in_any_spelling",
            ),
            # Two unknown days are not equal to a database.
            models.UniqueConstraint(
                fields=["number_key", "authority_key"],
                condition=models.Q(issued_on=None) & ~models.Q(number_key=""),
                name="document_once_without_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def reference(self) -> str:
        """ "số 12/QĐ-UBND ngày 05/01/2024", as sentences name it after its kind."""
        day = f" ngày {format_date(self.issued_on)}" if self.issued_on else ""
        return f"số {self.number}{day}" if self.number else f"“{self.title}”{day}"
