"""The parts that pages are made of, and the promises that all templates and styles keep."""

import gzip
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import Settings

from ntm.core.templatetags import charts, components

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.fixture
def unhashed(settings: Settings) -> None:
    """Static files under their own names: no manifest is needed to draw a page."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


class Decision(forms.Form):
    number = forms.CharField(label="Số quyết định", help_text="Ghi đủ ký hiệu.")
    note = forms.CharField(label="Ghi chú", required=False)
    checked = forms.BooleanField(label="Đã đối chiếu")
    level = forms.ChoiceField(label="Mức", choices=[("1", "Đạt chuẩn")], widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)


# --- numbers, dates, figures -----------------------------------------------------------------------
def test_a_count_is_a_link_with_bare_digits_for_scripts() -> None:
    assert components.figure(1234, "/ds/") == '<a href="/ds/" data-figure="1234">1.234</a>'


def test_a_count_without_a_list_is_plain() -> None:
    assert components.figure(0) == '<span data-figure="0">0</span>'


def test_an_unknown_count_says_so_and_is_never_zero() -> None:
    assert components.figure(None, "/ds/") == '<span class="nodata">chưa có số liệu</span>'
    assert components.money(None, "/ds/") == '<span class="nodata">chưa có số liệu</span>'


def test_an_amount_shows_short_and_carries_the_dong() -> None:
    drawn = components.money(2_088_000_000_000, "/von/")
    assert 'data-sum="2088000000000"' in drawn
    assert "2.088" in drawn
    assert "tỷ đồng" in drawn


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ x|so }}", "2.088"),
        ("{{ p|so:1 }}", "93,7"),
        ("{{ p|phan_tram }}", "93,7%"),
        ("{{ none|so }}", "chưa có số liệu"),
        ("{{ none|phan_tram }}", "chưa có số liệu"),
        ("{{ day|ngay }}", "31/12/2023"),
        ("{{ moment|ngay }}", "01/01/2024"),
        ("{{ moment|ngay_gio }}", "01/01/2024 00:30"),
        ("{{ none|ngay }}", ""),
    ],
)
def test_filters_print_the_office_way(source: str, text: str) -> None:
    moment = datetime(2023, 12, 31, 17, 30, tzinfo=UTC)
    assert draw(source, x=2088, p=Decimal("93.65"), none=None, day=date(2023, 12, 31), moment=moment) == text


# --- signs -----------------------------------------------------------------------------------------
def test_an_unknown_icon_is_a_mistake_and_an_empty_one_draws_nothing() -> None:
    assert components.icon("") == ""
    with pytest.raises(KeyError):
        components.icon("unicorn")


def test_a_tile_says_its_commune_and_escapes_it() -> None:
    drawn = components.tile(2, "/x/", 'Xã "A" <b>')
    assert drawn.startswith('<a class="t l2" href="/x/"')
    assert "<b>" not in drawn
    assert components.tile("wait", "/x/", "A").startswith('<a class="t wait"')


def test_badges_and_pills_escape_their_text() -> None:
    assert "&lt;i&gt;" in components.badge("<i>", "warn")
    assert "&lt;i&gt;" in components.pill("<i>", "ok", "check")


# --- forms -----------------------------------------------------------------------------------------
def test_a_field_ties_its_label_help_and_error_to_its_control() -> None:
    form = Decision({"number": ""})
    drawn = str(form["number"].as_field_group())
    assert '<label for="id_number">Số quyết định' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_number_helptext id_number_error"' in drawn
    assert 'id="id_number_helptext"' in drawn
    assert 'id="id_number_error"' in drawn


def test_only_optional_fields_are_marked() -> None:
    form = Decision()
    assert "(không bắt buộc)" in str(form["note"].as_field_group())
    assert "(không bắt buộc)" not in str(form["number"].as_field_group())


def test_choices_stand_in_a_fieldset_and_a_single_box_before_its_label() -> None:
    form = Decision()
    assert "<legend>Mức</legend>" in str(form["level"].as_field_group())
    box = str(form["checked"].as_field_group())
    assert box.index("<input") < box.index("<label")


def test_a_whole_form_draws_its_hidden_fields_once() -> None:
    assert str(Decision()).count('name="version"') == 1


def test_the_summary_of_errors_leads_to_each_field() -> None:
    form = Decision({"number": "", "version": "1"})
    form.add_error(None, "Xã đã được công nhận.")
    drawn = draw("{% errors_summary form %}", form=form)
    assert 'role="alert" tabindex="-1"' in drawn
    assert '<a href="#id_number">Số quyết định: ' in drawn
    assert "<li>Xã đã được công nhận.</li>" in drawn


def test_what_is_wrong_with_a_hidden_field_is_wrong_with_the_form() -> None:
    form = Decision({"number": "1"})
    form.add_error("version", "Biểu này đã hỏng.")
    assert "<li>Biểu này đã hỏng.</li>" in draw("{% errors_summary form %}", form=form)


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw("{% errors_summary form %}", form=Decision()).strip() == ""


# --- parts -----------------------------------------------------------------------------------------
def test_the_pager_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/ds/?q=b%E1%BA%A3o&page=2")
    drawn = draw("{% pager page %}", request=request, page=Paginator(range(30), 10).page(2))
    assert 'href="?q=b%E1%BA%A3o&amp;page=3" rel="next"' in drawn
    assert "Dòng 11–20 trong 30" in drawn
    assert 'aria-current="page">2<' in drawn


def test_a_single_page_has_no_pager() -> None:
    request = RequestFactory().get("/ds/")
    assert draw("{% pager page %}", request=request, page=Paginator([1], 10).page(1)).strip() == ""


def test_the_last_step_of_a_breadcrumb_is_no_link() -> None:
    drawn = draw("{% breadcrumb items %}", items=[("Địa bàn", "/dia-ban/"), ("Xã Bảo Linh", None)])
    assert '<a href="/dia-ban/">Địa bàn</a>' in drawn
    assert '<span aria-current="page">Xã Bảo Linh</span>' in drawn


# --- charts ----------------------------------------------------------------------------------------
def test_a_strip_marks_what_exceeds_the_plan_and_what_is_missing() -> None:
    over, under = charts.strip(16, 12, "l2"), charts.strip(3, 5, "l1")
    assert over.count('class="plus"') == 4
    assert "KH 12" in over
    assert under.count('class="todo"') == 2


def test_a_strip_without_a_plan_draws_no_line() -> None:
    assert "goal" not in charts.strip(3, None, "l1")


def test_the_parts_of_a_bar_fill_it_and_empty_ones_are_left_out() -> None:
    drawn = charts.stacked([("l0", 8), ("l1", 85), ("l2", 23), ("l3", 10), ("wait", 0)])
    widths = [float(found) for found in re.findall(r'<svg x="[\d.]+%" width="([\d.]+)%"', drawn)]
    assert len(widths) == 4
    assert sum(widths) == pytest.approx(100, abs=0.01)


def test_a_cumulative_bar_dashes_only_what_is_still_to_come() -> None:
    assert "todo" in charts.cumulative(108, 10, 120, 126, "l1")
    assert "todo" not in charts.cumulative(108, 10, 118, 126, "l1")
    assert "todo" not in charts.cumulative(108, 10, None, 126, "l1")


def test_bars_of_nothing_do_not_divide_by_zero() -> None:
    for drawn in (
        charts.stacked([]),
        charts.cumulative(0, 0, None, 0, "l1"),
        charts.bullet(0, None, 0, "l1"),
    ):
        assert drawn.startswith("<svg")


# --- what all templates and styles keep ------------------------------------------------------------
@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_context_and_says_what_to_do(name: str, unhashed: None) -> None:
    page = render_to_string(name)
    assert "<h1>" in page
    assert 'href="/"' in page


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_strict_csp_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", text)
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_stays_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 100
    assert len(re.findall(r"{%-? if ", text)) <= 6


#: Templates that name every style of their page; all others add theirs to everybody's.
WHOLE_LISTS = ("admin/base_site.html", "communes/entry/styles.html", "components/styles.html")


def styles_by_page() -> dict[str, list[str]]:
    """The style sheets of each page that has its own, by the template that names them."""
    root = settings.BASE_DIR / "templates"
    named = {
        str(path.relative_to(root)): re.findall(r"css/(\w+\.css)' %}", path.read_text())
        for path in root.rglob("*.html")
    }
    everybodys = named["components/styles.html"]
    return {name: own if name in WHOLE_LISTS else everybodys + own for name, own in named.items() if own}


@pytest.mark.parametrize("page", styles_by_page())
def test_the_styles_of_a_page_stay_within_fifteen_kilobytes(page: str) -> None:
    folder = settings.BASE_DIR / "static" / "css"
    loaded = [folder / name for name in styles_by_page()[page] if (folder / name).exists()]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in loaded) <= 15 * 1024


def test_all_scripts_stay_within_thirty_kilobytes() -> None:
    """The design's budget; most of it is the grid's, which only its own page loads."""
    scripts = (settings.BASE_DIR / "static" / "js").rglob("*.js")
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) <= 30 * 1024


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_layouts_by_width_never_reach_the_printer(path: Path) -> None:
    for query in re.findall(r"@media ([^{]*width[^{]*){", path.read_text()):
        assert query.startswith("screen and")


def test_the_font_is_one_small_file_with_its_licence() -> None:
    fonts = settings.BASE_DIR / "static" / "fonts"
    assert [path.name for path in fonts.glob("*.woff2")] == ["inter.woff2"]
    assert (fonts / "inter.woff2").stat().st_size <= 40 * 1024
    assert "SIL Open Font License" in (fonts / "OFL.txt").read_text()
