"""Sentences filled in: plural forms, moments and weekdays as each language writes them."""

import io
from datetime import date, datetime
from gettext import GNUTranslations, NullTranslations

import pytest
from babel.messages import mofile, pofile

from domain.language import LANGUAGES, Language
from domain.message import Day, Moment, Param, Place, Several, Weekdays
from domain.texts import Texts

LITHUANIAN = """
msgid ""
msgstr ""
"Language: lt\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "greet"
msgstr "Labas, {name}!"

msgid "cards"
msgid_plural "cards"
msgstr[0] "{n} kortelė"
msgstr[1] "{n} kortelės"
msgstr[2] "{n} kortelių"
"""
MORNING = Moment(datetime(2026, 11, 23, 9, 5))  # noqa: DTZ001 (a wall time has no zone)


@pytest.fixture(scope="module")
def texts() -> Texts:
    """A few Lithuanian sentences; in the other languages a key is its own sentence."""
    compiled = io.BytesIO()
    mofile.write_mo(compiled, pofile.read_po(io.StringIO(LITHUANIAN), locale="lt"))
    compiled.seek(0)
    known: dict[Language, NullTranslations] = {language: NullTranslations() for language in LANGUAGES}
    return Texts({**known, "lt": GNUTranslations(compiled)})


@pytest.mark.parametrize(
    ("language", "key", "params", "said"),
    [
        ("lt", "greet", {"name": "Ona"}, "Labas, Ona!"),
        ("lt", "greet", {"name": "{name} {0} %s"}, "Labas, {name} {0} %s!"),
        ("lt", "{where}", {"where": Several(("unknown", "a word"))}, "unknown, a word"),
        ("lt", "cards", {"n": 1}, "1 kortelė"),
        ("lt", "cards", {"n": 2}, "2 kortelės"),
        ("lt", "cards", {"n": 11}, "11 kortelių"),
        ("lt", "cards", {"n": 21}, "21 kortelė"),
        ("lt", "{n} kg", {"n": "2,5"}, "2,5 kg"),
        ("lt", "unknown", {}, "unknown"),
        ("pl", "{right} of {graded}", {"right": 2, "graded": 3}, "2 of 3"),
        ("nb", "{key}, {language}", {"key": "a", "language": "b"}, "a, b"),
        ("lt", "{when}", {"when": MORNING}, "lapkričio 23 d. (pirmadienis), 09:05"),
        ("pl", "{when}", {"when": MORNING}, "poniedziałek, 23 listopada, godz. 09:05"),
        ("nb", "{when}", {"when": MORNING}, "mandag 23. november kl. 09:05"),
        ("en", "{when}", {"when": MORNING}, "Monday 23 November, 09:05"),
        ("lt", "{until}", {"until": Day(date(2027, 2, 1))}, "2027 m. vasario 1 d."),
        ("pl", "{until}", {"until": Day(date(2027, 2, 1))}, "1 lutego 2027"),
        ("nb", "{until}", {"until": Day(date(2027, 2, 1))}, "1. februar 2027"),
        ("en", "{until}", {"until": Day(date(2027, 2, 1))}, "1 February 2027"),
        ("en", "{days}", {"days": Weekdays("12345")}, "Monday–Friday"),
        ("en", "{days}", {"days": Weekdays("1234567")}, "Monday–Sunday"),
        ("en", "{days}", {"days": Weekdays("567")}, "Friday–Sunday"),
        ("en", "{days}", {"days": Weekdays("12")}, "Monday, Tuesday"),
        ("en", "{days}", {"days": Weekdays("135")}, "Monday, Wednesday, Friday"),
        ("en", "{days}", {"days": Weekdays("1247")}, "Monday, Tuesday, Thursday, Sunday"),
        ("en", "{days}", {"days": Weekdays("7")}, "Sunday"),
        ("lt", "{days}", {"days": Weekdays("12345")}, "pirmadienis–penktadienis"),
        ("pl", "{days}", {"days": Weekdays("24")}, "wtorek, czwartek"),
        ("nb", "{days}", {"days": Weekdays("6")}, "lørdag"),
        ("lt", "{day}", {"day": Day(MORNING.wall.date())}, "2026 m. lapkričio 23 d."),
        ("pl", "{day}", {"day": Day(MORNING.wall.date())}, "23 listopada 2026"),
        ("nb", "{day}", {"day": Day(MORNING.wall.date())}, "23. november 2026"),
        ("en", "{page}", {"page": Place("/catalogue")}, "/catalogue"),
        ("en", "{day}", {"day": Day(MORNING.wall.date())}, "23 November 2026"),
    ],
)
def test_a_sentence(texts: Texts, language: Language, key: str, params: dict[str, Param], said: str) -> None:
    assert texts.say(language, key, **params) == said
