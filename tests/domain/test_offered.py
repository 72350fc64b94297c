"""The languages that an organisation offers: at the door, in the settings, and of whoever comes in."""

from dataclasses import replace

from domain.conversation import respond
from domain.doorway import Arrival, Doorway, JoinLink
from domain.effect import Effect, Say, SetLanguage
from domain.event import Said
from domain.facts import Facts
from domain.message import Notice
from tests.domain.make import LIBRARY, NOW, invitation, keys, person

TWO = replace(LIBRARY, languages=("lt", "en"))
JONAS = person(organisation=TWO)
INVITED = replace(invitation(), person=JONAS)


def told(facts: Facts, words: str) -> list[Effect]:
    return respond(facts, Said(words), keys())


def offered(facts: Facts, words: str) -> list[str]:
    """The languages on buttons."""
    said = [each.message for each in told(facts, words) if isinstance(each, Say)]
    choices = [choice for each in said if isinstance(each, Notice) for choice in each.choices]
    return [each.data[-2:] for each in choices if each.data.startswith("/language ")]


def test_those_that_an_organisation_uses_are_offered() -> None:
    stranger = Facts(NOW, "lt")
    door = Doorway(key=b"k" * 32)
    assert offered(stranger, "labas") == ["pl", "nb", "en"]
    assert offered(replace(stranger, shown=INVITED), "/start abc") == ["en"]
    assert offered(replace(stranger, shown=invitation()), "/start abc") == ["pl", "nb", "en"]
    by_link = replace(stranger, door=replace(door, link=JoinLink(TWO, open=True)))
    assert offered(by_link, "/start j_x") == ["en"]
    assert offered(replace(stranger, door=replace(door, arrival=Arrival(TWO))), "labas") == ["en"]
    assert offered(replace(stranger, person=JONAS), "/language") == ["lt", "en"]
    assert offered(replace(stranger, person=person()), "/language") == ["lt", "pl", "nb", "en"]


def test_another_one_is_not_taken() -> None:
    joined, pending = Facts(NOW, "lt", person=JONAS), Facts(NOW, "lt", pending=INVITED)
    arriving = Facts(NOW, "lt", door=Doorway(arrival=Arrival(TWO)))
    for facts in (joined, pending, arriving):
        assert [each for each in told(facts, "/language pl") if isinstance(each, SetLanguage)] == []
        assert SetLanguage("en") in told(facts, "/language en")


def test_who_comes_in_speaking_another_one_learns_in_theirs() -> None:
    agreed = Facts(NOW, "nb", pending=INVITED, agreed_name=True)
    assert SetLanguage("lt") in told(agreed, "/agree")
    assert SetLanguage("en") in told(replace(agreed, language="en"), "/agree")
    assert SetLanguage("nb") in told(replace(agreed, pending=invitation()), "/agree")
