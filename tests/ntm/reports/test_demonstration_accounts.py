"""The demonstration's accounts: safe to load again, also over what an older release has made."""

from communes.models import Assignment, Indicator
from ntm.accounts.models import User
from ntm.accounts.passwords import Shared
from ntm.reports.demonstration.accounts import load_accounts
from tests import factories


def test_all_sign_in_with_the_password_of_the_last_start_hashed_once(land, monkeypatch):
    factories.department("so-nn")
    hashed = []
    once = Shared.hashed.func
    monkeypatch.setattr(Shared.hashed, "func", lambda one: hashed.append(str(one)) or once(one))
    codes = [land.commune_a.code, land.commune_b.code]
    for password in ("first start 1", "second start 2"):
        load_accounts(land.province.place, codes, password)
        people = User.objects.filter(username__in=["quantri", "so_nn", "xa_b"])
        assert [one.check_password(password) for one in people] == [True, True, True]
    assert hashed == ["first start 1", "second start 2"]
    load_accounts(land.province.place, codes, "")
    assert User.objects.get(username="xa_a").check_password("second start 2")


def test_the_first_communes_return_finds_everybody_whom_it_needs(land):
    made = factories.small_set()
    for code, name in (("1.1", "so-nn"), ("1.2", "so-yt"), ("2.1", "cuc-tk")):
        Indicator.objects.filter(criteria_set=made, code=code).update(department=factories.department(name))
    factories.department("so-tp")
    factories.a_round(land.province, made)
    lines = load_accounts(land.province.place, [land.commune_a.code, land.commune_b.code], "")
    names = [line.split()[0] for line in lines[1:-1]]
    assert names == [
        "quantri", "chuyenvien", "duyet", "lanhdao", "so_nn", "xa_a", "xa_b", "lanhdaoxa_a", "so_yt", "cuc_tk",
    ]  # fmt: skip
    leader = User.objects.get(username="lanhdaoxa_a")
    assert leader.has_perm("communes.submit_result")
    assert leader.assignments.get().unit == land.commune_a
    judges = Assignment.objects.filter(role="department").values_list("department__code", flat=True)
    assert sorted(judges) == ["cuc-tk", "so-nn", "so-yt"]


def test_the_departments_officer_speaks_for_the_department_also_when_made_before_it_was_kept(land):
    ours = factories.department("so-nn")
    codes = [land.commune_a.code, land.commune_b.code]
    load_accounts(land.province.place, codes, "")
    officer = Assignment.objects.get(user__username="so_nn")
    assert officer.department == ours
    assert Assignment.objects.exclude(department=None).count() == 1
    Assignment.objects.filter(pk=officer.pk).update(department=None)
    load_accounts(land.province.place, codes, "")
    officer.refresh_from_db()
    assert officer.department == ours
    other = factories.department("so-yt")
    Assignment.objects.filter(pk=officer.pk).update(department=other)
    load_accounts(land.province.place, codes, "")
    officer.refresh_from_db()
    assert officer.department == other
