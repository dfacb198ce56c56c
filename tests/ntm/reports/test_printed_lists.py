"""A printed list says what it holds: its filters, its day, who printed it and when."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.ntm.reports.reading import Page


@pytest.fixture
def reader(land, cast, client_as) -> Client:
    factories.period(2021, 2025)
    factories.recognition(land.commune_a, factories.level())
    factories.target(factories.plan(land.province), 3)
    client: Client = client_as(cast.leader)
    return client


@pytest.mark.parametrize(
    ("address", "filters", "day"),
    [
        (
            "/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm",
            "Con số: Lũy kế đạt; Mức đạt: Xã đạt chuẩn NTM", "31/12/2023",
        ),
        (
            "/tong-quan/2023/phep-tinh/?so=thieu&muc=ntm",
            "Con số: Thiếu so với kế hoạch; Mức đạt: Xã đạt chuẩn NTM", "31/12/2023",
        ),
        ("/ke-hoach/2023/chi-tieu/?loai=new", "Cách tính: Đạt thêm trong năm", "31/12/2023"),
        ("/ke-hoach/2023/dang-ky/", "không lọc", "31/12/2023"),
        ("/nguon-von/2022/", "không lọc", "31/12/2022"),
        ("/dia-ban/?nam=2023&huyen=167", "Huyện, thành phố: Huyện Định Hóa", "31/12/2023"),
        ("/cong-nhan/", "không lọc", ""),
    ],
)  # fmt: skip
def test_it_states_its_filters_its_day_and_who_printed_it(reader, cast, address, filters, day):
    text = Page(reader, address).text
    stated = f"Số liệu đến ngày {day}. " if day else ""
    now = f"{timezone.localtime():%d/%m/%Y}"
    pattern = f"Bộ lọc: {filters}. {stated}Người in: {cast.leader}, lúc HH:MM ngày {now}."
    assert re.search(re.escape(pattern).replace("HH:MM", r"\d\d:\d\d"), text), text[:900]


def test_it_begins_with_the_office_and_leaves_the_form_of_the_filters_out(reader):
    html = Page(reader, "/ke-hoach/2023/chi-tieu/?loai=new").html
    assert "VĂN PHÒNG ĐIỀU PHỐI NÔNG THÔN MỚI" in html
    assert '<section class="card no-print" aria-label="Bộ lọc">' in html


def test_what_was_typed_into_a_filter_is_printed_as_text(reader):
    html = Page(reader, "/dia-ban/?nam=2023&ten=%3Cb%3Edinh%3C/b%3E").html
    assert "<b>dinh" not in html
