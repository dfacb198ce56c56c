"""What stands in the two columns of the answer 409."""

from typing import Any

from django import forms

from communes.models import Place
from ntm.audit.conflicts import conflict_of, shown
from tests import factories


def test_a_place_is_told_by_its_name_and_never_by_its_key(land: Any) -> None:
    field = forms.ModelChoiceField(Place.objects.all(), label="Trực thuộc")
    form = type("ParentForm", (forms.Form,), {"parent": field})({"parent": land.other_district.place_id})
    assert form.is_valid()
    (row,) = conflict_of(form, land.commune_a).rows
    assert (row.mine, row.theirs, row.differs) == ("Thành phố Phổ Yên", "Huyện Định Hóa", True)


def test_several_places_are_told_by_their_names(land: Any) -> None:
    field = forms.ModelMultipleChoiceField(Place.objects.all())
    places = Place.objects.filter(pk__in=[land.commune_a.place_id, land.district.place_id])
    assert shown(field, places) == "Huyện Định Hóa, Xã Phú Đình"


def test_a_place_without_any_version_is_told_as_it_is(db: None) -> None:
    place = Place.objects.create()
    assert shown(forms.ModelChoiceField(Place.objects.all()), place) == str(place)


def test_other_rows_are_told_as_they_call_themselves(db: None) -> None:
    level = factories.level()
    assert shown(forms.ModelChoiceField(type(level).objects.all()), level) == str(level)
