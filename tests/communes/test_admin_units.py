"""The register in the admin: entry through the verbs, with their rights, words and versions."""

import uuid
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communes.choices import AttributeKind, UnitKind
from communes.models import Attribute, Reorganisation, Succession, Unit
from communes.services.units import change_unit
from ntm.audit import log as audit
from ntm.audit.models import LogEntry
from tests import factories
from tests.conftest import Land

COMMUNES, DISTRICTS = "/quan-tri/communes/commune/", "/quan-tri/communes/district/"
ATTRIBUTES, EVENTS = "/quan-tri/communes/attribute/", "/quan-tri/communes/reorganisation/"


@pytest.fixture
def specialist(cast: SimpleNamespace, client_as: Callable[..., Client]) -> Client:
    return client_as(cast.specialist)


def new_commune(land: Land, **changes: Any) -> dict[str, Any]:
    return {
        "code": "05999",
        "name": "Tân Mới",
        "kind": "xã",
        "parent": land.district.pk,
        "valid_from": "01/01/2023",
        "trust": "verified",
        "source": "NQ 1/NQ-UBTVQH15",
        "token": str(uuid.uuid4()),
    } | changes


def correction(unit: Unit, **changes: Any) -> dict[str, Any]:
    typed = {"name": unit.name, "trust": unit.trust, "source": "", "version": unit.version}
    inline = {"attributes-TOTAL_FORMS": 0, "attributes-INITIAL_FORMS": 0}
    return typed | inline | changes


