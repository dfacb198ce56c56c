"""Traps T1 to T4: a cell is read exactly or refused, and an unchanged cell is unchanged."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import import_export.widgets as stock
import pytest
from django.apps import apps
from django.conf import settings
from django.forms import DateField, DecimalField
from django.template import Context, Template
from django.utils import translation

from communes.choices import Tier
from communes.models import Period
from ntm.sheets import resources, widgets
from tests import factories

S, N, B, D = "s", "n", "b", "d"


def read(widget: widgets.CellWidget, kind: str, text: str) -> Any:
    return widget.clean([kind, text])


# --- T1, T3, T4: dates ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "day"),
    [
        (S, "03/04/2026", date(2026, 4, 3)),
        (S, "25/12/2026", date(2026, 12, 25)),
        (S, "2026-04-03", date(2026, 4, 3)),
        (D, "2026-04-03", date(2026, 4, 3)),
        (N, "45291", date(2023, 12, 31)),
    ],
)
def test_the_day_comes_before_the_month(kind: str, text: str, day: date) -> None:
    assert read(widgets.DateWidget(), kind, text) == day


def test_a_page_reads_dates_the_same_way() -> None:
    with translation.override("vi"):
        assert DateField().clean("03/04/2026") == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(S, "31/02/2023"), (S, "1/2/23"), (S, "hôm nay"), (N, "5"), (N, "45291.5"), (N, "9999999"), (B, "1"),
     ("m", "2023-12-31T08:30:00"), ("t", "8:30"), (D, "1850-01-01")],
)  # fmt: skip
def test_what_is_no_day_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        read(widgets.DateWidget(), kind, text)


def test_the_package_would_have_misread_the_day() -> None:
    assert stock.DateWidget().clean("03/04/2026") == date(2026, 3, 4)


def test_a_serial_is_counted_by_the_workbooks_own_calendar() -> None:
    widget = widgets.DateWidget()
    widget.from_1904 = True
    assert read(widget, N, "43829") == date(2023, 12, 31)


def test_a_date_cell_becomes_a_plain_day_so_that_nothing_differs_after_export_and_import() -> None:
    day = read(widgets.DateWidget(), D, "2023-12-31")
    assert type(day) is date
    assert widgets.DateWidget().render(day) == day
    assert isinstance(stock.DateWidget().clean(datetime(2023, 12, 31)), datetime)  # noqa: DTZ001 - the trap


# --- T2, T3: numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [(N, "2023", 2023), (N, "1.5E+3", 1500), (S, "1.234", 1234), (S, "12,0", 12), (S, " 7 ", 7), (N, "0", 0)],
)
def test_a_whole_number_is_read_exactly(kind: str, text: str, number: int) -> None:
    assert read(widgets.IntegerWidget(0, 32767), kind, text) == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [(N, "1.9"), (S, "1,9"), (S, "12.50"), (S, "x"), (B, "1"), (D, "2023-12-31"), (N, "-1"), (N, "32768"),
     (S, "99999999999999"), ("e", "#REF!"), ("f", "")],
)  # fmt: skip
def test_what_is_no_whole_number_of_the_column_is_refused_and_never_cut(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        read(widgets.IntegerWidget(0, 32767), kind, text)
    for widget, said in (
        (widgets.IntegerWidget(0, 32767), "0 đến 32.767"),
        (widgets.YearWidget(), "2000 đến 2100"),
    ):
        with pytest.raises(ValueError, match=said):
            read(widget, N, "40000")
    assert stock.IntegerWidget().clean("1.9") == 1  # the trap


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (S, "1.234,5", "1234.5"),
        (S, "0.125", "0.125"),
        (N, "0.125", "0.125"),
        (N, "12.5", "12.5"),
        (N, "1.234", "1.234"),
    ],
)
def test_a_decimal_is_read_exactly(kind: str, text: str, number: str) -> None:
    assert read(widgets.DecimalWidget(12, 4), kind, text) == Decimal(number)


@pytest.mark.parametrize(
    ("kind", "text"), [(S, "1.234"), (S, "1,23456"), (N, "123456789"), (S, "x"), (B, "0")]
)
def test_an_ambiguous_or_too_long_decimal_is_refused_and_never_guessed_or_rounded(
    kind: str, text: str
) -> None:
    with pytest.raises(ValueError):
        read(widgets.DecimalWidget(12, 4), kind, text)
    assert stock.DecimalWidget().clean("1.234") == Decimal("1.234")  # the trap


def test_years_are_never_grouped_and_a_typed_point_is_no_grouping() -> None:
    assert settings.USE_THOUSAND_SEPARATOR is False
    assert Template("{{ year }}").render(Context({"year": 2026})) == "2026"
    with translation.override("vi"):
        assert DecimalField(localize=True).clean("0.125") == Decimal("0.125")


# --- T3: yes and no ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text"),
    [(S, "Đạt"), (S, "Có"), (S, "có "), (S, "CO\u0301"), (S, "x"), (S, "X"), (B, "1"), (N, "1")],
)
def test_yes_is_yes(kind: str, text: str) -> None:
    assert read(widgets.YesNoWidget(), kind, text) is True


@pytest.mark.parametrize(("kind", "text"), [(S, "Không"), (S, "không đạt"), (B, "0"), (N, "0"), (S, "Sai")])
def test_no_is_no(kind: str, text: str) -> None:
    assert read(widgets.YesNoWidget(), kind, text) is False


@pytest.mark.parametrize("cell", [[S, "có lẽ"], [N, "2"], [D, "2023-12-31"], [S, " "], None])
def test_anything_else_is_neither(cell: Any) -> None:
    with pytest.raises(ValueError):
        widgets.YesNoWidget().clean(cell)


# --- text, choices, keys ----------------------------------------------------------------------------


def test_text_is_kept_in_one_form() -> None:
    assert read(widgets.TextWidget(), S, "  Phu\u0301  Đình\u200b ") == "Phú Đình"
    assert read(widgets.TextWidget(), N, "2023") == "2023"
    assert widgets.TextWidget().clean(None) == ""


@pytest.mark.parametrize(
    ("kind", "text"), [(S, "x· §iÒm MÆc"), (D, "2023-12-31"), (B, "1"), (S, "a" * 40000)]
)
def test_unreadable_text_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        read(widgets.TextWidget(), kind, text)


def test_a_choice_is_known_by_its_words_and_by_its_code() -> None:
    widget = widgets.ChoiceWidget(Tier.choices)
    assert read(widget, S, "cấp XÃ") == read(widget, S, "commune") == "commune"
    assert widget.render("commune") == "Cấp xã"
    with pytest.raises(ValueError, match="Cấp tỉnh, Cấp huyện, Cấp xã"):
        read(widget, S, "cấp thôn")


def test_keys_of_a_whole_file_cost_one_query(db: None, django_assert_num_queries: Any) -> None:
    factories.period(2016, 2020)
    factories.period(2021, 2025)
    widget = widgets.ManyWidget(Period.objects.all())
    with django_assert_num_queries(1):
        rows = read(widget, S, "2021-2025, 2016-2020")
        read(widget, S, "2021-2025")
    assert widget.render(rows) == "2016-2020, 2021-2025"
    with pytest.raises(ValueError, match="giai đoạn nào có mã “1900”"):
        read(widget, S, "1900")


# --- nobody uses the package's own ------------------------------------------------------------------


def all_resources(base: type) -> set[type]:
    found = set(base.__subclasses__())
    return found | {deeper for below in found for deeper in all_resources(below)}


def test_no_resource_uses_a_stock_widget() -> None:
    for config in apps.get_app_configs():
        try:
            __import__(f"{config.name}.resources")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.resources":
                raise
    found = {one for one in all_resources(resources.ModelResource) if one._meta.model}
    ours = {one for one in found if not one.__module__.startswith(("import_export.", "tests."))}
    assert {one.__name__ for one in ours} >= {"PeriodResource", "LevelResource"}
    for resource in ours:
        assert issubclass(resource, resources.SheetResource), resource
        for column in resource.fields.values():
            assert isinstance(column, resources.SheetField), (resource, column)
            assert isinstance(column.widget, widgets.CellWidget), (resource, column)
