"""Reading without learning: what was found, cards that are only read, and what must not be given away."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import reading
from domain.conversation import respond
from domain.effect import Effect, Find, Read, Say, Share
from domain.event import Pressed, Said
from domain.facts import Facts
from domain.fitting import MOST_BUTTON_BYTES
from domain.message import Choice, Excerpt, Line, Notice, Place, notice
from domain.offers import offers
from domain.programme import Card, Exam, Lesson, Picture
from domain.reading import (
    EXCERPT,
    Hit,
    can_be_read,
    code,
    excerpt,
    found,
    labels,
    linked,
    more,
    plain,
    shown,
)
from domain.searching import words_of
from domain.text import Entity, Text
from tests.domain.make import (
    CONTACT,
    CONTINUE,
    MENU,
    card,
    facts,
    invitation,
    keys,
    person,
    programme,
    question,
    study,
)

SAFE = programme("tsm", "t")
calm = settings(deadline=None)  # the first word loads the stemmers
PROGRAMMES, HELP = Choice("menu.programmes", "/programmes"), Choice("menu.help", "/help")
GONE = [Say(notice("find.gone", PROGRAMMES, MENU))]


def says(effects: list[Effect]) -> Notice | Excerpt:
    [effect] = effects
    assert isinstance(effect, Say)
    assert isinstance(effect.message, Notice | Excerpt)
    return effect.message


def pressed(data: str, known: Facts) -> list[Effect]:
    return respond(known, Pressed(data), keys())


def test_results_are_named_with_their_programme_and_open_at_the_card() -> None:
    hits = [Hit(11, SAFE, 0, 1, words_of("antis", "lt")), Hit(11, SAFE, 1, 0)]
    told = says(found(facts(), Find("antis\n  ant"), hits))
    assert told == Notice(
        (
            Line("find.found", {"words": "antis ant"}),
            Line(
                "find.result",
                {"title": "01 lt", "programme": "safe lt", "excerpt": "Kuris?"},
            ),
            Line("find.result", {"title": "02 lt", "programme": "safe lt", "excerpt": "Tekstas"}),
        ),
        (
            Choice("01 lt", "/read 11 0 1", literal=True),
            Choice("02 lt", "/read 11 1 0", literal=True),
            MENU,
        ),
    )
    assert offers(told, None)[:2] == ("/read 11 0 1", "/read 11 1 0")


def test_when_nothing_is_found_there_is_something_to_try() -> None:
    nothing = notice("find.nothing", PROGRAMMES, MENU, words="xyz", contact=CONTACT)
    assert found(facts(), Find("xyz"), ()) == [Say(nothing)]
    not_understood = notice("help.not_understood", CONTINUE, MENU, HELP)
    assert found(facts(), Find("labas", said=True), ()) == [Say(not_understood)]


def test_a_long_question_is_told_back_in_short() -> None:
    told = says(found(facts(), Find("žodis " * 100), ()))
    assert isinstance(told, Notice)
    assert len(str(told.lines[0].params["words"])) <= EXCERPT + 1


@pytest.mark.parametrize("command", ["/read", "/share"])
@pytest.mark.parametrize(
    "argument",
    ["", "1", "1 2 x", "x 1", "1 2 3 4", "-1 0 0", "99999999999 0 0", "2147483648 0 0", "١ 0 0"],
)
def test_what_is_no_card_is_gone(command: str, argument: str) -> None:
    assert pressed(f"{command} {argument}", facts()) == GONE


def test_buttons_open_cards_and_links() -> None:
    assert pressed("/read 11 0 2", facts()) == [Read(11, 0, 2)]
    assert pressed("/share 11 1", facts()) == [Share(11, 1)]


START = Choice("find.start", "/enrol safe")
GO_ON = Choice("menu.continue", "/enrol safe")
SHARE = Choice("find.share", "/share 11 0")
NEXT, BEFORE = Choice("find.next", "/read 11 0 2"), Choice("find.previous", "/read 11 0 0")


@pytest.mark.parametrize(
    ("known", "onward"),
    [
        (facts(), (START,)),
        (facts(study(SAFE)), (GO_ON,)),
        (facts(study(SAFE, state="paused")), (GO_ON,)),
        (facts(study(SAFE, state="finished")), ()),
        (facts(study(programme("t", slug="gdpr"))), (START,)),
    ],
)
def test_a_card_leads_on_and_to_learning_and_the_rest_is_behind_one_button(
    known: Facts, onward: tuple[Choice, ...]
) -> None:
    further = Choice("menu.more", "/more 11 0 1")
    assert shown(known, Hit(11, SAFE, 0, 1)) == [Say(Excerpt(11, 0, 1, (NEXT, *onward, further)))]
    assert pressed(further.data, known) == [Read(11, 0, 1, more=True)]


@pytest.mark.parametrize(("lesson", "card"), [(0, 0), (0, 1), (0, 2), (1, 0)])
def test_below_a_card_that_is_read_there_are_three_buttons_at_most(lesson: int, card: int) -> None:
    told = says(shown(facts(), Hit(11, SAFE, lesson, card)))
    assert len(told.choices) == (3 if (lesson, card) in ((0, 0), (0, 1)) else 2)


def test_behind_more_are_the_card_before_a_colleague_and_related_lessons() -> None:
    told = says(more(facts(), Hit(11, SAFE, 0, 1), [Hit(12, SAFE, 1, 0)]))
    related = Choice("02 lt", "/read 12 1 0", literal=True)
    lines = Line("find.heading", {"title": "01 lt"}), Line("find.related")
    assert told == Notice(lines, (BEFORE, SHARE, related, MENU))
    assert says(more(facts(), Hit(11, SAFE, 0, 0), [])) == Notice(lines[:1], (SHARE, MENU))


def test_reading_changes_nothing_and_leaves_the_question_open() -> None:
    for data in ("/read 11 0 0", "/share 11 0", "/find antis"):
        effects = pressed(data, facts(study(SAFE, card=1)))
        assert [type(each) for each in effects] in ([Read], [Share], [Find])


@calm
@given(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_buttons_are_short_whatever_the_ids(version: int, lesson: int, card: int) -> None:
    commands = (f"/more {version} {lesson} {card}", f"/share {version} {lesson}")
    assert max(len(each.encode()) for each in commands) <= MOST_BUTTON_BYTES
    assert linked(code(version, lesson)) == Read(version, lesson, 0)


@pytest.mark.parametrize("word", ["", "AbC", "read-", "read-1", "read-1-x", "read-1-2-3", "read-1-2-"])
def test_an_invitations_code_is_no_lesson(word: str) -> None:
    assert linked(word) is None


def test_a_lesson_is_passed_on_by_the_address_of_its_page() -> None:
    [within] = reading.shared(facts(), SAFE, 1, within=11)
    assert isinstance(within, Say)
    assert isinstance(within.message, Notice)
    assert within.message.lines[0].params["link"] == Place("/join/read-11-1")
    [said] = reading.shared(facts(), SAFE, 1)
    assert said == Say(notice("find.link", MENU, title="02 lt", link=Place("/lesson/safe/02")))


def test_a_lessons_link_opens_it_for_who_has_joined_and_tells_others_how_to_join() -> None:
    assert respond(facts(), Said("/start read-11-0"), keys()) == [Read(11, 0, 0)]
    told = says(respond(facts(person=None), Said("/start read-11-0"), keys()))
    assert isinstance(told, Notice)
    assert told.lines == (Line("join.stranger"),)
    waits = facts(person=None, pending=invitation())
    told = says(respond(waits, Said("/start read-11-0"), keys()))
    assert isinstance(told, Notice)
    assert told.lines[0].text == "join.who"


def test_a_test_cannot_be_read() -> None:
    text = replace(SAFE.lessons[0].texts[0], exam=Exam(80))
    with_test = replace(SAFE, lessons=(Lesson("01", (text,)), SAFE.lessons[1]))
    assert not can_be_read(with_test, 0, 0)
    assert [can_be_read(with_test, 1, each) for each in (0, 1)] == [True, False]
    assert [can_be_read(SAFE, lesson, 0) for lesson in (0, 1, 2)] == [True, True, False]


def test_the_order_of_what_can_be_chosen_gives_nothing_away() -> None:
    by_name = ("Antis", "Gulbė", "Strazdas", "Žąsis")
    assert labels(question("s")) == (("Žąsis", "Antis", "Gulbė", "Strazdas"),)
    assert labels(question("s", shuffled=True)) == labels(question("r")) == (by_name,)
    assert labels(question("c")) == (by_name, ("Ežeras", "Miškas", "Pieva", "Upė"))
    assert labels(question("w")) == labels(question("n")) == labels(question("f")) == ()


def test_a_card_to_be_read_tells_no_verdict() -> None:
    for kind in "smorcgnwf":
        said = plain(card(kind))
        text = reading.text_of(card(kind))
        for secret in ("!", "Štai kodėl", "Gervė", "37"):
            assert secret not in said
            assert secret not in text.plain
    assert plain(card("s")) == "Kuris?"
    assert reading.text_of(card("s")).plain == "Kuris?\n\n• Žąsis\n• Antis\n• Gulbė\n• Strazdas"
    assert reading.text_of(card("t")) == Text("Tekstas")


def test_what_is_hidden_stays_hidden_in_a_result() -> None:
    text = Text(
        "😀 a secret, b other.", (Entity("bold", 0, 2), Entity("hidden", 5, 6), Entity("hidden", 15, 5))
    )
    assert plain(Card(text)) == "😀 a , b ."
    assert plain(Card(picture=Picture("d", "p.png", "Langas", 1, 1))) == "Langas"
    assert reading.beginning(programme("s").lessons[0].texts[0]) == ""


LONG = " ".join(f"w{number:03}" for number in range(100))


@pytest.mark.parametrize(
    ("looked_for", "first", "last"),
    [
        ("w000", "w000", "w031…"),
        ("w050", "…w042", "w073…"),
        ("w099", "…w091", "w099"),
        ("none", "w000", "w031…"),
    ],
)
def test_an_excerpt_is_about_the_first_hit(looked_for: str, first: str, last: str) -> None:
    cut = excerpt(LONG, words_of(looked_for, "en"), "en").split(" ")
    assert (cut[0], cut[-1]) == (first, last)


@calm
@given(st.text(), st.text(max_size=30))
def test_an_excerpt_is_short_and_from_the_text(text: str, query: str) -> None:
    flat = " ".join(text.split())
    cut = excerpt(flat, words_of(query, "lt"), "lt")
    assert len(cut) <= EXCERPT + 2
    assert cut.removeprefix("…").removesuffix("…").strip("…") in flat


def test_punctuation_around_a_word_does_not_hide_it() -> None:
    text = f"{LONG} („Bibliotekoje“), ten."
    assert "Bibliotekoje" in excerpt(text, words_of("biblioteka", "lt"), "lt")


def test_a_learner_may_be_of_any_language() -> None:
    english = programme("t", languages=("lt", "en"))
    told = says(
        found(facts(language="en", person=person(language="en")), Find("x"), [Hit(11, english, 0, 0)])
    )
    assert isinstance(told, Notice)
    assert told.choices[0].label == "01 en"
