"""The form of a place's settings is made of the fields that there are."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import pytest
from starlette.datastructures import FormData

from console.moments import span
from console.place_words import SETTINGS, Setting, Unfit, settings_of
from domain.days_off import Span
from domain.language import LANGUAGES, Language
from tests.console.test_languages import messages


@dataclass
class Odd:
    """Fields of every type that there can be."""

    country: str | None = None
    words: str | None = None
    many: tuple[str, ...] | None = None
    number: int | None = None
    hour: time | None = None
    language: Language | None = None
    languages: tuple[Language, ...] | None = None
    days: tuple[Span, ...] | None = None


def test_a_field_is_written_by_its_type() -> None:
    assert settings_of(Odd) == (
        Setting("country", "choice", ("LT", "PL", "NO")),
        Setting("words", "words"),
        Setting("many", "list"),
        Setting("number", "number"),
        Setting("hour", "time"),
        Setting("language", "choice", LANGUAGES),
        Setting("languages", "several", LANGUAGES),
        Setting("days", "days"),
    )


@pytest.mark.parametrize(
    ("name", "sent", "value", "written"),
    [
        ("words", [" a  \0b\n"], "a b", "a b"),
        ("many", ["@A.lt, b.lt  c.lt"], ("a.lt", "b.lt", "c.lt"), "a.lt, b.lt, c.lt"),
        ("number", ["12"], 12, "12"),
        ("hour", ["9"], time(9), "09:00"),
        ("language", ["pl"], "pl", "pl"),
        ("languages", ["en", "lt", "de"], ("lt", "en"), "lt, en"),
        ("days", ["06-24,12-24  – 12-26 ,"], ("06-24", "12-24 – 12-26"), "06-24, 12-24 – 12-26"),
        *((name, [""], None, "") for name in ("words", "many", "number", "hour", "language", "languages")),
        ("languages", [], None, ""),
        ("words", [], None, ""),
    ],
)
def test_what_is_sent_is_read_and_written_again(name: str, sent: list[str], value: Any, written: str) -> None:
    [setting] = [each for each in settings_of(Odd) if each.name == name]
    read = setting.read(FormData([(name, each) for each in sent]))
    assert (read, setting.written(read)) == (value, written)


@pytest.mark.parametrize(
    ("name", "sent", "code"),
    [
        ("words", "x" * 201, "long"),
        ("many", "x" * 201, "long"),
        ("days", "x" * 1_201, "long"),
        ("number", "1.5", "number"),
        ("number", "-1", "number"),
        ("number", "１", "number"),
        ("hour", "24:00", "time"),
        ("language", "de", "other"),
        ("country", "lt", "other"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, sent: str, code: str) -> None:
    [setting] = [each for each in settings_of(Odd) if each.name == name]
    with pytest.raises(Unfit) as unfit:
        setting.read(FormData([(name, sent)]))
    assert (unfit.value.about, unfit.value.code) == (name, code)


@pytest.mark.parametrize(
    ("language", "days", "written"),
    [
        ("lt", "12-24..01-02", "gruodžio 24 d. – sausio 2 d."),
        ("lt", "2027-02-15", "2027 m. vasario 15 d."),
        ("pl", "02-29", "29 lutego"),
        ("nb", "2027-02-15..2027-02-19", "15. februar 2027 – 19. februar 2027"),
        ("en", "06-24", "24 June"),
    ],
)
def test_days_off_are_read_as_dates(language: Language, days: str, written: str) -> None:
    assert span(language, Span(days)) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_label(language: Language) -> None:
    """A new field of Own: say in the catalogues what it is called."""
    needed = {f"console.audit.setting.{each.name}" for each in SETTINGS}
    assert needed - set(messages(language)) == set()
