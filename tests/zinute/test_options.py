"""How numbers of the command line and settings that are wrong are told: one sentence that says what to write."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import typer

from zinute.cli import app
from zinute.errors import Stop
from zinute.options import port_of, settings_of, whole


def commands(of: typer.Typer) -> Iterator[Callable[..., Any]]:
    for command in of.registered_commands:
        assert command.callback
        yield command.callback
    for group in of.registered_groups:
        assert group.typer_instance
        yield from commands(group.typer_instance)


def parsers(command: Callable[..., Any]) -> Iterator[tuple[str, object]]:
    """What reads each of its numbers."""
    hints = get_type_hints(command, include_extras=True)
    for name in inspect.signature(command).parameters:
        kind, *more = get_args(hints[name]) if hasattr(hints[name], "__metadata__") else (hints[name],)
        of = get_args(kind) if get_origin(kind) else (kind,)
        if int in of:
            yield name, more[0].parser if more else None


def test_every_number_of_every_command_is_read_by_us() -> None:
    """A new one: `parser=whole`, so that what is wrong is said in our words."""
    found = [(each.__name__, name, read) for each in commands(app) for name, read in parsers(each)]
    assert len(found) > 15
    assert [each for each in found if each[2] not in (whole, port_of)] == []


@pytest.mark.parametrize("said", ["x", "", "-1", "1.5", "１", "1e3", "9" * 10])
def test_what_is_no_number_is_one_sentence(said: str) -> None:
    with pytest.raises(Stop, match=f"^'{said}' is no number that fits here: write one such as 3.$"):
        whole(said)
    assert (whole("007"), whole(5)) == (7, 5)


@pytest.mark.parametrize("said", ["x", "0", "65536", "-1", "9" * 40])
def test_what_is_no_port_is_one_sentence(said: str) -> None:
    with pytest.raises(Stop, match=f"^'{said}' is no port: write a number from 1 to 65535.$"):
        port_of(said)
    assert (port_of("65535"), port_of(8000)) == (65_535, 8_000)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORT", "abc", "The setting ZINUTE_PORT is wrong: write a whole number such as 8000."),
        ("PRIVATE_ADDRESSES", "some", "The setting ZINUTE_PRIVATE_ADDRESSES is wrong: write true or false."),
        (
            "SECOND_FACTOR",
            "no",
            "The setting ZINUTE_SECOND_FACTOR is wrong: write 'granting' or 'everybody'.",
        ),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"ZINUTE_{name}", value)
    with pytest.raises(Stop) as stop:
        settings_of()
    assert str(stop.value) == told
