"""What a text or a press means."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.event import Command, Event, Pressed, Said, StepPress, code_of, command_of, key_of, meaning_of


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        (Said("/menu"), Command("menu")),
        (Said("  /MENU \n"), Command("menu")),
        (Said("/start"), Command("start")),
        (Said("/start AbC-_9"), Command("start", "AbC-_9")),
        (Said("/start   AbC  "), Command("start", "AbC")),
        (Said("/start@ZinuteBot"), Command("start")),
        (Said("/start@ZinuteBot AbC"), Command("start", "AbC")),
        (Said("/days 1 3 5"), Command("days", "1 3 5")),
        (Said("/@ZinuteBot"), Command("")),
        (Said("//"), Command("/")),
        (Said("/"), Said("/")),
        (Said("/ menu"), Said("/ menu")),
        (Said(""), Said("")),
        (Said("labas /menu"), Said("labas /menu")),
        (Said("k:1"), Said("k:1")),
        (Said(" Antis "), Said(" Antis ")),
        (Pressed("/hour 09:30"), Command("hour", "09:30")),
        (Pressed("k:1"), StepPress("k", "1")),
        (Pressed("k:=0,2"), StepPress("k", "=0,2")),
        (Pressed("k:a:b"), StepPress("k", "a:b")),
        (Pressed("k"), StepPress("k", "")),
        (Pressed(""), StepPress("", "")),
        (Pressed("/"), StepPress("/", "")),
    ],
    ids=repr,
)
def test_the_meaning(event: Event, meaning: Command | StepPress | Said) -> None:
    assert meaning_of(event) == meaning


@pytest.mark.parametrize("gap", [" ", "   ", "\n", "\t", "\r\n", "\u00a0"], ids=repr)
def test_a_code_pasted_with_any_space_before_it_is_understood(gap: str) -> None:
    assert command_of(f"/start{gap}AbC-_9") == Command("start", "AbC-_9")


@given(st.text() | st.text().map("/{}".format))
@example("/\tmenu")
def test_any_text_means_something(text: str) -> None:
    command = command_of(text)
    assert meaning_of(Said(text)) == (command or Said(text))
    assert (command is not None) == (text.strip().startswith("/") and len(text.split(maxsplit=1)[0]) > 1)
    key, _, choice = text.partition(":")
    assert meaning_of(Pressed(text)) == (command or StepPress(key, choice))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1), st.text().map(str.strip))
def test_a_command_keeps_its_argument_as_it_was_written(name: str, argument: str) -> None:
    assert command_of(f"/{name.upper()} {argument}") == Command(name, argument)


@pytest.mark.parametrize(
    ("event", "code", "key"),
    [
        (Said("/start AbC-_9"), "AbC-_9", ""),
        (Said("/start"), "", ""),
        (Said("/start A b"), "", ""),
        (Said("/start " + "a" * 65), "", ""),
        (Said("/start ąžuolas"), "", ""),
        (Said("/enrol safe"), "", ""),
        (Said("AbC"), "", ""),
        (Pressed("/start AbC"), "AbC", ""),
        (Pressed("hT4k-_:1"), "", "hT4k-_"),
        (Pressed("a b:1"), "", ""),
        (Pressed(":1"), "", ""),
        (Pressed("a" * 65 + ":1"), "", ""),
    ],
)
def test_codes_and_keys_are_only_what_can_be_one(event: Event, code: str, key: str) -> None:
    assert (code_of(meaning_of(event)), key_of(meaning_of(event))) == (code, key)