class TestLists:
    def test_a_commune_is_found_without_accents_and_by_its_code(self, land: Land, specialist: Client) -> None:
        for term in ("phu dinh", "PHÚ Đình", "05602"):
            page = specialist.get(COMMUNES, {"q": term}).text
            assert "Xã Phú Đình" in page
            assert "Xã Bảo Linh" not in page

    def test_communes_and_districts_are_listed_apart_with_their_parent(
        self, land: Land, specialist: Client
    ) -> None:
        communes, districts = specialist.get(COMMUNES).text, specialist.get(DISTRICTS).text

        assert "Huyện Định Hóa" in communes
        assert "Xã Phú Đình" not in districts
        assert "Tỉnh Thái Nguyên" in districts

    def test_a_foreign_unit_is_neither_listed_nor_opened(self, land: Land, specialist: Client) -> None:
        assert "Trường Hà" not in specialist.get(COMMUNES).text
        assert specialist.get(f"{COMMUNES}{land.foreign_commune.pk}/change/").status_code == 404

    def test_only_what_still_holds(self, land: Land, specialist: Client) -> None:
        Unit.objects.filter(pk=land.commune_a.pk).update(valid_to=date(2024, 1, 1))

        assert "Xã Phú Đình" not in specialist.get(COMMUNES, {"hieu_luc": "con"}).text
        assert "Xã Phú Đình" in specialist.get(COMMUNES, {"hieu_luc": "het"}).text

    @pytest.mark.parametrize("term", ["xa phu dinh", "Xã Phú Đình", "X. Phú Đình", "phu dinh"])
    def test_the_kind_may_stand_before_the_name(self, land: Land, specialist: Client, term: str) -> None:
        factories.attribute(land.commune_a, AttributeKind.ATK)
        factories.attribute(land.commune_b, AttributeKind.ATK)
        for url in (COMMUNES, ATTRIBUTES):
            page = specialist.get(url, {"q": term}).text
            assert ("Xã Phú Đình" in page, "Xã Điềm Mặc" in page) == (True, False)
        assert "Thành phố Phổ Yên" in specialist.get(DISTRICTS, {"q": "thanh pho"}).text
        assert "Huyện Định Hóa" not in specialist.get(DISTRICTS, {"q": "thanh pho"}).text

    def test_each_tier_offers_its_own_kinds(self, land: Land, specialist: Client) -> None:
        communes, districts = specialist.get(COMMUNES).text, specialist.get(DISTRICTS).text
        offered = {kind for kind in UnitKind if f"?kind__exact={quote_plus(kind)}" in communes}
        assert offered == {UnitKind.XA, UnitKind.PHUONG, UnitKind.THI_TRAN}
        offered = {kind for kind in UnitKind if f"?kind__exact={quote_plus(kind)}" in districts}
        assert offered == {UnitKind.HUYEN, UnitKind.THANH_PHO, UnitKind.THI_XA}
        assert "Xã Phú Đình" in specialist.get(COMMUNES, {"kind__exact": "xã"}).text

    @pytest.mark.parametrize("url", [COMMUNES, ATTRIBUTES])
    def test_the_list_asks_the_same_number_of_times_for_3_and_30_rows(
        self, land: Land, specialist: Client, url: str
    ) -> None:
        def asked(more: int) -> int:
            for _ in range(more):
                factories.attribute(factories.unit(land.district, "Thêm"), AttributeKind.ATK)
            with CaptureQueriesContext(connection) as queries:
                assert specialist.get(url).status_code == 200
            return len(queries)

        asked(0)
        assert asked(3) == asked(27)

    def test_nothing_can_be_deleted(self, land: Land, specialist: Client) -> None:
        row = factories.attribute(land.commune_a, AttributeKind.ATK)

        assert specialist.get(f"{COMMUNES}{land.commune_a.pk}/delete/").status_code == 403
        assert specialist.post(f"{ATTRIBUTES}{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert "delete_selected" not in specialist.get(COMMUNES).text


class TestUnits:
    def test_a_unit_is_opened_through_the_verb(self, land: Land, specialist: Client) -> None:
        answer = specialist.post(f"{COMMUNES}add/", new_commune(land))

        assert answer.status_code == 302
        unit = Unit.objects.get(code="05999")
        assert (unit.parent, unit.valid_from) == (land.district.place, date(2023, 1, 1))
        assert LogEntry.objects.get().action == "unit.opened"

    def test_a_district_is_opened_below_the_province(self, land: Land, specialist: Client) -> None:
        typed = new_commune(land, code="199", kind="huyện", parent=land.province.pk, valid_from="")
        assert specialist.post(f"{DISTRICTS}add/", typed).status_code == 302
        assert Unit.objects.get(code="199").tier == "district"

    def test_a_double_click_opens_one_unit(self, land: Land, specialist: Client) -> None:
        typed = new_commune(land)
        first, second = (specialist.post(f"{COMMUNES}add/", typed) for _ in range(2))

        assert first["Location"] == second["Location"]
        assert Unit.objects.filter(code="05999").count() == 1

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"code": "5999"}, "gồm đúng 5 chữ số"),
            ({"code": "05602", "valid_from": ""}, "Mã"),
            ({"name": "Xã Tân Mới"}, "Tên không ghi kèm loại"),
            ({"valid_from": "01/01/2099"}, "ở tương lai"),
            ({"valid_from": "29/02/2023"}, "tháng 2/2023 không có ngày 29"),
            ({"valid_from": "31/02/2023"}, "valid_from"),
            ({"parent": ""}, "parent"),
            ({"kind": "huyện"}, "kind"),
        ],
    )
    def test_bad_input_comes_back_with_a_sentence_and_nothing_is_lost(
        self, land: Land, specialist: Client, changes: dict[str, Any], words: str
    ) -> None:
        answer = specialist.post(f"{COMMUNES}add/", new_commune(land, **changes))

        assert answer.status_code == 422
        assert words in answer.text
        assert "NQ 1/NQ-UBTVQH15" in answer.text
        assert Unit.objects.count() == 11

    def test_units_of_another_province_are_not_offered_as_parent(
        self, land: Land, specialist: Client
    ) -> None:
        assert "Cao Bằng" not in specialist.get(f"{COMMUNES}add/").text
        typed = new_commune(land, parent=land.foreign.pk)
        assert specialist.post(f"{COMMUNES}add/", typed).status_code == 422

    def test_a_spelling_is_corrected(self, land: Land, specialist: Client) -> None:
        url = f"{COMMUNES}{land.commune_a.pk}/change/"
        answer = specialist.post(url, correction(land.commune_a, name="Phú Đinh", code="99999"))

        assert answer.status_code == 302
        land.commune_a.refresh_from_db()
        assert (land.commune_a.name, land.commune_a.code, land.commune_a.version) == ("Phú Đinh", "05602", 2)

    def test_the_message_after_a_change_bears_the_new_name(self, land: Land, specialist: Client) -> None:
        url = f"{COMMUNES}{land.commune_a.pk}/change/"
        page = specialist.post(url, correction(land.commune_a, name="Phú Đinh"), follow=True).text
        said = page.split('class="messagelist"')[1].split("</ul>")[0]
        assert ("Xã Phú Đinh" in said, "Xã Phú Đình" in said) == (True, False)

    def test_a_name_of_an_older_encoding_is_refused(self, land: Land, specialist: Client) -> None:
        url = f"{COMMUNES}{land.commune_a.pk}/change/"
        answers = (
            specialist.post(url, correction(land.commune_a, name="§Þnh Hãa")),
            specialist.post(f"{COMMUNES}add/", new_commune(land, name="§Þnh Hãa")),
        )
        for answer in answers:
            assert answer.status_code == 422
            assert "gõ bằng bảng mã TCVN3. Hãy chuyển sang Unicode." in answer.text
        assert not Unit.objects.filter(name__contains="§").exists()

    def test_a_save_from_an_old_version_shows_both_values(self, land: Land, specialist: Client) -> None:
        change_unit(land.commune_a, expected=1, name="Của Họ", by=audit.SYSTEM)

        url = f"{COMMUNES}{land.commune_a.pk}/change/"
        answer = specialist.post(url, correction(land.commune_a, name="Của Tôi"))

        assert answer.status_code == 409
        assert "Của Họ" in answer.text
        assert "Của Tôi" in answer.text
        again = specialist.post(url, correction(land.commune_a, name="Của Tôi", version=2))
        assert again.status_code == 302

    def test_the_page_shows_attributes_and_leads_to_a_new_one(self, land: Land, specialist: Client) -> None:
        factories.attribute(land.commune_a, AttributeKind.POPULATION, "4102")
        page = specialist.get(f"{COMMUNES}{land.commune_a.pk}/change/").text

        assert "4.102" in page
        assert f"{ATTRIBUTES}add/?unit={land.commune_a.pk}" in page
        add = specialist.get(f"{ATTRIBUTES}add/", {"unit": land.commune_a.pk}).text
        assert f'<option value="{land.commune_a.pk}" selected>Xã Phú Đình (05602)' in add

    @pytest.mark.parametrize("role", ["administrator"])
    def test_who_may_only_look_gets_no_form(
        self, land: Land, cast: SimpleNamespace, client_as: Callable[..., Client], role: str
    ) -> None:
        client = client_as(getattr(cast, role))
        url = f"{COMMUNES}{land.commune_a.pk}/change/"

        assert 'name="name"' not in client.get(url).text
        assert client.post(url, correction(land.commune_a, name="Khác")).status_code == 403
        assert client.get(f"{COMMUNES}add/").status_code == 403

    @pytest.mark.parametrize("role", ["officer_a", "leader", "approver", "auditor"])
    def test_who_enters_nothing_does_not_enter(
        self, land: Land, cast: SimpleNamespace, client_as: Callable[..., Client], role: str
    ) -> None:
        answer = client_as(getattr(cast, role)).post(f"{COMMUNES}add/", new_commune(land))

        assert answer.status_code in (302, 403)
        assert not Unit.objects.filter(code="05999").exists()

    def test_a_unit_from_the_province_s_past_is_only_read(self, land: Land, specialist: Client) -> None:
        event = factories.document().reorganisations.create(effective_on=date(2025, 7, 1), title="Nhập tỉnh")
        event.successions.create(predecessor=land.foreign, successor=land.province, extent="whole")
        url = f"{COMMUNES}{land.foreign_commune.pk}/change/"

        assert specialist.get(url).status_code == 200
        assert specialist.post(url, correction(land.foreign_commune, name="Khác")).status_code == 403


