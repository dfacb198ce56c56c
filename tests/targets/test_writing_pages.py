"""Drafting, changing, approving and amending a plan on its pages."""

import uuid
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from communes.models import Assignment
from ntm.accounts.models import User
from ntm.audit.models import LogEntry
from targets.choices import PlanState
from targets.models import Plan, Registration, Target
from targets.services import approve, change_draft
from tests import factories
from tests.conftest import Land

As = Callable[[User], Client]


@pytest.fixture
def office(cast: SimpleNamespace, client_as: As) -> Client:
    return client_as(cast.specialist)


def typed(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "new_ntm": "10", "note": ""} | fields


class TestDrafting:
    def test_a_draft_is_made_with_its_targets_and_units(
        self, office: Client, levels: Any, land: Land
    ) -> None:
        names = "05602 Xã Phú Đình\r\nđiềm mặc\r\n\r\n05572"
        response = office.post("/ke-hoach/2023/lap/", typed(cumulative_ntm="1.180", registered_ntm=names))
        assert (response.status_code, response["Location"]) == (302, "/ke-hoach/2023/")
        assert set(Target.objects.values_list("kind", "value")) == {("new", 10), ("cumulative", 1180)}
        assert {row.unit for row in Registration.objects.all()} == set(land.communes[:3])

    def test_a_double_click_makes_one_draft(self, office: Client, levels: Any) -> None:
        once = typed()
        first, second = (office.post("/ke-hoach/2023/lap/", once) for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 302)
        assert second["Location"] == first["Location"]
        assert Plan.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("new_ntm", "mười", "không phải là số"),
            ("new_ntm", "-1", "Cần một số từ 0 đến 20.000"),
            ("new_ntm", "1,5", "không phải là số nguyên"),
            ("registered_ntm", "Nơi Nào", "không có đơn vị"),
            ("registered_ntm", "05602 Xã Điềm Mặc", "không có đơn vị"),
            ("registered_ntm", "Định Hóa", "không có đơn vị"),
            ("registered_ntm", "Phú Đình\nPhú Đình", "hai lần"),
            ("registered_district_ntm", "Phú Đình", "không có đơn vị"),
            ("note", "x" * 501, "500"),
            ("document", "999", "Hãy"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(
        self, office: Client, levels: Any, field: str, value: str, said: str
    ) -> None:
        response = office.post("/ke-hoach/2023/lap/", typed(**{field: value}))
        page = response.content.decode()
        assert response.status_code == 422
        assert said in page or field == "document"
        assert value.splitlines()[0][:400] in page or field == "document"  # what was typed is still there
        assert not Plan.objects.exists()

    def test_every_line_that_names_no_unit_is_told_of_at_once(self, office: Client, levels: Any) -> None:
        names = {"registered_ntm": "Nơi Nào\nPhú Đình\n???", "registered_advanced": "Nơi Kia\nNơi Ấy"}
        response = office.post("/ke-hoach/2023/lap/", typed(**names))
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert [len(errors[field]) for field in names] == [2, 2]
        page = response.content.decode()
        assert all(f"“{line}”" in page for line in ("Nơi Nào", "???", "Nơi Kia", "Nơi Ấy"))
        assert "“Phú Đình”" not in page

    def test_many_unknown_lines_are_cut_short_and_counted(self, office: Client, levels: Any) -> None:
        names = "\n".join(f"Nơi {number}" for number in range(40))
        response = office.post("/ke-hoach/2023/lap/", typed(registered_ntm=names))
        errors = response.context["form"].errors["registered_ntm"]
        assert len(errors) == 21
        assert errors[-1] == "Còn 20 dòng nữa cần sửa."

    def test_a_name_that_two_units_bear_is_asked_back(self, office: Client, levels: Any, land: Land) -> None:
        factories.unit(land.other_district, "Phú Đình", code="09999")
        response = office.post("/ke-hoach/2023/lap/", typed(registered_ntm="Phú Đình"))
        page = response.content.decode()
        assert response.status_code == 422
        assert "05602 Xã Phú Đình" in page
        assert "09999 Xã Phú Đình" in page

    def test_the_targets_of_last_year_may_be_the_beginning(
        self, office: Client, levels: Any, land: Land
    ) -> None:
        factories.target(factories.plan(land.province, 2022), 77)
        assert 'value="77"' in office.get("/ke-hoach/2023/lap/?chep=1").content.decode()
        assert 'value="77"' not in office.get("/ke-hoach/2023/lap/").content.decode()

    def test_a_year_with_a_draft_leads_to_it(self, office: Client, draft: Plan) -> None:
        assert office.get("/ke-hoach/2023/lap/")["Location"] == "/ke-hoach/2023/du-thao/"

    def test_a_year_without_a_period_is_refused_with_a_sentence(self, office: Client, levels: Any) -> None:
        response = office.post("/ke-hoach/2050/lap/", typed())
        assert response.status_code == 422
        assert "Chưa có giai đoạn" in response.content.decode()

    @pytest.mark.parametrize("role", ["leader", "approver"])
    def test_others_are_refused(self, cast: Any, client_as: As, levels: Any, draft: Plan, role: str) -> None:
        client = client_as(getattr(cast, role))
        for address in ("/ke-hoach/2024/lap/", "/ke-hoach/2023/du-thao/", "/ke-hoach/2023/dieu-chinh/"):
            assert client.get(address).status_code == 403
            assert client.post(address, typed()).status_code == 403


class TestChanging:
    def test_the_form_shows_the_draft_and_saves_it_unchanged(
        self, office: Client, draft: Plan, land: Land
    ) -> None:
        page = office.get("/ke-hoach/2023/du-thao/")
        initial = page.context["form"].initial
        assert initial["new_ntm"] == 10
        assert initial["registered_ntm"].splitlines() == ["05596 Xã Điềm Mặc", "05602 Xã Phú Đình"]
        kept = {name: value for name, value in initial.items() if value is not None}
        response = office.post("/ke-hoach/2023/du-thao/", kept | {"version": draft.version, "plan": draft.pk})
        assert response.status_code == 302
        assert Target.objects.count() == 2
        assert {row.unit for row in Registration.objects.all()} == {land.commune_a, land.commune_b}

    def test_a_save_from_an_old_version_shows_both_values(
        self, office: Client, draft: Plan, cast: SimpleNamespace, lines: Any, land: Land
    ) -> None:
        old = draft.version
        other = factories.user("other", "specialist", land.province, full_name="Người Khác")
        change_draft(draft, expected_version=old, targets=lines(ntm=11), registrations=[], by=other)
        response = office.post(
            "/ke-hoach/2023/du-thao/",
            {"plan": draft.pk, "version": old, "new_ntm": "12", "registered_ntm": "05602"},
        )
        assert response.status_code == 409
        rows = {row.label: row for row in response.context["conflict"].rows}
        target = rows["Xã đạt chuẩn NTM: đạt thêm trong năm"]
        assert (target.mine, target.theirs) == ("12", "11")
        assert rows["Xã đạt chuẩn NTM: đơn vị đăng ký"].mine == "05602 Xã Phú Đình"
        assert response.context["conflict"].by == "Người Khác"
        page = response.content.decode()
        assert 'name="new_ntm" value="12"' in page
        assert f'name="version" value="{old + 1}"' in page
        assert Target.objects.get(level__code="ntm").value == 11

    def test_saving_again_after_the_conflict_goes_through(
        self, office: Client, draft: Plan, cast: SimpleNamespace, lines: Any
    ) -> None:
        change_draft(
            draft, expected_version=draft.version, targets=lines(ntm=11), registrations=[], by=cast.specialist
        )
        typed = {"plan": draft.pk, "version": draft.version + 1, "new_ntm": "12"}
        response = office.post("/ke-hoach/2023/du-thao/", typed)
        assert response.status_code == 302
        assert Target.objects.get().value == 12

    def test_without_a_draft_there_is_nothing_to_change(self, office: Client, levels: Any) -> None:
        assert office.get("/ke-hoach/2023/du-thao/").status_code == 404


class TestApproving:
    @pytest.fixture
    def approver(self, cast: SimpleNamespace, client_as: As) -> Client:
        return client_as(cast.approver)

    def post(self, client: Client, draft: Plan, **fields: Any) -> Any:
        typed = {"plan": draft.pk, "version": draft.version, "approved_on": "05/01/2023"} | fields
        return client.post("/ke-hoach/2023/phe-duyet/", typed)

    def test_the_second_of_two_clicks_goes_where_the_first_one_went(
        self, approver: Client, draft: Plan
    ) -> None:
        token = {"token": str(uuid.uuid4())}
        first, second = (self.post(approver, draft, **token) for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 302)
        assert second["Location"] == first["Location"]
        assert LogEntry.objects.filter(action="plan.approved").count() == 1
        other_content = self.post(approver, draft, approved_on="06/01/2023", **token)
        assert other_content.status_code == 409

    def test_the_page_shows_what_is_approved(self, approver: Client, draft: Plan) -> None:
        page = approver.get("/ke-hoach/2023/phe-duyet/").content.decode()
        for said in ("Xã đạt chuẩn NTM", ">10<", "Xã Phú Đình", "specialist"):
            assert said in page

    def test_the_day_is_read_day_first(self, approver: Client, draft: Plan) -> None:
        response = self.post(approver, draft, approved_on="04/03/2023")
        assert response.status_code == 302
        assert Plan.objects.get().approved_on == date(2023, 3, 4)

    @pytest.mark.parametrize(
        ("day", "said"), [("", "Hãy"), ("31/02/2023", "31/02/2023"), ("05/01/2099", "sau ngày hôm nay")]
    )
    def test_a_wrong_day_is_refused_beside_its_field(
        self, approver: Client, draft: Plan, day: str, said: str
    ) -> None:
        response = self.post(approver, draft, approved_on=day)
        assert response.status_code == 422
        assert response.context["form"].errors["approved_on"]
        assert Plan.objects.get().state == PlanState.DRAFT

    def test_a_draft_changed_meanwhile_is_not_approved(
        self, approver: Client, draft: Plan, cast: SimpleNamespace, lines: Any
    ) -> None:
        change_draft(
            draft, expected_version=draft.version, targets=lines(ntm=99), registrations=[], by=cast.specialist
        )
        assert self.post(approver, draft).status_code == 409
        assert Plan.objects.get().state == PlanState.DRAFT

    def test_the_drafter_is_told_why_not(self, draft: Plan, land: Land, cast: Any, client_as: As) -> None:
        Assignment.objects.create(user=cast.specialist, unit=land.province, role="approver")
        client = client_as(cast.specialist)
        page = client.get("/ke-hoach/2023/").content.decode()
        assert "không được tự phê duyệt" in page
        assert "/phe-duyet/" not in page
        response = self.post(client, draft)
        assert response.status_code in (403, 422)
        assert "không được tự phê duyệt" in response.content.decode()
        assert Plan.objects.get().state == PlanState.DRAFT

    @pytest.mark.parametrize("role", ["specialist"])
    def test_others_are_refused(self, draft: Plan, cast: Any, client_as: As, role: str) -> None:
        client = client_as(getattr(cast, role))
        assert client.get("/ke-hoach/2023/phe-duyet/").status_code == 403
        assert self.post(client, draft).status_code == 403


class TestAmending:
    def test_an_amendment_is_one_click_and_two_clicks_make_one(
        self, office: Client, draft: Plan, cast: SimpleNamespace
    ) -> None:
        approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        assert "chép từ lần đã phê duyệt" in office.get("/ke-hoach/2023/dieu-chinh/").content.decode()
        once = {"token": str(uuid.uuid4())}
        for _ in range(2):
            assert office.post("/ke-hoach/2023/dieu-chinh/", once)["Location"] == "/ke-hoach/2023/du-thao/"
        assert Plan.objects.filter(state=PlanState.DRAFT).count() == 1

    def test_the_draft_stands_beside_the_plan_in_force(
        self, office: Client, draft: Plan, cast: SimpleNamespace
    ) -> None:
        approve(draft, approved_on=date(2023, 1, 5), by=cast.approver)
        office.post("/ke-hoach/2023/dieu-chinh/", {"token": str(uuid.uuid4())})
        page = office.get("/ke-hoach/2023/").content.decode()
        assert "Dự thảo (lần 2)" in page
        assert "Sửa dự thảo" in page

    def test_without_an_approved_plan_there_is_nothing_to_amend(self, office: Client, draft: Plan) -> None:
        assert office.get("/ke-hoach/2023/dieu-chinh/").status_code == 404
