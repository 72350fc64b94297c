"""Whatever is known and whatever somebody does: there is an answer, in four languages, and nothing impossible."""

from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from domain.conversation import enrolled, respond
from domain.effect import CloseStep, Effect, Enrol, Join, Move, OpenStep, Record, Say, Select
from domain.event import Event, Pressed, Said
from domain.facts import Facts, Step, Study
from domain.fitting import MOST_BUTTON_BYTES
from domain.language import LANGUAGES
from domain.message import Notice
from domain.texts import Texts
from tests.domain import strategies as may_be
from tests.domain.make import BIRDS, facts, invitation, keys
from tests.domain.strategies import calm
from zinute import catalogues

COMMANDS = (
    "start", "continue", "menu", "help", "privacy", "settings", "language", "hour", "days", "pause", "resume",
    "progress", "programmes", "enrol", "yes", "no", "agree", "decline", "snooze", "leave", "", "unknown",
)  # fmt: skip
ARGUMENTS = (
    "", "AbC", "pl", "de", "9", "09:30", "24:00", "135", "0", "safe", "gdpr", "=00", "off", "12-20 01-06", "29.2",
    "9999-12-31",
)  # fmt: skip
commands = st.builds("/{} {}".format, st.sampled_from(COMMANDS), st.sampled_from(ARGUMENTS) | may_be.words)
choices = st.sampled_from(["next", "ok", "0", "1", "2", "3", "4", "=0", "=0,2", "=", "", "١", "0,", "-1"])
presses = st.builds(
    "{}:{}".format, st.sampled_from(["key-1", "key-2", "old", "nobody"]), choices | may_be.words
)
said = st.builds(Said, commands | may_be.words | st.sampled_from(BIRDS).map(str.upper) | st.text())
events: st.SearchStrategy[Event] = said | st.builds(Pressed, presses | commands | st.text())


@calm
@given(may_be.knowledge(), events)
@example(facts(shown=invitation()), Said("/start AbC"))
def test_there_is_always_something_to_say(known: Facts, event: Event) -> None:
    """A programme that was just taken says it with its first card."""
    effects = respond(known, event, keys())
    assert any(isinstance(effect, Say | Enrol) for effect in effects)


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
        match effect:
            case Record(step, version, question, chosen, _):
                assert step.key in closed
                assert version == known.study(step.enrolment).version
                assert card_of(known, step).question == question
                assert list(chosen) == sorted(set(chosen))
                assert set(chosen) <= set(range(card_of(known, step).options))
                assert chosen
            case Move(enrolment, lesson, card):
                assert -1 <= card < len(cards_of(known.study(enrolment), lesson))
            case OpenStep(step):
                assert not step.question or card_of(known, step).question
                assert not step.closed
            case Select(key, _):
                assert not asked[key].closed
            case Say(_, edits_step):
                assert not edits_step or not asked[edits_step].closed
            case Join():
                assert known.person is None or effect.person == known.person.id


class Asked:
    """What a card asks: the question's name ("" for none) and how many options it has."""

    def __init__(self, question: str, options: int) -> None:
        self.question, self.options = question, options


def cards_of(study: Study, lesson: int) -> list[Asked]:
    cards = study.programme.lessons[lesson].texts[0].cards
    return [
        Asked(card.question.id, len(card.question.options)) if card.question else Asked("", 0)
        for card in cards
    ]


def card_of(known: Facts, step: Step) -> Asked:
    return cards_of(known.study(step.enrolment), step.lesson)[step.card]


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


def assert_spoken(notice: Notice) -> None:
    assert [each.data for each in notice.choices if len(each.data.encode()) > MOST_BUTTON_BYTES] == []
    assert len({each.data for each in notice.choices}) == len(notice.choices)
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
