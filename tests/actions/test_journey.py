"""The programmes that ship with the product, learned from the code to the last lesson, in all four languages."""

import re
from datetime import timedelta

import pytest

from actions.invite import invite
from domain.language import LANGUAGES, Language
from domain.message import Content, Issued, Message
from domain.pacing import next_lesson_at
from domain.programme import Programme
from storage import organisations, people, programmes
from storage.database import Connection, Database
from tests.actions.talk import Talk, in_short
from tests.storage.samples import MONDAY, enrolments_of

A_TEXT_ID = re.compile(
    r"\b(?:join|study|test|entry|menu|settings|pause|progress|programmes|help|hint|command)\.[a-z_]+\b"
)
A_GAP = re.compile(r"\{\w*\}")


def invite_learner(tx: Connection, slug: str, language: Language) -> int:
    here = organisations.add(
        tx, name="Biblioteka", country="LT", zone="Europe/Vilnius", language=language, contact="Rūta"
    )
    person = people.add(tx, organisation=here, name="Ana Anaitė", email="ana@a.example", language=language)
    programme = programmes.by_slug(tx, slug)
    assert programme is not None
    invite(tx, person=person, programme=programme, code="code", now=MONDAY)
    return person


async def learn(talk: Talk, programme: Programme, lesson: int) -> list[Message]:
    """Answer the first question of a lesson wrong and the others right; what was said at its end."""
    said, wrong = list[Message](), True
    for number, card in enumerate(programme.lessons[lesson].texts[0].cards):
        assert in_short(talk.heard[-1:]) == [f"card {lesson}.{number}"]
        question, last = card.question, number + 1 == len(programme.lessons[lesson].texts[0].cards)
        if question is None:
            await talk.presses("next")
        else:
            options = tuple(range(len(question.options)))
            others = tuple(each for each in options if each not in question.right)
            chosen = question.right or options[:1]
            chosen = others[:1] if wrong and question.right else chosen
            verdict = await talk.presses("=" + ",".join(map(str, chosen)))
            expected = "thanks" if question.kind == "opinion" else "wrong" if wrong else "right"
            assert verdict[0] == expected
            wrong = wrong and question.kind == "opinion"
            if not last:
                await talk.presses("next")
        said = list[Message](each for each in talk.heard[-2:] if not isinstance(each, Issued))[-1:]
    return said


@pytest.mark.parametrize(
    ("language", "slug"),
    [("lt", "safe-online"), ("pl", "front-desk"), ("nb", "safe-online"), ("en", "front-desk")],
)
async def test_a_programme_is_learned_to_its_end(library: Database, language: Language, slug: str) -> None:
    person = await library.write(lambda tx: invite_learner(tx, slug, language))
    programme = await library.read(lambda tx: programmes.newest_by_slug(tx, slug))
    assert programme is not None
    talk = Talk(library, tag=language)
    await talk.join("code")
    assert in_short(talk.heard) == ["join.who", "join.privacy", "join.welcome", "card 0.0"]
    end, study, last = list[str](), None, len(programme.lessons) - 1
    for lesson in range(last + 1):
        end = in_short(await learn(talk, programme, lesson))
        (study,) = await library.read(lambda tx: enrolments_of(tx, person))
        if lesson < last:
            learner = await library.read(lambda tx: people.get(tx, person))
            assert end == ["study.lesson_done"]
            assert (study.lesson, study.card, study.due_at) == (
                lesson + 1,
                -1,
                next_lesson_at(talk.at, learner),
            )
            talk.at += timedelta(days=1)
            assert await talk.says("/continue") == [f"card {lesson + 1}.0"]
    assert study is not None
    certified = programme.rules.valid_months is not None
    assert end == ["study.programme_done+certificate.issued" if certified else "study.programme_done"]
    assert study.state == "finished"
    await finished_well(talk, language)


async def finished_well(talk: Talk, language: Language) -> None:
    for said in ("/menu", "/progress", "/programmes", "/settings", "/help", "/privacy", "/hm", "hm", "/hour"):
        assert len(await talk.says(said)) == 1
    for content in await talk.contents(language, talk.heard):
        shown = words(content)
        assert not A_TEXT_ID.findall(shown), shown
        assert not A_GAP.findall(shown), shown


def words(content: Content) -> str:
    """Everything of a content that a person reads, or hears read."""
    buttons = (*content.buttons, *((content.submit,) if content.submit else ()))
    alt = content.picture.alt if content.picture else ""
    return "\n".join((content.text.plain, content.hint, alt, *(button.label for button in buttons)))


async def test_nothing_is_read_in_another_language(library: Database) -> None:
    """Each sentence of a journey differs from the same sentence in the three other languages."""
    await library.write(lambda tx: invite_learner(tx, "safe-online", "lt"))
    programme = await library.read(lambda tx: programmes.newest_by_slug(tx, "safe-online"))
    assert programme is not None
    talk = Talk(library, tag="lt")
    await talk.join("code")
    await learn(talk, programme, 0)
    for said in ("/menu", "/progress", "/programmes", "/help", "/privacy", "/hour", "/days", "/pause", "/hm"):
        await talk.says(said)
    in_all = [[words(each) for each in await talk.contents(each, talk.heard)] for each in LANGUAGES]
    same = [texts for texts in zip(*in_all, strict=True) if len(set(texts)) < len(LANGUAGES)]
    assert same == []
