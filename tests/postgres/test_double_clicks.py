"""Every form that creates, sent by three clicks in the same moment, on PostgreSQL: one effect, and all lead to one
place. With the control: without the token, the forms that nothing else protects would write more than once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from communes.models import Remark, Submission, Unit
from communes.services import appraisal_returns
from ntm.audit import pages
from ntm.audit.log import SYSTEM
from ntm.audit.models import LogEntry, Receipt
from tests import factories
from tests.access.matrix import routes
from tests.communes import appraising
from tests.communes.appraising import fill, give_back, judge_all, result, step, submit
from tests.conftest import Land
from tests.forms import forms_on
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PAPER = {"issued_on": "05/01/2024", "authority": "UBND tỉnh Thái Nguyên", "title": "Diễn tập"}
STEP = "muc=ntm&nam=2023&ngay=05/01/2024"
#: Tested with their files in `test_result_races.py` (it stands on the page of a cell, which has no route of its own)
#: and tests/communes/test_sheets_hostile.py; jobs, which none but a long list asks for, in `test_job_races.py`.
ELSEWHERE = {"AddEvidence", "ImportPage", "AskForListFile"}


#: Of a box: everything that it offers.
EVERY = object()


@dataclass
class Click:
    """A form as a person has it before them: who, where, what is typed into it."""

    who: str
    url: str
    typed: dict[str, Any] = field(default_factory=dict)


class Scene:
    """A province with a set, a round, and as many communes as are asked for."""

    def __init__(self, land: Land, cast: Any) -> None:
        self.land, self.cast = land, cast
        appraising.judge_for(cast.department)
        appraising.no_districts(land)
        self.level = factories.level()
        self.set = appraising.assigned_set(self.level)
        self.round = factories.a_round(land.province, self.set)
        self.numbers = iter(range(100))

    def commune(self) -> Unit:
        return factories.unit(self.land.province, f"Diễn Tập {next(self.numbers)}")

    def returned(self, unit: Unit | None = None, *, to: str = "draft") -> Submission:
        """A full return of a commune, brought as far as is asked."""
        row = factories.submission(self.round, unit or self.commune())
        fill(row, SYSTEM)
        if to != "draft":
            submit(row, SYSTEM)
        if to in ("judged", "accepted"):
            judge_all(row, SYSTEM)
        if to == "accepted":
            step("accept", row, SYSTEM)
        return row

    def paper(self) -> dict[str, Any]:
        return PAPER | {"number": f"{next(self.numbers)}/QĐ-UBND"}


def _page(name: str, *args: Any, query: str = "") -> str:
    return reverse(name, args=args) + (f"?{query}" if query else "")


def _step(name: str, who: str, to: str, **typed: Any) -> Callable[[Scene], Click]:
    return lambda scene: Click(who, _page(f"communes:submission-{name}", scene.returned(to=to).pk), typed)


def _own_step(name: str, to: str, **typed: Any) -> Callable[[Scene], Click]:
    """Of the leader's own commune, in a round of another year each time."""

    def click(scene: Scene) -> Click:
        scene.round = factories.a_round(scene.land.province, scene.set, 2021 + scene.round.year % 4)
        row = scene.returned(scene.land.commune_a, to=to)
        if name == "answer":
            give_back(row, "3", SYSTEM)
            cell = appraising.Cell("3", "80", version=result(row, "3").version)
            fill(row, SYSTEM, cell)
        return Click("leader_a", _page(f"communes:submission-{name}", row.pk), typed)

    return click


def _review(scene: Scene) -> Click:
    """While a district stands above the commune."""
    standing = factories.unit(scene.land.province, "Phú Lương", kind="huyện")
    officer = factories.user("reviewer", "district_officer", standing)
    scene.cast.reviewer = officer
    row = scene.returned(factories.unit(standing, "Yên Ninh"), to="sent")
    return Click("reviewer", _page("communes:submission-review", row.pk))


def _extend(scene: Scene) -> Click:
    scene.round.enter_by = "2099-01-31"
    scene.round.save()
    where = _page("communes:submission-extend", scene.returned().pk)
    return Click("specialist", where, {"until": "31/12/2099", "reason": "Mưa lũ"})


def _recognised(scene: Scene) -> Any:
    decision = factories.decision(scene.land.province)
    return factories.recognition(scene.commune(), scene.level, year=2022, by=decision)


def _recognise(scene: Scene) -> Click:
    typed = scene.paper() | {"units": [scene.commune().pk]}
    return Click("approver", _page("communes:recognise", query=STEP), typed)


