"""One message in, one message out: whatever a messenger cannot show is still there to read and to choose."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.event import Event, Pressed, Said
from domain.fitting import MOST_BUTTON_BYTES, Capabilities, fit
from domain.message import Button, Content, Paper, Quiz
from domain.offers import by_number
from domain.programme import Picture
from domain.text import Entity, Text
from tests.domain.strategies import calm, capabilities, contents

ALL = Capabilities(buttons=True, label=20, pictures=True, hidden=True, many=True, edits=True, idempotent=True)
PHONE = replace(ALL, many=False)
TERMINAL = replace(ALL, buttons=False, pictures=False, hidden=False, many=False, edits=False)
DESK = Picture("ab" * 32, "desk.png", "A desk", 8, 6)
SHORT = (Button("Žąsis", "k:0"), Button("Antis", "k:1"))
LONG = (Button("Žąsis, kuri skrenda per jūrą", "k:0"), Button("Antis", "k:1"))
AGAIN = (Button("Pradėti iš naujo", "k:again"),)
OK = Button("Atsakyti", "k:ok")
ASKED = Quiz("Kuris?", ("Žąsis", "Antis"), 1)
MENU = (Button("Menu", "/menu"), Button("A button with a very long label", "/help"))
FETCH = Button("Fetch", "", "https://learn.example/c.pdf")
FILE = Paper("q" * 22, "c.pdf", FETCH)
KEPT = Paper("0" * 64, "c.pdf", FETCH, size=9)  # for many
SHOWN = Content(Text("a"), picture=DESK, paper=KEPT)
HIDDEN = Text("ab", (Entity("bold", 0, 1), Entity("hidden", 1, 1)))
ONE = Content(Text("Kuris?"), buttons=SHORT, pick="one", hint="Answer with the number.")
MANY = Content(
    Text("Kurie?"), buttons=SHORT, pick="many", selected=(1,), submit=OK, hint="Answer with numbers."
)


TOLD = replace(ALL, answers=False)  # a mail
CARRIER = replace(PHONE, largest=9, pictures=True)
SITE = Button("Atverti", "", "https://a.example/x")


@pytest.mark.parametrize(
    ("content", "can", "expected"),
    [
        (ONE, TOLD, Content(Text("Kuris?\n\nA. Žąsis\nB. Antis"))),
        (replace(MANY, more=AGAIN), TOLD, Content(Text("Kurie?\n\nA. Žąsis\nB. Antis"))),
        (replace(ONE, pictured=True), TOLD, Content(Text("Kuris?\n\n1. Žąsis\n2. Antis"))),
        (Content(Text("a"), buttons=(*MENU, SITE), hint="h"), TOLD, Content(Text("a"), buttons=(SITE,))),
        (replace(MANY, text=HIDDEN, picture=DESK), ALL, replace(MANY, text=HIDDEN, picture=DESK)),
        (replace(ONE, quiz=ASKED), ALL, ONE),
        (Content(HIDDEN, quiz=ASKED), replace(ALL, quizzes=True), Content(HIDDEN, quiz=ASKED)),
        (Content(HIDDEN), replace(ALL, hidden=False), Content(Text("ab", (Entity("bold", 0, 1),)))),
        (Content(Text("a"), DESK), PHONE, Content(Text("a"), DESK)),
        (Content(Text("a"), DESK), replace(ALL, pictures=False), Content(Text("[A desk]\n\na"))),
        (Content(Text("a"), replace(DESK, alt="")), replace(ALL, pictures=False), Content(Text("a"))),
        (
            Content(Text("a", (Entity("bold", 0, 1),)), replace(DESK, alt="😀")),
            replace(ALL, pictures=False),
            Content(Text("[😀]\n\na", (Entity("bold", 6, 1),))),
        ),
        (Content(Text("a"), buttons=MENU), PHONE, Content(Text("a"), buttons=MENU)),
        (Content(Text("a"), paper=FILE), replace(PHONE, files=True), Content(Text("a"), paper=FILE)),
        (Content(Text("a"), buttons=MENU, paper=FILE), PHONE, Content(Text("a"), buttons=(FETCH, *MENU))),
        (Content(Text("a"), paper=FILE), TERMINAL, Content(Text("a\n\nFetch: https://learn.example/c.pdf"))),
        (Content(Text("a"), paper=replace(FILE, link=None)), PHONE, Content(Text("a"))),
        (Content(Text("a"), paper=KEPT), CARRIER, Content(Text("a"), paper=KEPT)),
        (Content(Text("a"), paper=replace(KEPT, size=10)), CARRIER, Content(Text("a"), buttons=(FETCH,))),
        (SHOWN, CARRIER, replace(SHOWN, buttons=(FETCH,), paper=None)),
        (SHOWN, replace(CARRIER, together=True), SHOWN),
        (ONE, PHONE, ONE),
        (replace(ONE, buttons=LONG), ALL, replace(ONE, buttons=LONG)),
        (
            replace(ONE, buttons=LONG),
            PHONE,
            replace(
                ONE,
                text=Text("Kuris?\n\nA. Žąsis, kuri skrenda per jūrą\nB. Antis"),
                buttons=(Button("A", "k:0"), Button("B", "k:1")),
            ),
        ),
        (
            MANY,
            PHONE,
            replace(
                MANY,
                buttons=(Button("☐ Žąsis", "k:0"), Button("☑ Antis", "k:1"), OK),
                submit=None,
                pick="none",
                selected=(),
            ),
        ),
        (
            replace(MANY, buttons=LONG),
            PHONE,
            replace(
                MANY,
                text=Text("Kurie?\n\nA. Žąsis, kuri skrenda per jūrą\nB. Antis"),
                buttons=(Button("☐ A", "k:0"), Button("☑ B", "k:1"), OK),
                submit=None,
                pick="none",
                selected=(),
            ),
        ),
        (
            replace(MANY, submit=None),
            PHONE,
            replace(MANY, submit=None),
        ),
        (replace(ONE, more=AGAIN), ALL, replace(ONE, more=AGAIN)),
        (replace(ONE, pick="none", more=AGAIN), ALL, replace(ONE, pick="none", buttons=(*SHORT, *AGAIN))),
        (
            Content(Text("Kiek?"), more=AGAIN, hint=ONE.hint, written=True),
            TERMINAL,
            Content(Text("Kiek?\n\n/again – Pradėti iš naujo"), hint=ONE.hint, written=True),
        ),
        (replace(ONE, more=AGAIN), PHONE, replace(ONE, buttons=(*SHORT, *AGAIN), pick="none")),
        (
            replace(ONE, buttons=LONG, more=AGAIN),
            PHONE,
            replace(
                ONE,
                text=Text("Kuris?\n\nA. Žąsis, kuri skrenda per jūrą\nB. Antis"),
                buttons=(Button("A", "k:0"), Button("B", "k:1"), *AGAIN),
                pick="none",
            ),
        ),
        (
            replace(ONE, more=AGAIN),
            TERMINAL,
            Content(
                Text("Kuris?\n\n1. Žąsis\n2. Antis\n3. Pradėti iš naujo\n\nAnswer with the number."),
                hint=ONE.hint,
            ),
        ),
        (
            replace(ONE, picture=DESK, pictured=True),
            ALL,
            replace(ONE, picture=DESK, buttons=(Button("1. Žąsis", "k:0"), Button("2. Antis", "k:1"))),
        ),
        (
            replace(ONE, picture=DESK, pictured=True, buttons=LONG),
            PHONE,
            replace(
                ONE,
                text=Text("Kuris?\n\n1. Žąsis, kuri skrenda per jūrą\n2. Antis"),
                picture=DESK,
                buttons=(Button("1", "k:0"), Button("2", "k:1")),
            ),
        ),
        (
            replace(MANY, picture=DESK, pictured=True),
            PHONE,
            replace(
                MANY,
                picture=DESK,
                buttons=(Button("☐ 1. Žąsis", "k:0"), Button("☑ 2. Antis", "k:1"), OK),
                submit=None,
                pick="none",
                selected=(),
            ),
        ),
        (
            replace(ONE, picture=DESK, pictured=True),
            TERMINAL,
            Content(Text("Kuris?\n\n1. Žąsis\n2. Antis\n\nAnswer with the number."), hint=ONE.hint),
        ),
        (
            ONE,
            TERMINAL,
            Content(Text("Kuris?\n\n1. Žąsis\n2. Antis\n\nAnswer with the number."), hint=ONE.hint),
        ),
        (
            MANY,
            TERMINAL,
            Content(Text("Kurie?\n\n1. Žąsis\n2. Antis\n\nAnswer with numbers."), hint=MANY.hint),
        ),
        (Content(Text("a"), hint="Answer."), TERMINAL, Content(Text("a"), hint="Answer.")),
        (
            Content(HIDDEN, DESK, MENU[:1], hint="Answer."),
            TERMINAL,
            Content(
                Text("[A desk]\n\nab\n\n1. Menu\n\nAnswer.", (Entity("bold", 10, 1),)), hint="Answer."
            ),
        ),
    ],
)  # fmt: skip
def test_a_content_as_a_messenger_can_show_it(content: Content, can: Capabilities, expected: Content) -> None:
    assert fit(content, can) == expected


def shown(fitted: Content) -> str:
    """All that can be read in a fitted message, labels without their ticks."""
    buttons = [*fitted.buttons, *fitted.more, *([fitted.submit] if fitted.submit else [])]
    return "\n".join([fitted.text.plain, *(button.label for button in buttons)])


@calm
@given(contents(), capabilities)
def test_nothing_is_lost(content: Content, can: Capabilities) -> None:
    fitted = fit(content, can)
    read = shown(fitted)
    assert content.text.plain in fitted.text.plain
    assert [button.label for button in (*content.buttons, *content.more) if button.label not in read] == []
    if content.picture and fitted.picture is None:
        assert content.pictured or content.picture.alt in fitted.text.plain
    else:
        assert fitted.picture == content.picture
    if not can.buttons:
        assert [each.url for each in content.buttons if each.url not in fitted.text.plain] == []
        pressed = [each for each in (*content.buttons, *content.more) if not each.url]
        assert not pressed or fitted.text.plain.endswith(content.hint)


@calm
@given(contents(), capabilities)
def test_only_what_a_messenger_can_show_is_left(content: Content, can: Capabilities) -> None:
    fitted = fit(content, can)
    assert can.pictures or fitted.picture is None
    assert can.hidden or all(entity.kind != "hidden" for entity in fitted.text.entities)
    assert can.buttons or (fitted.buttons, fitted.submit, fitted.pick) == ((), None, "none")
    apart = can.buttons and can.many and content.pick != "none"
    assert fitted.more == (content.more if apart else ())
    assert can.many or fitted.pick != "many"
    assert [each for each in fitted.buttons if len(each.data.encode()) > MOST_BUTTON_BYTES] == []
    kept = [entity for entity in content.text.entities if can.hidden or entity.kind != "hidden"]
    assert [entity.kind for entity in fitted.text.entities] == [entity.kind for entity in kept]


@calm
@given(contents(), capabilities)
def test_every_choice_can_still_be_made(content: Content, can: Capabilities) -> None:
    """By a press where there are buttons, by a number where there are none."""
    fitted = fit(content, can)
    buttons = [button for button in (*content.buttons, *content.more) if not button.url]
    wanted = [button.data for button in buttons]
    if can.buttons:
        assert {each.url for each in (*fitted.buttons, *fitted.more)} == {
            each.url for each in (*content.buttons, *content.more)
        }
        pressed = [button.data for button in (*fitted.buttons, *fitted.more) if not button.url]
        submitted = [fitted.submit.data] if fitted.submit else []
        assert pressed + submitted == wanted + ([content.submit.data] if content.submit else [])
        return
    listed = "\n".join(f"{number}. {button.label}" for number, button in enumerate(buttons, 1))
    if not buttons:
        return
    assert fitted.text.plain.removesuffix(f"\n\n{content.hint}").endswith(listed)
    for number, data in enumerate(wanted, 1):
        key, _, index = data.partition(":")
        said: Event = by_number(Said(str(number)), wanted)
        assert said == Pressed(f"{key}:={index}" if index.isdecimal() else data)


@calm
@given(contents(), capabilities)
def test_long_options_are_lettered_and_ticks_are_shown(content: Content, can: Capabilities) -> None:
    content = replace(content, pictured=False)
    fitted = fit(content, can)
    if not can.buttons or can.many or content.pick == "none":
        assert (*fitted.buttons, *fitted.more) == ((*content.buttons, *content.more) if can.buttons else ())
        return
    tick = 2 if content.pick == "many" else 0
    long = any(len(each.label.encode("utf-16-le")) // 2 + tick > can.label for each in content.buttons)
    labels = list(string.ascii_uppercase) if long else [button.label for button in content.buttons]
    if content.pick == "many":
        labels = [
            f"{'☑' if index in content.selected else '☐'} {labels[index]}"
            for index in range(len(content.buttons))
        ]
    assert [each.label for each in fitted.buttons][: len(content.buttons)] == labels[: len(content.buttons)]
    listed = "\n".join(
        f"{letter}. {button.label}" for letter, button in zip("ABCDEFGHIJKL", content.buttons, strict=False)
    )
    assert fitted.text.plain.endswith(listed) == long or not long


@calm
@given(contents(), capabilities)
def test_a_fitted_message_fits_already(content: Content, can: Capabilities) -> None:
    fitted = fit(content, can)
    assert fit(fitted, can) == fitted


@calm
@given(contents().filter(lambda content: content.pictured), capabilities)
def test_options_that_are_pictures_have_the_numbers_of_the_picture(
    content: Content, can: Capabilities
) -> None:
    fitted = fit(content, can)
    numbers = [str(number) for number, _ in enumerate(content.buttons, 1)]
    lines = [f"{number}. {button.label}" for number, button in zip(numbers, content.buttons, strict=True)]
    assert not fitted.pictured
    if not can.buttons:
        listed = "\n".join(lines)
        assert fitted.text.plain.removesuffix(f"\n\n{content.hint}").endswith(listed)
        return
    buttons = fitted.buttons[: len(numbers)]
    assert [button.data for button in buttons] == [button.data for button in content.buttons]
    labels = [button.label.removeprefix("☐ ").removeprefix("☑ ") for button in buttons]
    tick = 2 * (content.pick == "many")
    short = can.many or all(len(line.encode("utf-16-le")) // 2 + tick <= can.label for line in lines)
    assert labels == (lines if short else numbers)
    assert short or fitted.text.plain.endswith("\n".join(lines))


@given(st.integers(1, 12))
def test_each_option_has_a_letter_of_its_own(options: int) -> None:
    buttons = tuple(Button("long" * 9, f"k:{index}") for index in range(options))
    fitted = fit(Content(Text("?"), buttons=buttons, pick="one"), PHONE)
    assert "".join(button.label for button in fitted.buttons) == "ABCDEFGHIJKL"[:options]
