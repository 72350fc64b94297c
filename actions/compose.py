"""Write an announcement: a draft that is kept, whom it would reach, and what is wrong with it before it is sent."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from actions.assign import today_at
from domain.audience import At, Learns, Rule, Told, leaves
from domain.fitting import MOST_TEXT
from domain.language import LANGUAGES, Language
from domain.organisation import Scope
from domain.text import units
from storage import aiming, announcements, audience, organisations, sharing
from storage.announcements import Announced
from storage.audience import Recipient
from storage.database import Connection
from storage.errors import NotFound

MOST_LINK: Final = 500
LASTS: Final = (1, 2, 3, 7, 14)  # days
GAP: Final = 2  # between the words and the link


@dataclass(frozen=True, slots=True)
class Composed:
    """What a coordinator writes: at which place, in which words, with an address below them, for whom, and for how many
    days it is of use."""

    place: int
    texts: Mapping[Language, str]
    link: str
    confirms: bool
    rule: Rule
    days: int = 1


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it would reach now: by place, messenger and language, the most first; who cannot be written to is apart."""

    people: Sequence[Recipient]
    unreachable: int
    places: Sequence[tuple[int, int]]
    messengers: Sequence[tuple[str, int]]
    languages: Sequence[tuple[Language, int]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with it, as a word for the sentence that says so; in which language, where it is about one."""

    what: str
    language: Language | None = None


class Changed(Exception):
    """It is not any more what whoever decides about it has seen."""


def save(
    tx: Connection,
    scope: Scope,
    composed: Composed,
    now: datetime,
    *,
    key: str,
    which: int = 0,
    seen: str = "",
) -> int:
    """The id of the draft that says this from now on, a new one if not `which`, of which this was `seen`; raises
    NotFound outside of the scope, and for what is no draft any more, and Changed."""
    if composed.place not in scope.at("act"):
        raise NotFound
    said = {"organisation": composed.place, "texts": composed.texts, "link": composed.link}
    said |= {
        "confirms": composed.confirms,
        "audience": aiming.dump_rule(composed.rule),
        "by": scope.person,
        "days": composed.days,
    }
    if which:
        held(tx, scope, which, seen)
        if not announcements.write(tx, which, **said):  # type: ignore[arg-type]
            raise NotFound
        return which
    draft = {"key": key, "mandatory": False, "not_after": now, "at": now, "state": "draft"}
    announcements.add(tx, **draft, **said)  # type: ignore[arg-type]
    return announcements.by_key(tx, key).id


def one(tx: Connection, scope: Scope, which: int) -> Announced:
    """The scope's announcement; raises NotFound."""
    found = announcements.of_scope(tx, scope, which)
    if not found:
        raise NotFound
    return found[0]


def mark(announced: Announced) -> str:
    """A word that is another one when what it says, to whom, or when it is to go is."""
    at = announced.send_at.isoformat() if announced.send_at else ""
    said = (sorted(announced.texts.items()), announced.link, announced.audience, announced.confirms)
    said_there = (announced.organisation, announced.days, at, *said)
    return hashlib.sha256(repr(said_there).encode()).hexdigest()[:16]


def held(tx: Connection, scope: Scope, which: int, seen: str) -> Announced:
    """The scope's announcement, which nobody else changes before the transaction ends; raises NotFound, and Changed
    when it is not what was seen."""
    announcements.lock(tx, which)
    found = one(tx, scope, which)
    if mark(found) != seen:
        raise Changed
    return found


def copied(tx: Connection, scope: Scope, which: int, rule: Rule, now: datetime, *, key: str) -> int:
    """The id of a new draft in the words of this one, for others."""
    old = one(tx, scope, which)
    return save(tx, scope, replace(composed_of(old), rule=rule), now, key=key)


def composed_of(announced: Announced) -> Composed:
    """What is written in it."""
    assert announced.organisation is not None, "a coordinator's is of a place"
    rule = aiming.load_rule(announced.audience)
    place, texts = announced.organisation, announced.texts
    return Composed(place, texts, announced.link, announced.confirms, rule, announced.days)


def recipients(tx: Connection, composed: Composed, now: datetime) -> list[Recipient]:
    """Everybody whom it would reach now."""
    aim = _aim(tx, composed, now)
    there = aiming.on_roster(composed.rule, aim)
    return audience.recipients(tx, now, organisations=aim.houses, narrowed=there) if aim.houses else []


def reach(tx: Connection, composed: Composed, now: datetime) -> Reach:
    """Whom it would reach now, counted."""
    people = recipients(tx, composed, now)
    places = Counter(each.to.organisation or 0 for each in people)
    messengers = Counter(each.to.channel for each in people)
    languages = Counter(each.person.language for each in people)
    without = aiming.unreachable(tx, composed.rule, _aim(tx, composed, now))
    return Reach(people, without, places.most_common(), messengers.most_common(), languages.most_common())


def _aim(tx: Connection, composed: Composed, now: datetime) -> aiming.Aim:
    place = organisations.find(tx, composed.place)
    assert place is not None, "organisations are not deleted"
    houses = organisations.under(tx, [composed.place]) - organisations.closed(tx)
    return aiming.aim(tx, composed.rule, houses, now, today_at(place, now))


def faults(tx: Connection, scope: Scope, composed: Composed, reached: Reach) -> list[Fault]:
    """What is wrong with it, so that it cannot be sent."""
    found = list[Fault]()
    if not reached.people:
        found.append(Fault("empty"))
    for language, _ in reached.languages:
        if not composed.texts.get(language):
            found.append(Fault("language", language))
    for language in LANGUAGES:
        if length(composed, language) > MOST_TEXT:
            found.append(Fault("long", language))
    if composed.link and not is_link(composed.link):
        found.append(Fault("link"))
    if not _is_known(tx, scope, composed.rule):
        found.append(Fault("audience"))
    return found


def length(composed: Composed, language: Language) -> int:
    """How long it is in a language, with its link, as messengers count."""
    words = composed.texts.get(language, "")
    return units(words) + (GAP + units(composed.link) if words and composed.link else 0)


def is_link(written: str) -> bool:
    """Whether it is an address of the web that can be opened."""
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError:
        return False
    plain = written.isprintable() and not any(each.isspace() for each in written)
    named = "." in host and not host.startswith(".") and ".." not in host
    return plain and named and parts.scheme in ("https", "http") and "@" not in parts.netloc


def _is_known(tx: Connection, scope: Scope, rule: Rule) -> bool:
    """Whether all that the rule asks is something that its author sees."""
    asked = leaves(rule)
    taught = sharing.known(tx, scope) if any(isinstance(each, Learns) for each in asked) else {}
    told = {each.announcement for each in asked if isinstance(each, Told)}
    return (
        all(each.place in scope.at("see") for each in asked if isinstance(each, At))
        and all(each.programme in taught for each in asked if isinstance(each, Learns))
        and all(announcements.of_scope(tx, scope, each) for each in told)
    )
