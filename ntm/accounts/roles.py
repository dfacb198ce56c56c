"""The roles of the office and what each may do: one table, the only place that grants a right.

A role is given to a person for a unit (`communes.Assignment`); the permissions here say *what*, the unit *where*.
"""

from dataclasses import dataclass

READS = frozenset(
    {
        "reports.view_overview",
        "reports.view_commune_form",
        "communes.view_unit",
        "communes.view_decision",
        "communes.view_recognition",
        "communes.view_document",
        "communes.view_criteria",
        "communes.view_result",
        "targets.view_plan",
        "funding.view_amount",
        "audit.view_history",
    }
)
OWN_UNIT = frozenset(
    {
        "communes.view_unit",
        "communes.view_decision",
        "communes.view_recognition",
        "communes.view_document",
        "communes.view_criteria",
        "communes.view_result",
        "communes.do_work",
        "audit.view_history",
    }
)
ENTERS_PROVINCE = frozenset(
    {
        "communes.change_unit",
        "communes.change_attribute",
        "communes.add_document",
        "communes.enter_result",
        "communes.accept_result",
        "communes.do_work",
        "communes.check_condition",
        "communes.manage_round",
        "communes.change_criteria",
        "communes.set_threshold",
        "communes.assign_indicator",
        "targets.draft_plan",
        "funding.change_amount",
        "reports.issue_form",
        "audit.restore_entry",
        "ntm.enter_admin",
    }
)
CATALOGUES = frozenset(
    {"communes.change_catalogue", "funding.change_catalogue", "audit.restore_entry", "ntm.enter_admin"}
)
#: What people of a commune may besides: write, and see its report form.
ENTERS_OWN = frozenset({"communes.enter_result", "audit.restore_entry", "reports.view_commune_form"})


@dataclass(frozen=True)
class Role:
    """`whole_province`: sees every row of the province; otherwise only the unit of the assignment."""

    label: str
    permissions: frozenset[str]
    whole_province: bool = True


ROLES: dict[str, Role] = {
    "commune_officer": Role("Cán bộ xã", OWN_UNIT | ENTERS_OWN, whole_province=False),
    "commune_leader": Role(
        "Lãnh đạo xã", OWN_UNIT | ENTERS_OWN | {"communes.submit_result"}, whole_province=False
    ),
    "district_officer": Role(
        "Cán bộ huyện (đến 30/06/2025)", OWN_UNIT | {"communes.review_result"}, whole_province=False
    ),
    "department": Role("Sở, ngành", READS | {"communes.judge_result", "communes.do_work"}),
    "specialist": Role("Chuyên viên cấp tỉnh", READS | ENTERS_PROVINCE),
    "leader": Role("Lãnh đạo tỉnh", READS),
    "approver": Role(
        "Người phê duyệt",
        READS
        | {"communes.do_work"}
        | {"communes.record_decision", "targets.approve_plan", "communes.add_document", "ntm.enter_admin"},
    ),
    "administrator": Role(
        "Quản trị",
        READS
        | CATALOGUES
        | {"accounts.change_user", "communes.assign_role", "audit.view_logentry", "jobs.view_job"},
    ),
    "auditor": Role("Kiểm toán nội bộ", READS | {"audit.view_logentry"}),
}


def choices() -> list[tuple[str, str]]:
    """For form fields: code and Vietnamese name."""
    return [(code, role.label) for code, role in ROLES.items()]
