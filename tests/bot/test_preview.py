"""A preview goes through every card and every explanation of every lesson that ships, in each messenger."""

import pytest

from bot.channel import REGISTRY, capabilities_of
from bot.preview import shown
from bot.voice import Voice
from domain.language import LANGUAGES
from tests.storage.stores import library
from zinute import catalogues

LIBRARY = library()
TEXTS = catalogues.load()


@pytest.mark.parametrize("channel", REGISTRY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_is_shown_whole(channel: str, language: str) -> None:
    voice = Voice(TEXTS, next(each for each in LANGUAGES if each == language))
    can = capabilities_of(channel)
    for draft in LIBRARY.drafts:
        for number, lesson in enumerate(draft.programme.lessons):
            cards = lesson.text(voice.language).cards
            seen = list(shown(draft.programme, number, voice, can))
            assert [each.card for each in seen if not each.after] == list(range(1, len(cards) + 1))
            asked = {place for place, card in enumerate(cards, 1) if card.question}
            assert {each.card for each in seen if each.after} == asked
            assert all(each.content.text for each in seen)


def test_every_option_of_a_single_choice_is_explained_where_it_was_chosen() -> None:
    voice, can = Voice(TEXTS, "lt"), capabilities_of("web")
    programme = LIBRARY.drafts[0].programme
    lesson = programme.lessons[0].text("lt")
    number, question = next(
        (place, card.question)
        for place, card in enumerate(lesson.cards, 1)
        if card.question and card.question.kind == "single"
    )
    told = {
        each.after: each.content.text.plain for each in shown(programme, 0, voice, can) if each.card == number
    }
    for option in question.options:
        assert option.explanation.plain in told[option.text.plain]
