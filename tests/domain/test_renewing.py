"""Certificates in the talk: what ends a programme, what /certificates says, and when a programme may begin again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.certifying import CERTIFICATES, certified, line_of, renewal
from domain.conversation import respond
from domain.effect import Certify, Effect, Enrol, Move, Renew, Say, SetState
from domain.event import Said
from domain.facts import Facts, Held, Step, Study
from domain.message import Choice, Day, Line, Message, Notice, Param, notice
from domain.programme import Rules
from tests.domain.make import CONTACT, MENU, certificate, facts, keys, programme, shelf, step, study

RULES = Rules(valid_months=12, passing=75)
TAUGHT = programme("s", rules=RULES)
OPENS = "/certificate/" + "q" * 22
AGAIN = Choice("safe lt", "/renew safe", literal=True)
TAKE_AGAIN = Choice("certificate.again", "/renew safe")
SOON = certificate()  # NOW is 23 November 2026, 70 days before its end
LATER = certificate(expires_on=date(2027, 2, 22))  # 91 days
PROGRAMMES, PROGRESS = Choice("menu.programmes", "/programmes"), Choice("menu.progress", "/progress")


def says(known: Facts, text: str) -> list[Effect]:
    return respond(known, Said(text), keys())


def said(known: Facts, text: str) -> Message:
    [effect] = says(known, text)
    assert isinstance(effect, Say)
    return effect.message


def finished(*papers: Any, **changes: Any) -> Facts:
    held = tuple(Held(1, paper) for paper in papers)
    return facts(replace(study(TAUGHT, 0, 0, state="finished"), **changes), certificates=held)


def ending(taught: Study) -> list[Effect]:
    """What ends the programme, from the press on its last card on."""
    known = facts(taught, open=Step("k", 1, 0, 0, question=False, selected=(1,)))
    return says(known, "/continue")[2:]


@pytest.mark.parametrize(("right", "earned"), [(3, True), (2, False)])
def test_the_pass_mark_decides_on_the_certificate(right: int, earned: bool) -> None:
    state, _, last = ending(study(TAUGHT, 0, 0, right=right, graded=4))
    assert state == SetState(1, "finished")
    done: dict[str, Param] = {"title": "safe lt", "right": right, "graded": 4}
    told = notice("study.programme_done", PROGRAMMES, PROGRESS, **done)
    if earned:
        assert last == Certify(1, told)
        return
    assert last == Say(
        Notice(
            (*told.lines, Line("certificate.not_passed", {"passing": 75})),
            (Choice("certificate.again", "/renew safe"), *told.choices),
        )
    )


def test_a_programme_without_certificates_says_nothing_of_them() -> None:
    last = ending(study(programme("s"), 0, 0, right=3, graded=4))[-1]
    assert last == Say(
        notice("study.programme_done", PROGRAMMES, PROGRESS, title="safe lt", right=3, graded=4)
    )


@pytest.mark.parametrize(
    ("ends", "line"),
    [
        (
            date(2027, 2, 1),
            Line("certificate.issued", {"number": "2026-000001", "until": Day(date(2027, 2, 1))}),
        ),
        (None, Line("certificate.issued_for_ever", {"number": "2026-000001"})),
    ],
)
def test_what_was_issued_is_told_below_with_a_way_to_it(ends: date | None, line: Line) -> None:
    told = notice("study.programme_done", MENU, title="t", right=1, graded=1)
    opens = Choice("certificate.open", "", url=OPENS)
    assert certified(told, certificate(expires_on=ends)) == Notice((*told.lines, line), (opens, MENU))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "certificate.valid"),
        ({"expires_on": None}, "certificate.valid_for_ever"),
        ({"expires_on": date(2026, 11, 22)}, "certificate.expired"),
        ({"revoked_on": date(2026, 1, 1)}, "certificate.revoked"),
        ({"expires_on": None, "revoked_on": date(2026, 1, 1)}, "certificate.revoked"),
    ],
)
def test_a_line_says_what_it_is_worth(changes: dict[str, Any], text: str) -> None:
    line = line_of(certificate(**changes), date(2026, 11, 23))
    assert line.text == text
    assert ("until" in line.params) == (text in ("certificate.valid", "certificate.expired"))


def test_all_certificates_are_listed_the_newest_first_with_their_pages() -> None:
    old = certificate(number="2025-000009", expires_on=date(2026, 1, 1), code="o" * 22)
    listed = said(finished(LATER, old), "/certificates")
    assert isinstance(listed, Notice)
    assert [line.text for line in listed.lines] == [
        "certificate.head",
        "certificate.valid",
        "certificate.expired",
    ]
    pages = [
        Choice(paper.number, "", literal=True, url=f"/certificate/{paper.code}") for paper in (LATER, old)
    ]
    assert listed.choices == (*pages, MENU)


def test_more_than_fit_a_message_are_not_listed() -> None:
    listed = said(finished(*[LATER] * 30), "/certificates")
    assert isinstance(listed, Notice)
    assert len(listed.lines) == 21


@pytest.mark.parametrize(
    ("known", "may"),
    [
        (finished(), True),
        (finished(SOON), True),
        (finished(LATER), False),
        (finished(certificate(expires_on=None)), False),
        (finished(certificate(expires_on=date(2026, 11, 22))), True),
        (finished(certificate(expires_on=date(2030, 1, 1), revoked_on=date(2026, 11, 1))), True),
        (finished(LATER, certificate(expires_on=date(2026, 1, 1))), False),
        (finished(SOON, state="active"), False),
        (facts(study(programme("s"), 0, 0, state="finished")), False),
    ],
)
def test_a_programme_may_begin_again_when_its_certificate_ends_soon_or_there_is_none(
    known: Facts, may: bool
) -> None:
    on_shelf = replace(known, shelf=(shelf(known.studies[0].programme),))
    for asked, button in (("/certificates", AGAIN), ("/programme safe", TAKE_AGAIN)):
        told = said(on_shelf, asked)
        assert isinstance(told, Notice)
        assert (button in told.choices) == may
    listed = said(on_shelf, "/certificates")
    assert isinstance(listed, Notice)
    assert (Line("certificate.can_renew") in listed.lines) == may
    if known.studies[0].state == "finished":
        assert says(on_shelf, "/renew safe") == ([Renew(1, 5)] if may else [Say(listed)])


def test_what_is_not_on_the_list_any_more_does_not_begin_again() -> None:
    known = finished(SOON)
    listed = said(known, "/certificates")
    assert isinstance(listed, Notice)
    assert (AGAIN in listed.choices, Line("certificate.can_renew") in listed.lines) == (False, False)
    assert said(known, "/renew safe") == notice(
        "programmes.not_listed", Choice("programmes.all", "/programmes"), MENU, contact=CONTACT
    )


def test_a_renewal_that_is_under_way_goes_on() -> None:
    assert says(finished(SOON, state="active", card=-1), "/renew safe")[1] == Move(1, 0, 0)
    known = replace(finished(SOON, state="active"), open=step())
    assert not [each for each in says(known, "/renew safe") if isinstance(each, Renew | Enrol)]


def test_an_unknown_programme_cannot_be_renewed() -> None:
    told = said(facts(), "/renew nothing")
    assert told == Notice((Line("certificate.none"),), (MENU,))


def test_progress_leads_to_certificates_where_there_may_be_some() -> None:
    for known, leads in ((finished(), True), (facts(study(programme("s"), 0, 0)), False)):
        told = said(known, "/progress")
        assert isinstance(told, Notice)
        assert (CERTIFICATES in told.choices) == leads


def test_the_renewal_is_announced_with_the_button_that_begins_it() -> None:
    told = renewal(SOON, "safe")
    assert told == notice(
        "certificate.ends_soon",
        Choice("certificate.renew", "/renew safe"),
        Choice("certificate.open", "", url=OPENS),
        title="safe lt",
        number="2026-000001",
        until=Day(date(2027, 2, 1)),
    )
