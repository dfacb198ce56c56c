"""What goes out comes back: both templates of a draft, brought back unchanged, change nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communes.models import Level, Unit
from ntm.core.text import clean
from targets.choices import MAX_VALUE, TargetKind
from targets.models import Plan, Registration, Target
from tests import factories
from tests.communes import sheets
from tests.communes.test_sheets_round_trip import NASTY
from tests.targets.conftest import CODES

KINDS = ("/nhap-tep/chi-tieu-ke-hoach/", "/nhap-tep/dang-ky-ke-hoach/")
YEAR = "?nam=2023"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(land: Any, cast: Any, draft: Plan, client_as: Any) -> SimpleNamespace:
    """Names of units and levels as nobody should write them; every level with both numbers."""
    for at, text in enumerate(NASTY):
        unit = factories.unit(land.district, f"{clean(text)[:60]} {at}", code=f"91{at:03}")
        factories.registration(draft, unit, ("ntm", "advanced", "model")[at % 3])
    for level, text in zip(Level.objects.order_by("pk"), NASTY, strict=False):
        Level.objects.filter(pk=level.pk).update(name=f"{clean(text)[:40]} {level.code}")
        for kind in TargetKind:
            value = {"value": 0 if kind == TargetKind.NEW else MAX_VALUE}
            Target.objects.update_or_create(plan=draft, level=level, kind=kind, defaults=value)
    return SimpleNamespace(office=client_as(cast.specialist), land=land, draft=draft)


def sent(client: Any, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)


def unchanged(client: Any, kind: str, content: bytes, name: str = "mau.xlsx") -> int:
    page = client.get(sheets.brought(client, kind + YEAR, content, name))
    found = sheets.counts(page)
    assert (found["them"], found["doi"], found["loi"]) == (0, 0, 0), sheets.text_of(page)
    assert not sheets.seen(page), "nothing to confirm"
    return found["giu"]


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip_of_the_template_changes_nothing(place, kind):
    rows = unchanged(place.office, kind, sent(place.office, f"{kind}mau.xlsx{YEAR}"))
    units = Unit.objects.filter(province=place.land.province.place, tier__in=("commune", "district"))
    assert rows == (Level.objects.count() if kind == KINDS[0] else units.count())
    assert rows > 3


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip_through_another_program_changes_nothing(place, kind):
    unchanged(place.office, kind, sheets.packed(sheets.fetched(place.office, f"{kind}mau.xlsx{YEAR}")))


@pytest.mark.parametrize("kind", KINDS)
def test_no_live_formula_leaves_in_a_template(place, kind):
    book = sheets.fetched(place.office, f"{kind}mau.xlsx{YEAR}")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.alike
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=sheets.texts(4), values=st.lists(st.integers(0, MAX_VALUE), min_size=4, max_size=4))
def test_round_trip_of_any_name_and_number(place, names, values):
    for at, (level, name, value) in enumerate(zip(CODES, names, values, strict=True)):
        # A name that stands twice is another matter: the last letters tell these apart.
        name = f"{clean(name)[:60]} {at}"
        Unit.objects.filter(code=f"9100{at}").update(name=name)
        Level.objects.filter(code=level).update(name=name)
        Target.objects.filter(level__code=level).update(value=value)
    for kind in KINDS:
        unchanged(place.office, kind, sent(place.office, f"{kind}mau.xlsx{YEAR}"))


@pytest.mark.parametrize(("kind", "part"), [(KINDS[0], "chi-tieu"), (KINDS[1], "dang-ky")])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_file_of_a_list_has_another_shape_and_writes_nothing(
    land, cast, client_as, draft, kind, part, ending
):
    """A list has a row for each target or registration, a sheet one for each level or unit: a level may stand in two
    rows of the list, so that it is not taken for one; the page says so, and which way works."""
    office = client_as(cast.specialist)
    content = sent(office, f"/ke-hoach/2023/{part}/danh-sach.{ending}?lan=1")
    page = office.get(sheets.brought(office, kind + YEAR, content, f"tep.{ending}"))
    text = sheets.text_of(page)
    assert "Danh sách này có một dòng cho mỗi" in text and "Hãy tải mẫu của trang này" in text
    assert "Ghép cột" not in text
    assert not sheets.seen(page)
    assert (Target.objects.count(), Registration.objects.count()) == (2, 2)