def _confirm(scene: Scene) -> Click:
    typed = scene.paper() | {"units": [_recognised(scene).unit_id]}
    return Click("approver", _page("communes:confirm", query=STEP), typed)


def _revoke(scene: Scene) -> Click:
    more = {"recognitions": [_recognised(scene).pk], "effective_on": "05/01/2024", "reason": "Ô nhiễm"}
    return Click("approver", _page("communes:revoke", query="muc=ntm"), scene.paper() | more)


def _correct(scene: Scene) -> Click:
    typed = {"unit": scene.commune().pk, "reason": "Nhầm đơn vị"}
    return Click("approver", _page("communes:correct", _recognised(scene).pk), typed)


def _take_back(name: str) -> Callable[[Scene], Click]:
    def click(scene: Scene) -> Click:
        row, other = _recognised(scene), factories.decision(scene.land.province)
        key = row.pk
        if name == "take-back-confirmation":
            key = row.confirmations.create(decision=other).pk
        elif name == "take-back-revocation":
            row.state, row.ended_by, row.ended_on = "revoked", other, "2024-02-01"
            row.save()
        return Click("approver", _page(f"communes:{name}", key), {"reason": "Ghi nhầm"})

    return click


def _add_units(scene: Scene) -> Click:
    decision = _recognised(scene).decision
    where = _page("communes:add-units", decision.pk, query="muc=ntm&nam=2022")
    return Click("approver", where, {"units": [scene.commune().pk]})


def _accept_many(scene: Scene) -> Click:
    scene.returned(to="judged")
    return Click("specialist", _page("communes:accept-many", scene.round.pk), {"picks": EVERY})


def _judge_many(scene: Scene) -> Click:
    scene.returned(to="sent")
    typed = {"picks": EVERY, "verdict": "met", "basis": "Biên bản 3"}
    return Click("department", _page("communes:judge-many"), typed)


def _judge(scene: Scene) -> Click:
    row = result(scene.returned(to="sent"), "3")
    return Click("department", _page("communes:judge", row.pk), {"verdict": "met", "basis": "Báo cáo 1"})


def _return(scene: Scene) -> Click:
    row = result(scene.returned(to="sent"), "3")
    return Click("department", _page("communes:return-result", row.pk), {"act": "hoi", "reason": "Nguồn?"})


def _answer(scene: Scene) -> Click:
    row = result(scene.returned(to="sent"), "3")
    appraisal_returns.ask(result=row.pk, text="Nguồn?", by=SYSTEM)
    remark = Remark.objects.latest("pk")
    return Click("department", _page("communes:answer-remark", remark.pk), {"answer": "Thống kê"})


def _draft(scene: Scene) -> Any:
    return factories.small_set(
        factories.level("advanced"),
        name="Dự thảo",
        province=scene.land.province.place,
        state="draft",
        revision=7,
    )


def _criterion(scene: Scene) -> Click:
    typed = {"number": "9", "name": "Tiêu chí thêm"}
    return Click("specialist", _page("communes:criteria-criterion-add", _draft(scene).pk), typed)


def _indicator(scene: Scene) -> Click:
    below = _draft(scene).criteria.get(number="3")
    typed = {"code": "3.9", "name": "Chỉ tiêu thêm"}
    return Click("specialist", _page("communes:criteria-indicator-add", below.pk), typed)


def _threshold(scene: Scene) -> Click:
    one = scene.set.indicators.get(code="3")
    typed = {
        "operator": "gte",
        "value": "80",
        "first_year": "2025",
        "document": factories.document().pk,
        "is_retroactive": "on",
    }
    return Click("specialist", _page("communes:criteria-threshold-add", one.pk), typed)


def _duties(scene: Scene) -> Click:
    one = scene.set.indicators.get(code="3")
    typed = {"department": factories.department("so-yt").pk, "first_year": "2025", "indicators": one.pk}
    return Click("specialist", _page("communes:criteria-duties", scene.set.pk), typed)


def _new_draft(scene: Scene) -> Click:
    typed = {"level": factories.level("model").pk, "name": "Bộ mới"}
    return Click("specialist", _page("communes:criteria-draft"), typed)


def _open_round(scene: Scene) -> Click:
    typed = {"year": "2022", "term": "year", "criteria_set": factories.small_set(revision=9).pk}
    return Click("specialist", _page("communes:open-round"), typed)


def _plan(scene: Scene) -> Click:
    return Click("specialist", _page("targets:draft", 2025), {"new_ntm": "3"})


def _amend(scene: Scene) -> Click:
    plan = factories.plan(scene.land.province, 2023)
    factories.target(plan, 3)
    return Click("specialist", _page("targets:amend", 2023))


