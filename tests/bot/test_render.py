"""Messages in words: every form, in every language."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.render import Spoken, render
from bot.voice import Voice
from domain.fitting import MOST_CAPTION, MOST_TEXT, MOST_TITLE
from domain.language import LANGUAGES, Language
from domain.message import (
    Button,
    Choice,
    Content,
    Excerpt,
    Feedback,
    Issued,
    Line,
    Moment,
    Notice,
    Paper,
    Param,
    Place,
    ShowCard,
    Weekdays,
)
from domain.privacy_notice import told_at
from domain.programme import Card, Lesson, Programme
from domain.signing import link_token
from domain.text import Entity, Text
from tests.actions.talk import texts
from tests.domain.make import MENU
from tests.storage.samples import sample
from tests.storage.stores import library

PROGRAMME = sample()
TUESDAY = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 (a wall time)
HEADINGS: dict[Language, str] = {
    "lt": "1 pamoka iš 2 · Lesson 0 lt · 3\u00a0min.",
    "pl": "Lekcja 1 z 2 · Lesson 0 pl · 3\u00a0min",
    "nb": "Leksjon 1 av 2 · Lesson 0 nb · 3 min",
    "en": "Lesson 1 of 2 · Lesson 0 en · 3 min",
}
WORDS: dict[Language, dict[str, str]] = {
    "lt": {"next": "Toliau", "finish": "Baigti pamoką", "submit": "Atsakyti", "right": "Teisingai."},
    "pl": {"next": "Dalej", "finish": "Zakończ lekcję", "submit": "Odpowiedz", "right": "Dobrze."},
    "nb": {"next": "Neste", "finish": "Fullfør leksjonen", "submit": "Svar", "right": "Riktig."},
    "en": {"next": "Next", "finish": "Finish the lesson", "submit": "Answer", "right": "Right."},
}
MOMENTS: dict[Language, str] = {
    "lt": "lapkričio 24\u00a0d. (antradienis), 09:30",
    "pl": "wtorek, 24 listopada, godz. 09:30",
    "nb": "tirsdag 24. november kl. 09:30",
    "en": "Tuesday 24 November, 09:30",
}
DAYS: dict[Language, str] = {
    "lt": "pirmadienis–trečiadienis",
    "pl": "poniedziałek–środa",
    "nb": "mandag–onsdag",
    "en": "Monday–Wednesday",
}


def shown(message: Spoken, language: Language = "en", programme: Programme = PROGRAMME) -> Content:
    return render(message, {1: programme}.__getitem__, Voice(texts(), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_card(language: Language) -> None:
    content = shown(ShowCard(1, 0, 0, "s", heading=True), language)
    heading = HEADINGS[language]
    assert content.text == Text(f"{heading}\n\nText 0 {language}", (Entity("bold", 0, len(heading)),))
    assert (content.buttons, content.pick) == ((Button(WORDS[language]["next"], "s:next"),), "none")
    last = shown(ShowCard(1, 1, 0, "s"), language)
    assert last.text == Text(f"Text 1 {language}")
    assert last.buttons == (Button(WORDS[language]["finish"], "s:next"),)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", [1, 3], ids=["single", "opinion"])
def test_a_question_with_one_answer(language: Language, card: int) -> None:
    content = shown(ShowCard(1, 0, card, "s"), language)
    options = "abc" if card == 1 else "ab"
    assert content == Content(
        text=Text(f"q{card} {language}?", (Entity("bold", 0, 6),)),
        buttons=tuple(Button(f"{name} {language}", f"s:{index}") for index, name in enumerate(options)),
        pick="one",
        hint=content.hint,
    )
    assert content.hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_with_several_answers(language: Language) -> None:
    content = shown(ShowCard(1, 0, 2, "s"), language)
    assert (content.pick, content.selected) == ("many", ())
    assert content.submit == Button(WORDS[language]["submit"], "s:ok")
    ticked = shown(ShowCard(1, 0, 2, "s", selected=(0, 2)), language)
    assert (ticked.selected, ticked.buttons, ticked.text) == ((0, 2), content.buttons, content.text)
    assert content.hint != shown(ShowCard(1, 0, 1, "s"), language).hint


@pytest.mark.parametrize("language", LANGUAGES)
def test_feedback_has_a_verdict_and_goes_on(language: Language) -> None:
    content = shown(Feedback(1, 0, 1, (1,), correct=True, step="s"), language)
    verdict = WORDS[language]["right"]
    assert content.text.plain == f"{verdict}\n\nwhy b {language}"
    assert content.text.entities == (Entity("bold", 0, len(verdict)),)
    assert content.buttons == (Button(WORDS[language]["next"], "s:next"),)
    assert shown(Feedback(1, 0, 1, (1,), correct=True), language).buttons == ()


@pytest.mark.parametrize(
    ("card", "chosen", "correct", "told"),
    [
        (1, (1,), True, "Right.|why b en"),
        (1, (0,), False, "Not quite.|why a en|The right answer: b en"),
        (3, (0,), None, "Thank you, your answer is recorded.|why a en"),
        (2, (0, 2), True, "Right.|a en\nwhy a en|c en\nwhy c en"),
        (2, (0,), False, "Not quite.|a en\nwhy a en|Also right:|c en\nwhy c en"),
        (2, (0, 1, 2), False, "Not quite.|a en\nwhy a en|b en\nwhy b en|c en\nwhy c en"),
    ],
    ids=["right", "wrong", "opinion", "all", "some", "too many"],
)
def test_feedback_explains_what_was_chosen_and_what_should_have_been(
    card: int, chosen: tuple[int, ...], correct: bool | None, told: str
) -> None:
    content = shown(Feedback(1, 0, card, chosen, correct))
    assert content.text.plain.split("\n\n") == told.split("|")


@pytest.mark.parametrize(
    ("card", "chosen", "told"),
    [
        (1, (0,), "Not quite.|why a en|The right answer: 2. b en"),
        (2, (0,), "Not quite.|1. a en\nwhy a en|Also right:|3. c en\nwhy c en"),
    ],
    ids=["one", "several"],
)
def test_options_that_are_pictures_are_told_with_their_numbers(
    card: int, chosen: tuple[int, ...], told: str
) -> None:
    asked = shown(ShowCard(1, 0, card, "s"), "en", pictured())
    content = shown(Feedback(1, 0, card, chosen, correct=False), "en", pictured())
    assert content.text.plain.split("\n\n") == told.split("|")
    assert asked.pictured
    assert [button.label for button in asked.buttons[:2]] == ["a en", "b en"]


def pictured() -> Programme:
    """The programme, every option of it a picture."""
    lesson = PROGRAMME.lessons[0]
    texts = tuple(replace(text, cards=tuple(map(with_pictures, text.cards))) for text in lesson.texts)
    return replace(PROGRAMME, lessons=(replace(lesson, texts=texts),))


def with_pictures(card: Card) -> Card:
    if card.question is None:
        return card
    options = tuple(replace(option, picture="a.png") for option in card.question.options)
    return replace(card, question=replace(card.question, options=options))


def test_who_chose_nothing_right_is_not_told_what_is_also_right() -> None:
    content = shown(Feedback(1, 0, 2, (1,), correct=False))
    assert "Also right" not in content.text.plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_has_its_lines_and_choices(language: Language) -> None:
    lines = (
        Line("settings.next_lesson", {"when": Moment(TUESDAY)}),
        Line("settings.days_set", {"days": Weekdays("123")}),
    )
    choices = (Choice("study.next", "/continue"), Choice("Žąsis {x}", "/enrol x", literal=True))
    content = shown(Notice(lines, choices), language)
    first, second = content.text.plain.split("\n\n")
    assert MOMENTS[language] in first
    assert DAYS[language] in second
    assert content.buttons == (
        Button(WORDS[language]["next"], "/continue"),
        Button("Žąsis {x}", "/enrol x"),
    )
    assert (content.pick, content.picture, content.text.entities) == ("none", None, ())


def test_names_and_titles_are_never_markup_and_never_patterns() -> None:
    said = shown(Notice((Line("join.who", {"name": "{organisation}<b>*", "organisation": "{0}%s"}),)))
    assert "{0}%s invites" in said.text.plain
    assert "{organisation}<b>*?" in said.text.plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "programme", [draft.programme for draft in library().drafts], ids=lambda each: each.slug
)
def test_every_card_of_the_shipped_programmes_has_words_in_its_language(
    language: Language, programme: Programme
) -> None:
    for number, lesson in enumerate(programme.lessons):
        assert {text.language for text in lesson.texts} == set(LANGUAGES)
        for card, written in enumerate(lesson.text(language).cards):
            content = shown(ShowCard(1, number, card, "s", heading=card == 0), language, programme)
            assert written.text.plain in content.text.plain
            assert content.picture == written.picture
            assert content.buttons or (written.question and written.question.written)
            assert content.hint


def test_a_page_that_ends_in_a_token_has_it() -> None:
    page = told_at(3)
    told = Notice((Line("menu.head"),), (Choice("join.notice", "", url=page.path, secret=page.secret),))
    keyed = replace(texts(), link_key=b"k" * 32)
    (button,) = render(told, {1: PROGRAMME}.__getitem__, Voice(keyed, "en", "https://a.example")).buttons
    assert button.url == f"https://a.example/privacy?at=3&key={link_token(b'k' * 32, 'privacy:3')}"


@pytest.mark.parametrize(
    ("address", "url"),
    [("https://learn.example", "https://learn.example/certificate/q"), ("", "/certificate/q"), (None, None)],
)
def test_a_page_of_ours_is_opened_where_its_address_is_known(address: str | None, url: str | None) -> None:
    told = Notice((Line("menu.head"),), (Choice("certificate.open", "", url="/certificate/q"), MENU))
    content = render(told, {1: PROGRAMME}.__getitem__, Voice(texts(), "en", address))
    page = (Button("Open the certificate", "", url),) if url else ()
    assert content.buttons == (*page, Button("Menu", "/menu"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_that_is_only_read_has_its_question_as_text_and_no_verdict(language: Language) -> None:
    related = (Choice("find.share", "/share 1 0"), Choice("Another lesson", "/read 1 1 0", literal=True))
    content = shown(Excerpt(1, 0, 1, related), language)
    heading, prompt, options = content.text.plain.split("\n\n")
    assert heading.endswith(f" Lesson 0 {language}")
    assert (prompt, options) == (f"q1 {language}?", f"• a {language}\n• b {language}\n• c {language}")
    assert [each.data for each in content.buttons] == ["/share 1 0", "/read 1 1 0"]
    assert (content.pick, content.submit, content.more) == ("none", None, ())
    assert shown(Excerpt(1, 0, 0), language).text.plain.split("\n\n")[1:] == [f"Text 0 {language}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_card_can_be_read_in_every_messenger(language: Language) -> None:
    """What an author may write, with the longest title and all that stands around it (Bot API: 4,096 and 1,024)."""
    titled = replace(PROGRAMME.lessons[0].text(language), title="x" * MOST_TITLE)
    for most, limit in ((MOST_TEXT, 4_096), (MOST_CAPTION, 1_024)):
        text = replace(titled, cards=(Card(Text("y" * most)),))
        long = replace(PROGRAMME, lessons=(Lesson("long", (text,)),))
        assert shown(Excerpt(1, 0, 0), language, long).text.units <= limit


@pytest.mark.parametrize("address", ["https://learn.example", "", None])
def test_a_link_for_others_begins_with_where_everybody_reaches_the_service(address: str | None) -> None:
    told = Notice((Line("find.link", {"title": "A", "link": Place("/lesson/a/b")}),), (MENU,))
    said = render(told, {1: PROGRAMME}.__getitem__, Voice(texts(), "en", address)).text.plain
    if address:
        assert said.endswith(": https://learn.example/lesson/a/b")
    else:
        assert said == texts().say("en", "find.no_address")


@pytest.mark.parametrize("address", ["", None])
def test_the_last_reminder_of_a_webinar_names_a_way_in_without_an_address(address: str | None) -> None:
    said: dict[str, Param] = {"link": Place("/webinar/join/a."), "contact": "Rūta, ruta@a.example"}
    told = Notice((Line("webinar.link", said),), (MENU,))
    shown = render(told, {1: PROGRAMME}.__getitem__, Voice(texts(), "en", address)).text.plain
    assert shown == "If there is no button to join, ask for the link here: Rūta, ruta@a.example."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["https://learn.example", "", None])
def test_a_certificate_is_a_file_with_the_way_to_its_page(language: Language, address: str | None) -> None:
    issued = Issued("q" * 22, "2026-000001/..", "Sauga")
    made = render(issued, {1: PROGRAMME}.__getitem__, Voice(texts(), language, address))
    page = f"{address}/certificate/{'q' * 22}"
    assert "Sauga" in made.text.plain
    assert made.text.plain.endswith(page) == bool(address)
    link = Button(texts().say(language, "certificate.fetch"), "", f"{page}.pdf")
    name = "certificate-2026-000001.pdf"
    assert made.paper == Paper("q" * 22, name, None if address is None else link)
