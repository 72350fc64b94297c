"""Whatever is known and whatever somebody does: there is an answer, in four languages, and nothing impossible."""

from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from domain.certifying import certified
from domain.choosing import pieces
from domain.conversation import enrolled, respond
from domain.effect import (
    Ask,
    Certify,
    CloseStep,
    Effect,
    Enrol,
    Find,
    Join,
    Move,
    OpenStep,
    Read,
    Record,
    Renew,
    Say,
    Select,
    Share,
)
from domain.event import Event, Pressed, Said
from domain.facts import Facts, Step
from domain.fitting import MOST_BUTTON_BYTES
from domain.language import LANGUAGES
from domain.message import Notice
from domain.question import Question
from domain.texts import Texts
from tests.domain import strategies as may_be
from tests.domain.make import BIRDS, certificate, facts, invitation, keys
from tests.domain.player import assert_answer
from tests.domain.strategies import calm
from zinute import catalogues

COMMANDS = (
    "start", "continue", "menu", "help", "privacy", "settings", "language", "hour", "days", "pause", "resume",
    "progress", "lessons", "lesson", "programmes", "programme", "certificates", "renew", "enrol", "moveon", "more",
    "yes", "no", "agree", "decline", "snooze", "leave", "reviews", "known", "enough", "", "unknown",
)  # fmt: skip
ARGUMENTS = (
    "", "AbC", "1 0", "1 1", "2 1", "5 2", "6",
    "pl", "de", "9", "09:30", "24:00", "135", "0", "safe", "gdpr", "=00", "off", "12-20 01-06", "29.2",
    "9999-12-31",
)  # fmt: skip
commands = st.builds("/{} {}".format, st.sampled_from(COMMANDS), st.sampled_from(ARGUMENTS) | may_be.words)
choices = st.sampled_from(
    [
        "next",
        "ok",
        "0",
        "1",
        "2",
        "3",
        "4",
        "=0",
        "=0,2",
        "=",
        "",
        "١",
        "0,",
        "-1",
        "again",
        "0.0",
        "1.3",
        "=3,0,1,2",
    ]
)
presses = st.builds(
    "{}:{}".format, st.sampled_from(["key-1", "key-2", "old", "nobody"]), choices | may_be.words
)
answers = st.sampled_from(
    [*map(str.upper, BIRDS), "upė", "vanduo", "37,5 °C", "-1", "gerve", "x" * 2_001, "\0"]
)
said = st.builds(Said, commands | may_be.words | answers | st.text())
events: st.SearchStrategy[Event] = said | st.builds(Pressed, presses | commands | st.text())


@calm
@given(may_be.knowledge(), events)
@example(facts(shown=invitation()), Said("/start AbC"))
def test_there_is_always_something_to_say(known: Facts, event: Event) -> None:
    """What was just taken says it with its first card; what ended, with its certificate; a look, with its finds."""
    effects = respond(known, event, keys())
    assert any(isinstance(effect, Say | Enrol | Renew | Certify | Find | Read | Share) for effect in effects)


@calm
@given(may_be.knowledge())
def test_a_programme_that_was_taken_always_says_something(known: Facts) -> None:
    for study in known.studies:
        effects = enrolled(known, study.programme_id, keys())
        assert any(isinstance(effect, Say) for effect in effects)
        assert_possible(known, effects)


@calm
@given(may_be.knowledge(), events)
def test_nothing_impossible_is_decided(known: Facts, event: Event) -> None:
    assert_possible(known, respond(known, event, keys()))


def assert_possible(known: Facts, effects: list[Effect]) -> None:
    closed = [effect.key for effect in effects if isinstance(effect, CloseStep)]
    asked = {step.key: step for step in (known.open, known.pressed, *known.waiting) if step}
    assert len(set(closed)) == len(closed)
    assert [key for key in closed if asked[key].closed] == []
    for effect in effects:
        assert_step_possible(known, effect, asked)
        match effect:
            case Record():
                assert effect.step.key in closed
                assert_recorded(known, effect)
            case Move(enrolment, lesson, card):
                assert -1 <= card < len(known.study(enrolment).programme.lessons[lesson].texts[0].cards)
            case Join():
                assert known.person is None or effect.person == known.person.id


def assert_step_possible(known: Facts, effect: Effect, asked: dict[str, Step]) -> None:
    match effect:
        case OpenStep(step):
            assert not step.question or question_of(known, step).prompt
            assert not step.closed
        case Ask(key):
            assert not asked[key].closed
        case Select(key, selected):
            assert not asked[key].closed
            assert set(selected) <= set(range(len(pieces(question_of(known, asked[key])))))
        case Say(_, edits_step):
            assert not edits_step or not asked[edits_step].closed


def assert_recorded(known: Facts, record: Record) -> None:
    asks = question_of(known, record.step)
    assert record.version == known.study(record.step.enrolment).version
    assert record.question == asks.id
    assert record.worth is None or 0 <= record.worth <= 1
    assert_answer(asks, record.given)


def question_of(known: Facts, step: Step) -> Question:
    """What is asked at a step."""
    asks = step.of(known.study(step.enrolment), "lt").question
    assert asks is not None
    return asks


@cache
def catalogue() -> Texts:
    """The sentences of the product."""
    return catalogues.load()


@calm
@given(may_be.knowledge(), events)
def test_every_sentence_has_words_in_every_language(known: Facts, event: Event) -> None:
    """And every button's press is as short as the strictest messenger wants it."""
    for effect in respond(known, event, keys()):
        if isinstance(effect, Say) and isinstance(effect.message, Notice):
            assert_spoken(effect.message)
        if isinstance(effect, Certify):
            assert_spoken(certified(effect.told, certificate()))
            assert_spoken(certified(effect.told, certificate(expires_on=None)))


def assert_spoken(notice: Notice) -> None:
    assert [each.data for each in notice.choices if len(each.data.encode()) > MOST_BUTTON_BYTES] == []
    assert all(bool(each.data) != bool(each.url) for each in notice.choices)
    pressed = [each.data for each in notice.choices if each.data]
    assert len(set(pressed)) == len(pressed)
    for language in LANGUAGES:
        for line in notice.lines:
            words = catalogue().say(language, line.text, **line.params)
            assert words != line.text
            assert "{" not in words
        labels = [
            each.label if each.literal else catalogue().say(language, each.label) for each in notice.choices
        ]
        assert len(set(labels)) == len(labels)
        assert not {each.label for each in notice.choices if not each.literal} & set(labels)