def _amount(scene: Scene) -> Click:
    typed = {"year": "2023", "source_of_funds": factories.source().pk, "amount": "5"}
    return Click("specialist", _page("funding:enter"), typed)


def _allocation(scene: Scene) -> Click:
    typed = {"year": "2023", "stage": "plan", "source_of_funds": factories.source().pk, "amount": "5"}
    return Click("specialist", _page("funding:enter-allocation"), typed)


#: By the page's class.
CLICKS: dict[str, Callable[[Scene], Click]] = {
    "RecognisePage": _recognise,
    "ConfirmPage": _confirm,
    "RevokePage": _revoke,
    "CorrectPage": _correct,
    "TakeBackPage": _take_back("take-back"),
    "TakeBackConfirmationPage": _take_back("take-back-confirmation"),
    "TakeBackRevocationPage": _take_back("take-back-revocation"),
    "AddUnitsPage": _add_units,
    "DeclarePage": lambda scene: Click("approver", _page("communes:declare-year", query="nam=2021")),
    "SubmitPage": _own_step("submit", "draft"),
    "WithdrawPage": _own_step("withdraw", "sent", reason="Nhầm số"),
    "SendAgainPage": _own_step("answer", "sent"),
    "ReviewPage": _review,
    "AcceptPage": _step("accept", "specialist", "judged"),
    "ReopenPage": _step("reopen", "specialist", "accepted", until="31/12/2099", reason="Rà soát"),
    "ExtendPage": _extend,
    "AcceptMany": _accept_many,
    "JudgePage": _judge,
    "JudgeMany": _judge_many,
    "ReturnPage": _return,
    "AnswerPage": _answer,
    "NewDraft": _new_draft,
    "CopySet": lambda scene: Click(
        "specialist", _page("communes:criteria-copy", scene.set.pk), {"name": "Bản chép"}
    ),
    "AddCriterion": _criterion,
    "AddIndicator": _indicator,
    "AddThreshold": _threshold,
    "DutiesPage": _duties,
    "OpenRound": _open_round,
    "DraftPlan": _plan,
    "AmendPlan": _amend,
    "EnterAmount": _amount,
    "EnterAllocation": _allocation,
    "OfficialFormPage": lambda scene: Click("specialist", _page("reports:form", 2023, "nguon-luc")),
}


def creating() -> set[str]:
    """The classes of all pages whose form carries a token that is used up."""
    classes = (getattr(route.pattern.callback, "view_class", object) for route in routes())
    return {one.__name__ for one in classes if issubclass(one, pages.CreatePage)}


@pytest.fixture
def scene(land: Land, cast: Any) -> Scene:
    return Scene(land, cast)


def three_clicks(scene: Scene, click: Click, client_as: Callable[..., Client]) -> list[Any]:
    clients = [client_as(appraising.fresh(getattr(scene.cast, click.who))) for _ in range(3)]
    page = clients[0].get(click.url)
    form = next(one for one in forms_on(page.content.decode()) if "token" in one.fields)
    stands = {name: one.value.strip() for name, one in form.fields.items() if one.kind != "checkbox"}
    typed = {
        name: form.fields[name].options if value is EVERY else value for name, value in click.typed.items()
    }
    return at_once(*[lambda client=client: client.post(click.url, stands | typed) for client in clients])


def test_every_creating_page_is_clicked() -> None:
    assert set(CLICKS) == creating() - ELSEWHERE


@pytest.mark.parametrize("name", CLICKS)
def test_three_clicks_have_one_effect_and_lead_to_one_place(name: str, scene: Scene, client_as: Any) -> None:
    click = CLICKS[name](scene)
    there = LogEntry.objects.count()
    answers = three_clicks(scene, click, client_as)
    assert {answer.status_code for answer in answers} == {302}, _said(answers)
    assert len({answer["Location"] for answer in answers}) == 1
    written = LogEntry.objects.about_rows().order_by("number")[there:]
    assert len({entry.batch for entry in written}) == Receipt.objects.count() == 1


def _said(answers: list[Any]) -> list[str]:
    """Why a form was not taken."""
    forms = [answer.context["form"] for answer in answers if answer.context and "form" in answer.context]
    return [str(form.errors) if form is not None else "" for form in forms]


def test_without_the_token_each_click_would_write(
    scene: Scene, client_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.CreatePage, "run", pages.FormPage.run)
    click = CLICKS["ReturnPage"](scene)
    assert {answer.status_code for answer in three_clicks(scene, click, client_as)} == {302}
    assert Remark.objects.count() == 3
