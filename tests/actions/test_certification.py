"""The final test that ships with the product, sat for in all four languages."""

from datetime import timedelta

import pytest

from domain.language import LANGUAGES, Language
from domain.message import ShowCard
from domain.programme import Programme
from domain.question import Question
from storage import enrolments, programmes, steps
from storage.database import Connection, Database
from tests.actions.talk import Talk
from tests.actions.test_journey import A_GAP, A_TEXT_ID, invite_learner, words
from tests.storage.samples import MONDAY, enrolments_of

TEST = 9


async def come_to_the_test(library: Database, language: Language) -> tuple[Talk, Programme]:
    """Somebody who has learned all nine lessons of medication handling."""
    person = await library.write(lambda tx: invite_learner(tx, "medication", language))
    programme = await library.read(lambda tx: programmes.newest_by_slug(tx, "medication"))
    assert programme is not None
    talk = Talk(library, tag=language)
    await talk.join("code")

    def learned(tx: Connection) -> None:
        (study,) = enrolments_of(tx, person)
        (first,) = steps.open_of(tx, person)
        steps.close(tx, first.key, MONDAY)
        enrolments.move(tx, study.id, TEST, -1, MONDAY)

    await library.write(learned)
    await talk.says("/continue")
    return talk, programme


async def answers(talk: Talk, programme: Programme, language: Language, *, right: bool) -> list[str]:
    """Answer what is asked."""
    card = next(each for each in reversed(talk.heard) if isinstance(each, ShowCard))
    asked = programme.lessons[TEST].text(language).cards[card.card].question
    assert asked is not None
    if asked.written:
        return await talk.says(str(asked.numbers[0].value) if right else "1234567")
    return await talk.presses(f"={','.join(map(str, right_one(asked) if right else wrong_one(asked)))}")


def right_one(asked: Question) -> tuple[int, ...]:
    if asked.kind == "match":
        return tuple(map(asked.places.index, asked.targets))
    return asked.right or tuple(range(len(asked.options)))


def wrong_one(asked: Question) -> tuple[int, ...]:
    if asked.kind in ("match", "order"):
        return right_one(asked)[::-1]
    return next((index,) for index, option in enumerate(asked.options) if not option.correct)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_shipped_test_is_failed_and_then_passed(library: Database, language: Language) -> None:
    talk, programme = await come_to_the_test(library, language)
    asked, said = list[str](), list[str]()
    for wrong in (7, 3):
        said = await talk.presses("next")
        for number in range(20):
            asked.append(said[-1])
            said = await answers(talk, programme, language, right=number >= wrong)
        if wrong == 7:
            assert said == ["test.failed+test.look_again+test.again_from"]
            talk.at += timedelta(days=1)
            await talk.says("/continue")
    assert said == [
        "test.passed+test.look_again",
        "study.programme_done_unscored+certificate.issued",
        "paper 2026-000001",
    ]
    assert [len({*asked[:20]}), len({*asked[20:]})] == [20, 20]
    assert asked[:20] != asked[20:]
    await talk.says(next(each.data for each in talk.heard[-3].choices if each.label == "test.explain"))  # type: ignore[union-attr]
    assert len(talk.heard[-3:]) == 3
    for content in await talk.contents(language, talk.heard):
        shown = words(content)
        assert not A_TEXT_ID.findall(shown), shown
        assert not A_GAP.findall(shown), shown
        assert content.text.units <= 4_096
