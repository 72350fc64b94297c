"""The catalogue in the chat: a few programmes, forty of them, and one."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from domain.at_the_door import TalkAbout
from domain.browsing import A_PAGE
from domain.catalogue import LIST
from domain.conversation import respond
from domain.effect import Effect, Enrol, Join, Move, Say
from domain.event import Said
from domain.facts import Facts, Shelf, Study, StudyState
from domain.fitting import MOST_BUTTON_BYTES, MOST_TEXT, MOST_TITLE
from domain.language import Language
from domain.message import Choice, Line, Notice, Param, notice
from domain.programme import Programme, ProgrammeText, Rules
from domain.sharing import RESERVED, Basis
from domain.text import units
from tests.actions.talk import texts
from tests.domain.make import (
    CONTACT,
    CONTINUE,
    MENU,
    facts,
    invitation,
    keys,
    person,
    programme,
    shelf,
    study,
)

NEXT, PREVIOUS = "programmes.next", "programmes.previous"
WEB = Choice("programmes.web", "", url="/catalogue")
LIBRARIAN = person(job="Librarian", organisation=replace(person().organisation, sector="Libraries"))


def taught(
    slug: str, languages: tuple[Language, ...] = ("lt",), audience: str = "", rules: Rules | None = None
) -> Programme:
    made = programme("t", slug=slug, languages=languages)
    described = tuple(replace(text, audience=audience) for text in made.texts)
    return replace(made, texts=described, rules=rules or Rules())


def on_shelf(count: int, **others: Programme) -> tuple[Shelf, ...]:
    """Programmes p00, p01, ... with ids from 0; one that is named stands in the place of its slug."""
    slugs = [f"p{number:02}" for number in range(count)]
    return tuple(shelf(others.get(slug, taught(slug)), number) for number, slug in enumerate(slugs))


def said(known: Facts, text: str) -> Notice:
    (effect,) = respond(known, Said(text), keys())
    assert isinstance(effect, Say)
    assert isinstance(effect.message, Notice)
    return effect.message


def mine(shelved: Shelf, state: StudyState, enrolment: int = 1) -> Study:
    return study(shelved.programme, enrolment=enrolment, programme_id=shelved.programme_id, state=state)


def short(title: str, state: str = "open", details: str = "") -> Line:
    params: dict[str, Param] = {"title": title, "minutes": 3, "details": details}
    if state != "open":
        params |= {"done": 0, "lessons": 1}
    return Line(f"programmes.{state}_short", params)


def open_(slug: str, title: str = "") -> Choice:
    return Choice(title or f"{slug} lt", f"/programme {slug}", literal=True)


def headed(first: int, last: int, total: int) -> Line:
    return Line("programmes.page", {"first": first, "last": last, "total": total})


PAGES = [
    ("/programmes", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
    ("/programmes 1", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
    ("/programmes 0", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
    ("/programmes -1", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
    ("/programmes ٢", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
    ("/programmes 2", 2, 8, 16, (Choice(NEXT, "/programmes 3"), Choice(PREVIOUS, "/programmes 1"))),
    ("/programmes 3", 3, 16, 20, (Choice(PREVIOUS, "/programmes 2"),)),
    ("/programmes 99", 3, 16, 20, (Choice(PREVIOUS, "/programmes 2"),)),
    ("/programmes 9999", 1, 0, 8, (Choice(NEXT, "/programmes 2"),)),
]


@pytest.mark.parametrize(("text", "page", "first", "last", "ways"), PAGES)
def test_many_programmes_come_in_pages(
    text: str, page: int, first: int, last: int, ways: tuple[Choice, ...]
) -> None:
    assert -(-last // A_PAGE) == page
    slugs = [f"p{number:02}" for number in range(first, last)]
    lines = (headed(first + 1, last, 20), *(short(f"{slug} lt") for slug in slugs))
    assert said(facts(shelf=on_shelf(20)), text) == Notice(lines, (*map(open_, slugs), *ways, WEB, MENU))


def test_a_page_that_is_just_full_has_no_next() -> None:
    assert said(facts(shelf=on_shelf(A_PAGE)), "/programmes").choices[-1] == MENU
    assert len(said(facts(shelf=on_shelf(A_PAGE)), "/programmes").choices) == A_PAGE + 2


def test_a_short_line_says_its_languages_only_where_mine_is_none_of_them() -> None:
    shelved = on_shelf(
        6,
        p00=taught("p00", ("lt", "pl"), "visiems"),
        p01=taught("p01", ("pl", "nb")),
        p02=taught("p02", ("en",)),
    )
    assert said(facts(shelf=shelved), "/programmes").lines[1:4] == (
        short("p00 lt"),
        short("p01 pl", details=" · Polski, Norsk"),
        short("p02 en", details=" · English"),
    )


@pytest.mark.parametrize("count", [1, 5, 9])
def test_the_list_is_short_and_a_tap_tells_more(count: int) -> None:
    """No description stands in it, however few programmes there are."""
    shelved = on_shelf(count)
    told = said(facts(shelf=shelved), "/programmes")
    assert told.lines[0].text == ("programmes.head" if count <= A_PAGE else "programmes.page")
    assert told.lines[1:] == tuple(short(f"p{number:02} lt") for number in range(min(count, A_PAGE)))
    assert told.choices[0] == open_("p00")
    described = said(facts(shelf=shelved), told.choices[0].data).lines[0]
    assert described == long("p00 lt", "About p00.")


@pytest.mark.parametrize("state", get_args(StudyState))
def test_mine_are_marked_and_what_is_finished_comes_last(state: StudyState) -> None:
    shelved = on_shelf(6)
    told = said(facts(mine(shelved[1], state), shelf=shelved), "/programmes").lines[1:]
    others = [short(f"p0{number} lt") for number in (0, 2, 3, 4, 5)]
    place = 5 if state == "finished" else 1
    assert list(told) == [*others[:place], short("p01 lt", state), *others[place:]]


JOB, SECTOR = Rules(jobs=("librarian",)), Rules(sectors=("libraries",))
BOTH = Rules(jobs=JOB.jobs, sectors=SECTOR.sectors)


def test_what_suits_me_comes_first_and_says_so() -> None:
    shelved = on_shelf(
        7, p02=taught("p02", rules=SECTOR), p04=taught("p04", rules=BOTH), p05=taught("p05", rules=JOB)
    )
    known = facts(mine(shelved[5], "finished"), shelf=shelved, person=LIBRARIAN)
    assert said(known, "/programmes").lines == (
        Line("programmes.head"),
        Line("programmes.for_you"),
        short("p04 lt"),
        short("p02 lt"),
        Line("programmes.others"),
        *(short(f"p0{number} lt") for number in (0, 1, 3, 6)),
        short("p05 lt", "finished"),
    )
    assert Line("programmes.others") not in said(replace(known, person=person()), "/programmes").lines


def test_a_page_without_anything_for_me_says_so_too() -> None:
    known = facts(shelf=on_shelf(20, p19=taught("p19", rules=JOB)), person=LIBRARIAN)
    assert said(known, "/programmes").lines[1:4] == (
        Line("programmes.for_you"),
        short("p19 lt"),
        Line("programmes.others"),
    )
    assert said(known, "/programmes 2").lines[1:3] == (Line("programmes.others"), short("p07 lt"))


def long(title: str, about: str, state: str = "open") -> Line:
    params: dict[str, Param] = {"title": title, "description": about, "lessons": 1, "minutes": 3}
    return Line(f"programmes.{state}", params)


FULL = taught("safe", ("lt", "en"), "visiems", Rules(valid_months=12, owner="Zinute", licence="CC BY 4.0"))
ABOUT = (
    long("safe lt", "About safe."),
    Line("programmes.lessons", {"titles": "1. 01 lt"}),
    Line("programmes.audience", {"audience": "visiems"}),
    Line("programmes.certificate", {"months": 12}),
    Line("programmes.languages", {"languages": "Lietuvių, English"}),
    Line("programmes.owner", {"owner": "Zinute"}),
    Line("programmes.licence", {"licence": "CC BY 4.0"}),
)
BEGIN = Choice("programmes.begin", "/enrol safe")
GO_ON = Choice("programmes.go_on", "/enrol safe")
LESSONS = Choice("menu.lessons", "/lessons 5")
AGAIN = Choice("certificate.again", "/renew safe")


@pytest.mark.parametrize(
    ("state", "ways"),
    [
        ("open", (BEGIN,)),
        ("active", (GO_ON, LESSONS)),
        ("paused", (GO_ON, LESSONS)),
        ("finished", (AGAIN, LESSONS)),
    ],
)
def test_everything_about_a_programme_and_one_tap_to_begin(state: Any, ways: tuple[Choice, ...]) -> None:
    shelved = (shelf(FULL),)
    studies = () if state == "open" else (mine(shelved[0], state),)
    first = replace(ABOUT[0], text=f"programmes.{state}")
    told = Notice((first, *ABOUT[1:]), (*ways, LIST))
    known = facts(*studies, shelf=shelved)
    assert [said(known, "/programme safe"), said(known, "/start p_safe")] == [told, told]


def test_of_a_programme_only_what_there_is_to_say_is_said() -> None:
    plain = taught("safe")
    assert [line.text for line in said(facts(shelf=(shelf(plain),)), "/programme safe").lines] == [
        "programmes.open",
        "programmes.lessons",
        "programmes.languages",
    ]
    for_ever = replace(plain, rules=Rules(valid_months=0))
    assert said(facts(shelf=(shelf(for_ever),)), "/programme safe").lines[2] == Line(
        "programmes.certificate_ever"
    )


def test_a_copy_says_what_it_is_based_on_and_what_nobody_may_do() -> None:
    copy, basis = taught("mine", rules=Rules(licence=RESERVED.name)), Basis(FULL, 3, "Zinute")
    shelved = replace(shelf(copy), bases=(basis,))
    assert said(facts(shelf=(shelved,)), "/programme mine").lines[3:] == (
        Line("programmes.reserved"),
        Line(
            "programmes.based",
            {"title": "safe lt", "by": "Zinute", "version": 3, "licence": "CC BY 4.0"},
        ),
    )


def test_what_comes_before_is_the_way_in() -> None:
    shelved = on_shelf(3, p02=taught("p02", rules=Rules(after=("p01", "p00", "gone"))))
    told = said(facts(mine(shelved[0], "active"), shelf=shelved), "/programme p02")
    assert told.lines[-1] == Line("programmes.before", {"titles": "p01 lt, p00 lt"})
    assert told.choices == (open_("p01"), open_("p00"), LIST)
    done = facts(mine(shelved[0], "finished", 1), mine(shelved[1], "finished", 2), shelf=shelved)
    assert said(done, "/programme p02").choices[0] == Choice("programmes.begin", "/enrol p02")


def test_what_comes_after_others_is_not_begun_before_they_are_finished() -> None:
    shelved = on_shelf(3, p02=taught("p02", rules=Rules(after=("p01", "p00", "gone"))))
    half = facts(mine(shelved[0], "finished", 1), mine(shelved[1], "paused", 2), shelf=shelved)
    refused = notice("programmes.not_yet", open_("p01"), LIST, MENU, title="p02 lt", titles="p01 lt")
    assert said(half, "/enrol p02") == refused
    assert said(facts(shelf=shelved), "/enrol p02").choices == (open_("p01"), open_("p00"), LIST, MENU)
    done = facts(mine(shelved[0], "finished", 1), mine(shelved[1], "finished", 2), shelf=shelved)
    assert respond(done, Said("/enrol p02"), keys()) == [Enrol(2)]


def test_what_was_begun_goes_on_whatever_comes_before_it_now() -> None:
    shelved = on_shelf(2, p01=taught("p01", rules=Rules(after=("p00",))))
    effects = respond(facts(mine(shelved[1], "active"), shelf=shelved), Said("/enrol p01"), keys())
    assert any(isinstance(effect, Move) for effect in effects)


def test_an_invitation_is_stronger_than_what_comes_before() -> None:
    shelved = (shelf(taught("safe", rules=Rules(after=("p00",)))), *on_shelf(1))
    known = facts(shelf=shelved, shown=invitation(person=person()))
    assert respond(known, Said("/start AbC"), keys()) == [Join(3, 7), Enrol(5)]


def test_without_a_name_it_is_the_list() -> None:
    known = facts(shelf=on_shelf(20))
    assert said(known, "/programme") == said(known, "/programmes")
    assert said(facts(), "/programme") == notice("programmes.none", MENU)


@pytest.mark.parametrize("text", ["/programme no-such", "/start p_no-such", "/enrol no-such"])
def test_what_is_not_on_the_list_is_said_with_whom_to_ask(text: str) -> None:
    assert said(facts(shelf=on_shelf(20)), text) == notice(
        "programmes.not_listed", LIST, MENU, contact=CONTACT
    )


def test_an_invitation_whose_code_looks_like_a_programmes_link_is_an_invitation() -> None:
    known = facts(shelf=(shelf(FULL),), shown=invitation(state="used", here=True))
    effects = respond(known, Said("/start p_safe"), keys())
    assert effects[0] == Say(notice("join.welcome_back"))


STRANGER: list[Effect] = [
    Say(
        notice(
            "join.stranger",
            *(
                Choice(name, f"/language {code}", literal=True)
                for name, code in (("Polski", "pl"), ("Norsk", "nb"), ("English", "en"))
            ),
        )
    )
]


def test_a_stranger_who_opens_a_programmes_link_is_told_about_invitations() -> None:
    known = facts(person=None)
    assert respond(known, Said("/start p_safe"), keys()) == STRANGER
    shown = respond(replace(known, shown=invitation()), Said("/start p_safe"), keys())
    assert shown[0] == TalkAbout(3)
    asked = respond(replace(known, pending=invitation(), agreed_name=True), Said("/start p_safe"), keys())
    assert not any(isinstance(effect, Join) for effect in asked)
    assert asked[0] != STRANGER[0]


def test_nothing_in_the_menu_was_lost() -> None:
    assert said(facts(study(FULL)), "/menu").choices[0] == CONTINUE


def longest(number: int) -> Programme:
    """The longest of everything that an author may write."""
    slug, title = f"p{number:049}", "W" * MOST_TITLE
    described = ProgrammeText("en", title, "d" * 1_000, "a" * 120)
    made = programme(*["t"] * 60, slug=slug, languages=("en",))
    lessons = tuple(
        replace(each, texts=tuple(replace(text, title=title) for text in each.texts)) for each in made.lessons
    )
    before = tuple(f"p{other:049}" for other in range(10))
    rules = Rules(after=before, valid_months=240, owner="o" * 100, licence="l" * 100, jobs=("librarian",))
    return Programme(slug, (described,), lessons, rules)


@pytest.mark.parametrize("language", ["lt", "pl", "nb", "en"])
@pytest.mark.parametrize(
    "text", ["/programmes", "/programmes 2", f"/programme p{39:049}", f"/enrol p{39:049}"]
)
def test_whatever_is_said_fits_into_one_message_and_its_buttons(language: Language, text: str) -> None:
    known = facts(
        language=language,
        person=LIBRARIAN,
        shelf=tuple(shelf(longest(number), number) for number in range(40)),
    )
    told = said(known, text)
    words = "\n\n".join(texts().say(language, line.text, **line.params) for line in told.lines)
    assert units(words) <= MOST_TEXT
    assert [choice.data for choice in told.choices if len(choice.data.encode()) > MOST_BUTTON_BYTES] == []
