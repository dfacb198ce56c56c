"""The one verb of this app: a report form leaves the office."""

import hashlib

from communes.models import Submission, Unit
from communes.selectors.provinces import Office
from communes.services.rights import check_may
from ntm.accounts.models import User
from ntm.audit import log as audit
from ntm.audit.files import keeps_files_in_step, put_file
from ntm.core.errors import Refused
from ntm.core.exports import KINDS
from ntm.core.scope import Scope
from ntm.core.uploads import Scan
from ntm.reports.models import IssuedForm
from ntm.reports.official.answers import answers_of
from ntm.reports.official.filling import fill
from ntm.reports.official.mapping import Form
from ntm.reports.official.sources import Sources


@keeps_files_in_step
@audit.verb
def issue_form(
    form: Form, *, scope: Scope, office: Office, commune: str = "", seen: str, by: User
) -> IssuedForm:
    """Fill the form with the figures of this moment and keep it for ever.

    `seen`: the hash of what the person has before them (`Answers.seen`). Refused where any of it has moved since,
    where the form is not of that year, and where a commune's form names none of the year.
    """
    check_may(by, "reports.issue_form", scope.province_id, "xuất biểu mẫu báo cáo")
    if not form.is_for(scope.year):
        raise Refused(f"{form.number} không dùng cho năm {scope.year}.")
    sources = Sources(scope, office, commune)
    unit = _unit(form, sources)
    answers = answers_of(form, sources)
    if answers.seen != seen:
        raise Refused("Số liệu đã thay đổi từ lúc bạn mở biểu. Trang này là số mới: hãy xem lại rồi xuất.")
    content = fill(answers).content()
    row = IssuedForm(
        province_id=scope.province_id, unit=unit, form=form.code, number=form.number, title=form.title,
        mapping=form.version, mapping_sha256=form.seal, source=form.source, trust=form.trust,
        year=scope.year, day=scope.day, issued_by=by,
        figures=answers.as_json, figures_sha256=answers.seal,
    )  # fmt: skip
    name = f"bieu-{form.path.stem}{f'-{unit.code}' if unit else ''}-{scope.year}{scope.file_tail}.xlsx"
    put_file(row, Scan(KINDS["xlsx"], ".xlsx", name, hashlib.sha256(content).hexdigest(), content))
    row.save()
    audit.record("form.issued", row, by=by, province_id=scope.province_id)
    return row


def _unit(form: Form, sources: Sources) -> Unit | None:
    """The commune that the form is about, as its return names it."""
    if not form.of_commune:
        return None
    if sources.unit is None:
        raise Refused("Hãy chọn một xã của kỳ nhập liệu trong năm.", "xa")
    return Submission.objects.select_related("unit").get(pk=sources.unit.pk).unit