class TestAttributes:
    def typed(self, land: Land, **changes: Any) -> dict[str, Any]:
        return {
            "unit": land.commune_a.pk,
            "kind": "especially_difficult",
            "value": "Có",
            "valid_from": "04/06/2021",
            "document": "",
            "trust": "verified",
            "source": "",
            "token": str(uuid.uuid4()),
        } | changes

    @pytest.mark.parametrize(
        ("kind", "value", "stored"),
        [
            ("especially_difficult", "Có", "1"),
            ("especially_difficult", "không", "0"),
            ("area_type", "iii", "III"),
            ("population", "4.102", "4102"),
            ("area_km2", "1.234,5", "1234.5"),
        ],
    )
    def test_values_are_read_as_people_write_them(
        self, land: Land, specialist: Client, kind: str, value: str, stored: str
    ) -> None:
        answer = specialist.post(f"{ATTRIBUTES}add/", self.typed(land, kind=kind, value=value))

        assert answer.status_code == 302
        assert Attribute.objects.get().value == stored

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"value": "có lẽ"}, "một trong: 1, 0"),
            ({"kind": "area_km2", "value": "12.500"}, "12.500"),
            ({"kind": "population", "value": "mười"}, "mười"),
            ({"kind": ""}, "kind"),
            ({"valid_from": "01/01/2099"}, "tương lai"),
        ],
    )
    def test_bad_input_comes_back_with_a_sentence(
        self, land: Land, specialist: Client, changes: dict[str, str], words: str
    ) -> None:
        answer = specialist.post(f"{ATTRIBUTES}add/", self.typed(land, **changes))

        assert answer.status_code == 422
        assert words in answer.text
        assert not Attribute.objects.exists()

    def test_a_value_is_corrected_and_ended_in_one_save(self, land: Land, specialist: Client) -> None:
        row = factories.attribute(land.commune_a, AttributeKind.ATK, valid_from=date(2021, 1, 1))
        url = f"{ATTRIBUTES}{row.pk}/change/"
        data = self.typed(land, value="Không", valid_to="01/01/2023", version=1)

        assert specialist.post(url, data).status_code == 302
        row.refresh_from_db()
        assert (row.value, row.valid_to, row.version) == ("0", date(2023, 1, 1), 3)
        assert specialist.post(url, data).status_code == 409

    def test_another_province_s_unit_is_not_offered(self, land: Land, specialist: Client) -> None:
        answer = specialist.post(f"{ATTRIBUTES}add/", self.typed(land, unit=land.foreign_commune.pk))
        assert answer.status_code == 422


