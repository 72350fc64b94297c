"""A person's own data in the chat: to see what is kept, have a copy, correct it, stop, or have it erased."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from domain.correction import WHAT, Filed, Wish, wish_of
from domain.effect import AskCorrection, AskErasure, Effect, GiveCopy, Say, ShowOwnData, StopHere
from domain.facts import Facts
from domain.message import Choice, CopyKind, Day, Line, Notice, Param, Place, Secret, notice
from domain.pausing import PAUSE
from domain.person import Person
from domain.privacy_notice import PrivacyNotice, page_of, told_at
from domain.studying import MENU

OWN_DATA: Final = Choice("mydata.button", "/mydata")
_KINDS: Final[Mapping[str, CopyKind]] = {"json": "json", "pdf": "pdf"}
_WAYS: Final = tuple(
    Choice(f"mydata.{way}", f"/mydata {way}") for way in ("pdf", "json", "correct", "stop", "erase")
)


def asked(facts: Facts, person: Person, argument: str) -> list[Effect]:
    """What follows `/mydata` and a word after it; whatever else stands there shows what is kept."""
    contact = person.organisation.contact
    if argument in _KINDS:
        return [GiveCopy(_KINDS[argument])]
    if wish := wish_of(argument):
        return [AskCorrection(wish)]
    if argument in ("correct", *WHAT):
        ways = (Choice("menu.language", "/language"), Choice("menu.hour", "/hour"), OWN_DATA)
        return [Say(notice("mydata.correcting", *ways, contact=contact))]
    if argument == "stop":
        rest = (PAUSE,) if any(study.state == "active" for study in facts.studies) else ()
        ways = (*rest, Choice("mydata.stop_here", "/mydata stop here"), OWN_DATA)
        return [Say(notice("mydata.stopping", *ways, contact=contact))]
    if argument == "stop here":
        return [StopHere(), Say(notice("mydata.stopped", contact=contact))]
    return _erase(argument, contact) or [ShowOwnData()]


def filed(wish: Wish, became: Filed) -> Notice:
    """What the chat says of it."""
    told: dict[str, Param] = {"organisation": became.organisation, "words": became.words or wish.written[:60]}
    match became.became:
        case "asked":
            further = became.others if wish.what == "job" else ()
            ways = (
                Line("mydata.asked_elsewhere", {"organisation": name, "way": f"/mydata job{number}"})
                for number, name in further
            )
            return Notice((Line("mydata.asked", told), *ways), (MENU,))
        case "same":
            return Notice((Line("mydata.asked_same", told),), (MENU,))
        case "many":
            return Notice((Line("mydata.asked_many"),), (MENU,))
    return Notice((Line("mydata.asked_unfit", told),), (MENU,))


def _erase(argument: str, contact: str) -> list[Effect]:
    """Twice: what goes and what stays is said before, and nothing can be taken back afterwards."""
    if argument == "erase":
        sure = Choice("mydata.erase_now", "/mydata erase now")
        return [Say(notice("mydata.erasing", sure, OWN_DATA, contact=contact))]
    if argument == "erase now":
        return [AskErasure(), Say(notice("mydata.erased", contact=contact))]
    return []


def shown(person: Person, email: str, counts: Mapping[str, int], read: PrivacyNotice | None) -> list[Effect]:
    """What is kept, in short; `counts` are the programmes, answers and certificates, `read` what held on joining."""
    who = {"name": person.name, "email": email, "organisation": person.organisation.name}
    lines = (Line("mydata.head"), Line("mydata.who", {**who}), Line("mydata.counts", {**counts}))
    noticed, page = _read(person, read) if read else ((), ())
    return [Say(Notice((*lines, *noticed, Line("mydata.ways")), (*_WAYS, notice_page(person), *page, MENU)))]


def _read(person: Person, read: PrivacyNotice) -> tuple[tuple[Line], tuple[Choice]]:
    """Which privacy notice the person read when they joined, and where it stands."""
    since = read.published_at.astimezone(ZoneInfo(person.organisation.zone)).date()
    line = Line("mydata.notice", {"version": read.version, "date": Day(since)})
    page = page_of(read)
    return (line,), (Choice("mydata.notice_read", "", url=page.path, secret=page.secret),)


def notice_page(person: Person) -> Choice:
    """The page that says what is kept what for, and who answers for it."""
    page = told_at(person.organisation.id)
    return Choice("mydata.privacy", "", url=page.path, secret=page.secret)


def own_page(seed: str, kind: CopyKind) -> Place:
    """Where a copy can be fetched for a while, by whoever has the address."""
    return Place(f"/mydata/{seed}.", Secret(seed, "link"), f".{kind}")


def own_file(seed: str, kind: CopyKind) -> str:
    """The code of a copy, among those of files that are made when they are sent."""
    return f"{seed}.{kind}"


def own_kind(word: str) -> CopyKind | None:
    """What kind of a copy somebody names."""
    return _KINDS.get(word)
