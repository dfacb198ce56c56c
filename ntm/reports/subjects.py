"""Who may read the history of an issued form."""

from ntm.audit.restorers import explain
from ntm.audit.subjects import Subject, register
from ntm.reports.models import IssuedForm


def tell() -> None:
    """Called when the applications are ready."""
    forms = IssuedForm.objects.visible_to
    register(
        IssuedForm, Subject("reports.view_overview", forms, routes=("reports:issued", "reports:issued-file"))
    )
    explain({"form.issued": "Biểu đã xuất được giữ nguyên như lúc xuất, không sửa, không hoàn tác."})