class TestReorganisations:
    def typed(self, land: Land, **changes: Any) -> dict[str, Any]:
        return {
            "document": factories.document("729/NQ-UBTVQH15").pk,
            "effective_on": "10/04/2023",
            "title": "Nhập xã Điềm Mặc vào xã Phú Đình",
            "whole": [land.commune_a.pk, land.commune_b.pk],
            "code": "05602",
            "name": "Phú Đình",
            "kind": "xã",
            "parent": land.district.pk,
            "token": str(uuid.uuid4()),
        } | changes

    def test_a_merger_is_carried_out(self, land: Land, specialist: Client) -> None:
        answer = specialist.post(f"{EVENTS}add/", self.typed(land))

        assert answer.status_code == 302
        new = Unit.objects.get(code="05602", valid_to=None)
        assert (new.place, new.valid_from) == (land.commune_a.place, date(2023, 4, 10))
        event = Reorganisation.objects.get()
        page = specialist.get(f"{EVENTS}{event.pk}/change/")
        assert "Xã Điềm Mặc" in page.text
        assert 'name="title"' not in page.text

    def test_a_new_unit_begins_a_new_place(self, land: Land, specialist: Client) -> None:
        specialist.post(f"{EVENTS}add/", self.typed(land, formed_anew="on"))
        assert Unit.objects.get(code="05602", valid_to=None).place != land.commune_a.place

    def test_land_moves_from_a_unit_that_goes_on(self, land: Land, specialist: Client) -> None:
        specialist.post(
            f"{EVENTS}add/", self.typed(land, whole=[land.commune_a.pk], part=[land.commune_b.pk])
        )

        assert Succession.objects.filter(keeps_identity=True).count() == 2
        assert Unit.objects.filter(place=land.commune_b.place).count() == 2

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"whole": []}, "whole"),
            ({"code": "05572"}, "Mã 05572 đang được Xã Bảo Linh sử dụng"),
            ({"kind": UnitKind.HUYEN}, "không thể nhập vào"),
            ({"effective_on": "01/01/2099"}, "tương lai"),
            ({"title": ""}, "title"),
        ],
    )
    def test_bad_input_comes_back_and_nothing_happens(
        self, land: Land, specialist: Client, changes: dict[str, Any], words: str
    ) -> None:
        answer = specialist.post(f"{EVENTS}add/", self.typed(land, **changes))

        assert answer.status_code == 422
        assert words in answer.text
        assert not Succession.objects.exists()

    def test_only_those_about_visible_units_are_listed(self, land: Land, specialist: Client) -> None:
        event = factories.document("1/NQ").reorganisations.create(
            effective_on=date(2025, 7, 1), title="Việc của tỉnh khác"
        )
        event.successions.create(
            predecessor=land.foreign_commune, successor=factories.unit(land.foreign, "Khác"), extent="whole"
        )
        assert "Việc của tỉnh khác" not in specialist.get(EVENTS).text
        assert specialist.get(f"{EVENTS}{event.pk}/change/").status_code == 404
